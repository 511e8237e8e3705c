//! Ranges of pods with less room than the nodes need.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, Parameter, Setting, rule};
use crate::lint::subject::Subject;

const NODE_MASK: Parameter = Parameter {
    name: "node-mask",
    about: "how long the prefix of a node's own range is, for IPv4 (`--node-cidr-mask-size` of the controller manager).",
    default: Setting::Number(24),
};

rule! {
    /// The range of pods has no room for a range of each node.
    ///
    /// ## What it does
    ///
    /// Counts how many ranges for nodes the IPv4 network `pods` has, and compares that with the nodes.
    ///
    /// ## Why it matters
    ///
    /// Each node gets a range of its own for its pods. The nodes that come last get none, and most networks of pods then do not
    /// start on them; kubeadm refuses a range that is smaller than that of one node.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// networks:
    ///   pods: { cidr: 10.244.0.0/24, overlay: vxlan }
    /// nodes:
    ///   one: { role: control-plane }
    ///   two: { role: worker }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// networks:
    ///   pods: { cidr: 10.244.0.0/16, overlay: vxlan }
    /// nodes:
    ///   one: { role: control-plane }
    ///   two: { role: worker }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, `kube-controller-manager`, `--node-cidr-mask-size`; kubeadm, validation of `podSubnet`.
    pub(super) static RULE =
        Kind::new("pod-range-too-small", "DV1016"), Addresses, Warn, fix: None, Check::Platform(check),
        parameters: &[NODE_MASK];
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let topology = &subject.platform.topology;
    let Some(pods) = topology.network("pods").filter(|pods| pods.cidr.value.addr().is_ipv4()) else { return };
    let (nodes, mask) = (topology.nodes.len(), subject.number(&RULE, NODE_MASK.name).min(32));
    let prefix = u32::from(pods.cidr.value.prefix_len());
    let room = mask.checked_sub(prefix).map_or(0, |bits| 1_u64 << bits);
    let Some(span) = subject.line(pods.cidr.origin).filter(|_| room < nodes as u64) else { return };
    let room = if room == 1 { "one node".to_owned() } else { format!("{room} nodes") };
    let message = format!("the range of pods has room for {room}, and there are {nodes}");
    let problem = RULE
        .at(span, message)
        .why(format!("each node takes a range of its own with a /{mask}, and the last nodes would get none"))
        .help("make the range larger: a /16 has room for 256 nodes");
    out.push(problem);
}
