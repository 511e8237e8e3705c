//! Workloads that do not select their own pods.

use crate::diag::{Diagnostic, Kind};
use crate::doc::Doc;
use crate::lint::facts::Object;
use crate::lint::rule::{Check, rule};

rule! {
    /// A workload selects other pods than it makes.
    ///
    /// ## What it does
    ///
    /// Compares `selector.matchLabels` of Deployments, StatefulSets, DaemonSets and ReplicaSets in manifests with the labels of
    /// their pods.
    ///
    /// ## Why it matters
    ///
    /// The server refuses the workload.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Deployment
    /// spec:
    ///   selector: { matchLabels: { app: web } }
    ///   template: { metadata: { labels: { app: web-ui } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Deployment
    /// spec:
    ///   selector: { matchLabels: { app: web } }
    ///   template: { metadata: { labels: { app: web } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, Deployments.
    pub(super) static RULE = Kind::new("workload-selector", "DV1406"), Wiring, Error, fix: None, Check::Object(check);
}

fn check(object: &Object<'_>, out: &mut Vec<Diagnostic>) {
    if !matches!(object.kind, "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet") {
        return;
    }
    let Some(wanted) = object.at(&["spec", "selector", "matchLabels"]).and_then(Doc::as_map) else { return };
    let labels = object.at(&["spec", "template", "metadata", "labels"]);
    for (key, value) in wanted.iter() {
        let there = labels.and_then(|labels| labels.at(&[&key.text]));
        if there.is_some_and(|there| there.value == value.value) {
            continue;
        }
        let Some(span) = object.line(value) else { continue };
        let mut problem = RULE
            .at(span, format!("the pods of `{}` have no such label `{}`", object.shown(), key.text))
            .why("the server refuses the workload")
            .help("write the same labels in `selector.matchLabels` and in `template.metadata.labels`");
        if let Some(there) = there.or(labels).and_then(|there| object.line(there)) {
            problem = problem.related(there, "the labels of the pods");
        }
        out.push(match object.document.component {
            Some(component) => problem.about(&component.name.value),
            None => problem,
        });
    }
}
