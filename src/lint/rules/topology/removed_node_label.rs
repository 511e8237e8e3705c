//! Labels of nodes that Kubernetes gives no longer.

use super::placed::placed;
use crate::diag::{Diagnostic, Kind, Severity};
use crate::lint::rule::{Check, rule};
use crate::lint::scheduling::{CONTROL_PLANE, MASTER};
use crate::lint::subject::Subject;

/// Old names, each with its new one (kubernetes.io, well-known labels, annotations and taints).
pub(super) const RENAMED: [(&str, &str); 6] = [
    (MASTER, CONTROL_PLANE),
    ("beta.kubernetes.io/arch", "kubernetes.io/arch"),
    ("beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type"),
    ("beta.kubernetes.io/os", "kubernetes.io/os"),
    ("failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"),
    ("failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone"),
];

rule! {
    /// Pods ask for a label of nodes by a name that Kubernetes has given up.
    ///
    /// ## What it does
    ///
    /// Looks for old names of well-known labels in `placement`, and in `nodeSelector` and node affinities of `values:` and
    /// manifests. `node-role.kubernetes.io/master`, which kubeadm gives no longer since 1.24, is an error; the others are warnings.
    /// A label that the spec gives nodes itself is left alone.
    ///
    /// ## Why it matters
    ///
    /// After an upgrade no node has the label, and the pods wait for ever. A day-long outage of a large site came from one such
    /// selector.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   topolvm: { placement: { nodeSelector: { node-role.kubernetes.io/master: "" } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   topolvm: { placement: { nodeSelector: { node-role.kubernetes.io/control-plane: "" } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes 1.24, removal of the label; Reddit, "You Broke Reddit: The Pi-Day Outage".
    pub(super) static RULE = Kind::new("removed-node-label", "DV1103"), Topology, Error, fix: Safe, Check::Platform(check),
        softer: "where Kubernetes has deprecated the label and nodes still have it";
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let nodes = subject.platform.topology.nodes.iter();
    let given: Vec<&str> = nodes.flat_map(|node| &node.labels).map(|(key, _)| &*key.value).collect();
    for placed in placed(subject) {
        for (key, origin, of_key) in placed.pods.named().filter(|(key, ..)| !given.contains(key)) {
            let Some((old, new)) = RENAMED.into_iter().find(|(old, _)| *old == key) else { continue };
            if old == MASTER && !is_gone(subject) {
                continue;
            }
            let of_key = of_key.and_then(|origin| placed.line(subject, origin));
            let Some(span) = of_key.or_else(|| placed.line(subject, origin)) else { continue };
            let message = format!("{} asks for the label `{old}`, which is called `{new}` now", placed.who);
            let mut problem = RULE.at(span, message);
            problem = if old == MASTER {
                problem.why("kubeadm gives it to no node since Kubernetes 1.24: the pods would wait for ever")
            } else {
                problem.severity = Severity::Warning;
                problem.why("Kubernetes has deprecated the old name, and nodes lose it one day")
            };
            problem = match of_key {
                Some(key) => problem.fix(true, format!("write `{new}`"), key, new),
                None => problem.help(format!("write `{new}`")),
            };
            out.push(placed.about().into_iter().fold(problem, Diagnostic::about));
        }
    }
}

/// Returns whether the version of the platform has no label for masters any more.
fn is_gone(subject: &Subject<'_>) -> bool {
    let Some(version) = subject.platform.kubernetes() else { return true };
    if version.value.contains("k3s") || version.value.contains("rke2") {
        return false;
    }
    let mut parts = version.value.trim_start_matches('v').split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= (1, 24)
}
