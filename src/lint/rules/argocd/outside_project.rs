//! Applications that their project does not allow.

use std::collections::BTreeMap;

use super::application::{applications, kept, list, sources, text};
use super::generated::{filled, patterns};
use crate::diag::{Diagnostic, Kind};
use crate::doc::Doc;
use crate::lint::facts::ObjectFact;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::glob;
use crate::source::Span;

rule! {
    /// The project of an Application does not allow its repository, its destination or a kind.
    ///
    /// ## What it does
    ///
    /// Compares the repositories and the destination of Applications and ApplicationSets among the manifests with
    /// `sourceRepos` and `destinations` of their project: an AppProject among the manifests, or one that dvgen makes. A
    /// namespace that is made out of folders of the repository is compared for each folder; one that
    /// `CreateNamespace=true` creates needs the kind Namespace in `clusterResourceWhitelist`. Names of clusters are compared
    /// with names and addresses with addresses. What dvgen deploys is in projects that allow it by construction, and what
    /// charts of other Applications hold is not known here.
    ///
    /// ## Why it matters
    ///
    /// Argo CD refuses the Application, and deploys nothing of it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: AppProject
    /// metadata: { name: tools }
    /// spec:
    ///   sourceRepos: [https://charts.example.org]
    ///   destinations: [{ server: https://kubernetes.default.svc, namespace: tools }]
    /// ---
    /// kind: Application
    /// spec: { project: tools, destination: { server: https://kubernetes.default.svc, namespace: web } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Application
    /// spec: { project: tools, destination: { server: https://kubernetes.default.svc, namespace: tools } }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Projects.
    pub(super) static RULE = Kind::new("outside-project", "DV1370"), Argocd, Error, fix: None, Check::Platform(check);
}

/// The address and the name of the cluster that Argo CD runs in.
const HERE: (&str, &str) = ("https://kubernetes.default.svc", "in-cluster");

/// A project, and where it is told of.
struct Project<'a> {
    object: &'a ObjectFact,
    span: Option<Span>,
    /// Whether dvgen makes it.
    made: bool,
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let mut projects = BTreeMap::<&str, Project<'_>>::new();
    for (at, object) in subject.objects_of("AppProject") {
        let made = subject.component(at).is_none();
        let place: &[&[&str]] = if made { &[] } else { &[&["metadata", "name"]] };
        let span = subject.facts.get(at).and_then(|facts| facts.line_at(object, place));
        projects.entry(&object.name).or_insert(Project { object, span, made });
    }
    for (at, object) in applications(subject) {
        let Some(spec) = kept(object) else { continue };
        let Some(project) = text(spec, &["project"]).and_then(|(name, _)| projects.get(name)) else { continue };
        let mut said = Vec::new();
        for (url, doc) in sources(spec).filter_map(|source| text(source, &["repoURL"])) {
            if !allows_source(project.object, url) && !said.contains(&url) {
                said.push(url);
                out.extend(finding(
                    subject,
                    (at, object),
                    project,
                    doc,
                    &format!("the repository `{url}`"),
                    "sourceRepos",
                ));
            }
        }
        out.extend(destination(subject, (at, object), project, spec));
        out.extend(namespace(subject, (at, object), project, spec));
    }
}

/// Judges the namespace that is deployed to; where it is made out of folders, that of each of them.
fn destination(
    subject: &Subject<'_>,
    user: (usize, &ObjectFact),
    project: &Project<'_>,
    spec: &Doc,
) -> Option<Diagnostic> {
    let destination = spec.at(&["destination"])?;
    let doc = destination.at(&["namespace"])?;
    let written = doc.as_str()?;
    let refused = |namespace: &str| !allows_destination(project.object, destination, namespace);
    if !written.contains("{{") {
        let what = format!("the namespace `{written}` of this cluster");
        return refused(written).then(|| finding(subject, user, project, doc, &what, "destinations"))?;
    }
    let repository = subject.platform.repository.as_ref()?;
    let folders = patterns(subject, repository, &user.1.doc).into_iter().filter(|pattern| pattern.folders);
    let folders: Vec<_> = folders.filter_map(|pattern| pattern.found).collect();
    let of_folder = |folder: &String| filled(written, folder).filter(|namespace| refused(namespace));
    let mut all = folders.iter().flat_map(|found| found.iter());
    let (folder, namespace) = all.find_map(|folder| Some((folder, of_folder(folder)?)))?;
    let what = format!("the namespace `{namespace}` of folder `{folder}`");
    finding(subject, user, project, doc, &what, "destinations")
}

