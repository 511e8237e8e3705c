//! Reads the plain everyday part of YAML by itself: the parser spends three thousand instructions on each of its
//! events, a quarter of a build of a thousand components.
//!
//! What it reads: maps and lists of any nesting, scalars of one line, collections in brackets, comments, and the local
//! tags of templates. Of anything else, and of whatever may be a mistake, it knows nothing: it gives up, and the parser
//! reads the text again and says what there is to say. What it does read is what the parser would have read, to the
//! byte of each span: `tests` holds it to that.

mod block;
mod flow;
mod quoted;
mod scalar;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::seen::{Seen, Words};
use super::{Dialect, to_u32};
use crate::source::{FileId, Span};
use crate::yaml::{Comment, Entry, Key, Mapping, Node, NodeKind, Style};

/// Deepest nesting, less than what the parser allows.
const MAX_DEPTH: usize = 60;

/// Most comments in a row: the parser keeps no more than 96.
const MAX_COMMENTS: usize = 80;

/// Longest key with what stands between it and its colon: the parser looks 1024 characters ahead.
const MAX_KEY: usize = 1000;

/// Where the next token stands: its column and one, or 0 when the text ends or nothing is around it.
type Column = usize;

/// Reads a text with one document; `None` when something else than the plain part of YAML is in it.
pub(super) fn read(file: FileId, text: &str, dialect: Dialect) -> Option<(Node, Vec<Comment>)> {
    if !is_harmless(text) {
        return None;
    }
    let mut reader = Reader::new(file, text, dialect);
    let mut column = reader.skip_lines()?;
    if text.get(reader.at..).is_some_and(|rest| rest.starts_with("---")) && column == 1 {
        reader.at += 3;
        reader.end_line()?;
        column = reader.skip_lines()?;
    }
    let root = if column == 0 { None } else { reader.root(column) }?;
    (reader.at == text.len()).then_some((root, reader.comments))
}

/// Returns whether each character is an ordinary one: no tab, no carriage return, no mark, nothing unprintable.
fn is_harmless(text: &str) -> bool {
    #[expect(clippy::needless_bitwise_bool, reason = "without branches many bytes are looked at in one step")]
    let odd = |odd: bool, byte: u8| odd | ((byte < b' ') & (byte != b'\n')) | (byte == 0x7f);
    !text.bytes().fold(false, odd)
        && (text.is_ascii()
            || !text.chars().any(|c| matches!(c, '\u{80}'..='\u{9f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')))
}

/// A map whose end has not been read.
struct OpenMap {
    /// Where its entries begin among those that are open.
    start: usize,
    seen: Seen,
}

struct Reader<'a> {
    file: FileId,
    text: &'a str,
    /// The next byte.
    at: usize,
    /// Where the line of the last token starts.
    line: usize,
    depth: usize,
    /// Whether local tags are allowed.
    tags: bool,
    comments: Vec<Comment>,
    words: Words,
    /// The entries of the maps that are open, those of the innermost last: a map is made when it is known how many it has.
    open: Vec<Entry>,
}

impl<'a> Reader<'a> {
    fn new(file: FileId, text: &'a str, dialect: Dialect) -> Self {
        let tags = dialect == Dialect::Template;
        let (comments, words, open) = (Vec::new(), Words::for_text(text), Vec::new());
        Self { file, text, at: 0, line: 0, depth: 0, tags, comments, words, open }
    }

    /// Returns a byte, 0 where the text has ended.
    #[inline]
    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    #[inline]
    fn peek(&self) -> u8 {
        self.byte(self.at)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, to_u32(start), to_u32(end))
    }

    fn skip_spaces(&mut self) {
        while self.peek() == b' ' {
            self.at += 1;
        }
    }

    /// Takes the rest of a line, which holds nothing but a comment.
    fn end_line(&mut self) -> Option<()> {
        self.skip_spaces();
        if self.peek() == b'#' {
            self.comment()?;
        }
        matches!(self.peek(), b'\n' | 0).then_some(())
    }

    /// Takes a comment, which has to stand apart from what is before it.
    fn comment(&mut self) -> Option<()> {
        let start = self.at;
        let before = self.text.as_bytes().get(self.line..start)?;
        if before.last().is_some_and(|byte| *byte != b' ') {
            return None;
        }
        let own_line = before.iter().all(|byte| *byte == b' ');
        let rest = self.text.get(start..)?;
        let length = rest.bytes().position(|byte| byte == b'\n').unwrap_or(rest.len());
        self.at += length;
        let text = Arc::from(rest.get(1..length)?);
        self.comments.push(Comment { text, span: self.span(start, self.at), own_line });
        Some(())
    }

    /// Goes on, from the start or the end of a line, to the next token, and returns its column.
    fn skip_lines(&mut self) -> Option<Column> {
        let comments = self.comments.len();
        loop {
            self.skip_spaces();
            match self.peek() {
                b'#' => self.comment()?,
                b'\n' => {
                    self.at += 1;
                    self.line = self.at;
                }
                0 => return Some(0),
                _ if self.comments.len() - comments > MAX_COMMENTS => return None,
                _ => return Some(self.at - self.line + 1),
            }
        }
    }

    /// Returns whether the token here may be a mark of a document's start or end.
    fn is_document_mark(&self) -> bool {
        let at_mark = |rest: &str| rest.starts_with("---") || rest.starts_with("...");
        self.at == self.line && self.text.get(self.at..).is_some_and(at_mark)
    }

    /// Runs `inner` one level deeper.
    fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth == MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    /// Starts a map.
    fn open_map(&self) -> OpenMap {
        OpenMap { start: self.open.len(), seen: Seen::default() }
    }

    /// Adds an entry to the innermost map, unless its key is there already.
    fn add(&mut self, map: &mut OpenMap, key: Key, value: Node) -> Option<()> {
        let entries = self.open.get(map.start..)?;
        if map.seen.position(entries, &key.text).is_some() {
            return None;
        }
        map.seen.add(&key.text, entries.len());
        self.open.push(Entry { key, value });
        Some(())
    }

    /// Ends the innermost map.
    fn close_map(&mut self, map: &OpenMap) -> NodeKind {
        NodeKind::Mapping(Mapping { entries: self.open.split_off(map.start.min(self.open.len())) })
    }

    /// Makes the value of a key or an item that has none.
    fn nothing(&mut self, at: usize) -> Node {
        let (text, span) = (self.words.get("~"), self.span(at, at));
        scalar(text, Style::Plain, span)
    }
}

fn scalar(text: Arc<str>, style: Style, span: Span) -> Node {
    Node { span, tag: None, kind: NodeKind::Scalar { text, style } }
}
