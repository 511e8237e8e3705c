//! Pods that are nailed to a node that does not exist.

use crate::diag::{Diagnostic, Kind, did_you_mean, nearest};
use crate::doc::Doc;
use crate::lint::facts::Place;
use crate::lint::rule::{Check, rule};
use crate::spec::InstalledBy;

rule! {
    /// A pod names a node that the platform does not have.
    ///
    /// ## What it does
    ///
    /// Compares `nodeName` of pods in manifests and `values:` with the nodes of the spec, by their name with or without a
    /// domain. A platform that describes no nodes is left alone.
    ///
    /// ## Why it matters
    ///
    /// Nobody schedules a pod that has a node already. Where the node does not exist, no kubelet starts it, and it is removed
    /// after a while without a word.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Pod
    /// spec: { nodeName: worker-9 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Pod
    /// spec: { nodeSelector: { kubernetes.io/hostname: worker-1 } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, Assigning Pods to Nodes ("nodeName").
    pub(super) static RULE = Kind::new("unknown-node-name", "DV1150"), Topology, Error, fix: Unsafe,
        Check::Map(|key| key == "nodeName", check);
}

fn check(place: &Place<'_>, out: &mut Vec<Diagnostic>) {
    let Some(doc) = place.map.get("nodeName") else { return };
    let Some(name) = doc.as_str().filter(|name| !name.is_empty() && !name.contains(['{', '$', ' '])) else { return };
    let document = &place.document;
    let external = document.component.is_some_and(|component| component.installed_by.value == InstalledBy::External);
    // Elsewhere the key may be anything.
    let pod = !document.is_object() || place.map.get("containers").and_then(Doc::as_list).is_some();
    let nodes = &document.platform.topology.nodes;
    let names = || nodes.iter().map(|node| &*node.name.value);
    let host = name.split('.').next().unwrap_or(name);
    if nodes.is_empty() || external || !pod || !document.is_written(doc.origin) || names().any(|node| node == host) {
        return;
    }
    let message = format!("there is no node `{name}`");
    let Some(mut problem) = place.finding(&RULE, doc.origin, message) else { return };
    problem = problem.why("no kubelet starts a pod of a node that does not exist");
    problem = did_you_mean(name, names()).into_iter().fold(problem, Diagnostic::help);
    if let (Some(near), Some(span)) = (nearest(name, names()), document.line(doc.origin)) {
        problem = problem.fix(false, format!("change to `{near}`"), span, near);
    }
    out.push(problem);
}
