//! Printing: problems go to stderr for people, to stdout for programs.

use std::io::{IsTerminal, Write};

use clap::ColorChoice;

use super::ascii;
use crate::diag::Diagnostic;
use crate::diag::render::{Format, RenderOptions, render};
use crate::source::SourceMap;

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
    let options = RenderOptions {
        color: colors(color, std::io::stderr().is_terminal()),
        width: WIDTH,
        prefix: prefix.to_owned(),
        kinds: Vec::new(),
    };
    let text = render(diagnostics, sources, &options, format);
    match format {
        Format::Full | Format::Concise => {
            err(&ascii::fitting(&text));
            true
        }
        Format::Json | Format::Sarif | Format::Github => out(&text),
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
