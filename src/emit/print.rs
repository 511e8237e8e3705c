//! Printers: documents to text, and to the origin of every line.
//!
//! A printer writes to a [`Sink`], which collects text and, if the caller asked for [`LineTable::Keep`], one
//! [`OriginId`] a line. That table is what `dvgen why FILE:LINE` reads; a plain build does without.
//!
//! A line that ends in a value has the value's origin; a line that only opens something has the origin of the
//! key or block that it opens, and brackets have that of their parent.

pub mod alloy;
pub mod block;
mod escape;
pub mod hcl;
pub mod ini;
pub mod json;
pub mod plain;
pub mod sections;
pub mod yaml;

pub(crate) use escape::is_hidden;

use std::sync::Arc;

use crate::doc::{Known, PerOutline};
use crate::source::OriginId;

/// A text and where its lines come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// The text: empty, or ending in a newline.
    pub text: String,
    /// The origin of each line, the first line first; empty if nobody asked for it.
    pub lines: Vec<OriginId>,
}

impl Printed {
    /// Returns the text and the origins of its lines.
    pub(super) fn shared(self) -> (Arc<str>, Vec<OriginId>) {
        (self.text.into(), self.lines)
    }
}

/// Whether a printer keeps the origin of each line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineTable {
    /// Keep one origin a line.
    Keep,
    /// Write text only.
    #[default]
    Skip,
}

/// A comment of one or more lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The text without comment marks.
    pub text: Arc<str>,
    /// Where the comment comes from.
    pub origin: OriginId,
}

impl Note {
    /// Returns a comment.
    pub fn new(text: impl Into<Arc<str>>, origin: OriginId) -> Self {
        Self { text: text.into(), origin }
    }
}

/// What a printer writes to.
#[derive(Clone, Debug, Default)]
pub struct Sink {
    text: String,
    lines: Vec<OriginId>,
    keep: bool,
    /// Texts that stand bare in YAML.
    bare: Known,
    /// What stands between the scalars of YAML documents.
    between: PerOutline<Arc<[yaml::Piece]>>,
    /// Where the scalars stand that are being printed, if that is asked for.
    cuts: Option<Vec<yaml::Cut>>,
}

impl Sink {
    /// Returns an empty sink.
    #[must_use]
    pub fn new(table: LineTable) -> Self {
        Self { keep: table == LineTable::Keep, ..Self::default() }
    }

    /// Returns an empty sink to print one file after another.
    #[must_use]
    pub fn for_many(table: LineTable) -> Self {
        Self { bare: Known::new(), ..Self::new(table) }
    }

    /// Returns whether the origins of lines are kept.
    pub(super) const fn table(&self) -> LineTable {
        if self.keep { LineTable::Keep } else { LineTable::Skip }
    }

    /// Returns what was written, and is empty again.
    pub(super) fn take(&mut self) -> (Arc<str>, Vec<OriginId>) {
        let text = Arc::from(&*self.text);
        self.text.clear();
        (text, std::mem::take(&mut self.lines))
    }

    /// Returns what was written.
    #[must_use]
    pub fn finish(self) -> Printed {
        Printed { text: self.text, lines: self.lines }
    }

    /// Writes text without a newline in it.
    #[inline]
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    #[inline]
    fn push_char(&mut self, char: char) {
        self.text.push(char);
    }

    /// Ends the line, which comes from `origin`.
    #[inline]
    fn end_line(&mut self, origin: OriginId) {
        self.text.push('\n');
        if self.keep {
            self.lines.push(origin);
        }
    }

    /// Writes `count` spaces.
    #[inline]
    fn spaces(&mut self, count: usize) {
        const SPACES: &str = "                                                                ";
        let mut left = count;
        while left > SPACES.len() {
            self.text.push_str(SPACES);
            left -= SPACES.len();
        }
        self.text.push_str(SPACES.get(..left).unwrap_or_default());
    }

    fn unsigned(&mut self, number: u64) {
        if number >= 10 {
            self.unsigned(number / 10);
        }
        self.text.push(char::from(b'0' + u8::try_from(number % 10).unwrap_or_default()));
    }

    /// Writes an integer in decimal.
    fn int(&mut self, number: i64) {
        if number < 0 {
            self.text.push('-');
        }
        self.unsigned(number.unsigned_abs());
    }

    /// Writes a number that YAML 1.1, HCL, Alloy and Python all read back as this float.
    ///
    /// The fraction and the sign of the exponent are never left out: to YAML 1.1 `1e20` is a string.
    fn float(&mut self, number: f64) {
        use std::fmt::Write as _;
        let start = self.text.len();
        write!(self.text, "{number:?}").expect("internal error: writing to a string failed");
        let Some(at) = self.text.get(start..).and_then(|written| written.find('e')).map(|at| start + at) else {
            return;
        };
        if self.text.get(at + 1..).is_some_and(|exponent| !exponent.starts_with('-')) {
            self.text.insert(at + 1, '+');
        }
        if self.text.get(start..at).is_some_and(|mantissa| !mantissa.contains('.')) {
            self.text.insert_str(at, ".0");
        }
    }

    /// Writes a comment, `indent` before each line's `mark`.
    ///
    /// Control characters and everything that some reader takes for a line break become spaces, so no text can
    /// leave its comment.
    fn comment(&mut self, indent: &str, mark: &str, note: &Note) {
        // Most are one line without anything to hide.
        if note.text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !note.text.ends_with(' ') {
            self.push(indent);
            self.push(mark);
            if !note.text.is_empty() {
                self.push_char(' ');
            }
            self.push(&note.text);
            self.end_line(note.origin);
            return;
        }
        for line in note.text.strip_suffix('\n').unwrap_or(&note.text).split('\n') {
            self.push(indent);
            self.push(mark);
            let line = line.trim_end_matches(|char: char| char.is_whitespace() || char.is_control());
            if !line.is_empty() {
                self.push_char(' ');
            }
            if line.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
                self.push(line);
            } else {
                self.text.extend(line.chars().map(|char| if escape::is_hidden(char) { ' ' } else { char }));
            }
            self.end_line(note.origin);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
