//! What of two platforms the search for causes asks again and again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{Component, Platform};

/// The platforms of an environment on both sides, with their components by what causes follow.
pub(in crate::diff) struct Scope<'a> {
    base: &'a Platform,
    head: &'a Platform,
    libraries: BTreeMap<&'a str, Vec<&'a str>>,
    alone: (Alone<'a>, Alone<'a>),
    manifests: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

/// The components of a side that the other one has not, by their namespaces.
type Alone<'a> = BTreeMap<&'a str, Vec<&'a str>>;

impl<'a> Scope<'a> {
    /// Reads both sides once.
    pub(in crate::diff) fn new(base: &'a Platform, head: &'a Platform) -> Self {
        let mut libraries: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let gone = base.components.iter().filter(|old| head.component(&old.name.value).is_none());
        for component in head.components.iter().chain(gone) {
            libraries.entry(&component.library).or_default().push(&component.name.value);
        }
        let mut manifests: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for component in base.components.iter().chain(&head.components) {
            for manifest in &component.manifests {
                manifests.entry(&manifest.path.value).or_default().insert(&component.name.value);
            }
        }
        Self { base, head, libraries, alone: (alone(base, head), alone(head, base)), manifests }
    }

    /// Returns the environment.
    pub(super) fn environment(&self) -> &'a Arc<str> {
        &self.head.environment.value
    }

    /// Returns a component as it is, or as it was.
    pub(super) fn component(&self, name: &str) -> Option<&'a Component> {
        self.head.component(name).or_else(|| self.base.component(name))
    }

    /// Returns the components that a file of manifests is of; none of any other file.
    pub(super) fn of_manifest(&self, file: &str) -> Option<&BTreeSet<&'a str>> {
        self.manifests.get(file)
    }

    /// Returns the components of both sides that are made of an entry of the library.
    pub(super) fn of_library(&self, library: &str) -> &[&'a str] {
        self.libraries.get(library).map_or(&[], Vec::as_slice)
    }

    /// Iterates over the components that came or went in the namespace of a component.
    pub(super) fn neighbours(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let sides = [(self.base, &self.alone.0), (self.head, &self.alone.1)];
        let near = sides.into_iter().filter_map(move |(platform, alone)| {
            let namespace = &*platform.component(name)?.namespace.value;
            alone.get(namespace)
        });
        near.flatten().copied()
    }
}

fn alone<'a>(own: &'a Platform, other: &Platform) -> Alone<'a> {
    let mut found = Alone::new();
    for component in own.components.iter().filter(|one| other.component(&one.name.value).is_none()) {
        found.entry(&component.namespace.value).or_default().push(&component.name.value);
    }
    found
}
