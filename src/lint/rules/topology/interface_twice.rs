//! Interfaces of nodes that two networks name.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Network;

rule! {
    /// Two networks have one interface, and different bridges.
    ///
    /// ## What it does
    ///
    /// Compares the `interface` of networks that nodes have addresses in.
    ///
    /// ## Why it matters
    ///
    /// A machine has an interface for each bridge, and each has a name of its own. The second address would be set on the
    /// interface of the first network, where nobody of its own network is.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// networks:
    ///   lan:     { cidr: 192.168.0.0/24, bridge: vmbr0, interface: eth0 }
    ///   cluster: { cidr: 10.0.0.0/24, bridge: vmbr1, interface: eth0 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// networks:
    ///   lan:     { cidr: 192.168.0.0/24, bridge: vmbr0, interface: eth0 }
    ///   cluster: { cidr: 10.0.0.0/24, bridge: vmbr1, interface: eth1 }
    /// ```
    ///
    /// ## Source
    ///
    /// netplan, "ethernets".
    pub(super) static RULE = Kind::new("interface-twice", "DV1113"), Topology, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let topology = &subject.platform.topology;
    let mut seen: BTreeMap<(usize, &str), &Network> = BTreeMap::new();
    let mut told = std::collections::BTreeSet::new();
    for (at, node) in topology.nodes.iter().enumerate() {
        for address in &node.addresses {
            let Some(network) = topology.networks.get(address.network.0) else { continue };
            let (Some(interface), Some(bridge)) = (&network.interface, &network.bridge) else { continue };
            let first = *seen.entry((at, &interface.value)).or_insert(network);
            if first.bridge.as_ref().is_none_or(|other| other.value == bridge.value) {
                continue;
            }
            let Some(span) = subject.line(interface.origin).filter(|span| told.insert(*span)) else { continue };
            let (one, two) = (&first.name.value, &network.name.value);
            let message = format!("networks `{one}` and `{two}` both have interface `{}`", interface.value);
            let mut problem = RULE
                .at(span, message)
                .why("each bridge gives a machine an interface, and the second address would be set on the first one");
            if let Some(line) = first.interface.as_ref().and_then(|interface| subject.line(interface.origin)) {
                problem = problem.related(line, format!("of `{one}`, on another bridge"));
            }
            out.push(problem.help("name the interface that the machine has on this bridge, such as `eth1`"));
        }
    }
}
