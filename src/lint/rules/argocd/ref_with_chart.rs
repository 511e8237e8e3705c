//! References to charts.

use super::application::{sources, spec};
use crate::diag::{Diagnostic, Kind};
use crate::lint::Object;
use crate::lint::rule::{Check, rule};

rule! {
    /// A source with a chart has a reference.
    ///
    /// ## What it does
    ///
    /// Looks for `ref` beside `chart` in the sources of Applications among the manifests.
    ///
    /// ## Why it matters
    ///
    /// Argo CD refuses the Application: only a Git repository can be referred to.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// sources:
    ///   - { repoURL: https://charts.example.org, chart: web, targetRevision: 1.0.0, ref: values }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// sources:
    ///   - { repoURL: https://charts.example.org, chart: web, targetRevision: 1.0.0 }
    ///   - { repoURL: https://git.example.org/platform.git, ref: values }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Multiple Sources for an Application.
    pub(super) static RULE = Kind::new("ref-with-chart", "DV1314"), Argocd, Error, fix: None, Check::Object(check);
}

fn check(object: &Object<'_>, out: &mut Vec<Diagnostic>) {
    for source in spec(object).into_iter().flat_map(sources) {
        let (Some(reference), Some(chart)) = (source.at(&["ref"]), source.at(&["chart"])) else { continue };
        let (Some(here), Some(there)) = (object.line(reference), object.line(chart)) else { continue };
        let problem = RULE
            .at(here, "a chart cannot be referred to")
            .related(there, "the chart")
            .why("Argo CD refuses the Application: a `ref` stands for the files of a Git repository")
            .help("move `ref` to a source of its own, with the repository that the value files lie in");
        out.push(problem);
    }
}
