//! How many control-plane nodes there are.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Node;
use crate::spec::Role;

rule! {
    /// The number of control-plane nodes is even.
    ///
    /// ## What it does
    ///
    /// Counts the nodes with `role: control-plane`.
    ///
    /// ## Why it matters
    ///
    /// etcd works while more than half of its members do. Two members fail with any one of them, which is worse than one member;
    /// four bear no more failures than three.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// nodes:
    ///   master-1: { role: control-plane }
    ///   master-2: { role: control-plane }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// nodes:
    ///   master-1: { role: control-plane }
    ///   master-2: { role: control-plane }
    ///   master-3: { role: control-plane }
    /// ```
    ///
    /// ## Source
    ///
    /// etcd, FAQ ("Why an odd number of cluster members?").
    pub(super) static RULE = Kind::new("control-plane-count", "DV1104"), Topology, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let nodes: Vec<&Node> = subject.platform.topology.nodes_of(Role::ControlPlane).collect();
    let count = nodes.len();
    let Some((odd, why_it)) = odd_one(subject, &nodes).filter(|_| count.is_multiple_of(2)) else { return };
    let Some(span) = subject.line(odd.role.origin) else { return };
    let bears = (count - 1) / 2;
    let fails = if bears == 1 { "one of them fails".to_owned() } else { format!("{bears} of them fail") };
    let message = format!("there are {count} control-plane nodes, an even number");
    let mut problem = RULE.at(span, message).label(why_it);
    let others = nodes.iter().filter(|node| node.name.value != odd.name.value);
    for place in others.filter_map(|node| subject.line(node.role.origin)).filter(|place| *place != span) {
        problem = problem.related(place, "one of them");
    }
    let problem = if bears == 0 {
        problem.why("etcd stops when either of two members fails: that is worse than one member")
    } else {
        problem.why(format!(
            "etcd works while more than half of its members do: it bears that {fails}, as with one node less"
        ))
    };
    out.push(problem.help(format!("have {} or {}", count - 1, count + 1)));
}

/// Returns the node whose role is most probably the wrong one: one that is called like the control planes and is none, or one
/// of them that is called otherwise, or else the last of them.
fn odd_one<'a>(subject: &Subject<'a>, nodes: &[&'a Node]) -> Option<(&'a Node, &'static str)> {
    let stem = |node: &Node| node.name.value.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-').to_owned();
    let mut stems: BTreeMap<String, usize> = BTreeMap::new();
    for node in nodes {
        *stems.entry(stem(node)).or_default() += 1;
    }
    let last = *nodes.last()?;
    let Some((usual, _)) = stems.iter().max_by_key(|(_, count)| **count).filter(|(usual, _)| !usual.is_empty()) else {
        return Some((last, "the last of them"));
    };
    let workers = subject.platform.topology.nodes.iter().filter(|node| node.role.value != Role::ControlPlane);
    let mut alike = workers.filter(|node| stem(node) == *usual);
    if let (Some(stray), None) = (alike.next(), alike.next()) {
        return Some((stray, "called like the others, and none of them"));
    }
    let mut strange = nodes.iter().copied().filter(|node| stem(node) != *usual);
    match (strange.next(), strange.next()) {
        (Some(strange), None) if nodes.len() > 2 => Some((strange, "called otherwise than the others")),
        _ => Some((last, "the last of them")),
    }
}
