//! Networks that share a bridge.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Network;
use crate::source::Span;

rule! {
    /// Two networks on one bridge have different MTUs.
    ///
    /// ## What it does
    ///
    /// Compares the `mtu` of networks with the same `bridge`.
    ///
    /// ## Why it matters
    ///
    /// A bridge has one MTU, the smallest of its ports. Larger packets are dropped there, without a word.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// networks:
    ///   lan:     { cidr: 192.168.0.0/24, bridge: vmbr0, mtu: 1500 }
    ///   cluster: { cidr: 10.0.0.0/24, bridge: vmbr0, mtu: 9000 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// networks:
    ///   lan:     { cidr: 192.168.0.0/24, bridge: vmbr0, mtu: 1500 }
    ///   cluster: { cidr: 10.0.0.0/24, bridge: vmbr1, mtu: 9000 }
    /// ```
    ///
    /// ## Source
    ///
    /// Linux, `ip-link(8)`; Proxmox VE, "Network Configuration".
    pub(super) static RULE = Kind::new("bridge-mtu", "DV1112"), Topology, Warn, fix: None, Check::Platform(check);
}

/// The MTU of Ethernet unless somebody says otherwise (IEEE 802.3).
const USUAL: u16 = 1500;

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let mut bridges: BTreeMap<&str, Vec<(&Network, u16, Span)>> = BTreeMap::new();
    for network in &subject.platform.topology.networks {
        let (Some(bridge), Some(mtu)) = (&network.bridge, &network.mtu) else { continue };
        let Some(span) = subject.line(mtu.origin) else { continue };
        bridges.entry(&bridge.value).or_default().push((network, mtu.value, span));
    }
    for (bridge, mut all) in bridges {
        // What most have, or else what is usual, is the MTU of the bridge; who has another one has to change it.
        let count = |mtu: u16| all.iter().filter(|(_, other, _)| *other == mtu).count();
        let Some(right) = all.iter().map(|(_, mtu, _)| (count(*mtu), *mtu == USUAL, *mtu)).max() else { continue };
        let right = all.iter().position(|(_, mtu, _)| *mtu == right.2).map(|at| all.remove(at));
        let Some((first, usual, there)) = right else { continue };
        for (network, mtu, span) in all.into_iter().filter(|(_, mtu, _)| *mtu != usual) {
            let (one, two) = (&first.name.value, &network.name.value);
            let problem = RULE
                .at(span, format!("networks `{one}` and `{two}` share bridge `{bridge}` and have different MTUs"))
                .label(format!("`{two}` has {mtu}"))
                .related(there, format!("`{one}` has {usual}"))
                .why("a bridge has one MTU, and drops what is larger");
            out.push(problem.help("give both the same MTU, or bridges of their own"));
        }
    }
}
