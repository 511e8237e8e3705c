//! Objects with two owners.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use crate::diag::{Diagnostic, Kind};
use crate::library::kinds::Scope;
use crate::lint::facts::ObjectFact;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{Component, Manifest};
use crate::source::{FileId, Span};
use crate::yaml::Node;

rule! {
    /// Two components create the same object, or one creates it twice.
    ///
    /// ## What it does
    ///
    /// Compares kind, namespace and name of all objects that dvgen knows: manifests, those that it derives (namespaces,
    /// storage classes, secrets, monitors), Services of charts, and what the facts say that values name. A file that is
    /// listed twice makes its objects twice.
    ///
    /// ## Why it matters
    ///
    /// Each Application changes the object to what it says, for ever, and removing one of them removes the object of both.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// storage: { classes: { fast: { component: topolvm, volumeGroup: vg } } }
    /// components:
    ///   topolvm: { version: 17.1.0, manifests: [storage-class-fast.yaml] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// storage: { classes: { fast: { component: topolvm, volumeGroup: vg } } }
    /// components:
    ///   topolvm: { version: 17.1.0 }
    /// ```
    ///
    /// ## Source
    ///
    /// argoproj/argo-cd#22607; Argo CD, Sync Options (Fail the sync if a shared resource is found).
    pub(super) static RULE = Kind::new("duplicate-object", "DV1305"), Argocd, Error, fix: None, Check::Platform(check);
}

/// How many of the others are shown.
const SHOWN: usize = 5;

/// One of several that make an object.
struct Maker<'a> {
    who: Option<&'a Arc<str>>,
    span: Span,
    what: &'static str,
    written: bool,
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for all in subject.alike() {
        let mut groups = BTreeMap::<&str, Vec<&(usize, &ObjectFact)>>::new();
        for item in all {
            groups.entry(group_of(&item.1.api_version)).or_default().push(item);
        }
        for same in groups.into_values().filter(|same| same.len() > 1) {
            let Some((_, object)) = same.first() else { continue };
            let makers = same.iter().filter_map(|(at, object)| manifest(subject, *at, object)).collect();
            out.extend(finding(&shown(object), makers));
        }
    }
    services(subject, out);
    by_values(subject, out);
    out.extend(listed(subject));
}

/// Files that are listed twice: the two objects have one line. Without a namespace in the file they are two in the
/// namespaces of two components.
fn listed(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut first = BTreeMap::<(FileId, &str), (&Component, &Manifest)>::new();
    let mut found = Vec::new();
    for component in &subject.platform.components {
        for manifest in &component.manifests {
            let object = manifest.documents.iter().find(|document| has_one_place(subject, document));
            let Some(object) = object.or(manifest.documents.first()) else { continue };
            let place = if has_one_place(subject, object) { "" } else { &*component.namespace.value };
            match first.entry((object.span.file, place)) {
                Entry::Vacant(entry) => _ = entry.insert((component, manifest)),
                Entry::Occupied(entry) => {
                    found.extend(again(subject, *entry.get(), (component, manifest), object));
                }
            }
        }
    }
    found
}

/// Returns whether an object is the same one whoever deploys it.
fn has_one_place(subject: &Subject<'_>, document: &Node) -> bool {
    let text = |key: &str| document.get(key).and_then(Node::as_scalar).map_or("", |text| text);
    let own = document.get("metadata").and_then(|metadata| metadata.get("namespace"));
    own.is_some() || subject.kinds.scope(group_of(text("apiVersion")), text("kind")) == Some(Scope::Cluster)
}

fn again(
    subject: &Subject<'_>,
    (one, first): (&Component, &Manifest),
    (two, second): (&Component, &Manifest),
    object: &Node,
) -> Option<Diagnostic> {
    let text = |node: Option<&Node>| node.and_then(Node::as_scalar).map(ToString::to_string).unwrap_or_default();
    let name = object.get("metadata").and_then(|metadata| metadata.get("name"));
    let object = format!("{} `{}`", text(object.get("kind")), text(name));
    let (path, one_name, two_name) = (&second.path.value, &one.name.value, &two.name.value);
    let there = subject.line(first.path.origin)?;
    let here = subject.line(second.path.origin).filter(|here| *here != there);
    let here = here.or_else(|| subject.line(two.name.origin))?;
    let message = if one_name == two_name {
        format!("`{two_name}` lists `{path}` twice: it creates {object} two times")
    } else {
        format!("`{two_name}` lists `{path}`, as `{one_name}` does: both create {object}")
    };
    let problem = RULE
        .at(here, message)
        .related(there, "listed here first")
        .why("each would undo what the other one does, for ever, and removing one removes the object of both")
        .help("keep it in one place");
    Some(problem.about(two_name))
}

