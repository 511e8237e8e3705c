//! Edits that no origin leads to: those of what a change is called after, of its component, of its group.

use std::collections::BTreeSet;

use super::{Causes, Context, of_component};
use crate::diff::edits::Placed;
use crate::diff::report::ChangeKind;
use crate::diff::tree::Raw;
use crate::model::Platform;

impl<'a> Causes<'a> {
    /// Keys of outputs are called by names of the spec, and lists stand in their order: returns the edits of names that a change
    /// speaks of.
    pub(super) fn renames(&self, raw: &Raw, context: &Context<'a>) -> BTreeSet<usize> {
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
    pub(super) fn near(
        &self,
        context: &Context<'a>,
        libraries: &BTreeSet<String>,
        changes_structure: bool,
    ) -> BTreeSet<usize> {
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
        let mut all = self.effective(context).map(|(at, _)| at);
        match (all.next(), all.next()) {
            (Some(one), None) => std::iter::once(one).collect(),
            _ => BTreeSet::new(),
        }
    }

    /// What no origin leads to an edit from comes from those of what it is called after, or else from any.
    pub(super) fn named(&self, raw: &Raw, context: &Context<'a>) -> BTreeSet<usize> {
        let object = raw.change.object.as_ref().map(|object| object.name.as_str()).unwrap_or_default();
        let word = |text: &str, word: &str| {
            let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            text.match_indices(word).any(|(at, _)| {
                let (before, after) =
                    (text.get(..at).unwrap_or_default(), text.get(at + word.len()..).unwrap_or_default());
                !inside(before.chars().next_back()) && !inside(after.chars().next())
            })
        };
        let places = [object, raw.change.path.as_str(), context.file];
        let says = |step: &String| step.len() > 2 && places.iter().any(|place| word(place, step));
        let all = || self.effective(context);
        let called: BTreeSet<usize> =
            all().filter(|(_, placed)| placed.edit.path.iter().any(says)).map(|(at, _)| at).collect();
        if called.is_empty() { all().map(|(at, _)| at).collect() } else { called }
    }

    /// Iterates over the edits that hold in an environment and can change an output: policies cannot.
    fn effective(&self, context: &Context<'a>) -> impl Iterator<Item = (usize, &'a Placed)> {
        self.within(context).filter(|(_, placed)| !placed.is_policy())
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

fn decides_facts(path: &[String]) -> bool {
    path.last().is_some_and(|last| matches!(last.as_str(), "version" | "library" | "chart" | "settings"))
}
