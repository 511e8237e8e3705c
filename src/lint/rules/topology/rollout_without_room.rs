//! Deployments of which each node has a copy already, and that start another one first when they change.

use super::apart::{Apart, all, names};
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::scheduling::Nodes;
use crate::lint::subject::Subject;

rule! {
    /// A rollout needs one node more than there are.
    ///
    /// ## What it does
    ///
    /// Looks at the copies of Deployments that may not share a node, as `too-few-nodes` does, where each node that takes one has
    /// one already, and whose strategy starts a new pod before an old one goes: `maxUnavailable` is 0, or a part of the copies that
    /// comes to less than one. With nothing said it is a quarter, so for up to three copies none may be missing.
    ///
    /// ## Why it matters
    ///
    /// All is well until something changes. Then the new pod waits for a node without an old one, and the old ones wait for the
    /// new one: no upgrade arrives, and Argo CD says Degraded after ten minutes.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// nodes:
    ///   one: { role: worker }
    ///   two: { role: worker }
    /// components:
    ///   cert-manager: { replicas: 2, placement: { apart: require } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// nodes:
    ///   one: { role: worker }
    ///   two: { role: worker }
    /// components:
    ///   cert-manager: { replicas: 2, placement: { apart: prefer } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, Deployments, "Max Unavailable", "Max Surge"; "Inter-pod affinity and anti-affinity".
    pub(super) static RULE = Kind::new("rollout-without-room", "DV1198"), Topology, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let nodes = Nodes::of(subject.platform);
    if nodes.all.is_empty() {
        return;
    }
    for apart in all(subject).iter().filter(|apart| apart.surges && !apart.spread && apart.each == 1) {
        let taking = apart.taking(&nodes);
        if !taking.is_empty() && usize::try_from(apart.count).is_ok_and(|count| count == taking.len()) {
            out.push(finding(&nodes, apart, &taking));
        }
    }
}

fn finding(nodes: &Nodes<'_>, apart: &Apart<'_>, taking: &[usize]) -> Diagnostic {
    let who = &apart.who;
    let message = match taking.len() {
        1 => format!("{who} can never be changed: a new pod comes first, and only one node takes them"),
        many => format!("{who} can never be changed: a new pod comes first, and each of the {many} nodes has one"),
    };
    let names: Vec<String> = names(nodes, taking);
    let problem = apart
        .rule_at(&RULE, message)
        .why("copies may not share a node, so the new pod waits for an old one to go, and that waits for the new one")
        .help(format!("they can run on {}", names.join(", ")))
        .help(apart.help.clone())
        .help("or let an old one go first: `maxSurge: 0` and `maxUnavailable: 1` in the strategy of the Deployment");
    apart.about.into_iter().fold(problem, Diagnostic::about)
}
