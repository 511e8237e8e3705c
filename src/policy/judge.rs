//! Rules at work: each thing is judged, and what does not hold is reported at the line of the spec that it was read from.

use std::sync::Arc;

use super::eval::{Eval, Fault, Outcome};
use super::file::Each;
use super::rules::{Message, Rule, Validation};
use super::value::{Item, Value};
use super::view::{Document, Group, Thing, View};
use super::{BROKEN, FAILED, printed};
use crate::diag::Diagnostic;
use crate::source::Span;

/// Steps of a rule, whatever there is to judge, and more for each thing: enough for what is linear.
const STEPS: u64 = 5_000_000;
const STEPS_EACH: u64 = 2_000;

/// The same for the documents of one file.
const DOCUMENT_STEPS: u64 = 20_000;
const DOCUMENT_STEPS_EACH: u64 = 5_000;

/// What a rule found, and how many things it judged.
#[derive(Debug, Default)]
pub(super) struct Judged {
    pub(super) matched: usize,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Judges what a rule goes through, unless that is documents.
pub(super) fn platform<'a>(rule: &'a Rule, view: &'a View<'a>) -> Judged {
    let group = match rule.each {
        Each::Document => return Judged::default(),
        Each::Platform => None,
        Each::Component => Some(Group::Components),
        Each::Node => Some(Group::Nodes),
        Each::Flow => Some(Group::Flows),
        Each::Address => Some(Group::Addresses),
        Each::Plugin => Some(Group::Plugins),
        Each::Composition => Some(Group::Compositions),
    };
    if !rule.selector.environment(view) {
        return Judged::default();
    }
    let things: Vec<Thing<'a>> = match group {
        Some(group) => (0..view.count(group)).filter_map(|at| view.member(group, at)).collect(),
        None => vec![Thing::Platform],
    };
    let mut judge = Judge { eval: Eval::new(view, rule), judged: Judged::default() };
    judge.eval.fuel = STEPS + STEPS_EACH * things.len() as u64;
    judge.all(things.into_iter());
    judge.judged
}

/// Judges documents.
pub(super) fn documents<'a>(rule: &'a Rule, view: &'a View<'a>, documents: &'a [Document<'a>]) -> Judged {
    if rule.each != Each::Document || !rule.selector.environment(view) {
        return Judged::default();
    }
    let mut judge = Judge { eval: Eval::new(view, rule), judged: Judged::default() };
    judge.eval.fuel = DOCUMENT_STEPS + DOCUMENT_STEPS_EACH * documents.len() as u64;
    judge.all(documents.iter().map(Thing::Document));
    judge.judged
}

struct Judge<'a> {
    eval: Eval<'a>,
    judged: Judged,
}

impl<'a> Judge<'a> {
    fn all(&mut self, things: impl Iterator<Item = Thing<'a>>) {
        for thing in things {
            if !self.eval.rule.selector.takes(self.eval.view, thing) {
                continue;
            }
            self.judged.matched += 1;
            if let Err(fault) = self.thing(thing) {
                // What fails for one fails for many; one report is enough.
                let problem = self.fault(fault, thing);
                self.judged.diagnostics.push(problem);
                return;
            }
        }
    }

    fn thing(&mut self, thing: Thing<'a>) -> Outcome<()> {
        let subject = (!matches!(thing, Thing::Platform)).then_some(thing);
        self.eval.turn(subject, None);
        let Some(list) = &self.eval.rule.for_each else { return self.validate(thing) };
        let items = self.eval.eval(list)?;
        for item in self.eval.items(&items, list.span)?.iter() {
            self.eval.turn(subject, Some(item));
            self.validate(thing)?;
        }
        Ok(())
    }

    fn validate(&mut self, thing: Thing<'a>) -> Outcome<()> {
        let rule = self.eval.rule;
        for validation in &rule.validations {
            if !self.eval.truth(&validation.ex)? {
                let problem = self.broken(validation, thing)?;
                self.judged.diagnostics.push(problem);
            }
        }
        Ok(())
    }

    /// Returns the report of something that does not hold.
    fn broken(&mut self, validation: &'a Validation, thing: Thing<'a>) -> Outcome<Diagnostic> {
        let rule = self.eval.rule;
        let blame = self.eval.blame(&validation.ex);
        let asked = match &validation.at {
            Some(at) => self.eval.eval(at).ok().map(|item| item.from),
            None => None,
        };
        let message = match &validation.message {
            Message::Text(text) => text.to_string(),
            Message::Computed(ex) => match self.eval.eval(ex)?.value {
                Value::Str(text) => text.to_string(),
                other => return Err(Fault::new(ex.span, format!("a message is a string, not {}", other.describe()))),
            },
        };
        let message = crate::yaml::decode::visible(message.trim());
        let own = self.eval.view.place(thing);
        let from = asked.into_iter().chain(blame.places.iter().copied()).chain([own]);
        let all: Vec<_> = from.collect();
        let written = all.iter().find_map(|from| from.written());
        let place = written.or_else(|| all.iter().find_map(|from| from.place())).unwrap_or(rule.name.span);
        let mut problem = Diagnostic::error(BROKEN, place, message);
        problem.rule = Some(rule.name.value.clone());
        problem.about = self.about(thing);
        problem.severity = validation.severity;
        if let Thing::Document(document) = thing {
            let line = printed::line(document, &all);
            problem = problem.label(format!("this becomes {}:{line}", document.draft.path));
        }
        problem = problem.related(blame.clause, "this does not hold");
        problem.why = rule.why.as_deref().map(str::to_owned);
        problem.help.extend(rule.help.as_deref().map(str::to_owned));
        Ok(problem)
    }

    /// Returns the component that a thing belongs to, which scopes and waivers speak of.
    fn about(&self, thing: Thing<'a>) -> Option<Arc<str>> {
        let id = match thing {
            Thing::Component(id, _) => id,
            Thing::Flow(flow) => flow.from.component,
            Thing::Document(document) => document.component?,
            _ => return None,
        };
        self.eval.view.platform.components.get(id.0).map(|component| component.name.value.clone())
    }

    /// Returns the report of a rule that could not be evaluated.
    fn fault(&self, fault: Fault, thing: Thing<'a>) -> Diagnostic {
        let rule = self.eval.rule;
        let details = *fault.0;
        let message = format!("rule `{}` could not be evaluated: {}", rule.name.value, details.message);
        let mut problem = Diagnostic::error(FAILED, details.span, message)
            .why("what was not judged may be right or wrong, so it does not pass");
        if let Some(span) = self.eval.view.place(thing).written() {
            problem = problem.related(span, told(thing));
        }
        details.help.into_iter().fold(problem, Diagnostic::help)
    }
}

fn told(thing: Thing<'_>) -> String {
    match thing {
        Thing::Document(document) => format!("while {} was judged", document.draft.path),
        Thing::Platform => "while the platform was judged".to_owned(),
        other => {
            format!("while {} was judged", other.object().what.replacen("a ", "this ", 1).replacen("an ", "this ", 1))
        }
    }
}

/// What a false expression read: its false part, and the places of the values in it.
pub(super) struct Blame<'a> {
    pub(super) clause: Span,
    pub(super) places: Vec<super::value::From<'a>>,
}

impl<'a> Blame<'a> {
    pub(super) fn push(&mut self, item: &Item<'a>) {
        if item.from.place().is_some() {
            self.places.push(item.from);
        }
    }
}
