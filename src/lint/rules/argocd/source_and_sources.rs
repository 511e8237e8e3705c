//! Applications with one source and with several.

use super::application::spec;
use crate::diag::{Diagnostic, Kind};
use crate::lint::Object;
use crate::lint::rule::{Check, rule};

rule! {
    /// An Application has both `source` and `sources`.
    ///
    /// ## What it does
    ///
    /// Looks at Applications and ApplicationSets among the manifests.
    ///
    /// ## Why it matters
    ///
    /// Argo CD ignores `source`, and what it deployed is pruned.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// spec:
    ///   source: { repoURL: https://git.example.org/web.git, path: web }
    ///   sources: [{ repoURL: https://git.example.org/web.git, path: extra }]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// spec:
    ///   sources:
    ///     - { repoURL: https://git.example.org/web.git, path: web }
    ///     - { repoURL: https://git.example.org/web.git, path: extra }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Multiple Sources for an Application.
    pub(super) static RULE = Kind::new("source-and-sources", "DV1316"), Argocd, Error, fix: None, Check::Object(check);
}

fn check(object: &Object<'_>, out: &mut Vec<Diagnostic>) {
    let Some(spec) = spec(object) else { return };
    let (Some(one), Some(many)) = (spec.at(&["source"]), spec.at(&["sources"])) else { return };
    let (Some(here), Some(there)) = (object.line(one), object.line(many)) else { return };
    let problem = RULE
        .at(here.at_start(), format!("`source` of {} is ignored", object.shown()))
        .related(there.at_start(), "only these count")
        .why("Argo CD deploys only what `sources` names, and prunes the rest")
        .help("move it into `sources`, or remove it");
    out.push(problem);
}
