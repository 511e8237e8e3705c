//! Collections in brackets.

use super::Reader;
use super::scalar::is_flow;
use crate::yaml::{Node, NodeKind, Style};

impl Reader<'_> {
    /// Takes a collection in brackets.
    pub(super) fn flow(&mut self) -> Option<Node> {
        let start = self.at;
        let map = self.peek() == b'{';
        self.at += 1;
        let kind = self.nested(|reader| if map { reader.flow_map() } else { reader.flow_list() })?;
        Some(Node { span: self.span(start, self.at), tag: None, kind })
    }

    fn flow_list(&mut self) -> Option<NodeKind> {
        let mut items = Vec::new();
        loop {
            self.skip_lines()?;
            if self.peek() != b']' {
                items.push(self.flow_value()?);
                self.skip_lines()?;
            }
            if self.closes(b']')? {
                return Some(NodeKind::Sequence(items));
            }
        }
    }

    fn flow_map(&mut self) -> Option<NodeKind> {
        let mut map = self.open_map();
        loop {
            self.skip_lines()?;
            if self.peek() != b'}' {
                let key = self.scalar(true)?;
                let colon = self.colon(key.span)?;
                let adjacent = matches!(&key.kind, NodeKind::Scalar { style: Style::Quoted, .. })
                    && colon == key.span.end as usize;
                if !adjacent && !self.is_apart() && !matches!(self.peek(), b',' | b'}') {
                    return None;
                }
                self.skip_lines()?;
                let value = if matches!(self.peek(), b',' | b'}') { self.nothing(colon) } else { self.flow_value()? };
                self.skip_lines()?;
                self.add(&mut map, Self::key(&key)?, value)?;
            }
            if self.closes(b'}')? {
                return Some(self.close_map(&map));
            }
        }
    }

    /// Takes the comma after an entry, or the bracket that closes the collection.
    fn closes(&mut self, bracket: u8) -> Option<bool> {
        let byte = self.peek();
        self.at += 1;
        if byte == bracket { Some(true) } else { (byte == b',').then_some(false) }
    }

    fn flow_value(&mut self) -> Option<Node> {
        let tag = self.tag()?;
        if tag.is_some() {
            self.skip_spaces();
        }
        let start = self.at;
        let mut node = match self.peek() {
            b'[' | b'{' => self.flow()?,
            byte if is_flow(byte) => return None,
            _ => self.scalar(true)?,
        };
        // Longer, the parser is no longer sure that it is no key.
        if self.at - start > super::MAX_KEY && self.peek() == b':' {
            return None;
        }
        node.tag = tag;
        Some(node)
    }
}
