//! Objects of Argo CD where it does not look.

use crate::diag::{Diagnostic, Kind};
use crate::lint::Object;
use crate::lint::rule::{Check, rule};

rule! {
    /// An Application or a project is in a namespace that Argo CD does not read.
    ///
    /// ## What it does
    ///
    /// Compares the namespace of Applications, ApplicationSets and AppProjects among the manifests with that of Argo CD. It
    /// keeps silent about Applications where Argo CD's own values name further namespaces.
    ///
    /// ## Why it matters
    ///
    /// Argo CD never sees it: nothing is deployed, and nothing is reported.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: AppProject
    /// metadata: { name: team-a }      # of a component in the namespace `team-a`
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: AppProject
    /// metadata: { name: team-a, namespace: argocd }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Applications in any namespace.
    pub(super) static RULE = Kind::new("outside-argocd-namespace", "DV1310"), Argocd, Error, fix: None, Check::Object(check);
}

fn check(object: &Object<'_>, out: &mut Vec<Diagnostic>) {
    if !object.api_version.starts_with("argoproj.io/") || object.document.component.is_none() {
        return;
    }
    if !matches!(object.kind, "Application" | "ApplicationSet" | "AppProject") {
        return;
    }
    let platform = object.document.platform;
    let argocd = platform.argocd_namespace();
    let elsewhere = platform.argocd.is_none() || (object.kind != "AppProject" && reads_others(platform));
    let Some(namespace) = object.namespace.filter(|own| **own != *argocd.value) else { return };
    let place = object.at(&["metadata", "namespace"]).or_else(|| object.at(&["metadata", "name"]));
    let Some(span) = place.and_then(|place| object.line(place)).filter(|_| !elsewhere) else { return };
    let problem = RULE
        .at(span, format!("{} is in namespace `{namespace}`, and Argo CD reads `{}`", object.shown(), argocd.value))
        .why("Argo CD never sees it: nothing is deployed, and nothing is reported")
        .help(format!("write `namespace: {}`", argocd.value));
    out.push(problem);
}

/// Returns whether Argo CD's values let it read Applications of other namespaces.
fn reads_others(platform: &crate::model::Platform) -> bool {
    let argocd = platform.argocd.and_then(|id| platform.components.get(id.0));
    argocd.and_then(|argocd| argocd.values.as_ref()).is_some_and(|values| {
        let params = values.get("configs").and_then(|configs| configs.get("params"));
        params.is_some_and(|params| {
            params.get("application.namespaces").is_some()
                || params.get("applicationsetcontroller.namespaces").is_some()
        })
    })
}
