//! Objects that are on both sides, each with all that changed in it.

use std::collections::BTreeMap;

use super::{At, Case, Finding};
use crate::diff::report::{Change, ChangeKind, FileChange, Object};
use crate::doc::Doc;

/// An object that is on both sides.
pub(super) struct Pair<'a> {
    pub(super) component: Option<&'a str>,
    pub(super) file: &'a FileChange,
    pub(super) object: &'a Object,
    pub(super) before: &'a Doc,
    pub(super) after: &'a Doc,
    changes: Vec<(At, &'a Change)>,
}

impl<'a> Pair<'a> {
    /// Iterates over the changes below some paths, but those of an order.
    fn below<'p>(&'p self, paths: &'p [&str]) -> impl Iterator<Item = (At, &'a Change)> + 'p {
        let is_about = |change: &Change| paths.iter().any(|path| change.path.starts_with(path));
        self.changes.iter().copied().filter(move |(_, change)| is_about(change))
    }

    /// Returns whether something changed below a path, apart from the order of a list.
    pub(super) fn has_below(&self, path: &str) -> bool {
        self.below(&[path]).any(|(_, change)| change.kind != ChangeKind::Reordered)
    }

    /// Lets a finding be about the changes below some paths; where nothing is, about the first one of all.
    pub(super) fn about(&self, finding: Finding, paths: &[&str]) -> Finding {
        let mut below = self.below(paths).peekable();
        let first = self.changes.first().copied().filter(|_| below.peek().is_none());
        below.chain(first).fold(finding, |finding, (at, change)| finding.about(at, change))
    }
}

/// Returns the objects that are on both sides and differ, apart from the order of their lists.
pub(super) fn pairs<'a>(case: &Case<'a>, wanted: impl Fn(&Object) -> bool) -> Vec<Pair<'a>> {
    let mut pairs: Vec<Pair<'a>> = Vec::new();
    let mut known: BTreeMap<(usize, &Object), Option<usize>> = BTreeMap::new();
    for (at, component, file, change) in case.changes() {
        let Some(object) = change.object.as_ref().filter(|object| wanted(object)) else { continue };
        let place = *known.entry((at.0, object)).or_insert_with(|| {
            let (before, after) = case.objects(file, change)?;
            pairs.push(Pair { component, file, object, before, after, changes: Vec::new() });
            Some(pairs.len() - 1)
        });
        if let Some(pair) = place.and_then(|place| pairs.get_mut(place)) {
            pair.changes.push((at, change));
        }
    }
    pairs.retain(|pair| {
        pair.changes.iter().any(|(_, change)| !change.is_whole_object() && change.kind != ChangeKind::Reordered)
    });
    pairs
}
