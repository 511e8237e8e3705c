//! Copies that are kept on nodes of their own, and more of them than nodes.

use super::apart::{Apart, all, names};
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::scheduling::Nodes;
use crate::lint::subject::Subject;

rule! {
    /// There are more copies than nodes that take one each.
    ///
    /// ## What it does
    ///
    /// Looks at copies that may not share a node: by `apart: require` of a `placement`, by a required anti-affinity or a hard
    /// spread in `values:` and manifests, by the presets that charts have for it, and by the defaults of a chart that the
    /// facts of the component tell (`apart`). It counts the nodes with the labels that are asked for, whose taints are
    /// tolerated, and, where the copies have volumes, which have the volume group of their storage class.
    ///
    /// ## Why it matters
    ///
    /// The copies without a node wait for ever: what needs more than half of its copies does not start, and Argo CD waits
    /// for all of them.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// nodes:
    ///   master: { role: control-plane }
    ///   worker: { role: worker }
    /// components:
    ///   vault: { replicas: 3 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// nodes:
    ///   master: { role: control-plane }
    ///   worker: { role: worker }
    /// components:
    ///   vault: { replicas: 3, placement: { apart: prefer } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, "Inter-pod affinity and anti-affinity", "Pod Topology Spread Constraints".
    pub(super) static RULE = Kind::new("too-few-nodes", "DV1105"), Topology, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let nodes = Nodes::of(subject.platform);
    if nodes.all.is_empty() {
        return;
    }
    for apart in all(subject) {
        let fit = nodes.fit(&apart.pods).len();
        // That no node takes them has rules of its own.
        if nodes.taking(&apart.pods).is_empty() {
            continue;
        }
        let taking = apart.taking(&nodes);
        // Of a spread only those nodes matter that count and take none: they keep the others from taking a second.
        let room = taking.len() as u64 * apart.each;
        if (apart.spread && fit == taking.len()) || u64::try_from(apart.count).is_ok_and(|count| count <= room) {
            continue;
        }
        out.push(finding(&nodes, &apart, &taking));
    }
}

fn finding(nodes: &Nodes<'_>, apart: &Apart<'_>, taking: &[usize]) -> Diagnostic {
    let (count, who) = (apart.count, &apart.who);
    let number = match taking.len() {
        0 => "no node takes one".to_owned(),
        1 => "only one node takes them".to_owned(),
        many => format!("only {many} nodes take them"),
    };
    let message = if apart.spread {
        format!("{who} has {count} copies, spread evenly over nodes, and {number}")
    } else {
        format!("{who} has {count} copies, each on a node of its own, and {number}")
    };
    let names = names(nodes, taking);
    let mut problem = apart.rule_at(&RULE, message).why("the others would wait for a node for ever");
    if !names.is_empty() {
        let more = if taking.len() > names.len() { " and others" } else { "" };
        let volumes = if apart.with_volumes.is_some() { ", where their volume group is" } else { "" };
        problem = problem.help(format!("they can run on {}{more}{volumes}", names.join(", ")));
    }
    problem = problem.help(apart.help.clone());
    apart.about.into_iter().fold(problem, Diagnostic::about)
}
