//! Applications that may remove everything.

use super::application::spec;
use crate::diag::{Diagnostic, Kind};
use crate::doc::Value;
use crate::lint::Object;
use crate::lint::rule::{Check, rule};

rule! {
    /// An Application prunes, and may be empty.
    ///
    /// ## What it does
    ///
    /// Looks for `allowEmpty: true` beside `prune: true`.
    ///
    /// ## Why it matters
    ///
    /// Argo CD refuses to remove all objects of an Application at once. With `allowEmpty` it does, when a path is wrong or a
    /// template makes nothing.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// application: { spec: { syncPolicy: { automated: { allowEmpty: true } } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// application: { spec: { syncPolicy: { automated: { allowEmpty: false } } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Automated Sync Policy (Allow-Empty); the outage of Skyscanner in 2021.
    pub(super) static RULE = Kind::new("allow-empty-with-prune", "DV1301"), Argocd, Warn, fix: Unsafe, Check::Object(check);
}

fn check(object: &Object<'_>, out: &mut Vec<Diagnostic>) {
    let Some(automated) = spec(object).and_then(|spec| spec.at(&["syncPolicy", "automated"])) else { return };
    let on = |name: &str| automated.at(&[name]).filter(|doc| doc.value == Value::Bool(true));
    let (Some(empty), Some(_)) = (on("allowEmpty"), on("prune")) else { return };
    let Some(span) = object.line(empty) else { return };
    let problem = RULE
        .at(span, format!("{} may remove everything that it deployed", object.shown()))
        .why("without `allowEmpty` Argo CD refuses to prune all objects at once, which a wrong path asks for")
        .help("remove `allowEmpty`; to take the component away, remove it from the spec");
    out.push(problem.fix(false, "do not allow it to be empty", span, "false"));
}
