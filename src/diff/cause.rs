//! Which edit caused which change: the origins of what changed, followed to the lines that were edited.

mod index;
mod names;
mod near;
mod scope;

use std::collections::BTreeSet;

pub(super) use scope::Scope;

use index::Index;

use super::edits::Placed;
use super::report::ChangeKind;
use super::tree::Raw;
use crate::source::{Origin, OriginId, Origins, SourceMap, Span};

/// Most origins that are visited for one change.
const BUDGET: usize = 400;

/// The edits, to be found by places of either side.
pub(super) struct Causes<'a> {
    pub(super) edits: &'a [Placed],
    base: Vec<(Span, usize)>,
    head: Vec<(Span, usize)>,
    sources: (&'a SourceMap, &'a SourceMap),
    index: Index<'a>,
}

/// What the values of one file are made of, on both sides.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    /// The arenas that the origins live in.
    pub(super) origins: (Option<&'a Origins>, Option<&'a Origins>),
    /// The platforms.
    pub(super) scope: &'a Scope<'a>,
    /// The component that the file is of.
    pub(super) component: Option<&'a str>,
    /// The path of the file; empty where it is about none.
    pub(super) file: &'a str,
}

impl<'a> Causes<'a> {
    /// Indexes edits by their places.
    pub(super) fn new(edits: &'a [Placed], sources: (&'a SourceMap, &'a SourceMap)) -> Self {
        let index = |spans: &dyn Fn(&Placed) -> Vec<Span>| {
            let all = edits.iter().enumerate();
            let mut found: Vec<_> =
                all.flat_map(|(at, edit)| spans(edit).into_iter().map(move |span| (span, at))).collect();
            found.sort_unstable();
            found
        };
        let base = index(&|edit| edit.base.into_iter().chain(edit.also.0.iter().copied()).collect());
        let head = index(&|edit| edit.head.into_iter().chain(edit.also.1.iter().copied()).collect());
        Self { edits, base, head, sources, index: Index::new(edits) }
    }

    /// Returns the edits that made an environment come or go.
    pub(super) fn of_environment(&self, name: &str) -> Vec<usize> {
        let pick = |wanted: &dyn Fn(&[String]) -> bool| -> Vec<usize> {
            self.edits.iter().enumerate().filter(|(_, placed)| wanted(&placed.edit.path)).map(|(at, _)| at).collect()
        };
        let own = pick(&|path| match path {
            [section] => section == "environments",
            [section, environment] => section == "environments" && environment == name,
            _ => false,
        });
        let base =
            |path: &[String]| matches!(path, [section, field] if section == "metadata" && field == "environment");
        // A section that stands in a file of its own comes and goes with the file.
        [own, pick(&base)].into_iter().find(|found| !found.is_empty()).unwrap_or_else(|| pick(&|_| true))
    }

    /// Returns the edits that caused a change, in order.
    pub(super) fn of(&self, raw: &Raw, context: &Context<'a>) -> Vec<usize> {
        if self.edits.is_empty() {
            return Vec::new();
        }
        let mut found = BTreeSet::new();
        let mut libraries = BTreeSet::new();
        let (old, new) = context.origins;
        let mut sides = [(old, &raw.base, &self.base, self.sources.0), (new, &raw.head, &self.head, self.sources.1)];
        let comes_or_goes = matches!(raw.change.kind, ChangeKind::Added | ChangeKind::Removed);
        if raw.change.kind == ChangeKind::Added {
            sides.reverse();
        }
        // Edits that a value stands in, apart from those that stand in what it was read from.
        let mut around = BTreeSet::new();
        for (origins, ids, index, sources) in sides {
            // What came or went says more of itself than the list that it came into or went from.
            if comes_or_goes && !found.is_empty() {
                break;
            }
            let Some(origins) = origins else { continue };
            let mut budget = BUDGET;
            let mut seen = BTreeSet::new();
            for id in ids {
                visit(origins, *id, &mut seen, &mut budget, &mut |span| {
                    overlapping(index, span, &mut found, &mut around);
                    libraries.extend(library(sources, span));
                });
            }
        }
        if comes_or_goes && !around.is_empty() {
            found = around;
        }
        let (before, after) = raw.change.values();
        let exact = |at: &usize| {
            let edit = self.edits.get(*at).map(|placed| &placed.edit);
            edit.is_some_and(|edit| {
                edit.before.as_deref() == Some(before) && edit.after.as_deref() == Some(after) && before != after
            })
        };
        if found.len() > 1 && found.iter().any(exact) {
            found.retain(exact);
        }
        if found.is_empty() {
            found = self.renames(raw, context);
        }
        if found.is_empty() {
            found = self.facts(raw, context, &libraries);
        }
        if found.is_empty() {
            let structure = !matches!(raw.change.kind, ChangeKind::Changed);
            found = self.near(context, structure);
        }
        if found.is_empty() {
            found = self.named(raw, context);
        }
        found = self.after_names(found, context);
        if found.len() > 1 {
            found = self.of_service(raw, &found, context).unwrap_or(found);
        }
        found.into_iter().collect()
    }
}

/// Returns whether an edit is about a component.
pub(super) fn of_component(path: &[String], name: &str) -> bool {
    path.windows(2).any(|two| matches!(two, [section, own] if section == "components" && own == name))
}

/// Returns the library entry that a place is in: `values/NAME/…`.
fn library(sources: &SourceMap, span: Span) -> Option<String> {
    let name = sources.file(span.file).name();
    let below = name.strip_prefix("dvgen/").unwrap_or(name).strip_prefix("values/")?;
    below.split_once('/').map(|(entry, _)| entry.to_owned())
}

/// Adds the edits whose place overlaps a span, and those that it stands in.
fn overlapping(index: &[(Span, usize)], span: Span, found: &mut BTreeSet<usize>, around: &mut BTreeSet<usize>) {
    // Edits do not overlap each other, so that they are in order by their ends too.
    let start = index.partition_point(|(edit, _)| (edit.file, edit.end) < (span.file, span.start));
    for (edit, at) in index.iter().skip(start) {
        if edit.file != span.file || edit.start > span.end {
            break;
        }
        let touches = edit.start < span.end && span.start < edit.end;
        if touches || (edit.start == span.start && edit.end == span.end) {
            found.insert(*at);
            if edit.start <= span.start && span.end <= edit.end {
                around.insert(*at);
            }
        }
    }
}

/// Calls `leaf` with every place below an origin.
fn visit(
    origins: &Origins,
    id: OriginId,
    seen: &mut BTreeSet<OriginId>,
    budget: &mut usize,
    leaf: &mut impl FnMut(Span),
) {
    if *budget == 0 || !seen.insert(id) {
        return;
    }
    *budget -= 1;
    match origins.get(id) {
        Origin::Written { span, .. } => leaf(span),
        Origin::Template { span, reads } => {
            leaf(span);
            for read in reads {
                visit(origins, *read, seen, budget, leaf);
            }
        }
        Origin::Default { near, .. } => near.into_iter().for_each(leaf),
        Origin::Derived { reads, .. } => {
            for read in reads {
                visit(origins, *read, seen, budget, leaf);
            }
        }
    }
}
