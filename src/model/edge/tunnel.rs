//! Tunnels: hosts whose requests come in by a connection that the platform opened itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::model::component::relations::report_unknown;
use crate::model::resolve::{Platform, Resolver, Section};
use crate::model::topology::{Claim, Topology};
use crate::model::{TAKEN_TWICE, Text, Traced, UNKNOWN_ROUTE, UNUSABLE_NAME};
use crate::source::Span;
use crate::spec::scalars::is_dns_name;
use crate::spec::{self, Access, Protocol, TunnelKind};
use crate::yaml::decode::Named;
use crate::yaml::{Decoder, Field};

/// A tunnel.
#[derive(Clone, Debug)]
pub struct Tunnel {
    /// Its name.
    pub name: Text,
    /// Who runs the outer end.
    pub kind: TunnelKind,
    /// The component that runs the inner end.
    pub component: Text,
    /// The secret of the account.
    pub account: Text,
    /// The team of Cloudflare Access.
    pub team: Option<Text>,
    /// The domains of the e-mail addresses of those who may come in.
    pub domains: Vec<Text>,
    /// Hosts that lead to something that is no component, by host.
    pub routes: Vec<Route>,
}

/// A host of a tunnel that leads to a machine.
#[derive(Clone, Debug)]
pub struct Route {
    /// The host.
    pub host: Text,
    /// What is spoken there.
    pub protocol: Traced<Protocol>,
    /// The URL of the machine.
    pub service: Text,
    /// The name of what it leads to.
    pub to: Text,
    /// Who may come in.
    pub access: Traced<Access>,
    /// Whether the certificate there is not checked.
    pub insecure: Traced<bool>,
}

/// The usual port of a protocol.
const fn port(protocol: Protocol) -> Option<u16> {
    match protocol {
        Protocol::Http => Some(80),
        Protocol::Https => Some(443),
        Protocol::Ssh => Some(22),
        Protocol::Rdp => Some(3389),
        Protocol::Tcp => None,
    }
}

/// Reads the tunnels.
pub(in crate::model) fn tunnels(cx: &mut Resolver<'_>, spec: &spec::Platform, topology: &Topology) -> Vec<Tunnel> {
    let mut all = Vec::new();
    for (name, named) in spec.tunnels.value().into_iter().flatten() {
        let Some(written) = &named.value else { continue };
        let written = &written.value;
        let (Some(kind), Some(component)) = (written.kind.value(), written.component.get()) else { continue };
        let Some(account) = written.account.value() else { continue };
        let account = cx.traced("secret", account.item.clone(), account.span);
        let mut routes = Vec::new();
        for (host, named) in written.routes.value().into_iter().flatten() {
            routes.extend(route(cx, topology, host, named));
        }
        let domains = written.domains.value().into_iter().flatten().filter_map(Field::get);
        let mut domains: Vec<Text> = domains.map(|name| cx.traced("domain", name.value.0.clone(), name.span)).collect();
        domains.sort_by(|a, b| a.value.cmp(&b.value));
        all.push(Tunnel {
            name: cx.name("tunnel", name, named.key),
            kind: *kind,
            component: cx.traced("component", component.value.clone(), component.span),
            account,
            team: cx.word(&written.team, "team"),
            domains,
            routes,
        });
    }
    all
}

