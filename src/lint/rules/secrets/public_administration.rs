//! Doors to machines themselves that stand open to everybody.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{Platform, Route};
use crate::spec::{Access, Protocol};

rule! {
    /// A tunnel opens the administration of a machine to everybody.
    ///
    /// ## What it does
    ///
    /// Looks at routes of tunnels with `access: public`: SSH and remote desktops of any machine, ports by which machines are
    /// administered (VNC, IPMI, the APIs of Docker, Kubernetes, Talos and etcd, the pages of Proxmox, Cockpit and Webmin), and
    /// the page of a hypervisor at whatever port its `endpoint` has.
    ///
    /// ## Why it matters
    ///
    /// Nobody asks before such a door but the machine itself. Programs try names and passwords there day and night, and a flaw in
    /// the login gives them the machine, and with a hypervisor every machine on it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// routes:
    ///   ssh.example.org: { to: pve, protocol: ssh, access: public }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// routes:
    ///   ssh.example.org: { to: pve, protocol: ssh, access: identity }
    /// ```
    ///
    /// ## Source
    ///
    /// CISA and NSA, "Identity and access management: recommended best practices"; Proxmox VE Administration Guide, firewall.
    pub(super) static RULE =
        Kind::new("public-administration", "DV1695"), Secrets, Error, fix: None, Check::Platform(check);
}

/// Ports by which machines are administered, and what answers there (iana.org, service names; the products' documentation).
const PORTS: [(u16, u16, &str); 12] = [
    (22, 22, "SSH"),
    (623, 623, "IPMI"),
    (2375, 2376, "the API of Docker"),
    (2379, 2380, "etcd"),
    (3389, 3389, "remote desktops"),
    (5900, 5999, "VNC"),
    (6443, 6443, "the API of Kubernetes"),
    (8006, 8007, "the page of Proxmox"),
    (9090, 9090, "Cockpit"),
    (10000, 10000, "Webmin"),
    (10250, 10250, "the API of the kubelet"),
    (50000, 50001, "the API of Talos"),
];

/// Ports in the table that other programs have too: what a route of the web means there is not certain.
const COMMON: [u16; 2] = [9090, 10000];

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    for route in platform.tunnels.iter().flat_map(|tunnel| &tunnel.routes) {
        if route.access.value != Access::Public {
            continue;
        }
        let (Some(what), Some(span)) = (administers(platform, route), subject.line(route.access.origin)) else {
            continue;
        };
        let (host, to) = (&route.host.value, &route.to.value);
        out.push(
            RULE.at(span, format!("{what} of `{to}` is at `{host}` for everybody"))
                .why("nobody asks before this door but the machine itself, and who comes in has all that is on it")
                .help("write `access: identity`, by which the outer end of the tunnel asks who somebody is")
                .help("or `access: machine`, for programs with a token"),
        );
    }
}

/// Returns what of a machine a route leads to, if that is its administration.
fn administers(platform: &Platform, route: &Route) -> Option<&'static str> {
    match route.protocol.value {
        Protocol::Ssh => return Some("SSH"),
        Protocol::Rdp => return Some("the remote desktop"),
        Protocol::Http | Protocol::Https | Protocol::Tcp => {}
    }
    let port: u16 = route.service.value.rsplit(':').next()?.parse().ok()?;
    let hypervisor = platform.topology.hypervisors.iter().find(|one| one.name.value == route.to.value);
    if hypervisor.is_some_and(|one| endpoint(&one.endpoint.value) == Some(port)) {
        return Some("the page of the hypervisor and its API");
    }
    let known = PORTS.iter().find(|(first, last, _)| (*first..=*last).contains(&port))?;
    let certain = hypervisor.is_some() || !COMMON.contains(&port);
    certain.then_some(known.2)
}

/// Returns the port of a URL, if it is written.
fn endpoint(url: &str) -> Option<u16> {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest).split('/').next()?;
    host.rsplit_once(':')?.1.parse().ok()
}
