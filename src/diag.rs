//! Diagnostics: the one type for everything that a user can get wrong, and its renderers.
//!
//! A diagnostic says what is wrong, why it matters and what to do, and points at the line that a person has
//! to change. Every room makes them, each with [`Kind`]s of its own; only `cli` prints them.

pub mod edit;
mod kind;
mod redact;
pub mod render;
mod suggest;

pub use kind::{Kind, Severity, Verdict};
pub use redact::{concealed, redact};
pub use suggest::{Spelling, did_you_mean, is_slip, is_spelled_alike, nearest};

use std::sync::Arc;

use crate::source::Span;

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of problem it is.
    pub kind: Kind,
    /// The name of the rule of the user's own that found it; else the kind's name is its own.
    pub rule: Option<Arc<str>>,
    /// The component that it is about, where it is about one.
    pub about: Option<Arc<str>>,
    /// The environment that it was found in, where there are several.
    pub environment: Option<Arc<str>>,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one phrase that makes sense on one line: lower case, no final stop, names in backticks.
    pub message: String,
    /// The place that a person has to change; `None` for problems of files and of the machine.
    pub primary: Option<Label>,
    /// Further places, each with what it has to do with the problem.
    pub secondary: Vec<Label>,
    /// Why it matters.
    pub why: Option<String>,
    /// What to do, one entry an advice.
    pub help: Vec<String>,
    /// An edit that solves it, where one is certain.
    pub fix: Option<Fix>,
    /// Whether the source lines hold something that must not be shown, such as a password.
    pub concealed: bool,
}

/// A place and what it has to do with a problem; the text may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is to be seen there.
    pub text: String,
}

/// An edit of source files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the edit does, in the imperative.
    pub title: String,
    /// Whether it can be applied without looking: a safe fix never changes what a correct part of the spec means.
    pub safe: bool,
    /// The replacements, which do not overlap.
    pub edits: Vec<Edit>,
}

/// The replacement of a span by a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; an empty span inserts.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

impl Diagnostic {
    /// Returns an error at a place.
    pub fn error(kind: Kind, span: Span, message: impl Into<String>) -> Self {
        Self::new(kind, Severity::Error, Some(span), message.into())
    }

    /// Returns a warning at a place.
    pub fn warning(kind: Kind, span: Span, message: impl Into<String>) -> Self {
        Self::new(kind, Severity::Warning, Some(span), message.into())
    }

    /// Returns an error that has no place in a source: a file that cannot be read, a bad flag.
    pub fn without_span(kind: Kind, message: impl Into<String>) -> Self {
        Self::new(kind, Severity::Error, None, message.into())
    }

    fn new(kind: Kind, severity: Severity, span: Option<Span>, message: String) -> Self {
        let primary = span.map(|span| Label { span, text: String::new() });
        Self {
            kind,
            rule: None,
            about: None,
            environment: None,
            severity,
            message,
            primary,
            secondary: Vec::new(),
            why: None,
            help: Vec::new(),
            fix: None,
            concealed: false,
        }
    }

    /// Says what is to be seen at the primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        if let Some(label) = &mut self.primary {
            label.text = text.into();
        }
        self
    }

    /// Adds a further place.
    #[must_use]
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: text.into() });
        self
    }

    /// Says why it matters.
    #[must_use]
    pub fn why(mut self, text: impl Into<String>) -> Self {
        self.why = Some(text.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Adds a fix that replaces one span.
    #[must_use]
    pub fn fix(mut self, safe: bool, title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        self.fix = Some(Fix { title: title.into(), safe, edits: vec![Edit { span, text: text.into() }] });
        self
    }

    /// Keeps the source lines out of every report.
    #[must_use]
    pub fn conceal(mut self) -> Self {
        self.concealed = true;
        self
    }

    /// Says which component it is about.
    #[must_use]
    pub fn about(mut self, component: &Arc<str>) -> Self {
        self.about = Some(component.clone());
        self
    }

    /// Returns the name that is shown, and by which levels and waivers speak of it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.rule.as_deref().unwrap_or(self.kind.name)
    }

    /// Returns whether this is an error.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Orders diagnostics by place and drops repetitions, so that output does not depend on the order of work.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| {
        let place = |d: &Diagnostic| d.primary.as_ref().map(|label| label.span);
        (place(a), a.name(), &a.message).cmp(&(place(b), b.name(), &b.message))
    });
    diagnostics
        .dedup_by(|a, b| a.kind == b.kind && a.rule == b.rule && a.message == b.message && a.primary == b.primary);
}
