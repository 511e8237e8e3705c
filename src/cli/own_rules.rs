//! The rules of the platform's own, for `dvgen rules` and `dvgen explain`.

use std::fmt::Write as _;
use std::path::Path;

use clap::ColorChoice;
use serde_json::{Value, json};

use super::place::Place;
use super::{Exit, show};
use crate::diag::render::Format;
use crate::diag::{Diagnostic, Severity};
use crate::library::{LibraryFiles, Loader};
use crate::lint;
use crate::policy::{About, Rules};
use crate::source::SourceMap;

/// The heading of these rules.
pub(super) const OWN: &str = "own";

/// The rules of the platform that the caller is in; none outside of one.
#[derive(Debug, Default)]
pub(super) struct Own {
    sources: SourceMap,
    rules: Vec<About>,
    problems: Vec<Diagnostic>,
    prefix: String,
}

impl Own {
    /// Reads the rules. That there is no platform is no problem, unless one was named.
    pub(super) fn read(directory: Option<&Path>) -> Result<Self, Box<Diagnostic>> {
        let place = match Place::find(directory, None, None) {
            Ok(place) => place,
            Err(_) if directory.is_none() => return Ok(Self::default()),
            Err(problem) => return Err(problem),
        };
        let mut own = Self { prefix: place.prefix.clone(), ..Self::default() };
        let files = LibraryFiles::list(&place.world, &place.spec.parent(), &mut own.problems);
        let (sources, out) = (&mut own.sources, &mut own.problems);
        let rules = Rules::load(&mut Loader { files: &files, world: &place.world, sources, out }, lint::taken);
        own.rules = rules.about().collect();
        Ok(own)
    }

    /// Shows what is wrong with the rule files, and returns the exit code of that.
    pub(super) fn complain(&self, color: ColorChoice) -> Exit {
        if !self.problems.is_empty() {
            show::diagnostics(&self.problems, &self.sources, &self.prefix, Format::Full, color);
        }
        Exit::of(&self.problems)
    }

    /// Returns whether there are none.
    pub(super) const fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Iterates over their names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|rule| &*rule.name.value)
    }

    /// Returns the page of a rule.
    pub(super) fn page(&self, name: &str) -> Option<String> {
        self.rules.iter().find(|rule| *rule.name.value == *name).map(|rule| self.text(rule))
    }

    /// Adds a line for each rule.
    pub(super) fn list(&self, width: usize, text: &mut String) {
        for rule in &self.rules {
            let (name, level) = (&rule.name.value, level(rule));
            let _ = writeln!(text, "  {:6}  {name:width$}  {level:6}  {:5}  {}", "", "", summary(rule));
        }
    }

    /// Returns the rules as a program reads them.
    pub(super) fn machine(&self) -> impl Iterator<Item = Value> {
        self.rules.iter().map(|rule| {
            json!({
                "name": &*rule.name.value,
                "code": null,
                "group": OWN,
                "level": level(rule),
                "adjustable": true,
                "fix": "none",
                "summary": summary(rule),
                "parameters": [],
                "page": self.text(rule),
            })
        })
    }

    fn text(&self, rule: &About) -> String {
        let mut text = format!("# {}\n\n{}\n", rule.name.value, summary(rule));
        let each = match rule.each {
            "platform" => "the platform as a whole".to_owned(),
            each => format!("each {each}"),
        };
        let _ =
            write!(text, "\n## What it does\n\nJudges {each} by these expressions, which have to hold:\n\n```cel\n");
        for clause in &rule.clauses {
            let _ = writeln!(text, "{}", clause.trim());
        }
        text.push_str("```\n");
        for (head, told) in [("Why it matters", &rule.why), ("What to do", &rule.help)] {
            if let Some(told) = told {
                let _ = write!(text, "\n## {head}\n\n{}\n", told.trim());
            }
        }
        let tests = match rule.tests {
            0 => "It has no tests.".to_owned(),
            1 => "It has one test, which `dvgen test` runs.".to_owned(),
            tests => format!("It has {tests} tests, which `dvgen test` runs."),
        };
        let place = format!("{}{}", self.prefix, self.sources.describe(rule.name.span));
        let _ = write!(
            text,
            "\n## Source\n\n{place}. {tests}\n\nLevel: `{}` unless a platform says otherwise.\n",
            level(rule)
        );
        text
    }
}

fn level(rule: &About) -> &'static str {
    match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warn",
    }
}

fn summary(rule: &About) -> String {
    let message = rule.message.as_deref().map(str::trim).filter(|message| !message.is_empty());
    message.map_or_else(|| "What it says is computed.".to_owned(), crate::yaml::decode::visible)
}
