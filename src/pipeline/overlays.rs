//! What an overlay takes away, beside the reports that follow from it.
//!
//! A line of the base may be wrong in one environment only, because something that it names is taken away there. The line
//! is right, and the marker is what a person has to see.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diag::{Diagnostic, Kind};
use crate::emit::{CLUSTER_ISSUER, UNKNOWN_ISSUER};
use crate::library::{Facts, Library};
use crate::model::{ManifestText, UNKNOWN_COMPONENT, UNKNOWN_VOLUME_GROUP};
use crate::source::Span;
use crate::spec::scalars::Version;
use crate::spec::{Changes, Removed};
use crate::yaml::Node;

/// The most places that a report names.
const MOST: usize = 4;

/// The overlay of an environment.
pub(super) struct Overlay<'a> {
    pub(super) name: &'a str,
    pub(super) changes: &'a Changes,
    pub(super) library: &'a Library,
    pub(super) manifests: &'a BTreeMap<Arc<str>, ManifestText>,
}

impl Overlay<'_> {
    /// Shows in the reports of the environment what its overlay takes away. What the base reports too does not come of that.
    pub(super) fn relate<'a>(&self, of_base: impl Iterator<Item = &'a Diagnostic>, out: &mut [Diagnostic]) {
        if self.changes.removed.is_empty() {
            return;
        }
        let place = |problem: &Diagnostic| problem.primary.as_ref().map(|label| label.span);
        let of_base: BTreeSet<(&str, Option<Span>)> =
            of_base.map(|problem| (problem.kind.code, place(problem))).collect();
        let own = out.iter_mut().filter(|problem| problem.is_error());
        for problem in own.filter(|problem| !of_base.contains(&(problem.kind.code, place(problem)))) {
            let places = self.places(problem);
            if places.is_empty() {
                continue;
            }
            for span in places {
                let known = problem.primary.iter().chain(&problem.secondary).any(|label| label.span == span);
                if !known {
                    *problem = problem.clone().related(span, format!("environment `{}` takes it away here", self.name));
                }
            }
            if problem.kind == UNKNOWN_COMPONENT {
                let help =
                    format!("where a flow names it, take the flow away in `{}` too, with `$remove: true`", self.name);
                problem.help.push(help);
            }
        }
    }

    /// Returns where something is taken away that a report names, or that brought what it misses.
    fn places(&self, problem: &Diagnostic) -> Vec<Span> {
        let named = |name: &str| problem.message.contains(&format!("`{name}`"));
        let removed = &self.changes.removed;
        let of_names: Vec<Span> =
            removed.iter().filter(|(name, _)| named(name)).map(|(_, removed)| removed.place).take(MOST).collect();
        if !of_names.is_empty() {
            return of_names;
        }
        let brought = removed.iter().filter(|(name, removed)| self.brought(problem.kind, name, removed, &named));
        brought.map(|(_, removed)| removed.place).take(MOST).collect()
    }

    /// Returns whether an entry brought what a report misses by the name of that, and not by its own.
    fn brought(&self, kind: Kind, name: &Arc<str>, removed: &Removed, named: &dyn Fn(&str) -> bool) -> bool {
        match &*removed.section {
            "nodes" if kind == UNKNOWN_VOLUME_GROUP => {
                let disks = removed.entry.get("disks").and_then(Node::as_sequence).into_iter().flatten();
                disks.filter_map(|disk| disk.get("volumeGroup")?.as_scalar()).any(|group| named(group))
            }
            "components" if kind == UNKNOWN_ISSUER => {
                self.brings_issuers(name, &removed.entry) || self.holds_issuer(&removed.entry, named)
            }
            _ => false,
        }
    }

    /// Returns whether the library has issuers with a component.
    fn brings_issuers(&self, name: &Arc<str>, component: &Node) -> bool {
        let text = |key: &str| component.get(key).and_then(Node::as_scalar);
        let version = text("version").and_then(Version::parse);
        let variant =
            self.library.variant(text("library").unwrap_or(name), version.map(|version| version.number).as_ref());
        let provides = variant.as_ref().and_then(|variant| variant.facts.provides.value());
        provides.is_some_and(|provides| Facts::words(&provides.crds).any(|kind| kind == CLUSTER_ISSUER))
    }

    /// Returns whether the manifests of a component hold an issuer of a name.
    fn holds_issuer(&self, component: &Node, named: &dyn Fn(&str) -> bool) -> bool {
        let paths = component.get("manifests").and_then(Node::as_sequence).into_iter().flatten();
        let texts = paths.filter_map(|path| self.manifests.get(path.as_scalar()?));
        texts.flat_map(|text| &text.documents).any(|object| {
            let kind = object.get("kind").and_then(Node::as_scalar);
            let name = object.get("metadata").and_then(|metadata| metadata.get("name")?.as_scalar());
            kind.is_some_and(|kind| kind.ends_with("Issuer")) && name.is_some_and(|name| named(name))
        })
    }
}
