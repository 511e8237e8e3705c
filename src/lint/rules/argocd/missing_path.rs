//! Applications over files that are not there.

use super::application::{applications, kept, list, sources, text};
use super::generated::{Pattern, filled, is_here, patterns};
use super::path_owned_twice::{lies_in, tidy};
use crate::diag::{Diagnostic, Kind, Severity};
use crate::doc::{Doc, Value};
use crate::lint::facts::ObjectFact;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Repository;

rule! {
    /// An Application reads a folder or a file of the repository that is not there.
    ///
    /// ## What it does
    ///
    /// Looks at Applications and ApplicationSets among the manifests whose source is the repository of the platform, at
    /// its revision: `path`, `valueFiles` (also by `$name/`), and what git generators look through. A path has to be in the
    /// repository or among the outputs of dvgen, and hold something that Argo CD deploys; so have the folders that a generator
    /// finds. Other repositories, other revisions and patterns that begin with a star are left alone.
    ///
    /// ## Why it matters
    ///
    /// Argo CD cannot compare the Application: "app path does not exist". A generator that finds nothing makes no
    /// Application, and removes those that it had made.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Application
    /// spec: { source: { repoURL: https://git.example.org/demo.git, path: aps/web, targetRevision: main } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Application
    /// spec: { source: { repoURL: https://git.example.org/demo.git, path: apps/web, targetRevision: main } }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Tool Detection, Git Generator.
    pub(super) static RULE = Kind::new("missing-path", "DV1371"), Argocd, Error, fix: None, Check::Platform(check),
        softer: "where nothing is found to deploy";
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let Some(repository) = subject.platform.repository.as_ref() else { return };
    for (at, object) in applications(subject) {
        let Some(spec) = kept(object) else { continue };
        let application = Application { subject, at, object };
        let mut lost: Vec<(String, &Doc)> = Vec::new();
        for source in sources(spec).filter(|source| is_here(repository, source, "targetRevision")) {
            let Some((path, doc)) = text(source, &["path"]) else { continue };
            // Of its own outputs another rule speaks.
            if lies_in(repository, path) {
                continue;
            }
            if !subject.tree.has(tidy(path)) {
                lost.push((path.to_owned(), doc));
            } else if !deploys(subject, source, path) {
                out.extend(application.empty(&[path.to_owned()], doc));
            }
        }
        let folders = lost.clone();
        for source in sources(spec) {
            // In a folder that is not there no file is.
            let inside = |doc: &Doc| folders.iter().any(|(_, lost)| lost.origin == doc.origin);
            if !text(source, &["path"]).is_some_and(|(_, doc)| inside(doc)) {
                let files = value_files(repository, spec, source);
                lost.extend(files.into_iter().filter(|(path, _)| !subject.tree.has(path)));
            }
        }
        out.extend(lost.into_iter().filter_map(|(path, doc)| application.missing(&path, doc)));
        for pattern in patterns(subject, repository, &object.doc) {
            out.extend(application.generated(repository, spec, &pattern));
        }
    }
}

/// Returns whether a folder holds something that Argo CD deploys.
fn deploys(subject: &Subject<'_>, source: &Doc, path: &str) -> bool {
    let recurses = source.at(&["directory", "recurse"]).is_some_and(|flag| flag.value == Value::Bool(true));
    // A plugin reads what it likes.
    if recurses || source.at(&["plugin"]).is_some() {
        return true;
    }
    let path = tidy(path);
    let Some(files) = subject.tree.below(path) else { return true };
    files.iter().any(|file| {
        let name = file.strip_prefix(path).map(|rest| rest.trim_start_matches('/')).filter(|name| !name.contains('/'));
        name.is_some_and(|name| {
            name == "Kustomization" || ENDS.iter().any(|end| name.rsplit_once('.').is_some_and(|(_, own)| own == *end))
        })
    })
}

/// How the names of files end that Argo CD reads of a plain folder.
const ENDS: [&str; 4] = ["yaml", "yml", "json", "jsonnet"];

