//! Reports as text: for a terminal, for a comment in a review, for programs.

mod block;
mod clean;
mod escape;
mod group;
mod json;
mod markdown;
mod refused;
mod text;
mod words;

use std::fmt;
use std::str::FromStr;

use super::Report;
use crate::diag::{Diagnostic, did_you_mean};

/// A format of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people at a terminal.
    Text,
    /// A comment in a review, of at most [`MOST`] characters.
    Markdown,
    /// Everything, for programs.
    Json,
}

/// How many characters a comment may have: GitHub takes 65 536.
pub const MOST: usize = 65_000;

impl Format {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Text, Self::Markdown, Self::Json];

    /// Returns the name of a format.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Json => "json",
        }
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|format| format.name() == name);
        known.ok_or_else(|| {
            let advice = did_you_mean(name, Self::ALL.map(Self::name)).map(|advice| format!(": {advice}"));
            format!("unknown format `{}`{}", clean::line(name), advice.unwrap_or_default())
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// What the renderers need to know.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether to write ANSI colours.
    pub color: bool,
    /// The width of the terminal; lines are not cut without one.
    pub width: Option<usize>,
    /// Whether changes that say nothing are shown too.
    pub noise: bool,
    /// Tells the comments of several pipelines in one review apart.
    pub id: String,
    /// The command that shows the whole report.
    pub command: String,
}

/// Returns the comment that says why nothing could be compared.
#[must_use]
pub fn refused(platform: &str, id: &str, problem: &Diagnostic) -> String {
    refused::render(platform, id, problem)
}

/// Returns a report in a format.
#[must_use]
pub fn render(report: &Report, options: &Options, format: Format) -> String {
    match format {
        Format::Text => text::render(report, options),
        Format::Markdown => markdown::render(report, options),
        Format::Json => json::render(report),
    }
}
