//! Value files of a source that does not exist.

use super::application::{sources, spec, text};
use crate::diag::{Diagnostic, Kind, did_you_mean};
use crate::doc::Doc;
use crate::lint::Object;
use crate::lint::rule::{Check, rule};

rule! {
    /// A value file is in a source that the Application does not have.
    ///
    /// ## What it does
    ///
    /// Compares `$name/` of value files with the `ref` of sources, in Applications among the manifests. dvgen's own
    /// Applications are right by construction.
    ///
    /// ## Why it matters
    ///
    /// Argo CD looks for a file with this name in the chart, and the Application cannot be compared.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// sources:
    ///   - { repoURL: …, chart: web, targetRevision: 1.0.0, helm: { valueFiles: [$valuez/web.yaml] } }
    ///   - { repoURL: …, ref: values }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// sources:
    ///   - { repoURL: …, chart: web, targetRevision: 1.0.0, helm: { valueFiles: [$values/web.yaml] } }
    ///   - { repoURL: …, ref: values }
    /// ```
    ///
    /// ## Source
    ///
    /// argoproj/argo-cd#15463.
    pub(super) static RULE = Kind::new("unknown-values-source", "DV1319"), Argocd, Error, fix: None, Check::Object(check);
}

fn check(object: &Object<'_>, out: &mut Vec<Diagnostic>) {
    let Some(spec) = spec(object) else { return };
    let references: Vec<&str> = sources(spec).filter_map(|source| source.at(&["ref"])?.as_str()).collect();
    if references.iter().any(|reference| reference.contains("{{")) {
        return;
    }
    for source in sources(spec) {
        let files = source.at(&["helm", "valueFiles"]).and_then(Doc::as_list);
        for file in files.into_iter().flatten() {
            let name = text(file, &[]).and_then(|(text, _)| text.strip_prefix('$')?.split('/').next());
            let Some(name) = name.filter(|name| !references.contains(name)) else { continue };
            let Some(span) = object.line(file) else { continue };
            let mut problem = RULE
                .at(span, format!("{} has no source with `ref: {name}`", object.shown()))
                .why("Argo CD looks for a file of this name in the chart, and the Application cannot be compared");
            problem.help.extend(did_you_mean(name, references.iter().copied()));
            out.push(problem.help(format!("add a source with `ref: {name}` and the repository of the file")));
        }
    }
}
