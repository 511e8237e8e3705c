//! How the platform is reached from outside: who may come, certificates, tunnels.

use std::sync::Arc;

use super::platform::SecretRef;
use super::scalars::{DnsName, HostPattern, ObjectName, SimpleName};
use crate::yaml::decode::OneOrMany;
use crate::yaml::{Field, Names};
use crate::{choice, record};

choice! {
    /// Who may come in at a host.
    pub enum Access as "a kind of access" {
        /// Everybody; the component asks for a login itself, or for none.
        Public = "public",
        /// People whom the platform's identity provider knows.
        Identity = "identity",
        /// Machines with credentials of their own: nobody could sign them in at a page.
        Machine = "machine",
    }
}

choice! {
    /// Who runs a tunnel.
    pub enum TunnelKind as "a kind of tunnel" {
        /// Cloudflare, with its Access in front.
        Cloudflare = "cloudflare",
    }
}

choice! {
    /// What is spoken at the inner end of a tunnel.
    pub enum Protocol as "a protocol of a tunnel" {
        /// HTTP.
        Http = "http",
        /// HTTP with TLS.
        Https = "https",
        /// SSH.
        Ssh = "ssh",
        /// Remote desktops.
        Rdp = "rdp",
        /// Any bytes.
        Tcp = "tcp",
    }
}

record! {
    /// A certificate for several hosts, kept by the component that answers for them.
    pub struct Certificate as "a certificate" {
        /// The hosts; `*.example.org` stands for all with one more label.
        hosts: OneOrMany<HostPattern> = "hosts" required,
        /// The certificate issuer.
        issuer: ObjectName = "issuer" required,
        /// The component in whose namespace it is kept; an ingress controller uses it for hosts without one of their own.
        component: Arc<str> = "component" required,
    }
}

record! {
    /// A way in that the platform opens from inside.
    pub struct Tunnel as "a tunnel" {
        /// Who runs the outer end.
        kind: TunnelKind = "kind" required,
        /// The component that runs the inner end.
        component: Arc<str> = "component" required,
        /// The secret by which Terraform sets it up, with the keys `accountId` and `apiToken`.
        account: SecretRef = "account" required,
        /// The team name of Cloudflare Access, as in `TEAM.cloudflareaccess.com`.
        team: SimpleName = "team",
        /// The domains of the e-mail addresses of those who may come in where `access` is `identity`.
        domains: Vec<Field<DnsName>> = "domains",
        /// Hosts that lead to something that is no component.
        routes: Names<Route> = "routes",
    }
}

record! {
    /// A host of a tunnel that leads to a machine.
    pub struct Route as "a route of a tunnel" {
        /// The hypervisor, node or address that it leads to.
        to: Arc<str> = "to" required,
        /// What is spoken there.
        protocol: Protocol = "protocol" required,
        /// The port; that of the protocol unless written.
        port: u16 = "port",
        /// Who may come in.
        access: Access = "access" required,
        /// Whether the certificate there is not checked; `false` unless written.
        insecure: bool = "insecure",
    }
}
