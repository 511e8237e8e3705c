//! Addresses that a network keeps for itself.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{Claim, Network};
use crate::source::OriginId;

rule! {
    /// A machine has the first or last address of its network.
    ///
    /// ## What it does
    ///
    /// Compares the addresses of nodes, single `addresses`, gateways and name servers with the first and the last address of the
    /// IPv4 networks that they are in. In networks of two addresses (`/31`) both are good.
    ///
    /// ## Why it matters
    ///
    /// The first one is the network itself, and what is sent to the last one goes to everybody. No machine can be reached there,
    /// and most refuse to take such an address.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// networks: { lan: { cidr: 192.168.0.0/24 } }
    /// nodes:
    ///   one: { ip: { lan: 192.168.0.255 } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// networks: { lan: { cidr: 192.168.0.0/24 } }
    /// nodes:
    ///   one: { ip: { lan: 192.168.0.25 } }
    /// ```
    ///
    /// ## Source
    ///
    /// RFC 919, section 7; RFC 1122, section 3.2.1.3; RFC 3021.
    pub(super) static RULE =
        Kind::new("network-or-broadcast-address", "DV1090"), Addresses, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let topology = &subject.platform.topology;
    for node in &topology.nodes {
        for address in &node.addresses {
            let network = topology.networks.get(address.network.0);
            let who = format!("node `{}`", node.name.value);
            judge(subject, network, address.ip.value, address.ip.origin, &who, out);
        }
    }
    for network in &topology.networks {
        let name = &network.name.value;
        let ends = network.gateway.iter().map(|gateway| (gateway, format!("the gateway of `{name}`")));
        let dns = network.dns.iter().map(|dns| (dns, format!("a name server of `{name}`")));
        for (ip, who) in ends.chain(dns) {
            judge(subject, around(subject, ip.value), ip.value, ip.origin, &who, out);
        }
    }
    for address in &topology.addresses {
        let Claim::One(ip) = address.claim.value else { continue };
        // A pool of one address has a rule of its own.
        if address.purpose == crate::spec::Purpose::LoadBalancerPool {
            continue;
        }
        let who = format!("`{}`", address.name.value);
        judge(subject, around(subject, ip), ip, address.claim.origin, &who, out);
    }
}

/// Returns the smallest network with an address.
fn around<'a>(subject: &Subject<'a>, ip: IpAddr) -> Option<&'a Network> {
    let all = subject.platform.topology.networks.iter().filter(|network| network.cidr.value.contains(&ip));
    all.max_by_key(|network| network.cidr.value.prefix_len())
}

fn judge(
    subject: &Subject<'_>,
    network: Option<&Network>,
    ip: IpAddr,
    origin: OriginId,
    who: &str,
    out: &mut Vec<Diagnostic>,
) {
    let Some((network, IpNet::V4(net))) = network.map(|network| (network, network.cidr.value)) else { return };
    let what = match ip {
        _ if net.prefix_len() > 30 => return,
        IpAddr::V4(ip) if ip == net.network() => "the address of network",
        IpAddr::V4(ip) if ip == net.broadcast() => "the broadcast address of network",
        _ => return,
    };
    let Some(span) = subject.line(origin) else { return };
    let name = &network.name.value;
    let mut problem = RULE
        .at(span, format!("{who} has {ip}, {what} `{name}`"))
        .why("no machine can be reached there: the first address is the network itself, the last one means everybody");
    if let Some(place) = subject.line(network.cidr.origin).filter(|place| *place != span) {
        problem = problem.related(place, "the network");
    }
    let (first, last) = (u32::from(net.network()) + 1, u32::from(net.broadcast()) - 1);
    let (first, last) = (std::net::Ipv4Addr::from(first), std::net::Ipv4Addr::from(last));
    out.push(problem.help(format!("choose an address from {first} to {last}")));
}