fn group_of(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

fn shown(object: &ObjectFact) -> String {
    let ObjectFact { kind, name, .. } = object;
    match &object.namespace {
        Some(namespace) => format!("{kind} `{name}` in namespace `{namespace}`"),
        None => format!("{kind} `{name}`"),
    }
}

fn manifest<'a>(subject: &Subject<'a>, at: usize, object: &ObjectFact) -> Option<Maker<'a>> {
    let facts = subject.facts.get(at)?;
    let span = facts.line_at(object, &[&["metadata", "name"]])?;
    let written = facts.is_written(object.doc.origin);
    let what = if written { "here" } else { "dvgen makes it from this" };
    Some(Maker { who: subject.component(at).map(|component| &component.name.value), span, what, written })
}

/// Services that charts create, against those among the manifests.
fn services(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (at, object) in subject.objects_of("Service") {
        let Some(namespace) = object.namespace.as_deref() else { continue };
        let Some((owner, service)) = subject.service(namespace, &object.name) else { continue };
        let written = subject.facts.get(at).is_some_and(|facts| facts.is_written(object.doc.origin));
        if !written || owner.chart.is_none() || !owner.by_argocd() {
            continue;
        }
        let place = subject.line(service.name.origin).or_else(|| subject.line(owner.name.origin));
        let Some(span) = place else { continue };
        let chart = Maker { who: Some(&owner.name.value), span, what: "its chart makes it", written: false };
        out.extend(finding(&shown(object), manifest(subject, at, object).into_iter().chain([chart]).collect()));
    }
}

/// Objects that charts create because values name them.
fn by_values(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let mut first = BTreeMap::<(&str, &str, &str), (usize, Span)>::new();
    for (at, made) in
        subject.facts.iter().enumerate().flat_map(|(at, facts)| facts.made.iter().map(move |made| (at, made)))
    {
        let Some(component) = subject.component(at) else { continue };
        let (kind, group) = made.kind.split_once('.').unwrap_or((&made.kind, ""));
        let own = &*component.namespace.value;
        let cluster = subject.kinds.scope(group, kind) == Some(Scope::Cluster);
        let namespace = if cluster { "" } else { own };
        let who = Some(&component.name.value);
        let maker = Maker { who, span: made.span, what: "these values make it", written: true };
        let mut makers: Vec<Maker<'_>> = vec![maker];
        let objects = subject.objects(kind, namespace, &made.name);
        let objects = objects.into_iter().filter(|(_, object)| group_of(&object.api_version) == group);
        makers.extend(objects.filter_map(|(other, object)| manifest(subject, other, object)));
        if let Some((other, span)) = first.insert((&made.kind, namespace, &made.name), (at, made.span)) {
            let who = subject.component(other).map(|component| &component.name.value);
            makers.push(Maker { who, span, what: "these values make it", written: true });
        }
        out.extend(finding(&format!("{kind} `{}`", made.name), makers));
    }
}

/// The one that a person wrote is the line to change, and the last of several.
fn finding(object: &str, mut makers: Vec<Maker<'_>>) -> Option<Diagnostic> {
    makers.sort_by_key(|maker| (!maker.written, std::cmp::Reverse(maker.span)));
    makers.dedup_by_key(|maker| maker.span);
    let (here, others) = makers.split_first()?;
    let other = others.first()?;
    let message = match (here.who, other.who) {
        (Some(one), Some(two)) if one != two => format!("`{one}` and `{two}` both create {object}"),
        (Some(one), None) => format!("`{one}` creates {object}, which dvgen makes itself"),
        (Some(one), _) => format!("`{one}` creates {object} twice"),
        (None, _) => format!("{object} is created twice"),
    };
    let problem = RULE.at(here.span, message);
    let name = |who: Option<&Arc<str>>| who.map_or_else(|| "the platform".to_owned(), |who| format!("`{who}`"));
    let problem = others
        .iter()
        .take(SHOWN)
        .fold(problem, |problem, other| problem.related(other.span, format!("{}: {}", name(other.who), other.what)));
    let problem = problem
        .why("each would undo what the other one does, for ever, and removing one removes the object of both")
        .help("keep it in one place, or give one of the two another name");
    Some(here.who.into_iter().fold(problem, Diagnostic::about))
}
