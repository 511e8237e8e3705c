//! The renderers: how diagnostics look to a person, to an editor, to a code host. One file a format.
//!
//! A renderer turns diagnostics that are already sorted into one text; `cli` prints it. Every text that comes from
//! a source or from a message passes through `clean` first, so that a hostile spec cannot talk to the terminal.

mod cap;
mod clean;
mod concise;
mod excerpt;
mod fingerprint;
mod full;
mod github;
mod gitlab;
mod hidden;
mod json;
mod junit;
mod patch;
mod place;
mod sarif;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use super::{Diagnostic, Severity, did_you_mean};
use crate::source::SourceMap;
pub use place::joined;

/// A way to show diagnostics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// For a person: the source with the places marked, why it matters, what to do.
    Full,
    /// One line each, for `grep` and for editors.
    Concise,
    /// One JSON document.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions, which become annotations of a pull request.
    Github,
    /// A code quality report of GitLab.
    Gitlab,
    /// A test report that CI servers read.
    Junit,
}

impl Format {
    /// Every format, in the order in which help texts list them.
    pub const ALL: [Self; 7] =
        [Self::Full, Self::Concise, Self::Json, Self::Sarif, Self::Github, Self::Gitlab, Self::Junit];

    /// Returns the name that a person writes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Junit => "junit",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The error of parsing a [`Format`]: it names the nearest format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFormat(String);

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown format `{}`", clean::one_line(&self.0))?;
        match did_you_mean(&self.0, Format::ALL.map(Format::name)) {
            Some(advice) => write!(f, ": {advice}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for UnknownFormat {}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}

/// What the renderers need to know about their surroundings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderOptions {
    /// Whether to write ANSI colours; only `full` has any.
    pub color: bool,
    /// The width of the terminal in columns; only `full` looks at it.
    pub width: usize,
    /// The path from the working directory (for people) or from the root of the repository (for code hosts) to the
    /// directory of the platform; it goes before the names of sources. Empty where the two are the same.
    pub prefix: String,
    /// The rules that SARIF declares besides the kinds that occur, so that a clean run still lists them.
    pub rules: Vec<RuleText>,
    /// Findings that a waiver allows, each with the reason: SARIF and JSON list them as suppressed.
    pub waived: Vec<(Diagnostic, String)>,
}

/// What a report says about a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleText {
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: String,
    /// What it reports, in one sentence.
    pub summary: String,
    /// Its page, in Markdown.
    pub page: String,
    /// Where the page is to be read.
    pub uri: Option<String>,
    /// The level that it usually has; `None` for one that is off.
    pub level: Option<Severity>,
    /// What it is about.
    pub tags: Vec<String>,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self { color: false, width: 100, prefix: String::new(), rules: Vec::new(), waived: Vec::new() }
    }
}

/// Returns the diagnostics in a format; a text of lines each of which ends in a line feed, or nothing.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], sources: &SourceMap, options: &RenderOptions, format: Format) -> String {
    match format {
        Format::Full => full::render(diagnostics, sources, options),
        Format::Concise => concise::render(diagnostics, sources, options),
        Format::Json => json::render(diagnostics, sources, options),
        Format::Sarif => sarif::render(diagnostics, sources, options),
        Format::Github => github::render(diagnostics, sources, options),
        Format::Gitlab => gitlab::render(diagnostics, sources, options),
        Format::Junit => junit::render(diagnostics, sources, options),
    }
}

/// Returns how many there are of each severity, as in "2 errors, 1 warning".
#[must_use]
pub fn summary(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let counts = [(errors, "error"), (diagnostics.len() - errors, "warning")];
    let parts: Vec<_> = counts.into_iter().filter(|(count, _)| *count > 0).map(|(n, noun)| plural(n, noun)).collect();
    if parts.is_empty() { "no problems".to_owned() } else { parts.join(", ") }
}

/// Returns "1 error" or "2 errors".
fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Returns the word for a severity, which is also its SARIF level and its GitHub command.
const fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
