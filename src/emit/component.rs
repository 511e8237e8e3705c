//! Everything that belongs to one component: values, manifests, Application.

use std::sync::Arc;

use super::draft::{Body, Draft, TargetName};
use super::footprint::{Footprint, KindName};
use super::{
    Layout, NOT_AN_OBJECT, OPEN_PROJECT, Source, UNANNOUNCED, alloy, application, endpoints, free, hosts, manifests,
    network, secrets, values,
};
use crate::diag::Diagnostic;
use crate::doc::{Doc, Value};
use crate::library::Facts;
use crate::model::{Component, ComponentId, NO_EFFECT};
use crate::source::{Origins, Span};
use crate::spec::InstalledBy;
use crate::template::Data;

/// The drafts of one component.
#[derive(Debug)]
pub struct ComponentDrafts {
    /// The component.
    pub component: ComponentId,
    /// The files.
    pub drafts: Vec<Draft>,
    /// What its project has to allow.
    pub footprint: Footprint,
    /// The origins of all of it, above those of the model.
    pub origins: Arc<Origins>,
    /// What went wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// About as many origins as the files of a small component have.
const ORIGINS: usize = 64;

/// Drafts the files of a component.
pub fn component(source: &Source<'_>, id: ComponentId) -> ComponentDrafts {
    let mut origins = Origins::above(source.platform.origins.clone());
    origins.reserve(ORIGINS);
    let mut out = Vec::new();
    let mut footprint = Footprint::default();
    let drafts = match source.platform.components.get(id.0) {
        Some(component) if component.installed_by.value != InstalledBy::External => {
            let drafts = draft(source, id, component, &mut origins, &mut footprint, &mut out);
            unread(component, &drafts, &mut out);
            drafts
        }
        _ => Vec::new(),
    };
    ComponentDrafts { component: id, drafts, footprint, origins: Arc::new(origins), diagnostics: out }
}

/// Reports sections that stand beside no file that would hold them.
fn unread(component: &Component, drafts: &[Draft], out: &mut Vec<Diagnostic>) {
    let name = &component.name.value;
    let deployed = drafts.iter().any(|draft| draft.target == TargetName::Argocd);
    let by = component.installed_by.value.word();
    let application = component.application.as_ref().filter(|_| !deployed);
    let values = component.values.as_ref().filter(|_| component.chart.is_none() && !component.on_machines);
    let why_not = match component.installed_by.value {
        InstalledBy::Argocd => "it has no chart, and Helm values are those of a chart",
        _ => "it is installed without a chart, by a manifest of its project or commands",
    };
    let sections = [
        ("values", values, why_not.to_owned(), "remove it, or write manifests for what it should say"),
        ("application", application, format!("`{by}` installs it, so there is no Application"), "remove it"),
    ];
    for (section, node, why, help) in sections {
        if let Some(node) = node {
            let message = format!("`{section}` has no effect on `{name}`");
            out.push(Diagnostic::warning(NO_EFFECT, node.span, message).why(why).help(help));
        }
    }
}

fn draft(
    source: &Source<'_>,
    id: ComponentId,
    component: &Component,
    origins: &mut Origins,
    footprint: &mut Footprint,
    out: &mut Vec<Diagnostic>,
) -> Vec<Draft> {
    if component.on_machines {
        return hosts::component(source, id, component, origins, out);
    }
    let context = source.contexts.of(id, origins);
    let values = values::draft(source, id, component, &context, origins, out);
    let objects = objects(source, id, component, &context, origins, out);
    contents(&Place { source, id, component, origins }, &objects, footprint, out);
    let folder = Layout::manifests(&component.name.value);
    let mut drafts: Vec<Draft> = Vec::new();
    let has_manifests = !objects.is_empty();
    for (name, docs) in objects {
        let path = source.layout.file(&format!("{folder}/{name}.yaml"));
        let header = source.layout.header(component.name.origin);
        drafts.push(Draft::yaml(path, TargetName::Manifests, header, docs));
    }
    // What Ansible installed is Ansible's; the manifests beside it are an Application of their own.
    if component.by_argocd() || has_manifests {
        drafts.extend(application::draft(source, id, component, values.as_ref(), has_manifests, origins, footprint));
    }
    drafts.extend(values);
    drafts
}

/// Returns the objects of a component by file: those of the library, those that dvgen derives, those of the user.
fn objects(
    source: &Source<'_>,
    id: ComponentId,
    component: &Component,
    context: &Data,
    origins: &mut Origins,
    out: &mut Vec<Diagnostic>,
) -> Vec<(String, Vec<Doc>)> {
    let mut files: Vec<(String, Vec<Doc>)> = Vec::new();
    let mut add = |name: &str, docs: Vec<Doc>| match files.iter_mut().find(|(old, _)| old == name) {
        Some((_, old)) => old.extend(docs),
        None if docs.is_empty() => {}
        None => files.push((name.to_owned(), docs)),
    };
    for (name, template) in &component.variant.manifests {
        if let Some(doc) = template.render(context, about(source, component), origins, out).doc() {
            let mut docs = Vec::new();
            list(doc, &mut docs);
            add(name, docs);
        }
    }
    add("storage-classes", manifests::storage_classes(source, component));
    add("certificates", manifests::certificates(source, component));
    add(secrets::file(source), secrets::objects(source, id, component, origins));
    add("service-monitor", manifests::service_monitors(source, id, component, origins));
    add("config", alloy::config_map(source, id, component, origins).into_iter().collect());
    add("endpoints", endpoints::config_map(source, id, component, origins).into_iter().collect());
    add("network-policy", network::policy(source, id, component, origins, out).into_iter().collect());
    for manifest in &component.manifests {
        let docs = manifest.documents.iter().map(|node| free::doc(origins, node, "manifest")).collect();
        let stem = manifest.path.value.rsplit('/').next().unwrap_or("manifest");
        add(stem.trim_end_matches(".yaml").trim_end_matches(".yml"), docs);
    }
    files
}

/// Adds what a template makes: an object, or each one of a list of them, which may be of kind `List`.
fn list(mut doc: Doc, all: &mut Vec<Doc>) {
    let has_kind = |doc: &Doc| doc.at(&["kind"]).and_then(Doc::as_str).is_some_and(|kind| kind.ends_with("List"));
    let is_list = doc.at(&["apiVersion"]).is_some() && has_kind(&doc);
    let items = match &mut doc.value {
        Value::List(items) => Some(items),
        Value::Map(map) if is_list => match map.get_mut("items").map(|items| &mut items.value) {
            Some(Value::List(items)) => Some(items),
            _ => None,
        },
        _ => None,
    };
    match items.map(std::mem::take) {
        Some(items) => items.into_iter().for_each(|item| list(item, all)),
        None => all.push(doc),
    }
}

/// Returns the name of a component and its place, for problems of templates.
pub(super) fn about<'a>(source: &Source<'_>, component: &'a Component) -> Option<(&'a str, Span)> {
    Some((&component.name.value, source.platform.origins.written_span(component.name.origin)?))
}

