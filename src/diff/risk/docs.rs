//! Objects of the outputs, each found by its file and by what it is called: a file of many must not cost its square.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diff::report::{FileChange, Object};
use crate::doc::Doc;
use crate::emit::{Artifact, Body};
use crate::pipeline::Environment;

/// Objects of one kind and one name: the first one, and each by its namespace.
struct Named<'a> {
    first: &'a Doc,
    by_namespace: BTreeMap<Option<&'a str>, &'a Doc>,
}

/// The documents of one file.
struct File<'a> {
    all: &'a [Doc],
    named: BTreeMap<(&'a str, &'a str), Named<'a>>,
}

/// The documents of the files of an environment in which something differs.
pub(super) struct Docs<'a> {
    files: BTreeMap<&'a str, File<'a>>,
}

impl<'a> Docs<'a> {
    /// Reads the files whose paths are among those that are wanted.
    fn of<'p>(environment: &'a Environment, wanted: impl Iterator<Item = &'p str>) -> Self {
        let short = |artifact: &'a Artifact| artifact.path.strip_prefix(environment.folder.as_str());
        let all: BTreeMap<&str, &Artifact> =
            environment.artifacts.iter().filter_map(|artifact| Some((short(artifact)?, artifact))).collect();
        let found = wanted.filter_map(|path| {
            let (path, artifact) = all.get_key_value(path)?;
            let Some(Body::Yaml(docs)) = &artifact.body else { return None };
            Some((*path, File { all: docs, named: named(docs) }))
        });
        Self { files: found.collect() }
    }

    /// Reads both sides of files.
    pub(super) fn both(
        (base, head): (&'a Environment, &'a Environment),
        files: &[(Option<Arc<str>>, FileChange)],
    ) -> (Self, Self) {
        let before = files.iter().map(|(_, file)| file.was.as_ref().unwrap_or(&file.path).as_str());
        let after = files.iter().map(|(_, file)| file.path.as_str());
        (Self::of(base, before), Self::of(head, after))
    }

    /// Returns an object of a file. One that moves had another namespace.
    pub(super) fn find(&self, path: &str, wanted: &Object) -> Option<&'a Doc> {
        let named = self.files.get(path)?.named.get(&(wanted.kind.as_str(), wanted.name.as_str()))?;
        Some(named.by_namespace.get(&wanted.namespace.as_deref()).copied().unwrap_or(named.first))
    }

    /// Returns the document of a file that has only one.
    pub(super) fn only(&self, path: &str) -> Option<&'a Doc> {
        match self.files.get(path)?.all {
            [one] => Some(one),
            _ => None,
        }
    }
}

fn named(docs: &[Doc]) -> BTreeMap<(&str, &str), Named<'_>> {
    let mut named: BTreeMap<(&str, &str), Named<'_>> = BTreeMap::new();
    for doc in docs {
        let text = |path: &[&str]| doc.at(path).and_then(Doc::as_str);
        let (Some(kind), Some(name)) = (text(&["kind"]), text(&["metadata", "name"])) else { continue };
        let own = named.entry((kind, name)).or_insert_with(|| Named { first: doc, by_namespace: BTreeMap::new() });
        own.by_namespace.entry(text(&["metadata", "namespace"])).or_insert(doc);
    }
    named
}
