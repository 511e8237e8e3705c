//! What rules and waivers came to in all environments together.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::lint::waiver::{self, Day, Grant, Outcome, Waived};
use crate::lint::{Levels, Parts};
use crate::source::{SourceMap, Span};

/// What environments say about rules, gathered.
#[derive(Debug, Default)]
pub(super) struct Ruled {
    /// The waivers of policy files.
    pub(super) grants: Vec<Grant>,
    /// Those of them that allowed something.
    pub(super) used: BTreeSet<(Span, Arc<str>)>,
    /// Those of them that ended, and whose findings are told again.
    pub(super) lapsed: BTreeSet<Span>,
    /// The day on which waivers are judged.
    pub(super) day: Day,
    /// The parts of the platform that policies name.
    pub(super) parts: Parts,
    /// The findings that they allowed.
    pub(super) waived: Vec<Waived>,
    /// The names of the rules of the platform's own, if they were read.
    pub(super) own: Option<Vec<Arc<str>>>,
    /// The rules that ran somewhere.
    pub(super) ran: BTreeSet<Arc<str>>,
    /// The levels of the first environment: waivers belong to the platform as a whole.
    pub(super) levels: Option<Levels>,
    /// Whether all documents were there to be judged.
    pub(super) complete: bool,
    /// Whether an environment has been added.
    pub(super) added: bool,
}

impl Ruled {
    /// Returns what is known before anything is judged.
    pub(super) fn on(day: Day) -> Self {
        Self { day, ..Self::default() }
    }

    /// Adds what an environment says.
    pub(super) fn add(&mut self, other: Self) {
        // One whose first mistake kept it from being judged ran no rule, and is there all the same.
        self.complete = other.complete && (self.complete || !self.added);
        self.added = true;
        self.grants.extend(other.grants);
        self.used.extend(other.used);
        self.lapsed.extend(other.lapsed);
        self.parts.add(other.parts);
        self.waived.extend(other.waived);
        self.ran.extend(other.ran);
        self.levels = self.levels.take().or(other.levels);
    }

    /// Adds an environment of which nothing can be told.
    pub(super) fn lose(&mut self) {
        (self.complete, self.added) = (false, true);
    }

    /// Adds findings about the platform as a whole, at the levels of its first environment.
    pub(super) fn report(&mut self, found: Vec<Diagnostic>, out: &mut Vec<Diagnostic>) {
        let found = match &self.levels {
            Some(levels) => levels.apply(found),
            None => found,
        };
        out.extend(self.allow(found));
    }

    /// Takes out the findings of one environment that its policy files allow.
    pub(super) fn allow(&mut self, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let Outcome { stay, waived, used, lapsed } = waiver::apply(&self.grants, found, self.day);
        self.lapsed.extend(lapsed);
        self.waived.extend(waived);
        self.used.extend(used);
        stay
    }

    /// Takes out the findings that comments allow, and judges all waivers. Returns the findings that are allowed.
    pub(super) fn waive(mut self, sources: &SourceMap, out: &mut Vec<Diagnostic>) -> Vec<Waived> {
        let comments = waiver::comments(sources, self.own.as_deref().unwrap_or_default(), out);
        let Outcome { stay, waived, used, lapsed } = waiver::apply(&comments, std::mem::take(out), self.day);
        *out = stay;
        self.lapsed.extend(lapsed);
        self.used.extend(used);
        self.waived.extend(waived);
        self.grants.extend(comments);
        // As with reports: one line, whatever is made of it in how many environments.
        let mut seen = BTreeSet::new();
        self.waived.retain(|Waived { diagnostic, span, .. }| {
            let place = diagnostic.primary.as_ref().map(|label| label.span);
            seen.insert((*span, diagnostic.name().to_owned(), place))
        });
        // What could not be judged may still need its waiver.
        let ran = |rule: &str| self.complete && self.ran.contains(rule);
        let mut found = Vec::new();
        waiver::judge(&self.grants, (&self.used, &self.lapsed), &ran, self.day, &mut found);
        out.extend(self.levels.take().unwrap_or_default().apply(found));
        self.waived
    }
}
