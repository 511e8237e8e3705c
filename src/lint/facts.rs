//! What documents hold, as far as rules ask for it: collected in one walk while the documents of a component are there.

mod alike;
mod apart;
mod application;
mod blocks;
pub(in crate::lint) mod budget;
mod chosen;
mod collect;
mod dashboards;
mod extras;
mod hosts;
mod jobs;
mod lookups;
mod made;
pub(in crate::lint) mod marks;
mod monitors;
mod queries;
pub(in crate::lint) mod refs;
mod selectors;
mod stores;
mod texts;
mod volumes;
mod walk;

pub use alike::maps_alike;
pub use apart::{Copies, Sharing, apart};
pub use application::{ApplicationFact, IgnoredFact};
pub use blocks::{Block, block};
pub use budget::BudgetFact;
pub use collect::{besides, collect};
pub use dashboards::{AskedFact, DatasourceFact, dashboard, is_special};
pub use extras::{EXTRAS, extras};
pub use jobs::JobFact;
pub use made::MadeFact;
pub use monitors::MonitorFact;
pub use queries::QueryFact;
pub use refs::{SecretRef, TlsFact};
pub use selectors::SelectorFact;
pub use stores::{ItemRead, StoreName, StoreRead, Way};
pub use texts::{Lines, TextFact, lines, tree, urls};
pub use walk::maps;

use std::sync::Arc;

use alike::Visit;

use super::rule::Rule;
use crate::diag::Diagnostic;
use crate::doc::{Doc, Known, Map, Marks, PerOutline};
use crate::library::kinds::{KindTables, Scope};
use crate::model::{Component, ComponentId, Platform};
use crate::source::{Origin, OriginId, Origins, Span};

/// A document on its way to a file.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// The platform.
    pub platform: &'a Platform,
    /// The component that it belongs to; none for what speaks of the whole platform.
    pub component: Option<&'a Component>,
    /// The file that it goes to.
    pub path: &'a str,
    /// Its contents.
    pub doc: &'a Doc,
    /// Where its values come from.
    pub origins: &'a Origins,
}

/// An object that a cluster gets.
#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    /// The document that it is.
    pub document: Document<'a>,
    /// Group and version.
    pub api_version: &'a str,
    /// Its kind.
    pub kind: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The namespace that it gets; none for objects of the cluster.
    pub namespace: Option<&'a str>,
}

/// One map of a document, and the keys above it.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The document.
    pub document: Document<'a>,
    /// The map.
    pub map: &'a Map,
    /// Where the map comes from.
    pub origin: OriginId,
    /// The keys above it; items of lists have none.
    pub keys: &'a [&'a str],
    /// What its keys mean, and the last one above it.
    pub marks: u64,
}

/// What a thread knows of the keys and texts of earlier documents.
#[derive(Debug)]
pub struct Seen {
    /// What keys mean.
    pub marks: Marks,
    /// Texts that name no Service and no path of a store.
    pub plain: Known,
    /// The maps of documents of an outline.
    visits: PerOutline<Vec<Visit>>,
    /// Whether Helm values of an outline have a key for further objects.
    extras: PerOutline<bool>,
}

impl Default for Seen {
    fn default() -> Self {
        let (visits, extras) = (PerOutline::default(), PerOutline::default());
        Self { marks: Marks::default(), plain: Known::new(), visits, extras }
    }
}

/// An object that is kept for rules that look across objects.
#[derive(Debug)]
pub struct ObjectFact {
    /// Group and version.
    pub api_version: Arc<str>,
    /// Its kind.
    pub kind: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// The namespace that it gets; none for objects of the cluster.
    pub namespace: Option<Arc<str>>,
    /// The file that it is in.
    pub path: Arc<str>,
    /// The object.
    pub doc: Doc,
}

/// A URL, or `host:port`, that names a Service of the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlFact {
    /// The whole text.
    pub text: Arc<str>,
    /// The keys above it, joined by dots.
    pub keys: String,
    /// The line to change.
    pub span: Span,
    /// Whether a person wrote it, and no template.
    pub written: bool,
    /// The file that it is in.
    pub path: Arc<str>,
    /// The namespace that it is resolved in.
    pub namespace: Option<Arc<str>>,
    /// The `type` beside it.
    pub kind: Option<Arc<str>>,
    /// Whether the text is all that stands at the place, and no line of a longer one.
    pub whole: bool,
    /// The port that stands beside the host, in a key of its own, and its line.
    pub beside: Option<(u16, Span)>,
}

