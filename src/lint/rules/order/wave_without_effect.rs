//! Waves where Argo CD does not look for them.

use super::hooks::{self, WAVE};
use crate::diag::{Diagnostic, Kind};
use crate::lint::Place;
use crate::lint::rule::{Check, rule};

rule! {
    /// A sync wave stands where Argo CD does not look for one.
    ///
    /// ## What it does
    ///
    /// Reports `argocd.argoproj.io/sync-wave` on the pods of a workload, on the Applications that an ApplicationSet
    /// makes, and on other objects that something else than Argo CD makes out of a template.
    ///
    /// ## Why it matters
    ///
    /// Argo CD orders only what it applies itself. An ApplicationSet makes all its Applications at once, whatever their
    /// waves say.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: ApplicationSet
    /// spec: { template: { metadata: { annotations: { argocd.argoproj.io/sync-wave: "2" } } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   grafana: { requires: [loki] }   # waves of Applications follow from the order of components
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Sync Phases and Waves; ApplicationSet, Progressive Syncs.
    pub(super) static RULE = Kind::new("wave-without-effect", "DV1213"), Order, Error, fix: None, Check::Map(|key| key == WAVE, check);
}

fn check(place: &Place<'_>, out: &mut Vec<Diagnostic>) {
    if !hooks::are_annotations(place.keys) {
        return;
    }
    let Some(wave) = place.map.get(WAVE) else { return };
    let Some(whose) = whose(place) else { return };
    let Some(span) = place.document.line(wave.origin) else { return };
    let problem = RULE
        .at(span, format!("a sync wave on {whose} has no effect"))
        .label("Argo CD does not read it here")
        .why("Argo CD orders only the objects that it applies itself, by their own `metadata.annotations`");
    out.push(problem.help(
        "put it on the object itself, to order the objects of one component; the order of components follows from `requires:`",
    ));
}

/// Returns what else than an object the annotations are on.
pub(super) fn whose(place: &Place<'_>) -> Option<&'static str> {
    let is_object = place.document.doc.at(&["apiVersion"]).is_some();
    match place.keys {
        ["metadata" | "items", ..] if is_object && place.keys.len() <= 3 => None,
        [.., "podAnnotations"] if !is_object => Some("pods"),
        // Charts take annotations for objects of all sorts: which, only the chart knows.
        _ if !is_object => None,
        _ => match place.document.doc.at(&["kind"]).and_then(crate::doc::Doc::as_str) {
            Some("ApplicationSet") => Some("an Application that an ApplicationSet makes"),
            Some("Deployment" | "StatefulSet" | "DaemonSet" | "Job" | "CronJob" | "ReplicaSet") => Some("pods"),
            _ => Some("something that is made out of a template"),
        },
    }
}
