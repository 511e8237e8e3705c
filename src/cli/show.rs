//! Printing: problems go to stderr for people, to stdout for programs.

use std::io::{IsTerminal, Write};

use clap::ColorChoice;

use crate::diag::Diagnostic;
use crate::diag::render::{Format, RenderOptions, render};
use crate::source::SourceMap;

/// The width of reports that nobody looks at on a terminal.
const WIDTH: usize = 100;

/// Writes text to stdout. A reader that went away is not an error.
pub(super) fn out(text: &str) {
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

/// Writes text to stderr.
pub(super) fn err(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Shows problems in a format. `prefix` is how the caller writes the directory of the sources.
pub(super) fn diagnostics(
    diagnostics: &[Diagnostic],
    sources: &SourceMap,
    prefix: &str,
    format: Format,
    color: ColorChoice,
) {
    let options = RenderOptions { color: colors(color), width: WIDTH, prefix: prefix.to_owned(), kinds: Vec::new() };
    let text = render(diagnostics, sources, &options, format);
    match format {
        Format::Full | Format::Concise => err(&text),
        Format::Json | Format::Sarif | Format::Github => out(&text),
    }
}

/// Colours follow the terminal, `NO_COLOR` (no-color.org) and `--color`.
fn colors(choice: ColorChoice) -> bool {
    #[expect(clippy::disallowed_methods, reason = "cli is the room that reads the environment")]
    let refused = std::env::var("NO_COLOR").is_ok_and(|value| !value.is_empty());
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => !refused && std::io::stderr().is_terminal(),
    }
}