/// A container image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageFact {
    /// Registry and repository, as written.
    pub repository: Arc<str>,
    /// The tag, if one is written.
    pub tag: Option<Arc<str>>,
    /// The digest, if one is written.
    pub digest: Option<Arc<str>>,
    /// The line to change: that of the tag, else that of the image.
    pub span: Span,
    /// Where the repository stands, with what stands there: the whole image where it is one text.
    pub named: Option<(Arc<str>, Span)>,
    /// Whether it is the image of a container, or of something that becomes one: without a tag it is the newest one.
    pub container: bool,
    /// Whether a person wrote it, and no template.
    pub written: bool,
    /// The keys above it, joined by dots.
    pub keys: String,
}

/// What the documents of one component hold.
#[derive(Debug, Default)]
pub struct ComponentFacts {
    /// The component; none for what speaks of the whole platform.
    pub component: Option<ComponentId>,
    /// Where the values of the objects come from; kept only where there are objects.
    pub origins: Option<Arc<Origins>>,
    /// The objects of its manifests.
    pub objects: Vec<ObjectFact>,
    /// URLs of the cluster.
    pub urls: Vec<UrlFact>,
    /// Images.
    pub images: Vec<ImageFact>,
    /// Copies that its chart keeps on nodes of their own.
    pub apart: Vec<Copies>,
    /// Copies of its Deployments that mount one volume.
    pub sharing: Vec<Sharing>,
    /// What a person wrote of where pods run and how they are reached.
    pub blocks: Vec<Block>,
    /// Objects that its chart creates and that its values name.
    pub made: Vec<MadeFact>,
    /// What its Application asks of Argo CD, if it has one.
    pub application: Option<ApplicationFact>,
    /// Disruption budgets of Helm values that let no pod go.
    pub budgets: Vec<BudgetFact>,
    /// Monitors and alerting rules that values ask for.
    pub monitors: Vec<MonitorFact>,
    /// The jobs of Prometheus.
    pub jobs: Vec<JobFact>,
    /// References to Secrets that a person wrote.
    pub secrets: Vec<SecretRef>,
    /// Persistence beside several copies: its line, and that of the number.
    pub shared: Vec<(Span, Option<Span>)>,
    /// Which monitors a Prometheus selects.
    pub selectors: Vec<SelectorFact>,
    /// Datasources of Grafana.
    pub datasources: Vec<DatasourceFact>,
    /// What dashboards ask.
    pub asked: Vec<AskedFact>,
    /// Hosts that are served with TLS.
    pub tls: Vec<TlsFact>,
    /// What reads items of a store.
    pub reads: Vec<StoreRead>,
    /// Objects for stores that stand in Helm values: namespace, unless of the whole cluster, and name.
    pub stores: Vec<(Option<Arc<str>>, Arc<str>)>,
    /// Rules of Prometheus that a person wrote.
    pub queries: Vec<QueryFact>,
    /// The shortest time that stands anywhere for how often something is done, in milliseconds.
    pub interval: Option<u64>,
    /// Texts of several lines that nobody has looked into yet.
    pub texts: Vec<TextFact>,
}

impl ComponentFacts {
    /// Returns whether a value of one of the objects stands in a manifest or the values of the user, and nothing made it.
    pub fn is_written(&self, origin: OriginId) -> bool {
        let origin = self.origins.as_ref().map(|origins| origins.get(origin));
        matches!(origin, Some(Origin::Written { what: "manifest" | "values", .. }))
    }

    /// Returns whether a value of one of the objects stands in a template.
    pub fn is_templated(&self, origin: OriginId) -> bool {
        self.origins.as_ref().is_some_and(|origins| matches!(origins.get(origin), Origin::Template { .. }))
    }

    /// Returns the line that a person has to change for a value of one of the objects.
    pub fn line(&self, origin: OriginId) -> Option<Span> {
        line(self.origins.as_deref()?, origin)
    }

    /// Returns the line of the first of these places of an object that is there, else that of the object.
    pub fn line_at(&self, object: &ObjectFact, paths: &[&[&str]]) -> Option<Span> {
        let found = paths.iter().find_map(|path| object.doc.at(path)).unwrap_or(&object.doc);
        self.line(found.origin)
    }

