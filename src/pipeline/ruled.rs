//! What rules and waivers came to in all environments together.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Options;
use crate::diag::Diagnostic;
use crate::lint::Levels;
use crate::lint::waiver::{self, Day, Grant, Outcome, Waived};
use crate::source::{SourceMap, Span};

/// What environments say about rules, gathered.
#[derive(Debug, Default)]
pub(super) struct Ruled {
    /// The waivers of policy files.
    pub(super) grants: Vec<Grant>,
    /// Those of them that allowed something.
    pub(super) used: BTreeSet<(Span, Arc<str>)>,
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
}

impl Ruled {
    /// Adds what an environment says.
    pub(super) fn add(&mut self, other: Self) {
        self.complete = other.complete && (self.complete || self.grants.is_empty() && self.ran.is_empty());
        self.grants.extend(other.grants);
        self.used.extend(other.used);
        self.waived.extend(other.waived);
        self.ran.extend(other.ran);
        self.levels = self.levels.take().or(other.levels);
    }

    /// Takes out the findings of one environment that its policy files allow.
    pub(super) fn allow(&mut self, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let Outcome { stay, waived, used } = waiver::apply(&self.grants, found);
        self.waived.extend(waived);
        self.used.extend(used);
        stay
    }

    /// Takes out the findings that comments allow, and judges all waivers. Returns the findings that are allowed.
    pub(super) fn waive(mut self, sources: &SourceMap, options: &Options, out: &mut Vec<Diagnostic>) -> Vec<Waived> {
        let comments = waiver::comments(sources, self.own.as_deref().unwrap_or_default(), out);
        let Outcome { stay, waived, used } = waiver::apply(&comments, std::mem::take(out));
        *out = stay;
        self.used.extend(used);
        self.waived.extend(waived);
        self.grants.extend(comments);
        // What could not be judged may still need its waiver.
        let ran = |rule: &str| self.complete && self.ran.contains(rule);
        let day = Day { today: options.today, strict: options.strict };
        let mut found = Vec::new();
        waiver::judge(&self.grants, &self.used, &ran, day, &mut found);
        out.extend(self.levels.take().unwrap_or_default().apply(found));
        self.waived
    }
}
