//! Which edit caused which change: the origins of what changed, followed to the lines that were edited.

mod index;
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

/// From how many edits on they say less than the names in a change.
const MANY: usize = 20;

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
}

impl<'a> Causes<'a> {
    /// Indexes edits by their places.
    pub(super) fn new(edits: &'a [Placed], sources: (&'a SourceMap, &'a SourceMap)) -> Self {
        let index = |span: fn(&Placed) -> Option<Span>| {
            let mut found: Vec<_> = edits.iter().enumerate().filter_map(|(at, edit)| Some((span(edit)?, at))).collect();
            found.sort_unstable();
            found
        };
        Self { edits, base: index(|edit| edit.base), head: index(|edit| edit.head), sources, index: Index::new(edits) }
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
        let mut found = BTreeSet::new();
        let mut libraries = BTreeSet::new();
        let (old, new) = context.origins;
        let sides = [(old, &raw.base, &self.base, self.sources.0), (new, &raw.head, &self.head, self.sources.1)];
        for (origins, ids, index, sources) in sides {
            let Some(origins) = origins else { continue };
            let mut budget = BUDGET;
            let mut seen = BTreeSet::new();
            for id in ids {
                visit(origins, *id, &mut seen, &mut budget, &mut |span| {
                    overlapping(index, span, &mut found);
                    libraries.extend(library(sources, span));
                });
            }
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
        found.into_iter().collect()
    }

    /// Keys of outputs are called by names of the spec, and lists stand in their order: returns the edits of names that a change
    /// speaks of.
    fn renames(&self, raw: &Raw, context: &Context<'a>) -> BTreeSet<usize> {
        let change = &raw.change;
        match change.kind {
            ChangeKind::Reordered => self.within(context, self.index.renames.iter().copied()),
            _ => self.within(context, self.index.renamed_in(&change.path)),
        }
    }

    /// A line that changed because other facts hold at another version reads neither version: the edits of the components
    /// that the facts are of are the cause.
    fn facts(&self, raw: &Raw, context: &Context<'a>, libraries: &BTreeSet<String>) -> BTreeSet<usize> {
        let own = context.component.and_then(|name| context.scope.component(name));
        let mut found = BTreeSet::new();
        for library in libraries {
            // Of several that are made of the same, a file is about its own.
            let own = own.filter(|component| *component.library == **library).map(|one| &*one.name.value);
            let of_own = self.within(context, own.into_iter().flat_map(|name| self.deciding(name)));
            if of_own.is_empty() {
                let all = context.scope.of_library(library).iter().flat_map(|name| self.deciding(name));
                found.extend(self.within(context, all));
            } else {
                found.extend(of_own);
            }
        }
        if found.len() > MANY {
            let named = self.called(raw, context);
            let both: BTreeSet<usize> = found.intersection(&named).copied().collect();
            return if both.is_empty() { found } else { both };
        }
        found
    }

    /// Returns the edits that decide which facts hold of a component.
    fn deciding<'n>(&'n self, name: &'n str) -> impl Iterator<Item = usize> + 'n {
        let decides = move |at: &usize| {
            let last = self.edits.get(*at).and_then(|placed| placed.edit.path.last());
            last.is_some_and(|last| {
                last == name || matches!(last.as_str(), "version" | "library" | "chart" | "settings")
            })
        };
        self.index.of_component(name).iter().copied().filter(decides)
    }

    /// What reads nothing that was edited comes from the edits of the file's own component and its group.
    fn near(&self, context: &Context<'a>, changes_structure: bool) -> BTreeSet<usize> {
        let index = &self.index;
        if let Some(name) = context.component {
            let group = context.scope.component(name).and_then(|component| component.group.as_ref());
            let of_group = group.map_or(&[][..], |group| index.of_group(&group.value));
            let all = [index.of_component(name), of_group, index.of_flows(name)];
            let mut own = self.within(context, all.into_iter().flatten().copied());
            if changes_structure {
                let more = self.neighbours(context, name);
                // Where all of a namespace came or went, each of it says enough.
                if own.is_empty() || more.len() <= MANY {
                    own.extend(more);
                }
            }
            if !own.is_empty() {
                return own;
            }
        } else {
            // Machines stand in the order of their numbers, and files for all of them name each.
            let order = self.within(context, index.machines.iter().copied());
            if !order.is_empty() {
                return order;
            }
        }
        // One edit causes all.
        if self.edits.len() == 1 { std::iter::once(0).collect() } else { BTreeSet::new() }
    }

    /// What no origin leads to an edit from comes from those of what it is called after, or else from any.
    fn named(&self, raw: &Raw, context: &Context<'a>) -> BTreeSet<usize> {
        let called = self.called(raw, context);
        if called.is_empty() { self.within(context, 0..self.edits.len()) } else { called }
    }

    /// Returns the edits of what a change is called after.
    fn called(&self, raw: &Raw, context: &Context<'a>) -> BTreeSet<usize> {
        let object = raw.change.object.as_ref().map(|object| object.name.as_str()).unwrap_or_default();
        let names = self.index.named_in(object).chain(self.index.named_in(&raw.change.path));
        self.within(context, names)
    }

    /// Returns those of some edits that hold in an environment.
    fn within(&self, context: &Context<'a>, all: impl Iterator<Item = usize>) -> BTreeSet<usize> {
        let environment = &**context.scope.environment();
        let holds = |at: &usize| match self.edits.get(*at).map(|placed| placed.edit.path.as_slice()) {
            Some([section, name, ..]) if section == "environments" => name == environment,
            other => other.is_some(),
        };
        all.filter(holds).collect()
    }

    /// Returns the edits that add or remove a component in the namespace of another one: what names its pods has to tell
    /// them apart from then on.
    fn neighbours(&self, context: &Context<'a>, name: &str) -> BTreeSet<usize> {
        let whole = |at: &usize, other: &str| {
            let path = self.edits.get(*at).map(|placed| placed.edit.path.as_slice());
            matches!(path, Some([.., section, last]) if section == "components" && last == other)
        };
        let of = |other: &'a str| self.index.of_component(other).iter().copied().filter(move |at| whole(at, other));
        self.within(context, context.scope.neighbours(name).flat_map(of))
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

/// Adds the edits whose place overlaps a span.
fn overlapping(index: &[(Span, usize)], span: Span, found: &mut BTreeSet<usize>) {
    // Edits do not overlap each other, so that they are in order by their ends too.
    let start = index.partition_point(|(edit, _)| (edit.file, edit.end) < (span.file, span.start));
    for (edit, at) in index.iter().skip(start) {
        if edit.file != span.file || edit.start > span.end {
            break;
        }
        let touches = edit.start < span.end && span.start < edit.end;
        if touches || (edit.start == span.start && edit.end == span.end) {
            found.insert(*at);
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
