//! One document of an output, as rules judge it.

use crate::doc::{self, Doc};
use crate::emit::Draft;
use crate::model::ComponentId;
use crate::source::Origins;

/// One document of an output.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    pub(in crate::policy) draft: &'a Draft,
    /// Its place among the documents of the file.
    pub(in crate::policy) number: usize,
    pub(in crate::policy) doc: &'a Doc,
    pub(in crate::policy) origins: &'a Origins,
    pub(in crate::policy) component: Option<ComponentId>,
}

impl<'a> Document<'a> {
    /// Returns the documents of a draft.
    pub fn of(
        draft: &'a Draft,
        origins: &'a Origins,
        component: Option<ComponentId>,
    ) -> impl Iterator<Item = Document<'a>> {
        let documents = draft.documents().iter().enumerate();
        documents.map(move |(number, doc)| Document { draft, number, doc, origins, component })
    }

    /// Returns its file, and its place among the documents of that.
    #[must_use]
    pub fn place(&self) -> (&'a str, usize) {
        (&self.draft.path, self.number)
    }

    /// Returns a string of the document, at a path of keys.
    pub(in crate::policy) fn word(&self, path: &[&str]) -> Option<&'a str> {
        self.doc.at(path).and_then(Doc::as_str)
    }

    /// Returns the group of its kind, empty for the core group.
    pub(in crate::policy) fn api_group(&self) -> &'a str {
        self.word(&["apiVersion"]).and_then(|version| version.split_once('/')).map_or("", |(group, _)| group)
    }

    /// Returns a map of the document, at a path of keys.
    pub(in crate::policy) fn map(&self, path: &[&str]) -> Option<&'a doc::Map> {
        self.doc.at(path).and_then(Doc::as_map)
    }
}
