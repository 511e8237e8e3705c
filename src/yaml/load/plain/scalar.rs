//! Scalars of one line, and the tags before values.

use super::{MAX_KEY, Reader};
use crate::source::Span;
use crate::yaml::{Key, Node, Style, Tag};

/// Returns whether something may end a plain scalar at the byte.
const fn may_stop(byte: u8) -> bool {
    matches!(byte, b'\n' | b':' | b'#') || is_flow(byte)
}

/// Returns whether the byte parts tokens in brackets.
pub(super) const fn is_flow(byte: u8) -> bool {
    matches!(byte, b',' | b'[' | b']' | b'{' | b'}')
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | 0)
}

impl Reader<'_> {
    /// Takes a scalar. It stops before the colon, if it is a key.
    pub(super) fn scalar(&mut self, flow: bool) -> Option<Node> {
        match self.peek() {
            b'"' => self.double_quoted(),
            b'\'' => self.single_quoted(),
            _ => self.plain(flow),
        }
    }

    /// Returns whether a plain scalar starts here.
    fn starts_plain(&self, flow: bool) -> bool {
        let next = self.byte(self.at + 1);
        match self.peek() {
            b'-' => !(is_blank(next) || flow && is_flow(next) || self.is_document_mark()),
            b'.' => !self.is_document_mark(),
            b':' => !flow && !is_blank(next),
            b'?' | b'&' | b'*' | b'!' | b'|' | b'>' | b'%' | b'@' | b'`' | b'#' | b'\n' | 0 => false,
            byte => !is_flow(byte),
        }
    }

    fn plain(&mut self, flow: bool) -> Option<Node> {
        if !self.starts_plain(flow) {
            return None;
        }
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut at = start;
        loop {
            let rest = bytes.get(at..)?;
            at += rest.iter().position(|byte| may_stop(*byte)).unwrap_or(rest.len());
            let next = self.byte(at + 1);
            match self.byte(at) {
                0 | b'\n' => break,
                b':' if is_blank(next) || (flow && is_flow(next)) => break,
                b'#' if bytes.get(at.wrapping_sub(1)) == Some(&b' ') => break,
                byte if flow && is_flow(byte) => break,
                _ => at += 1,
            }
        }
        let text = self.text.get(start..at)?.trim_end_matches(' ');
        let span = self.span(start, start + text.len());
        self.at = at;
        Some(super::scalar(self.words.get(text), Style::Plain, span))
    }

    /// Takes what stands between a scalar and its colon, and the colon; `None` when the scalar is no key.
    pub(super) fn colon(&mut self, span: Span) -> Option<usize> {
        let before = self.at;
        self.skip_spaces();
        let at = self.at;
        if self.peek() == b':' && at - (span.start as usize) < MAX_KEY {
            self.at += 1;
            return Some(at);
        }
        self.at = before;
        None
    }

    /// Makes a key of a scalar that was one.
    pub(super) fn key(node: &Node) -> Option<Key> {
        let text = node.as_scalar()?.clone();
        let merges = &*text == "<<";
        (!merges && node.tag.is_none()).then_some(Key { text, span: node.span })
    }

    /// Takes a local tag, if there is one.
    #[expect(clippy::option_option, reason = "giving up is something else than finding no tag")]
    pub(super) fn tag(&mut self) -> Option<Option<Box<Tag>>> {
        if self.peek() != b'!' {
            return Some(None);
        }
        let rest = self.text.get(self.at + 1..)?;
        let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let name = rest.get(..length)?;
        let end = self.at + 1 + length;
        if !self.tags || name.is_empty() || !matches!(self.byte(end), b' ' | b'\n') {
            return None;
        }
        let span = self.span(self.at, end);
        self.at = end;
        Some(Some(Box::new(Tag { name: self.words.get(name), span })))
    }

    /// Returns whether a blank or the end follows a colon.
    pub(super) fn is_apart(&self) -> bool {
        is_blank(self.peek())
    }
}
