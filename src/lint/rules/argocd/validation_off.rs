//! Objects that are not validated.

use super::application::spec;
use crate::diag::{Diagnostic, Kind};
use crate::doc::Doc;
use crate::lint::Object;
use crate::lint::rule::{Check, rule};
use crate::lint::rules::order::hooks::items;

rule! {
    /// Objects are applied without validation.
    ///
    /// ## What it does
    ///
    /// Looks for `Validate=false` among the sync options of Applications and objects.
    ///
    /// ## Why it matters
    ///
    /// Misspelt fields get into the cluster and have no effect. Some old charts need it all the same.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// application: { spec: { syncPolicy: { syncOptions: [Validate=false] } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// application: { spec: { syncPolicy: { syncOptions: [ServerSideApply=true] } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Sync Options (Disable Kubectl Validation).
    pub(super) static RULE = Kind::new("validation-off", "DV1322"), Argocd, Off, fix: None, Check::Object(check);
}

fn check(object: &Object<'_>, out: &mut Vec<Diagnostic>) {
    let options = spec(object).and_then(|spec| spec.at(&["syncPolicy", "syncOptions"])).and_then(Doc::as_list);
    let annotation = object.at(&["metadata", "annotations", "argocd.argoproj.io/sync-options"]);
    for option in options.into_iter().flatten().chain(annotation) {
        let off = option.as_str().is_some_and(|text| items(text).any(|option| option == "Validate=false"));
        let Some(span) = object.line(option).filter(|_| off) else { continue };
        let problem = RULE
            .at(span, format!("{} is applied without validation", object.shown()))
            .why("misspelt fields get into the cluster, and have no effect")
            .help("remove `Validate=false`, and repair what the API server then refuses");
        out.push(problem);
    }
}
