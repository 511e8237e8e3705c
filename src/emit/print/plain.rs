//! Text artifacts made of lines: scripts, a hosts block, Markdown.

use super::{LineTable, Printed, Sink};
use crate::source::OriginId;

/// A text that grows by lines, each with its origin.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    sink: Sink,
}

impl Lines {
    /// Returns an empty text.
    #[must_use]
    pub fn new(table: LineTable) -> Self {
        Self { sink: Sink::new(table) }
    }

    /// Appends `text`, one line or several; all of them come from `origin`. An empty text is an empty line.
    pub fn push(&mut self, text: &str, origin: OriginId) -> &mut Self {
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            self.sink.push(line);
            self.sink.end_line(origin);
        }
        self
    }

    /// Appends lines that were printed before, with their origins.
    ///
    /// Both must have been made with the same [`LineTable`]; a table of the wrong length is filled with `origin`.
    pub fn append(&mut self, printed: &Printed, origin: OriginId) -> &mut Self {
        let mut known = printed.lines.iter();
        for line in printed.text.lines() {
            self.sink.push(line);
            self.sink.end_line(known.next().copied().unwrap_or(origin));
        }
        self
    }

    /// Returns the text.
    #[must_use]
    pub fn finish(self) -> Printed {
        self.sink.finish()
    }
}
