//! The rules, one file each, by what they are about. `docs/rules` is made of them.

pub mod addresses;
pub mod argocd;
pub mod linter;
pub mod order;
pub mod plugins;
pub mod secrets;
pub mod supply;
pub mod topology;
pub mod values;
pub mod wiring;

use super::rule::{Check, Group, Rule};
use super::{Document, Levels, Object, Place, Subject};
use crate::diag::Diagnostic;

/// Iterates over all rules, by group and name.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    Group::ALL.into_iter().flat_map(|group| of(group).iter().copied())
}

/// Returns the rules of a group, by name.
pub fn of(group: Group) -> &'static [&'static Rule] {
    match group {
        Group::Addresses => addresses::RULES,
        Group::Topology => topology::RULES,
        Group::Order => order::RULES,
        Group::Argocd => argocd::RULES,
        Group::Wiring => wiring::RULES,
        Group::Values => values::RULES,
        Group::Secrets => secrets::RULES,
        Group::Supply => supply::RULES,
        Group::Plugins => plugins::RULES,
        Group::Linter => linter::RULES,
    }
}

/// Returns a rule by its name or code.
pub fn find(name: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.is_called(name))
}

/// Iterates over the names of the rules whose level can be set.
pub fn names() -> impl Iterator<Item = &'static str> {
    all().filter(|rule| rule.adjustable).map(|rule| rule.kind.name)
}

/// The rules that run in one environment.
#[derive(Debug, Default)]
pub struct Running {
    platform: Vec<fn(&Subject<'_>, &mut Vec<Diagnostic>)>,
    objects: Vec<fn(&Object<'_>, &mut Vec<Diagnostic>)>,
    values: Vec<fn(&Document<'_>, &mut Vec<Diagnostic>)>,
    maps: Vec<fn(&Place<'_>, &mut Vec<Diagnostic>)>,
}

impl Running {
    /// Returns the rules that the levels let run.
    pub fn new(levels: &Levels) -> Self {
        let mut running = Self::default();
        for rule in all().filter(|rule| levels.runs(rule)) {
            match rule.check {
                Check::Raised => {}
                Check::Platform(check) => running.platform.push(check),
                Check::Object(check) => running.objects.push(check),
                Check::Values(check) => running.values.push(check),
                Check::Map(check) => running.maps.push(check),
            }
        }
        running
    }

    /// Returns whether no rule runs: then nothing has to be collected for them.
    pub const fn is_empty(&self) -> bool {
        self.platform.is_empty() && self.objects.is_empty() && self.values.is_empty() && self.maps.is_empty()
    }

    /// Judges the whole platform.
    pub fn platform(&self, subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
        self.platform.iter().for_each(|check| check(subject, out));
    }

    /// Judges an object.
    pub fn object(&self, object: &Object<'_>, out: &mut Vec<Diagnostic>) {
        self.objects.iter().for_each(|check| check(object, out));
    }

    /// Judges the Helm values of a component.
    pub fn values(&self, document: &Document<'_>, out: &mut Vec<Diagnostic>) {
        self.values.iter().for_each(|check| check(document, out));
    }

    /// Judges one map of a document.
    pub fn map(&self, place: &Place<'_>, out: &mut Vec<Diagnostic>) {
        self.maps.iter().for_each(|check| check(place, out));
    }
}
