//! Pools inside a network of the nodes.

use super::pools::{Pool, by_bgp, pools};
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Network;

rule! {
    /// A pool of a load balancer lies outside of the networks.
    ///
    /// ## What it does
    ///
    /// Looks for the network of each pool, of the spec or of a manifest: it has to hold the whole pool, and nodes have to be
    /// in it. Where addresses are announced by BGP (a manifest of a BGP kind), nothing is said.
    ///
    /// ## Why it matters
    ///
    /// Addresses are announced by ARP or NDP, which reach only the network that a node is in. From elsewhere nobody finds
    /// them.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
    /// addresses:
    ///   lb: { range: 192.168.1.200-192.168.1.220, purpose: load-balancer-pool, owner: metallb }
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
    /// MetalLB, "MetalLB in layer 2 mode".
    pub(super) static RULE = Kind::new("pool-outside-network", "DV1002"), Addresses, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let topology = &subject.platform.topology;
    if topology.networks.is_empty() || by_bgp(subject) {
        return;
    }
    let mut used = vec![false; topology.networks.len()];
    for address in topology.nodes.iter().flat_map(|node| &node.addresses) {
        used.get_mut(address.network.0).into_iter().for_each(|used| *used = true);
    }
    let any = used.contains(&true);
    for pool in pools(subject) {
        let around = |ip: &_| topology.networks.iter().position(|network| network.cidr.value.contains(ip));
        let found = match (around(&pool.first), around(&pool.last)) {
            (Some(first), Some(last)) if first == last => {
                let strange = any && !pool.elsewhere && used.get(first) != Some(&true);
                let network = topology.networks.get(first).filter(|_| strange);
                network.map(|network| strangers(subject, &pool, network))
            }
            (Some(at), _) | (_, Some(at)) => topology.networks.get(at).map(|network| across(subject, &pool, network)),
            (None, None) => Some(nowhere(subject, &pool)),
        };
        out.extend(found.map(|problem| pool.about.into_iter().fold(problem, Diagnostic::about)));
    }
}

fn strangers(subject: &Subject<'_>, pool: &Pool<'_>, network: &Network) -> Diagnostic {
    let name = &network.name.value;
    let problem = RULE
        .at(pool.span, format!("pool `{}` lies in network `{name}`, and no node has an address there", pool.name))
        .why("nobody in that network would answer for its addresses");
    let line = subject.line(network.cidr.origin);
    let problem = line.into_iter().fold(problem, |problem, line| problem.related(line, "this network"));
    problem.help("take a range of a network that the nodes are in, or give nodes an address in this one")
}

fn across(subject: &Subject<'_>, pool: &Pool<'_>, network: &Network) -> Diagnostic {
    let (name, cidr) = (&network.name.value, network.cidr.value);
    let problem = RULE
        .at(pool.span, format!("pool `{}` reaches out of network `{name}`", pool.name))
        .label(pool.shown())
        .why("of the addresses outside nobody knows the way");
    let line = subject.line(network.cidr.origin);
    let problem = line.into_iter().fold(problem, |problem, line| problem.related(line, format!("`{name}` is {cidr}")));
    problem.help("end the range inside of the network")
}

fn nowhere(subject: &Subject<'_>, pool: &Pool<'_>) -> Diagnostic {
    let problem = RULE
        .at(pool.span, format!("pool `{}` lies in no network of the platform", pool.name))
        .why("the load balancer announces its addresses in the networks of the nodes, where nobody looks for them");
    let topology = &subject.platform.topology;
    let network = topology.node_network().and_then(|id| topology.networks.get(id.0));
    let line = network.and_then(|network| Some((network, subject.line(network.cidr.origin)?)));
    let problem = line.into_iter().fold(problem, |problem, (network, line)| {
        problem.related(line, format!("the nodes are in {}", network.cidr.value))
    });
    problem.help("take a range of the network that the nodes are in, or declare the network under `networks`")
}
