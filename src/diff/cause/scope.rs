//! What of two platforms the search for causes asks again and again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::names::Called;
use crate::diff::rename::Renames;
use crate::model::{Component, Platform};
use crate::source::{FileId, Origins, Span};

/// The platforms of an environment on both sides, with their components by what causes follow.
pub(in crate::diff) struct Scope<'a> {
    base: &'a Platform,
    head: &'a Platform,
    libraries: BTreeMap<&'a str, Vec<&'a str>>,
    alone: (Alone<'a>, Alone<'a>),
    manifests: (Manifests<'a>, Manifests<'a>),
    services: Vec<Called<'a>>,
}

/// The components of a side that the other one has not, by their namespaces.
type Alone<'a> = BTreeMap<&'a str, Vec<&'a str>>;

/// The components that name a file of manifests.
type Manifests<'a> = BTreeMap<FileId, BTreeSet<&'a str>>;

impl<'a> Scope<'a> {
    /// Reads both sides once.
    pub(in crate::diff) fn new(base: &'a Platform, head: &'a Platform, renames: &Renames) -> Self {
        let mut libraries: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let gone = base.components.iter().filter(|old| head.component(&old.name.value).is_none());
        for component in head.components.iter().chain(gone) {
            libraries.entry(&component.library).or_default().push(&component.name.value);
        }
        let manifests = (manifests(base), manifests(head));
        let alone = (alone(base, head), alone(head, base));
        Self { base, head, libraries, alone, manifests, services: services(base, head, renames) }
    }

    /// Returns the Services that have another name.
    pub(super) fn services(&self) -> &[Called<'a>] {
        &self.services
    }

    /// Returns where the origins of the platforms live.
    pub(super) fn origins(&self) -> (Option<&'a Origins>, Option<&'a Origins>) {
        (Some(&*self.base.origins), Some(&*self.head.origins))
    }

    /// Returns the environment.
    pub(super) fn environment(&self) -> &'a Arc<str> {
        &self.head.environment.value
    }

    /// Returns a component as it is, or as it was.
    pub(super) fn component(&self, name: &str) -> Option<&'a Component> {
        self.head.component(name).or_else(|| self.base.component(name))
    }

    /// Returns whether a place on each side is in a file of manifests, and in one that a component names; `None` of any other file.
    pub(super) fn in_manifest_of(&self, name: &str, (base, head): (Option<Span>, Option<Span>)) -> Option<bool> {
        let of = |all: &Manifests<'a>, at: Option<Span>| Some(all.get(&at?.file)?.contains(name));
        let (before, after) = (of(&self.manifests.0, base), of(&self.manifests.1, head));
        (before.is_some() || after.is_some()).then(|| before == Some(true) || after == Some(true))
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

fn services<'a>(base: &'a Platform, head: &'a Platform, renames: &Renames) -> Vec<Called<'a>> {
    let both = base.components.iter().filter_map(|old| {
        let name = renames.after(&old.name.value).unwrap_or(&old.name.value);
        Some((old, head.component(name)?))
    });
    let of = |(old, new): (&'a Component, &'a Component)| {
        let pairs = old.services.iter().filter_map(|before| Some((before, new.service(&before.id)?)));
        pairs.filter_map(|(before, after)| Called::new(&new.name.value, before, after)).collect::<Vec<_>>()
    };
    both.flat_map(of).collect()
}

fn manifests(platform: &Platform) -> Manifests<'_> {
    let mut found = Manifests::new();
    for component in &platform.components {
        // A path can be written in several ways; what was read of it knows its file.
        for document in component.manifests.iter().filter_map(|manifest| manifest.documents.first()) {
            found.entry(document.span.file).or_default().insert(&*component.name.value);
        }
    }
    found
}
