//! How many control-plane nodes there are.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
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
    let nodes: Vec<_> = subject.platform.topology.nodes_of(Role::ControlPlane).collect();
    let count = nodes.len();
    let Some(last) = nodes.last().filter(|_| count.is_multiple_of(2)) else { return };
    let Some(span) = subject.line(last.name.origin) else { return };
    let bears = (count - 1) / 2;
    let fails = if bears == 1 { "one of them fails".to_owned() } else { format!("{bears} of them fail") };
    let message = format!("there are {count} control-plane nodes, an even number");
    let problem = RULE.at(span, message).label("the last of them");
    let problem = if bears == 0 {
        problem.why("etcd stops when either of two members fails: that is worse than one member")
    } else {
        problem.why(format!(
            "etcd works while more than half of its members do: it bears that {fails}, as with one node less"
        ))
    };
    out.push(problem.help(format!("have {} or {}", count - 1, count + 1)));
}