fn route(cx: &mut Resolver<'_>, topology: &Topology, host: &Arc<str>, named: &Named<spec::Route>) -> Option<Route> {
    let written = &named.value.as_ref()?.value;
    if !is_dns_name(host) {
        let problem = Diagnostic::error(UNUSABLE_NAME, named.key, format!("`{host}` is not a DNS name"));
        cx.out.push(problem.help("the key of a route is the host that people use, such as ssh.example.org"));
    }
    let (to, protocol, access) = (written.to.get()?, written.protocol.get()?, written.access.get()?);
    let protocol = cx.traced("protocol", protocol.value, protocol.span);
    let to = cx.traced("target", to.value.clone(), to.span);
    let Some(address) = address(topology, &to.value) else {
        unknown(cx, topology, &to);
        return None;
    };
    let number = match (written.port.get(), port(protocol.value)) {
        (Some(number), _) => number.value,
        (None, Some(usual)) => usual,
        (None, None) => {
            let problem = Diagnostic::error(crate::model::INCOMPLETE, named.key, format!("`{host}` has no `port`"));
            cx.out.push(problem.help("write `port:`; only http, https, ssh and rdp have one of their own"));
            return None;
        }
    };
    let url = format!("{}://{}:{number}", protocol.value.word(), address.value);
    let service = cx.origins.derived("the address of a route", &[to.origin, address.origin, protocol.origin]);
    Some(Route {
        host: cx.name("host", host, named.key),
        protocol,
        service: Traced::new(url.into(), service),
        to,
        access: cx.traced("access", access.value, access.span),
        insecure: cx.given_or(&written.insecure, "route", false, "certificates are checked", named.key),
    })
}

/// Returns the address of a hypervisor, a node or a claim.
fn address(topology: &Topology, name: &str) -> Option<Text> {
    if let Some(host) = topology.hypervisors.iter().find(|host| *host.name.value == *name) {
        return Some(host.address.clone());
    }
    if let Some(node) = topology.nodes.iter().find(|node| *node.name.value == *name) {
        let address = node.address(topology.node_network()?)?;
        return Some(Traced::new(address.ip.value.to_string().into(), address.ip.origin));
    }
    let claim = topology.addresses.iter().find(|claim| *claim.name.value == *name)?;
    match claim.claim.value {
        Claim::One(ip) => Some(Traced::new(ip.to_string().into(), claim.claim.origin)),
        Claim::Range(..) => None,
    }
}

fn unknown(cx: &mut Resolver<'_>, topology: &Topology, to: &Text) {
    let spec = cx.spec;
    let broken = spec.hypervisors.is_broken() || spec.nodes.is_broken() || spec.addresses.is_broken();
    let declared = [Section::Hypervisors, Section::Nodes, Section::Addresses];
    let names = topology.hypervisors.iter().map(|host| &*host.name.value);
    let names = names.chain(topology.nodes.iter().map(|node| &*node.name.value));
    let names = names.chain(topology.addresses.iter().map(|claim| &*claim.name.value));
    // One that could not be read has been reported.
    let unread = declared.into_iter().any(|section| cx.is_declared(section, &to.value));
    let unread = unread && !names.clone().any(|name| name == &*to.value);
    let Some(span) = cx.origins.written_span(to.origin).filter(|_| !broken && !unread) else { return };
    let what = "hypervisor, node or address called";
    let problem = Decoder::unknown_name(UNKNOWN_ROUTE, span, what, &to.value, names);
    cx.out.push(problem.help("a component takes its host by `expose: { host: …, tunnel: … }` of its own"));
}

/// Judges the tunnels once all components are there.
pub(in crate::model) fn check(cx: &mut Resolver<'_>, platform: &Platform) {
    let mut hosts: BTreeMap<Arc<str>, (Span, Arc<str>)> = BTreeMap::new();
    for exposure in platform.exposures() {
        let host = &exposure.expose.host;
        if let Some(span) = cx.origins.written_span(host.origin) {
            hosts.insert(host.value.clone(), (span, exposure.who().clone()));
        }
    }
    for tunnel in &platform.tunnels {
        if platform.component(&tunnel.component.value).is_none() {
            report_unknown(cx, platform, &tunnel.component);
        }
        for route in &tunnel.routes {
            let Some(span) = cx.origins.written_span(route.host.origin) else { continue };
            let owner = &tunnel.name.value;
            if let Some((first, name)) = hosts.insert(route.host.value.clone(), (span, owner.clone())) {
                let message = format!("host {} belongs to both `{name}` and `{owner}`", route.host.value);
                let problem =
                    Diagnostic::error(TAKEN_TWICE, span, message).related(first, format!("`{name}` has it already"));
                cx.out.push(problem.help("give one of them another"));
            }
        }
    }
}
