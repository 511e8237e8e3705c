//! What rules say.

use std::sync::Arc;

use super::{At, Level, RiskRule};
use crate::diff::report::Change;

/// What a rule says.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static RiskRule,
    /// How much care it needs.
    pub level: Level,
    /// What it is about: a component, a node.
    pub subject: String,
    /// What happens, in one phrase.
    pub message: String,
    /// Why it matters and what to do; may be empty.
    pub why: String,
    /// The environments.
    pub environments: Vec<Arc<str>>,
    /// The edits that caused it, as indices of the report's.
    pub causes: Vec<usize>,
    /// The changes that it is about.
    pub(in crate::diff) covers: Vec<At>,
    /// Whether it is about everything that its causes did.
    pub(in crate::diff) by_cause: bool,
    /// What happens, apart from whom it happens to, where the message names more than that.
    pub(in crate::diff) kind: Option<String>,
    /// What happens one by one, where several environments can have some of it in common: its causes stand in their order.
    pub(in crate::diff) parts: Vec<String>,
    /// How much it counts, of a rule that only counts.
    pub(in crate::diff) weight: usize,
}

impl Finding {
    /// Returns a finding about something.
    pub(in crate::diff) fn new(
        rule: &'static RiskRule,
        level: Level,
        subject: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            level,
            subject: subject.into(),
            message: message.into(),
            why: String::new(),
            environments: Vec::new(),
            causes: Vec::new(),
            covers: Vec::new(),
            by_cause: level > Level::Routine,
            kind: None,
            parts: Vec::new(),
            weight: 0,
        }
    }

    /// Says why it matters and what to do.
    #[must_use]
    pub(in crate::diff) fn why(mut self, text: impl Into<String>) -> Self {
        self.why = text.into();
        self
    }

    /// Says which edits caused it.
    #[must_use]
    pub(in crate::diff) fn because(mut self, causes: Vec<usize>) -> Self {
        self.causes = causes;
        self
    }

    /// Says which change it is about, and takes its causes if it has none yet.
    #[must_use]
    pub(in crate::diff) fn about(mut self, at: At, change: &Change) -> Self {
        self.add(at, change);
        self
    }

    /// As [`Finding::about`].
    pub(in crate::diff) fn add(&mut self, at: At, change: &Change) {
        self.covers.push(at);
        for cause in &change.causes {
            if !self.causes.contains(cause) {
                self.causes.push(*cause);
            }
        }
    }

    /// Says which change it is about; its causes stay as they are.
    #[must_use]
    pub(in crate::diff) fn covering(mut self, at: At) -> Self {
        self.covers.push(at);
        self
    }

    /// Says what happens apart from whom it happens to.
    #[must_use]
    pub(in crate::diff) fn kind(mut self, text: String) -> Self {
        self.kind = Some(text);
        self
    }

    /// Says how much it counts.
    #[must_use]
    pub(in crate::diff) fn weighing(mut self, weight: usize) -> Self {
        self.weight = weight;
        self
    }

    /// Restricts it to the changes that it names.
    #[must_use]
    pub(in crate::diff) fn only(mut self) -> Self {
        self.by_cause = false;
        self
    }
}
