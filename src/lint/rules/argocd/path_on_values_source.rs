//! Paths that Argo CD ignores.

use super::application::{sources, spec, text};
use crate::diag::{Diagnostic, Kind};
use crate::lint::Object;
use crate::lint::rule::{Check, rule};

rule! {
    /// A source that holds values has a path.
    ///
    /// ## What it does
    ///
    /// Looks for `path` beside `ref` in the sources of Applications among the manifests, where a value file names the
    /// reference.
    ///
    /// ## Why it matters
    ///
    /// `$name/` stands for the root of the repository, whatever the path says. And with a path Argo CD deploys what lies
    /// there as well.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// sources:
    ///   - { repoURL: https://git.example.org/platform.git, ref: values, path: gitops/values }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// sources:
    ///   - { repoURL: https://git.example.org/platform.git, ref: values }
    /// ```
    ///
    /// ## Source
    ///
    /// argoproj/argo-cd#15528, #16024; Argo CD, Multiple Sources for an Application.
    pub(super) static RULE = Kind::new("path-on-values-source", "DV1311"), Argocd, Warn, fix: None, Check::Object(check);
}

fn check(object: &Object<'_>, out: &mut Vec<Diagnostic>) {
    for source in spec(object).into_iter().flat_map(sources) {
        let (Some((name, reference)), Some((_, path))) = (text(source, &["ref"]), text(source, &["path"])) else {
            continue;
        };
        let (Some(here), Some(there)) = (object.line(path), object.line(reference)) else { continue };
        let problem = RULE
            .at(here, format!("the path does not count for `${name}`"))
            .related(there, "the reference")
            .why(format!("`${name}/` is the root of the repository, and what lies below the path is deployed as well"))
            .help("remove the path, and write the whole path behind the reference; what is to be deployed is a source of its own");
        out.push(problem);
    }
}
