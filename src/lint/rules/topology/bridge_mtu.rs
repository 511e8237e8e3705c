//! Networks that share a bridge.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Network;

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

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<&str, &Network> = BTreeMap::new();
    for network in &subject.platform.topology.networks {
        let (Some(bridge), Some(mtu)) = (&network.bridge, &network.mtu) else { continue };
        let first = *seen.entry(&bridge.value).or_insert(network);
        let other = first.mtu.as_ref().filter(|other| other.value != mtu.value);
        let Some((other, span)) = other.and_then(|other| Some((other, subject.line(mtu.origin)?))) else { continue };
        let (one, two) = (&first.name.value, &network.name.value);
        let message = format!("networks `{one}` and `{two}` share bridge `{}` and have different MTUs", bridge.value);
        let mut problem = RULE.at(span, message).why("a bridge has one MTU, and drops what is larger");
        if let Some(line) = subject.line(other.origin) {
            problem = problem.related(line, format!("`{one}` has {}", other.value));
        }
        out.push(problem.help("give both the same MTU, or bridges of their own"));
    }
}
