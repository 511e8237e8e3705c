//! When Argo CD applies the objects of one Application, and which of them come too late for others.

use std::collections::BTreeMap;

use super::hooks::{self, WAVE};
use crate::diag::Diagnostic;
use crate::doc::Doc;
use crate::lint::ComponentFacts;
use crate::lint::facts::ObjectFact;
use crate::lint::rule::Rule;
use crate::model::Component;
use crate::source::Span;

/// The phases of a sync, in their order.
const PHASES: [&str; 3] = ["PreSync", "Sync", "PostSync"];

/// When Argo CD applies an object: first by phase, then by wave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment {
    phase: usize,
    wave: i64,
}

impl Moment {
    /// Returns when an object is applied for the first time; never what is applied only after a failure or a deletion.
    pub(super) fn of(object: &Doc) -> Option<Self> {
        let hooks = hooks::of(object);
        let rank = |hook: &str| PHASES.iter().position(|phase| *phase == hook);
        let phase = if hooks.is_empty() { Some(1) } else { hooks.iter().filter_map(|hook| rank(hook)).min() };
        Some(Self { phase: phase?, wave: hooks::wave(object) })
    }
}

/// Returns what is said of two moments: the phases where they differ, else the waves.
fn said(early: Moment, late: Moment) -> (String, String) {
    if early.phase == late.phase {
        return (format!("wave {}", early.wave), format!("wave {}", late.wave));
    }
    let phase = |moment: Moment| format!("phase {}", PHASES.get(moment.phase).unwrap_or(&"Sync"));
    (phase(early), phase(late))
}

/// An object that needs another one of its Application.
#[derive(Clone, Copy)]
pub(super) struct Use<'a> {
    /// The object.
    pub(super) user: &'a ObjectFact,
    /// What it needs.
    pub(super) provider: &'a ObjectFact,
}

impl Use<'_> {
    /// Returns whether Argo CD applies what is needed after the object.
    pub(super) fn is_late(self) -> bool {
        let moments = Moment::of(&self.user.doc).zip(Moment::of(&self.provider.doc));
        moments.is_some_and(|(user, provider)| user < provider)
    }

    /// Returns the line to change, the place that it conflicts with, and whether the line is one of what is needed: where
    /// both have a place in the order, its place is wrong, unless the object was put before everything else.
    fn places(self, facts: &ComponentFacts) -> Option<(Span, Span, bool)> {
        let (early, late) = (Moment::of(&self.user.doc)?, Moment::of(&self.provider.doc)?);
        let (keys, moved) = if early.phase == late.phase {
            ([WAVE, WAVE], late.wave > 0)
        } else {
            ([hooks::HOOK, hooks::HOOK_OF_HELM], late.phase > 1)
        };
        let line = |object: &ObjectFact| {
            let [first, second] = keys.map(|key| ["metadata", "annotations", key]);
            facts.line_at(object, &[&first, &second, &["metadata", "name"]])
        };
        let (provider, user) = (line(self.provider)?, line(self.user)?);
        Some(if moved { (provider, user, true) } else { (user, provider, false) })
    }
}

/// Reports what comes too late in an Application: once for each line to change.
pub(super) fn report(
    rule: &Rule,
    (component, facts): (&Component, &ComponentFacts),
    uses: &[Use<'_>],
    why: impl Fn(Use<'_>) -> String,
) -> Vec<Diagnostic> {
    let mut found: BTreeMap<Span, Found<'_>> = BTreeMap::new();
    for one in uses.iter().filter(|one| one.is_late()) {
        let Some((here, there, of_provider)) = one.places(facts) else { continue };
        let other = if of_provider { one.user } else { one.provider };
        let when = if of_provider { "before" } else { "after" };
        let (_, _, places) = found.entry(here).or_insert((*one, of_provider, Vec::new()));
        places.push((there, format!("{} comes {when} it", shown(other))));
    }
    let told = found.into_iter().filter_map(|(here, (one, of_provider, places))| {
        let problem = told(rule, one, here, of_provider)?.why(why(one)).about(&component.name.value);
        Some(places.into_iter().take(MOST).fold(problem, |problem, (there, label)| problem.related(there, label)))
    });
    told.collect()
}

/// The first that comes too early or late by a line, whether the line is that of what is needed, and all that conflict.
type Found<'a> = (Use<'a>, bool, Vec<(Span, String)>);

/// As many objects are shown with a place that is wrong.
const MOST: usize = 5;

fn shown(object: &ObjectFact) -> String {
    format!("{}/{}", object.kind, object.name)
}

fn told(rule: &Rule, one: Use<'_>, here: Span, of_provider: bool) -> Option<Diagnostic> {
    let (early, late) = (Moment::of(&one.user.doc)?, Moment::of(&one.provider.doc)?);
    let (user, needed) = (shown(one.user), shown(one.provider));
    let (early, late) = said(early, late);
    let message = format!("{user} is applied in {early}, and {needed}, which it needs, only in {late}");
    let help = if of_provider {
        format!("apply {needed} in {early} or before: in one wave Argo CD keeps the order that kinds need")
    } else {
        format!("apply {user} in {late} or later: in one wave Argo CD keeps the order that kinds need")
    };
    Some(rule.at(here, message).help(help))
}

/// Returns what the objects of a component are, or what is made out of them, by kind, namespace and name.
pub(super) fn made(facts: &ComponentFacts) -> BTreeMap<(&str, Option<&str>, &str), &ObjectFact> {
    let mut all = BTreeMap::new();
    for object in &facts.objects {
        let text = |path: &[&str]| object.doc.at(path).and_then(Doc::as_str);
        let secret = match &*object.kind {
            "ExternalSecret" => Some(text(&["spec", "target", "name"]).unwrap_or(&object.name)),
            "Certificate" => text(&["spec", "secretName"]),
            _ => None,
        };
        let secret = secret.map(|name| ("Secret", name));
        for (kind, name) in secret.into_iter().chain([(&*object.kind, &*object.name)]) {
            all.entry((kind, object.namespace.as_deref(), name)).or_insert(object);
        }
    }
    all
}
