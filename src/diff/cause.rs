//! Which edit caused which change: the origins of what changed, followed to the lines that were edited.

use std::collections::BTreeSet;

use super::edits::Placed;
use super::report::ChangeKind;
use super::tree::Raw;
use crate::model::Platform;
use crate::source::{Origin, OriginId, Origins, SourceMap, Span};

/// Most origins that are visited for one change.
const BUDGET: usize = 400;

/// The edits, to be found by places of either side.
pub(super) struct Causes<'a> {
    pub(super) edits: &'a [Placed],
    base: Vec<(Span, usize)>,
    head: Vec<(Span, usize)>,
    sources: (&'a SourceMap, &'a SourceMap),
}

/// What the values of one file are made of, on both sides.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    /// The arenas that the origins live in.
    pub(super) origins: (Option<&'a Origins>, Option<&'a Origins>),
    /// The platforms.
    pub(super) platforms: (&'a Platform, &'a Platform),
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
        Self { edits, base: index(|edit| edit.base), head: index(|edit| edit.head), sources }
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
            let structure = !matches!(raw.change.kind, ChangeKind::Changed);
            found = self.near(context, &libraries, structure);
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
        let order = matches!(change.kind, ChangeKind::Reordered);
        let says = |name: &Option<String>| {
            let name = name.as_deref().unwrap_or_default();
            change.path.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_').any(|word| word == name)
        };
        let renamed = self.within(context).filter(|(_, placed)| placed.edit.renamed);
        let about = renamed.filter(|(_, placed)| order || says(&placed.edit.before) || says(&placed.edit.after));
        about.map(|(at, _)| at).collect()
    }

    /// A line that changed because other facts hold at another version reads neither version: the edits of the components
    /// that the facts are of, or else those of the file's own component and its group, are the cause.
    fn near(&self, context: &Context<'a>, libraries: &BTreeSet<String>, changes_structure: bool) -> BTreeSet<usize> {
        let (old, new) = context.platforms;
        let named = |path: &[String], section: &str, name: &str| {
            path.windows(2).any(|two| matches!(two, [a, b] if a == section && b == name))
        };
        let facts = |path: &[String]| {
            let components = old.components.iter().chain(&new.components);
            let mut of = components.filter(|component| libraries.contains(&*component.library));
            of.any(|component| {
                let name = &*component.name.value;
                of_component(path, name) && (decides_facts(path) || path.last().is_some_and(|last| last == name))
            })
        };
        let pick = |wanted: &dyn Fn(&[String]) -> bool| -> BTreeSet<usize> {
            self.within(context).filter(|(_, placed)| wanted(&placed.edit.path)).map(|(at, _)| at).collect()
        };
        let by_facts = pick(&facts);
        if !by_facts.is_empty() {
            return by_facts;
        }
        if let Some(name) = context.component {
            let of = |platform: &'a Platform| platform.component(name);
            let group = of(new).or_else(|| of(old)).and_then(|component| component.group.as_ref());
            let mut own = pick(&|path| {
                of_component(path, name) || group.is_some_and(|group| named(path, "groups", &group.value))
            });
            own.extend(self.flows(context, name));
            if changes_structure {
                own.extend(self.neighbours(context, name));
            }
            if !own.is_empty() {
                return own;
            }
        }
        if context.component.is_none() {
            // Machines stand in the order of their numbers, and files for all of them name each.
            let mut order = pick(&|path| path.last().is_some_and(|last| last == "vmid"));
            let node = |path: &[String]| matches!(path, [.., section, _] if section == "nodes");
            order.extend(
                self.within(context)
                    .filter(|(_, placed)| placed.edit.renamed && node(&placed.edit.path))
                    .map(|(at, _)| at),
            );
            if !order.is_empty() {
                return order;
            }
        }
        // One edit causes all.
        if self.edits.len() == 1 { std::iter::once(0).collect() } else { BTreeSet::new() }
    }

    /// What no origin leads to an edit from comes from those of what it is called after, or else from any.
    fn named(&self, raw: &Raw, context: &Context<'a>) -> BTreeSet<usize> {
        let object = raw.change.object.as_ref().map(|object| object.name.as_str()).unwrap_or_default();
        let word = |text: &str, word: &str| {
            let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric());
            text.match_indices(word).any(|(at, _)| {
                let (before, after) =
                    (text.get(..at).unwrap_or_default(), text.get(at + word.len()..).unwrap_or_default());
                !inside(before.chars().next_back()) && !inside(after.chars().next())
            })
        };
        let says = |step: &String| step.len() > 2 && (word(object, step) || word(&raw.change.path, step));
        let all = || self.within(context);
        let called: BTreeSet<usize> =
            all().filter(|(_, placed)| placed.edit.path.iter().any(says)).map(|(at, _)| at).collect();
        if called.is_empty() { all().map(|(at, _)| at).collect() } else { called }
    }

    /// Iterates over the edits that hold in an environment.
    fn within(&self, context: &Context<'a>) -> impl Iterator<Item = (usize, &'a Placed)> {
        let environment = &context.platforms.1.environment.value;
        let holds = |placed: &Placed| match placed.edit.path.as_slice() {
            [section, name, ..] if section == "environments" => **name == **environment,
            _ => true,
        };
        self.edits.iter().enumerate().filter(move |(_, placed)| holds(placed))
    }

    /// Returns the edits of flows that name a component.
    fn flows(&self, context: &Context<'a>, name: &str) -> Vec<usize> {
        let word = |text: &Option<String>| {
            let text = text.as_deref().unwrap_or_default();
            text.split(|c: char| !c.is_alphanumeric() && c != '-').any(|word| word == name)
        };
        let about = |placed: &Placed| {
            let edit = &placed.edit;
            let inside = edit.path.iter().any(|step| word(&Some(step.clone())));
            edit.path.iter().any(|step| step == "flows") && (inside || word(&edit.before) || word(&edit.after))
        };
        self.within(context).filter(|(_, placed)| about(placed)).map(|(at, _)| at).collect()
    }

    /// Returns the edits that add or remove a component in the namespace of another one: what names its pods has to tell
    /// them apart from then on.
    fn neighbours(&self, context: &Context<'a>, name: &str) -> Vec<usize> {
        let (old, new) = context.platforms;
        let namespace =
            |platform: &'a Platform, name: &str| platform.component(name).map(|c| c.namespace.value.clone());
        let near = |other: &str| {
            let both = |platform| {
                namespace(platform, other).is_some() && namespace(platform, other) == namespace(platform, name)
            };
            old.component(other).is_some() != new.component(other).is_some() && (both(old) || both(new))
        };
        let about = |placed: &Placed| matches!(placed.edit.path.as_slice(), [.., section, other] if section == "components" && near(other));
        self.within(context).filter(|(_, placed)| about(placed)).map(|(at, _)| at).collect()
    }
}

/// Returns whether an edit is about a component.
pub(super) fn of_component(path: &[String], name: &str) -> bool {
    path.windows(2).any(|two| matches!(two, [section, own] if section == "components" && own == name))
}

fn decides_facts(path: &[String]) -> bool {
    path.last().is_some_and(|last| matches!(last.as_str(), "version" | "library" | "chart" | "settings"))
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
