//! Levels: what `policies` says about each rule, and where.

mod given;

use std::collections::BTreeMap;
use std::sync::Arc;

use given::Given;

use super::rule::{Parameter, Rule, Setting};
use super::rules;
use crate::diag::{Diagnostic, Severity};
use crate::spec::Level;
use crate::yaml::Node;

/// Which rules a run asks for, over what the platform says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Only these: names, codes, groups or `all`; every rule that is not off when empty.
    pub select: Vec<String>,
    /// Not these.
    pub ignore: Vec<String>,
}

impl Choice {
    /// Returns how many rules it leaves, of those of dvgen and of the platform's own.
    pub fn count(&self, own: &[Arc<str>]) -> usize {
        let levels = Levels::new(self.clone());
        let built_in = rules::all().filter(|rule| levels.runs(rule)).count();
        built_in + own.iter().filter(|name| levels.asks(name)).count()
    }
}

/// The parts of a platform that levels and waivers can speak of.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// The components; all of them, and what belongs to none, if `None`.
    pub components: Option<std::collections::BTreeSet<Arc<str>>>,
}

impl Part {
    /// Returns whether a finding is about this part.
    pub fn holds(&self, diagnostic: &Diagnostic) -> bool {
        let Some(components) = &self.components else { return true };
        diagnostic.about.as_ref().is_some_and(|about| components.contains(about))
    }
}

/// The levels that are in force in one environment.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    all: BTreeMap<Arc<str>, Level>,
    scoped: Vec<(Part, BTreeMap<Arc<str>, Level>)>,
    parameters: BTreeMap<(&'static str, &'static str), Given>,
    choice: Choice,
}

impl Levels {
    /// Returns the defaults under a choice.
    pub fn new(choice: Choice) -> Self {
        Self { choice, ..Self::default() }
    }

    /// Sets the level of a rule everywhere.
    pub(super) fn set(&mut self, rule: &str, level: Level) {
        self.all.insert(rule.into(), level);
    }

    /// Sets levels for a part; later ones win.
    pub(super) fn scope(&mut self, part: Part, levels: BTreeMap<Arc<str>, Level>) {
        self.scoped.push((part, levels));
    }

    /// Returns whether a rule can report anything.
    pub fn runs(&self, rule: &Rule) -> bool {
        let scoped = || self.scoped.iter().filter_map(|(_, levels)| levels.get(rule.kind.name));
        self.chosen(rule.kind.name) != Some(false)
            && (self.level_of(rule) != Level::Off || scoped().any(|level| *level != Level::Off))
    }

    /// Returns whether a rule of the user's own can report anything.
    pub fn asks(&self, name: &str) -> bool {
        let off = self.all.get(name) == Some(&Level::Off);
        let scoped = || self.scoped.iter().filter_map(|(_, levels)| levels.get(name)).any(|level| *level != Level::Off);
        self.chosen(name) != Some(false) && (!off || scoped())
    }

    /// Returns the level that holds where no scope says otherwise.
    pub fn level_of(&self, rule: &Rule) -> Level {
        let usual = self.all.get(rule.kind.name).copied().unwrap_or(rule.level);
        // What a person asks for by name is wanted although it is off.
        let named = self.choice.select.iter().any(|word| rule.is_called(word));
        if named && usual == Level::Off { Level::Warn } else { usual }
    }

    /// Returns whether the choice of this run has a rule; `None` if it says nothing of it.
    fn chosen(&self, name: &str) -> Option<bool> {
        if self.choice.ignore.is_empty() && self.choice.select.is_empty() {
            return None;
        }
        let rule = rules::find(name);
        let meant = |word: &String| {
            word == name || word == "all" || rule.is_some_and(|rule| rule.is_called(word) || rule.group.word() == word)
        };
        if self.choice.ignore.iter().any(meant) {
            return Some(false);
        }
        (!self.choice.select.is_empty()).then(|| self.choice.select.iter().any(meant))
    }

    /// Returns the diagnostics at their levels: those of rules that are off are gone. What no rule found stays.
    pub fn apply(&self, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        diagnostics.into_iter().filter_map(|diagnostic| self.judge(diagnostic)).collect()
    }

    fn judge(&self, mut diagnostic: Diagnostic) -> Option<Diagnostic> {
        let name = diagnostic.name();
        let rule = rules::find(name);
        if rule.is_none_or(|rule| !rule.adjustable) && diagnostic.rule.is_none() {
            return Some(diagnostic);
        }
        if self.chosen(name) == Some(false) {
            return None;
        }
        let mut scoped = self.scoped.iter().rev().filter(|(part, _)| part.holds(&diagnostic));
        let scoped = scoped.find_map(|(_, levels)| levels.get(name)).copied();
        let level = scoped.or_else(|| self.all.get(name).copied());
        let level = level.or_else(|| rule.map(|rule| self.level_of(rule)).filter(|level| *level == Level::Off));
        match level {
            Some(Level::Off) => return None,
            Some(Level::Warn) => diagnostic.severity = Severity::Warning,
            Some(Level::Error) => diagnostic.severity = Severity::Error,
            None => {}
        }
        Some(diagnostic)
    }

    /// Sets a parameter, or says what is wrong with it.
    pub(super) fn parameterize(
        &mut self,
        rule: &'static Rule,
        known: &'static Parameter,
        value: &Node,
    ) -> Result<(), Box<Diagnostic>> {
        self.parameters.insert((rule.kind.name, known.name), given::read(rule, known, value)?);
        Ok(())
    }

    /// Returns a parameter that is a number.
    pub fn number(&self, rule: &Rule, name: &str) -> u32 {
        match self.parameters.get(&(rule.kind.name, name)) {
            Some(Given::Number(number)) => return *number,
            Some(Given::Words(_)) | None => {}
        }
        match rule.parameters.iter().find(|known| known.name == name).map(|known| known.default) {
            Some(Setting::Number(number)) => number,
            _ => 0,
        }
    }

    /// Returns a parameter that is a list of words.
    pub(super) fn words(&self, rule: &Rule, name: &str) -> Vec<Arc<str>> {
        match self.parameters.get(&(rule.kind.name, name)) {
            Some(Given::Words(words)) => return words.clone(),
            Some(Given::Number(_)) | None => {}
        }
        match rule.parameters.iter().find(|known| known.name == name).map(|known| known.default) {
            Some(list) => list.words().iter().map(|word| Arc::from(*word)).collect(),
            None => Vec::new(),
        }
    }
}