/// Returns the value files of a source that are in the repository of the platform.
fn value_files<'a>(repository: &Repository, spec: &'a Doc, source: &'a Doc) -> Vec<(String, &'a Doc)> {
    let may_miss = source.at(&["helm", "ignoreMissingValueFiles"]).is_some_and(|it| it.value == Value::Bool(true));
    let files = list(source, &["helm", "valueFiles"]).filter(|_| !may_miss).filter_map(|file| text(file, &[]));
    let file = |(file, doc): (&'a str, &'a Doc)| {
        let path = match file.strip_prefix('$') {
            Some(named) => {
                let (name, path) = named.split_once('/')?;
                let other = sources(spec).find(|other| other.at(&["ref"]).and_then(Doc::as_str) == Some(name))?;
                is_here(repository, other, "targetRevision").then(|| path.to_owned())?
            }
            None if file.contains("://") || !is_here(repository, source, "targetRevision") => return None,
            None => match file.strip_prefix('/') {
                Some(path) => path.to_owned(),
                None => format!("{}/{file}", tidy(text(source, &["path"])?.0)),
            },
        };
        // A pattern of files may fit none.
        (!path.contains(['*', '?', '['])).then_some((path, doc))
    };
    files.filter_map(file).collect()
}

/// An Application or `ApplicationSet`, with the index of its facts.
#[derive(Clone, Copy)]
struct Application<'a, 's> {
    subject: &'s Subject<'a>,
    at: usize,
    object: &'a ObjectFact,
}

impl Application<'_, '_> {
    fn finding(self, doc: &Doc, message: String, severity: Severity) -> Option<Diagnostic> {
        let mut problem = RULE.at(self.subject.facts.get(self.at)?.line(doc.origin)?, message);
        problem.severity = severity;
        let component = self.subject.component(self.at);
        Some(component.into_iter().fold(problem, |problem, component| problem.about(&component.name.value)))
    }

    fn missing(self, path: &str, doc: &Doc) -> Option<Diagnostic> {
        let ObjectFact { kind, name, .. } = self.object;
        let message = format!("{kind} `{name}` reads `{path}`, which is not in the repository");
        let problem = self.finding(doc, message, Severity::Error)?;
        let problem = problem.why("Argo CD cannot compare the Application, and deploys nothing of it");
        Some(problem.help("name a path from the root of the repository; dvgen writes its own below `gitops/`"))
    }

    fn empty(self, folders: &[String], doc: &Doc) -> Option<Diagnostic> {
        let first = folders.first()?;
        let more =
            if folders.len() > 1 { format!(" and of {} more folders", folders.len() - 1) } else { String::new() };
        let ObjectFact { kind, name, .. } = self.object;
        let message = match &**kind {
            "ApplicationSet" => {
                format!("{kind} `{name}` makes an Application of `{first}`{more}, where there is nothing to deploy")
            }
            _ => format!("{kind} `{name}` reads `{first}`, where there is nothing to deploy"),
        };
        let problem = self.finding(doc, message, Severity::Warning)?;
        let problem = problem.why("Argo CD calls an Application without objects synced and healthy");
        Some(problem.help("name the folder that holds the manifests, or leave the folder out with `exclude: true`"))
    }

    /// Judges what a generator finds.
    fn generated(self, repository: &Repository, spec: &Doc, pattern: &Pattern<'_>) -> Option<Diagnostic> {
        let start = pattern.text.split(['*', '?', '[']).next().unwrap_or_default();
        let found = pattern.found.as_ref().filter(|_| !lies_in(repository, start))?;
        if found.is_empty() {
            let what = if pattern.folders { "folder" } else { "file" };
            let (text, name) = (pattern.text, &self.object.name);
            let message = format!("no {what} of the repository fits `{text}`, which ApplicationSet `{name}` looks for");
            let problem = self.finding(pattern.doc, message, Severity::Warning)?;
            let problem = problem.why("it makes no Application, and removes those that it had made");
            return Some(problem.help("name folders from the root of the repository"));
        }
        let tree = &self.subject.tree;
        let mut empty: Vec<String> = Vec::new();
        for source in sources(spec).filter(|source| pattern.folders && is_here(repository, source, "targetRevision")) {
            let Some(path) = source.at(&["path"]).and_then(Doc::as_str).filter(|path| path.contains("{{")) else {
                continue;
            };
            let paths = found.iter().filter_map(|folder| filled(path, folder));
            empty.extend(paths.filter(|path| !tree.has(tidy(path)) || !deploys(self.subject, source, path)));
        }
        self.empty(&empty, pattern.doc)
    }
}
