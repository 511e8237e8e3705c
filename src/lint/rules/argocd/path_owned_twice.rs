//! Applications over the files that dvgen writes.

use super::application::{sources, spec, text};
use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Value};
use crate::lint::Object;
use crate::lint::rule::{Check, rule};
use crate::model::Repository;
use crate::source::Origin;

rule! {
    /// An Application of a manifest deploys files that dvgen has Applications for.
    ///
    /// ## What it does
    ///
    /// Looks at the sources of Applications and ApplicationSets among the manifests, and at the folders that generators look
    /// through, for those that lie in the outputs of dvgen, or that hold them and are read with all folders below.
    ///
    /// ## Why it matters
    ///
    /// Two Applications own the same objects: each undoes what the other one does, often in another namespace, and removing
    /// one removes the objects of both.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Application
    /// spec: { source: { repoURL: https://git.example.org/demo.git, path: gitops/manifests/web } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   web: { manifests: [web.yaml] }
    /// ```
    ///
    /// ## Source
    ///
    /// argoproj/argo-cd#2937; Argo CD, "Shared Resource Warning".
    pub(super) static RULE = Kind::new("path-owned-twice", "DV1351"), Argocd, Error, fix: None, Check::Object(check);
}

fn check(object: &Object<'_>, out: &mut Vec<Diagnostic>) {
    let Some(repository) = object.document.platform.repository.as_ref() else { return };
    let Some(spec) = spec(object) else { return };
    for source in sources(spec).filter(|source| is_own(repository, source)) {
        let all = matches!(source.at(&["directory", "recurse"]).map(|flag| &flag.value), Some(Value::Bool(true)));
        let path =
            text(source, &["path"]).filter(|(path, _)| lies_in(repository, path) || all && holds(repository, path));
        out.extend(path.and_then(|(path, doc)| finding(object, path, doc)));
    }
    let generators = object.at(&["spec", "generators"]).and_then(Doc::as_list).into_iter().flatten();
    for git in generators.filter_map(|generator| generator.at(&["git"])).filter(|git| is_own(repository, git)) {
        let folders = git.at(&["directories"]).and_then(Doc::as_list).into_iter().flatten();
        let left_out =
            |folder: &&Doc| matches!(folder.at(&["exclude"]).map(|flag| &flag.value), Some(Value::Bool(true)));
        let paths = folders.filter(|folder| !left_out(folder)).filter_map(|folder| text(folder, &["path"]));
        let hit =
            |(path, _): &(&str, &Doc)| lies_in(repository, path.split(['*', '?', '[']).next().unwrap_or_default());
        out.extend(paths.filter(hit).filter_map(|(path, doc)| finding(object, path, doc)));
    }
}

/// Returns whether a source is the repository of the platform.
pub(super) fn is_own(repository: &Repository, source: &Doc) -> bool {
    let own = plain(&repository.url.value);
    text(source, &["repoURL"]).is_some_and(|(url, _)| plain(url).eq_ignore_ascii_case(own))
}

/// Returns a URL without what may stand at its end.
fn plain(url: &str) -> &str {
    let url = url.trim_end_matches('/');
    url.strip_suffix(".git").unwrap_or(url)
}

/// Returns the folders that dvgen writes for Argo CD, from the root of the repository.
fn outputs(repository: &Repository) -> [String; 2] {
    let root = tidy(&repository.path.value);
    let below = |name: &str| if root.is_empty() { name.to_owned() } else { format!("{root}/{name}") };
    [below("gitops"), below("environments")]
}

pub(super) fn tidy(path: &str) -> &str {
    let path = path.strip_prefix("./").unwrap_or(path).trim_matches('/');
    if path == "." { "" } else { path }
}

pub(super) fn lies_in(repository: &Repository, path: &str) -> bool {
    let path = tidy(path);
    outputs(repository)
        .iter()
        .any(|own| path.strip_prefix(own.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

fn holds(repository: &Repository, path: &str) -> bool {
    let path = tidy(path);
    outputs(repository)
        .iter()
        .any(|own| path.is_empty() || own.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')))
}

fn finding(object: &Object<'_>, path: &str, doc: &Doc) -> Option<Diagnostic> {
    let Object { kind, name, document, .. } = object;
    // The Applications of dvgen itself are made of what the spec says.
    if !matches!(document.origins.get(doc.origin), Origin::Written { what: "manifest", .. }) {
        return None;
    }
    let problem = RULE
        .at(object.line(doc)?, format!("{kind} `{name}` deploys `{path}`, for which dvgen writes Applications"))
        .why("two Applications own the same objects: each undoes what the other one does")
        .help("remove it: each component has an Application of its own; files of yours belong outside of the outputs");
    Some(document.component.into_iter().fold(problem, |problem, component| problem.about(&component.name.value)))
}