    /// Drops what stands in values that no chart reads: that has been said, and it has no effect.
    pub fn forget(&mut self, unread: &[Span]) {
        if unread.is_empty() {
            return;
        }
        let read = |span: Span| {
            let holds = |all: &Span| all.file == span.file && all.start <= span.start && span.end <= all.end;
            !unread.iter().any(holds)
        };
        self.urls.retain(|url| read(url.span));
        self.queries.retain(|query| read(query.span));
        self.images.retain(|image| read(image.span));
        self.budgets.retain(|budget| read(budget.span));
        self.monitors.retain(|monitor| read(monitor.span));
        self.secrets.retain(|secret| read(secret.span));
        self.tls.retain(|tls| read(tls.span));
        self.reads.retain(|reader| reader.items.first().is_none_or(|item| read(item.span)));
    }

    /// Keeps the objects of a file.
    pub fn keep(&mut self, platform: &Platform, kinds: &KindTables, path: &str, docs: Vec<Doc>) {
        let path: Arc<str> = path.into();
        let component = self.component.and_then(|id| platform.components.get(id.0));
        for doc in docs {
            let Some(Head { api_version, kind, name }) = Head::of(&doc) else { continue };
            let namespace = namespace(kinds, component, &doc, api_version, kind).map(Arc::from);
            let (api_version, kind, name) = (api_version.into(), kind.into(), name.into());
            self.objects.push(ObjectFact { api_version, kind, name, namespace, path: path.clone(), doc });
        }
    }
}

/// What every object says of itself.
struct Head<'a> {
    api_version: &'a str,
    kind: &'a str,
    name: &'a str,
}

impl<'a> Head<'a> {
    fn of(doc: &'a Doc) -> Option<Self> {
        let map = doc.as_map()?;
        let api_version = map.get("apiVersion")?.as_str()?;
        let kind = map.get("kind")?.as_str()?;
        let name = map.get("metadata")?.as_map()?.get("name")?.as_str()?;
        Some(Self { api_version, kind, name })
    }
}

/// Returns the namespace that an object gets: its own, else that of its Application.
fn namespace<'a>(
    kinds: &KindTables,
    component: Option<&'a Component>,
    doc: &'a Doc,
    api_version: &str,
    kind: &str,
) -> Option<&'a str> {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    if kinds.scope(group, kind) == Some(Scope::Cluster) {
        return None;
    }
    let own = doc.at(&["metadata", "namespace"]).and_then(Doc::as_str);
    own.or_else(|| Some(&*component?.namespace.value))
}

impl<'a> Document<'a> {
    /// Returns the line that a person has to change for a value.
    pub fn line(&self, origin: OriginId) -> Option<Span> {
        line(self.origins, origin)
    }

    /// Returns whether the document is an object of a cluster, and no Helm values.
    pub fn is_object(&self) -> bool {
        Head::of(self.doc).is_some()
    }

    /// Returns the object that the document is.
    pub fn object(self, kinds: &KindTables) -> Option<Object<'a>> {
        let Head { api_version, kind, name } = Head::of(self.doc)?;
        let namespace = namespace(kinds, self.component, self.doc, api_version, kind);
        Some(Object { document: self, api_version, kind, name, namespace })
    }
}

impl<'a> Object<'a> {
    /// Returns the value at a path of map keys.
    pub fn at(&self, path: &[&str]) -> Option<&'a Doc> {
        self.document.doc.at(path)
    }

    /// Returns the line that a person has to change for a value.
    pub fn line(&self, doc: &Doc) -> Option<Span> {
        self.document.line(doc.origin)
    }

    /// Returns `Kind/name`, as people name objects.
    pub fn shown(&self) -> String {
        format!("{}/{}", self.kind, self.name)
    }
}

impl Place<'_> {
    /// Returns a finding about the component of the document, at the line of a value.
    pub fn finding(&self, rule: &Rule, at: OriginId, message: impl Into<String>) -> Option<Diagnostic> {
        let problem = rule.at(self.document.line(at)?, message);
        Some(match self.document.component {
            Some(component) => problem.about(&component.name.value),
            None => problem,
        })
    }
}

/// Returns the line that a person has to change: of the spec or a manifest, else of the template that made it.
fn line(origins: &Origins, origin: OriginId) -> Option<Span> {
    origins.written_span(origin).or_else(|| origins.place(origin))
}
