//! Workflow commands of GitHub Actions, which GitHub shows as annotations of the changed lines.
//!
//! A command is `::error file=…,line=…::message`, in which `%`, CR and LF are percent-encoded, in properties also `:`
//! and `,` (`@actions/core`, `command.ts`). GitHub takes ten annotations of each level a step and drops the rest
//! without a word, so the rest is announced.

use std::fmt::Write as _;

use super::place::Place;
use super::{RenderOptions, clean, plural, word};
use crate::diag::{Diagnostic, Severity};
use crate::source::SourceMap;

/// The number of annotations of one level that GitHub shows for a step.
const LIMIT: usize = 10;

/// Returns the errors, then the warnings, at most ten of each, and how many more there are.
pub(super) fn render(diagnostics: &[Diagnostic], sources: &SourceMap, options: &RenderOptions) -> String {
    let mut out = String::new();
    let mut more = Vec::new();
    for severity in [Severity::Error, Severity::Warning] {
        let all: Vec<_> = diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).collect();
        for diagnostic in all.iter().take(LIMIT) {
            command(&mut out, diagnostic, sources, options);
        }
        if all.len() > LIMIT {
            more.push(plural(all.len() - LIMIT, &format!("more {}", word(severity))));
        }
    }
    if !more.is_empty() {
        let _ = writeln!(out, "::notice title=dvgen::{}; GitHub shows ten of each level a step", more.join(" and "));
    }
    out
}

fn command(out: &mut String, diagnostic: &Diagnostic, sources: &SourceMap, options: &RenderOptions) {
    let _ = write!(out, "::{} ", word(diagnostic.severity));
    if let Some(label) = &diagnostic.primary {
        let place = Place::shown(sources, options, label.span);
        let (from, to) = (place.from, place.to);
        let _ = write!(out, "file={},line={},endLine={}", property(&place.path), from.line, to.line);
        // GitHub ignores columns of a range over several lines, and wants the last column, not the one after it.
        if from.line == to.line {
            let last = to.column.saturating_sub(1).max(from.column);
            let _ = write!(out, ",col={},endColumn={last}", from.column);
        }
        out.push(',');
    }
    let _ = writeln!(out, "title={}::{}", property(diagnostic.name()), data(&body(diagnostic, sources, options)));
}

/// Returns message, label, further places, why and help, one a line.
fn body(diagnostic: &Diagnostic, sources: &SourceMap, options: &RenderOptions) -> String {
    let mut text = diagnostic.message.clone();
    if let Some(label) = diagnostic.primary.as_ref().filter(|label| !label.text.is_empty()) {
        let _ = write!(text, "\nhere: {}", label.text);
    }
    for label in diagnostic.secondary.iter().filter(|label| !label.text.is_empty()) {
        let place = Place::shown(sources, options, label.span);
        let _ = write!(text, "\n{}:{}: {}", place.path, place.from.line, label.text);
    }
    if let Some(why) = &diagnostic.why {
        let _ = write!(text, "\nwhy: {why}");
    }
    for help in &diagnostic.help {
        let _ = write!(text, "\nhelp: {help}");
    }
    clean::lines(&text, 4000)
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(&clean::one_line(text)).replace(':', "%3A").replace(',', "%2C")
}
