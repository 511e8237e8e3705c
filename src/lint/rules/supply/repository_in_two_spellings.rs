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
    /// Compares `repository.url`, the repositories of charts, and those of Applications, ApplicationSets and AppProjects among
    /// the manifests: with https or ssh, with `.git` or a slash at the end or without, in capitals.
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
    for component in &subject.platform.components {
        let Some((url, _)) = &component.chart else { continue };
        // What the library says of its charts is one spelling.
        if let Some(span) = subject.platform.origins.written_span(url.origin) {
            let problem = compared(&mut first, &url.value, span);
            out.extend(problem.map(|problem| problem.about(&component.name.value)));
        }
    }
    for (at, object) in
        ["AppProject", "Application", "ApplicationSet"].into_iter().flat_map(|kind| subject.objects_of(kind))
    {
        let (Some(facts), Some(component)) = (subject.facts.get(at), subject.component(at)) else { continue };
        for doc in urls(&object.doc) {
            let (Some(url), Some(span)) = (doc.as_str(), facts.line(doc.origin)) else { continue };
            out.extend(compared(&mut first, url, span).map(|problem| problem.about(&component.name.value)));
        }
    }
}

/// Compares a URL with the first one of its repository.
fn compared(first: &mut BTreeMap<String, (String, Span)>, url: &str, span: Span) -> Option<Diagnostic> {
    // Patterns and what a project denies are no repositories.
    if url.contains(['*', '{', '!']) {
        return None;
    }
    let (known, there) = first.entry(identity(url)).or_insert_with(|| (url.to_owned(), span));
    if known == url {
        return None;
    }
    let problem = RULE
        .at(span, format!("`{url}` is the repository `{known}` in another spelling"))
        .related(*there, "the other spelling")
        .why("Argo CD keeps credentials and permissions by URL: what holds for one does not hold for the other")
        .help("write it the same way everywhere");
    Some(problem.fix(false, format!("write `{known}`"), span, known.as_str()))
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
