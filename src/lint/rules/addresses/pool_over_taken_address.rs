//! Pools that hold addresses of something else.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;

use super::pools::pools;
use super::services::asked;
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Claim;
use crate::source::OriginId;
use crate::spec::Purpose;

/// How many of the addresses in a pool are named.
const NAMED: usize = 4;

rule! {
    /// A pool of a load balancer holds an address of something else.
    ///
    /// ## What it does
    ///
    /// Compares each pool, of the spec or of a manifest, with the addresses of nodes, gateways, name servers and
    /// hypervisors, with those of purpose `reserved`, and with the first and last address of each IPv4 network. A name server
    /// whose address a Service asks for is in the cluster, and meant.
    ///
    /// ## Why it matters
    ///
    /// The load balancer gives the address to a Service one day, and then two machines answer for it: connections break now
    /// and then, and nothing says why.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
    /// addresses:
    ///   lb: { range: 192.168.0.1-192.168.0.20, purpose: load-balancer-pool, owner: metallb }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
    /// addresses:
    ///   lb: { range: 192.168.0.200-192.168.0.220, purpose: load-balancer-pool, owner: metallb }
    /// ```
    ///
    /// ## Source
    ///
    /// MetalLB, issues 364, 772 and 2779.
    pub(super) static RULE =
        Kind::new("pool-over-taken-address", "DV1003"), Addresses, Error, fix: None, Check::Platform(check);
}

/// An address, or a range of them, that is somebody's.
struct Taken {
    first: IpAddr,
    last: IpAddr,
    what: String,
    origin: OriginId,
    /// The network whose end it is: a pool that reaches out of it has another fault.
    end_of: Option<IpNet>,
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let pools = pools(subject);
    if pools.is_empty() {
        return;
    }
    let taken = taken(subject);
    for pool in pools {
        let inside = |taken: &&Taken| {
            let within = |net: IpNet| net.contains(&pool.first) && net.contains(&pool.last);
            taken.first <= pool.last && pool.first <= taken.last && taken.end_of.is_none_or(within)
        };
        let all: Vec<&Taken> = taken.iter().filter(inside).collect();
        let Some(first) = all.first() else { continue };
        let more = if all.len() > 1 { format!(" and {} more", all.len() - 1) } else { String::new() };
        let message = format!("pool `{}` holds {}{more}", pool.name, first.what);
        let mut problem = RULE
            .at(pool.span, message)
            .label(pool.shown())
            .why("once the load balancer gives it to a Service, two machines answer for it");
        for taken in all.iter().take(NAMED) {
            let line = subject.line(taken.origin).filter(|line| *line != pool.span);
            problem = line.into_iter().fold(problem, |problem, line| problem.related(line, taken.what.clone()));
        }
        problem = problem.help("leave it out of the range, or give the other one another address");
        out.push(pool.about.into_iter().fold(problem, Diagnostic::about));
    }
}

fn taken(subject: &Subject<'_>) -> Vec<Taken> {
    let topology = &subject.platform.topology;
    let mut all = Vec::new();
    let served: BTreeSet<IpAddr> = asked(subject).into_iter().map(|asked| asked.ip).collect();
    let mut add = |first, last, what, origin, end_of| all.push(Taken { first, last, what, origin, end_of });
    for network in &topology.networks {
        let name = &network.name.value;
        if let Some(gateway) = &network.gateway {
            add(gateway.value, gateway.value, format!("the gateway of `{name}`"), gateway.origin, None);
        }
        for dns in network.dns.iter().filter(|dns| !served.contains(&dns.value)) {
            add(dns.value, dns.value, format!("name server {} of `{name}`", dns.value), dns.origin, None);
        }
        if let IpNet::V4(net) = network.cidr.value
            && net.prefix_len() < 31
        {
            let (first, last) = (net.network().into(), net.broadcast().into());
            add(
                first,
                first,
                format!("{first}, the address of network `{name}` itself"),
                network.cidr.origin,
                Some(net.into()),
            );
            add(
                last,
                last,
                format!("{last}, the broadcast address of `{name}`"),
                network.cidr.origin,
                Some(net.into()),
            );
        }
    }
    for node in &topology.nodes {
        for address in &node.addresses {
            let what = format!("the address of node `{}`", node.name.value);
            add(address.ip.value, address.ip.value, what, address.ip.origin, None);
        }
    }
    for hypervisor in &topology.hypervisors {
        if let Ok(ip) = hypervisor.address.value.parse() {
            add(
                ip,
                ip,
                format!("the address of hypervisor `{}`", hypervisor.name.value),
                hypervisor.endpoint.origin,
                None,
            );
        }
    }
    for address in topology.addresses.iter().filter(|address| address.purpose == Purpose::Reserved) {
        let (first, last) = match address.claim.value {
            Claim::One(ip) => (ip, ip),
            Claim::Range(first, last) => (first, last),
        };
        add(first, last, format!("the reserved address `{}`", address.name.value), address.claim.origin, None);
    }
    all
}
