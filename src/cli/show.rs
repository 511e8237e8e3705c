//! Printing: problems go to stderr for people, to stdout for programs.

use std::io::{IsTerminal, Write};

use clap::ColorChoice;

use super::ascii;
use crate::diag::render::{Format, RenderOptions, RuleText, render};
use crate::diag::{Diagnostic, Severity};
use crate::lint::waiver::Waived;
use crate::lint::{self, Rule};
use crate::source::SourceMap;
use crate::spec::Level;

/// The width of reports that nobody looks at on a terminal.
const WIDTH: usize = 100;

/// Writes text to stdout. Returns whether it arrived; a reader that went away has had enough, which is no error.
pub(super) fn out(text: &str) -> bool {
    let mut stdout = std::io::stdout().lock();
    let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            err(&format!("dvgen: stdout cannot be written: {error}\n"));
            false
        }
        _ => true,
    }
}

/// Writes text to stderr.
pub(super) fn err(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Shows problems in a format. `prefix` is how the caller writes the directory of the sources. Returns whether they
/// arrived.
pub(super) fn diagnostics(
    diagnostics: &[Diagnostic],
    sources: &SourceMap,
    prefix: &str,
    format: Format,
    color: ColorChoice,
) -> bool {
    let found = Found { diagnostics, waived: &[], sources };
    show(&found, prefix, format, color)
}

/// What a run found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'a> {
    /// The problems.
    pub(super) diagnostics: &'a [Diagnostic],
    /// The findings that waivers allow.
    pub(super) waived: &'a [Waived],
    /// The texts that they point into.
    pub(super) sources: &'a SourceMap,
}

/// Returns what was found as a report.
pub(super) fn text(found: &Found<'_>, prefix: &str, format: Format, color: bool) -> String {
    let rules = match format {
        Format::Sarif | Format::Junit => lint::rules::all().map(rule_text).collect(),
        _ => Vec::new(),
    };
    let waived = found.waived.iter().map(|waived| (waived.diagnostic.clone(), waived.reason.to_string())).collect();
    let options = RenderOptions { color, width: WIDTH, prefix: prefix.to_owned(), rules, waived };
    render(found.diagnostics, found.sources, &options, format)
}

/// Returns what reports say about a rule.
fn rule_text(rule: &'static Rule) -> RuleText {
    RuleText {
        name: rule.kind.name.to_owned(),
        code: rule.kind.code.to_owned(),
        summary: rule.summary(),
        page: rule.page(),
        uri: None,
        level: match rule.level {
            Level::Off => None,
            Level::Warn => Some(Severity::Warning),
            Level::Error => Some(Severity::Error),
        },
        tags: vec![rule.group.word().to_owned()],
    }
}

/// Shows what was found. Returns whether it arrived.
pub(super) fn show(found: &Found<'_>, prefix: &str, format: Format, color: ColorChoice) -> bool {
    let text = text(found, prefix, format, colors(color, std::io::stderr().is_terminal()));
    match format {
        Format::Full | Format::Concise => {
            err(&ascii::fitting(&text));
            true
        }
        Format::Json | Format::Sarif | Format::Github | Format::Gitlab | Format::Junit => out(&text),
    }
}

/// Colours follow the terminal, `NO_COLOR` (no-color.org) and `--color`.
pub(super) fn colors(choice: ColorChoice, is_terminal: bool) -> bool {
    #[expect(clippy::disallowed_methods, reason = "cli is the room that reads the environment")]
    let refused = std::env::var("NO_COLOR").is_ok_and(|value| !value.is_empty());
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => !refused && is_terminal,
    }
}