/// Judges whether a namespace may be created, where that is asked for and nobody else does it.
fn namespace(
    subject: &Subject<'_>,
    user: (usize, &ObjectFact),
    project: &Project<'_>,
    spec: &Doc,
) -> Option<Diagnostic> {
    let option = list(spec, &["syncPolicy", "syncOptions"]).find(|option| option.as_str() == Some(CREATE))?;
    let name = spec.at(&["destination", "namespace"]).and_then(Doc::as_str)?;
    let there = subject.known_services().has(name) || !subject.objects("Namespace", "", name).is_empty();
    let named = |entry: &Doc| {
        let text = |key: &str| entry.at(&[key]).and_then(Doc::as_str).unwrap_or_default();
        glob::fits(text("group"), "", None) && glob::fits(text("kind"), "Namespace", None)
    };
    let has = |name: &str| list(&project.object.doc, &["spec", name]).any(named);
    if there || has("clusterResourceWhitelist") && !has("clusterResourceBlacklist") {
        return None;
    }
    let what = format!("the kind Namespace, which `{CREATE}` creates");
    finding(subject, user, project, option, &what, "clusterResourceWhitelist")
}

/// The sync option that creates namespaces.
const CREATE: &str = "CreateNamespace=true";

/// Returns whether a list allows something: an entry fits, and none that begins with `!` does.
fn allows<'a>(entries: impl Iterator<Item = &'a Doc>, fits: impl Fn(&str) -> bool) -> bool {
    let mut allowed = false;
    for entry in entries.filter_map(Doc::as_str) {
        match entry.strip_prefix('!') {
            Some(denied) if fits(denied) => return false,
            Some(_) => {}
            None => allowed |= fits(entry),
        }
    }
    allowed
}

fn allows_source(project: &ObjectFact, url: &str) -> bool {
    let plain = |url: &str| {
        let url = url.trim().trim_end_matches('/').to_lowercase();
        url.strip_suffix(".git").unwrap_or(&url).trim_start_matches("oci://").to_owned()
    };
    let url = plain(url);
    allows(list(&project.doc, &["spec", "sourceRepos"]), |entry| {
        entry == "*" || glob::fits(&plain(entry), &url, Some('/'))
    })
}

fn allows_destination(project: &ObjectFact, destination: &Doc, namespace: &str) -> bool {
    let (server, name) = cluster(destination);
    list(&project.doc, &["spec", "destinations"]).any(|entry| {
        let (servers, names) = cluster(entry);
        let same =
            |pattern: &str, text: &str| !pattern.is_empty() && !text.is_empty() && glob::fits(pattern, text, None);
        // One has the address and the other the name of a cluster: they may be the same.
        let unlike = (servers.is_empty() || server.is_empty()) && (names.is_empty() || name.is_empty());
        let cluster =
            same(servers, server) || same(names, name) || unlike || server.contains("{{") || name.contains("{{");
        let allowed = field(entry, "namespace");
        // Who denies is rare, and the other entries say what is allowed.
        cluster && (allowed.starts_with('!') || glob::fits(allowed, namespace, None))
    })
}

/// Returns the address and the name of a cluster, as far as they are known: of the one that Argo CD runs in both are.
fn cluster(doc: &Doc) -> (&str, &str) {
    let (server, name) = (field(doc, "server"), field(doc, "name"));
    if server == HERE.0 || name == HERE.1 { HERE } else { (server, name) }
}

fn field<'a>(doc: &'a Doc, key: &str) -> &'a str {
    doc.at(&[key]).and_then(Doc::as_str).unwrap_or_default()
}

fn finding(
    subject: &Subject<'_>,
    (at, object): (usize, &ObjectFact),
    project: &Project<'_>,
    doc: &Doc,
    what: &str,
    list: &str,
) -> Option<Diagnostic> {
    let span = subject.facts.get(at)?.line(doc.origin)?;
    let (kind, name, of) = (&object.kind, &object.name, &project.object.name);
    let problem = RULE
        .at(span, format!("project `{of}` of {kind} `{name}` does not allow {what}"))
        .why("Argo CD refuses the Application, and deploys nothing of it");
    let label = if project.made { "dvgen makes the project, of the components in it" } else { "the project" };
    let problem = project.span.into_iter().fold(problem, |problem, span| problem.related(span, label));
    let problem = problem.help(if project.made {
        "make it a component, which dvgen adds to the project, or put the Application into a project of its own"
            .to_owned()
    } else {
        format!("add it to `{list}` of project `{of}`, or put the Application into another project")
    });
    Some(subject.component(at).into_iter().fold(problem, |problem, component| problem.about(&component.name.value)))
}
