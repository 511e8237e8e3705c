//! GitLab's code quality report: a JSON array, the subset of Code Climate's format that GitLab reads (GitLab documentation,
//! "Code Quality report format").
//!
//! Of two entries with one fingerprint GitLab shows the first only, so each has its own.

use serde::Serialize;

use super::fingerprint::Fingerprints;
use super::place::{self, Place};
use super::{RenderOptions, clean};
use crate::diag::{Diagnostic, Severity, Verdict};
use crate::source::SourceMap;

#[derive(Serialize)]
struct Entry {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// Returns one JSON array.
pub(super) fn render(diagnostics: &[Diagnostic], sources: &SourceMap, options: &RenderOptions) -> String {
    let mut seen = Fingerprints::default();
    let entry = |diagnostic: &Diagnostic| Entry {
        description: description(diagnostic),
        check_name: diagnostic.name().to_owned(),
        fingerprint: seen.next(diagnostic, sources),
        severity: severity(diagnostic),
        location: location(diagnostic, sources, options),
    };
    let entries: Vec<Entry> = diagnostics.iter().map(entry).collect();
    let text = serde_json::to_string_pretty(&entries).expect("internal error: strings and numbers are JSON");
    clean::json(&text)
}

const fn severity(diagnostic: &Diagnostic) -> &'static str {
    match (diagnostic.severity, diagnostic.kind.verdict) {
        (Severity::Warning, _) => "minor",
        (Severity::Error, Verdict::Judged) => "major",
        (Severity::Error, Verdict::None) => "blocker",
    }
}

/// Returns what is wrong and what to do, on one line: GitLab shows no more.
fn description(diagnostic: &Diagnostic) -> String {
    let help = diagnostic.help.first().map(|help| format!("; {help}")).unwrap_or_default();
    clean::one_line(&format!("{}{help}", diagnostic.message)).into_owned()
}

/// A problem of no place is shown where the spec begins: GitLab refuses an entry without one.
fn location(diagnostic: &Diagnostic, sources: &SourceMap, options: &RenderOptions) -> Location {
    match &diagnostic.primary {
        Some(label) => {
            let place = Place::shown(sources, options, label.span);
            Location { path: place.path, lines: Lines { begin: place.from.line, end: place.to.line } }
        }
        None => Location { path: place::path(options, "platform.yaml"), lines: Lines { begin: 1, end: 1 } },
    }
}
