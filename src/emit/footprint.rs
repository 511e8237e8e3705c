//! What an Application contains: the kinds, namespaces and repositories that its project has to allow.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::doc::Doc;
use crate::library::Facts;
use crate::library::kinds::{KindTables, Scope};
use crate::model::Component;
use crate::source::OriginId;
use crate::yaml::Field;

/// A kind with its group; the core group is empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KindName {
    /// The group, empty for the core.
    pub group: Arc<str>,
    /// The kind.
    pub kind: Arc<str>,
}

impl KindName {
    /// Reads `Kind.group`, or `Kind` for the core group.
    pub fn parse(text: &str) -> Self {
        let (kind, group) = text.split_once('.').unwrap_or((text, ""));
        Self { group: group.into(), kind: kind.into() }
    }

    /// Returns the kind of an object.
    pub fn of(object: &Doc) -> Option<Self> {
        let kind = object.at(&["kind"])?.as_str()?;
        let version = object.at(&["apiVersion"])?.as_str()?;
        let group = version.split_once('/').map_or("", |(group, _)| group);
        Some(Self { group: group.into(), kind: kind.into() })
    }

    /// Returns `Kind.group`, or `Kind` for the core group.
    pub fn text(&self) -> String {
        if self.group.is_empty() { self.kind.to_string() } else { format!("{}.{}", self.kind, self.group) }
    }
}

/// What Applications contain, each with the first thing that contains it.
#[derive(Clone, Debug, Default)]
pub struct Footprint {
    /// Kinds without a namespace.
    pub cluster: BTreeMap<KindName, OriginId>,
    /// Kinds in a namespace.
    pub namespaced: BTreeMap<KindName, OriginId>,
    /// Namespaces.
    pub namespaces: BTreeMap<Arc<str>, OriginId>,
    /// Repositories.
    pub repositories: BTreeMap<Arc<str>, OriginId>,
    /// The certificate issuers among the objects.
    pub issuers: std::collections::BTreeSet<Arc<str>>,
    /// A component whose kinds are not known.
    pub open: Option<OriginId>,
}

impl Footprint {
    /// Adds an object that dvgen emits. The origin is one of the platform: those of the object live in the arena of
    /// its component, which the projects cannot read.
    pub fn object(&mut self, tables: &KindTables, object: &Doc, default_namespace: &Arc<str>, origin: OriginId) {
        let Some(kind) = KindName::of(object) else { return };
        if matches!(&*kind.kind, "ClusterIssuer" | "Issuer") {
            let name = object.at(&["metadata", "name"]).and_then(Doc::as_str);
            self.issuers.extend(name.map(Arc::from));
        }
        let namespace = object.at(&["metadata", "namespace"]);
        let scope = tables.scope(&kind.group, &kind.kind);
        // A kind that no table has may be in a namespace or not: Argo CD looks only into the list that fits.
        if scope == Some(Scope::Cluster) || (scope.is_none() && namespace.is_none()) {
            self.cluster.entry(kind.clone()).or_insert(origin);
        }
        if scope == Some(Scope::Cluster) {
            return;
        }
        self.namespaced.entry(kind).or_insert(origin);
        let name = namespace.and_then(Doc::as_str).map_or_else(|| default_namespace.clone(), Arc::from);
        self.namespaces.entry(name).or_insert(origin);
    }

    /// Adds the kinds that the spec lists. A kind that no table has is allowed with a namespace and without: Argo CD
    /// looks only into the list that fits.
    pub fn listed(&mut self, tables: &KindTables, component: &Component) {
        for kind in component.kinds.iter().flatten() {
            let name = KindName::parse(&kind.value);
            let scope = tables.scope(&name.group, &name.kind);
            if scope != Some(Scope::Namespaced) {
                self.cluster.entry(name.clone()).or_insert(kind.origin);
            }
            if scope != Some(Scope::Cluster) {
                self.namespaced.entry(name).or_insert(kind.origin);
            }
        }
    }

    /// Adds what the chart of a component creates, as far as its facts tell.
    pub fn chart(&mut self, tables: &KindTables, component: &Component) {
        let Some(kinds) = component.variant.facts.kinds.value() else { return };
        let origin = component.version.as_ref().map_or(component.name.origin, |version| version.origin);
        let cluster = Facts::words(&kinds.cluster).map(|kind| (kind, Scope::Cluster));
        let namespaced = Facts::words(&kinds.namespaced).map(|kind| (kind, Scope::Namespaced));
        for (kind, said) in cluster.chain(namespaced) {
            let name = KindName::parse(kind);
            match tables.scope(&name.group, &name.kind).unwrap_or(said) {
                Scope::Cluster => self.cluster.entry(name).or_insert(origin),
                Scope::Namespaced => self.namespaced.entry(name).or_insert(origin),
            };
        }
        for namespace in kinds.namespaces.value().into_iter().flatten().filter_map(Field::value) {
            self.namespaces.entry(namespace.0.clone()).or_insert(origin);
        }
    }

    /// Adds everything of another footprint.
    pub fn extend(&mut self, other: Self) {
        for (key, origin) in other.cluster {
            self.cluster.entry(key).or_insert(origin);
        }
        for (key, origin) in other.namespaced {
            self.namespaced.entry(key).or_insert(origin);
        }
        for (key, origin) in other.namespaces {
            self.namespaces.entry(key).or_insert(origin);
        }
        for (key, origin) in other.repositories {
            self.repositories.entry(key).or_insert(origin);
        }
        self.issuers.extend(other.issuers);
        self.open = self.open.or(other.open);
    }
}