/// Notes what the Application contains, and checks what templates made.
fn contents(place: &Place<'_>, objects: &[(String, Vec<Doc>)], footprint: &mut Footprint, out: &mut Vec<Diagnostic>) {
    let (source, component) = (place.source, place.component);
    footprint.namespaces.entry(component.namespace.value.clone()).or_insert(component.namespace.origin);
    for object in objects.iter().flat_map(|(_, docs)| docs) {
        match KindName::of(object) {
            Some(_) if !is_named(object) => nameless(place, object, out),
            Some(kind) => announced(place, object, &kind, out),
            None => not_an_object(place, object, out),
        }
        footprint.object(source.kinds, object, &component.namespace.value, component.name.origin);
    }
    let Some((repository, _)) = component.chart.as_ref().filter(|_| component.by_argocd()) else { return };
    footprint.repositories.entry(repository.value.clone()).or_insert(repository.origin);
    footprint.listed(source.kinds, component);
    if component.variant.facts.kinds.value().is_none() && component.kinds.is_none() {
        footprint.open = Some(component.name.origin);
        warn_open(source, component, out);
    }
}

fn warn_open(source: &Source<'_>, component: &Component, out: &mut Vec<Diagnostic>) {
    if !component.by_argocd() {
        return;
    }
    if let Some(span) = source.platform.origins.written_span(component.name.origin) {
        let message = format!("the kinds that the chart of `{}` creates are not known", component.name.value);
        let problem = Diagnostic::warning(OPEN_PROJECT, span, message)
            .why(format!("project `{}` has to allow every kind for it", component.project.value));
        out.push(problem.help("list them: `kinds: [Deployment.apps, Service, …]`"));
    }
}

/// A custom kind whose provider the facts do not name would be applied before its definition is there.
fn announced(place: &Place<'_>, object: &Doc, kind: &KindName, out: &mut Vec<Diagnostic>) {
    let text = kind.text();
    let (source, component) = (place.source, place.component);
    let brought = component.variant.facts.provides.value();
    if brought.is_some_and(|brought| Facts::words(&brought.crds).any(|own| own == text)) {
        return;
    }
    let Some(provider) = source.graph.crds.get(text.as_str()).filter(|provider| **provider != place.id) else { return };
    let ordered = source.graph.edges_of(place.id).iter().any(|edge| edge.to == *provider);
    if !ordered && let Some(span) = place.span(object) {
        let message =
            format!("an object of kind {text} is made here, and the facts of `{}` do not say so", component.library);
        let problem = Diagnostic::error(UNANNOUNCED, span, message);
        out.push(problem.help(format!("add `{text}` to `needs.crds` in component.yaml")));
    }
}

/// Returns whether an object has a name, or the server makes one.
fn is_named(object: &Doc) -> bool {
    let has = |key| object.at(&["metadata", key]).is_some();
    has("name") || has("generateName")
}

fn nameless(place: &Place<'_>, object: &Doc, out: &mut Vec<Diagnostic>) {
    if let Some(span) = place.span(object) {
        let message = format!("this object has no name: `{}` would deploy it", place.component.name.value);
        out.push(Diagnostic::error(NOT_AN_OBJECT, span, message).help("give it `metadata: { name: … }`"));
    }
}

fn not_an_object(place: &Place<'_>, object: &Doc, out: &mut Vec<Diagnostic>) {
    if let Some(span) = place.span(object) {
        let message = format!("this is not a Kubernetes object: `{}` would deploy it", place.component.name.value);
        out.push(Diagnostic::error(NOT_AN_OBJECT, span, message).help("give it `apiVersion` and `kind`"));
    }
}

/// Where an object was made.
struct Place<'a> {
    source: &'a Source<'a>,
    id: ComponentId,
    component: &'a Component,
    origins: &'a Origins,
}

impl Place<'_> {
    fn span(&self, object: &Doc) -> Option<Span> {
        self.origins.place(object.origin)
    }
}

/// Returns the documents of a draft, if it has some.
impl Draft {
    /// Returns the YAML documents, if this is a draft of such.
    pub fn documents(&self) -> &[Doc] {
        match &self.body {
            Body::Yaml(docs) => docs,
            _ => &[],
        }
    }
}
