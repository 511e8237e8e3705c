//! One repository under two URLs.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Kind};
use crate::doc::Doc;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::source::Span;

rule! {
    /// One repository is written in two ways.
    ///
    /// ## What it does
    ///
    /// Compares `repository.url` with the repositories of Applications, ApplicationSets and AppProjects among the manifests:
    /// with https or ssh, with `.git` or without.
    ///
    /// ## Why it matters
    ///
    /// Argo CD keeps credentials by URL, a project allows URLs, and a webhook names one: what holds for one spelling does not
    /// hold for the other.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// repository: { url: https://git.example.org/team/platform.git }
    /// # and in a manifest: repoURL: git@git.example.org:team/platform.git
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// repository: { url: https://git.example.org/team/platform.git }
    /// # and in a manifest: repoURL: https://git.example.org/team/platform.git
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Private Repositories.
    pub(super) static RULE = Kind::new("repository-in-two-spellings", "DV1707"), Supply, Warn, fix: Unsafe,
        Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let mut first = BTreeMap::<String, (String, Span)>::new();
    if let Some(repository) = &subject.platform.repository
        && let Some(span) = subject.line(repository.url.origin)
    {
        first.insert(identity(&repository.url.value), (repository.url.value.to_string(), span));
    }
    for (at, object) in
        ["AppProject", "Application", "ApplicationSet"].into_iter().flat_map(|kind| subject.objects_of(kind))
    {
        let Some(facts) = subject.facts.get(at) else { continue };
        for doc in urls(&object.doc) {
            let (Some(url), Some(span)) = (doc.as_str(), facts.line(doc.origin)) else { continue };
            let (known, there) = first.entry(identity(url)).or_insert_with(|| (url.to_owned(), span));
            if known == url || url.contains(['*', '{']) {
                continue;
            }
            let component = subject.component(at);
            let problem = RULE
                .at(span, format!("`{url}` is the repository `{known}` in another spelling"))
                .related(*there, "the other spelling")
                .why("Argo CD keeps credentials and permissions by URL: what holds for one does not hold for the other")
                .help("write it the same way everywhere")
                .fix(false, format!("write `{known}`"), span, known.as_str());
            out.push(component.into_iter().fold(problem, |problem, component| problem.about(&component.name.value)));
        }
    }
}

/// Returns the URLs of repositories in an object of Argo CD.
fn urls(object: &Doc) -> Vec<&Doc> {
    let list = |path: &[&str]| object.at(path).and_then(Doc::as_list).into_iter().flatten();
    let mut all: Vec<&Doc> = list(&["spec", "sourceRepos"]).collect();
    all.extend(list(&["spec", "generators"]).filter_map(|generator| generator.at(&["git", "repoURL"])));
    for spec in [&["spec"][..], &["spec", "template", "spec"]].into_iter().filter_map(|path| object.at(path)) {
        let several = spec.at(&["sources"]).and_then(Doc::as_list).into_iter().flatten();
        let sources = several.chain(spec.at(&["source"]));
        all.extend(sources.filter_map(|source| source.at(&["repoURL"])));
    }
    all
}

/// Returns what is the same in all spellings of a URL: host and path.
fn identity(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let rest = rest.split_once('@').map_or(rest, |(_, rest)| rest);
    // `git@host:path` is the short form of ssh.
    let rest = if scheme.is_empty() { rest.replacen(':', "/", 1) } else { rest.to_owned() };
    let rest = rest.trim_end_matches('/');
    rest.strip_suffix(".git").unwrap_or(rest).to_ascii_lowercase()
}
