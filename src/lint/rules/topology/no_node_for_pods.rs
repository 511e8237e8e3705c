//! Clusters in which no node takes pods.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Component;
use crate::spec::Role;

rule! {
    /// No node of the cluster takes pods.
    ///
    /// ## What it does
    ///
    /// Looks for a cluster of Talos without a worker whose control planes run no workloads, which is so unless
    /// `scheduleOnControlPlanes` says otherwise.
    ///
    /// ## Why it matters
    ///
    /// All pods wait for ever, Argo CD's too: nothing is ever deployed. Where they run already, each that restarts is gone.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// clusters:
    ///   home: { kind: talos, talos: { version: 1.12.0, scheduleOnControlPlanes: false } }
    /// nodes:
    ///   node01: { role: control-plane, ip: { nodes: 10.11.0.100 } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// clusters:
    ///   home: { kind: talos, talos: { version: 1.12.0, scheduleOnControlPlanes: true } }
    /// nodes:
    ///   node01: { role: control-plane, ip: { nodes: 10.11.0.100 } }
    /// ```
    ///
    /// ## Source
    ///
    /// Talos Linux, Workers on Control Plane Nodes.
    pub(super) static RULE = Kind::new("no-node-for-pods", "DV2094"), Topology, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    let Some(cluster) = platform.own_cluster() else { return };
    let Some(talos) = cluster.talos.as_ref().filter(|talos| !talos.schedules.value) else { return };
    let has = |role: Role| platform.topology.nodes_of(role).next().is_some();
    // What makes the network of pods runs on every node.
    let waits = |component: &&Component| {
        let everywhere = component.variant.facts.network.value() == Some(&true);
        component.is_installed() && !component.on_machines && !everywhere
    };
    let waiting: Vec<&Component> = platform.components.iter().filter(waits).collect();
    let Some(first) = waiting.first().filter(|_| has(Role::ControlPlane) && !has(Role::Worker)) else { return };
    let written = platform.origins.written_span(talos.schedules.origin);
    let Some(span) = written.or_else(|| subject.line(talos.version.origin)) else { return };
    let (name, who) = (&cluster.name.value, &first.name.value);
    let others = waiting.len().saturating_sub(1);
    let who = if others == 0 { format!("`{who}`") } else { format!("`{who}` and {others} more") };
    let problem = RULE
        .at(span, format!("no node of cluster `{name}` takes pods: all are control planes, and those run no workloads"))
        .why(format!("the pods of {who} would wait for ever"))
        .help("write `scheduleOnControlPlanes: true`, or add nodes with `role: worker`");
    out.push(problem);
}
