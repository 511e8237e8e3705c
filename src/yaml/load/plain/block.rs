//! Maps and lists by indentation.

use super::{Column, Reader};
use crate::source::Span;
use crate::yaml::{Node, NodeKind};

impl Reader<'_> {
    /// Takes the collection that is the whole document.
    pub(super) fn root(&mut self, column: Column) -> Option<Node> {
        let tag = self.tag()?;
        let column = if tag.is_some() {
            self.end_line()?;
            self.skip_lines()?
        } else {
            column
        };
        if column == 0 {
            return None;
        }
        let (mut node, next) = self.node(column)?;
        // A scalar may be the first line of a longer one.
        if next != 0 || node.as_scalar().is_some() {
            return None;
        }
        node.tag = tag;
        Some(node)
    }

    /// Takes the value at a column, and returns where the next token stands: further in than the collection around the
    /// value, it may go on with the value, and the collection gives up.
    fn node(&mut self, column: Column) -> Option<(Node, Column)> {
        match self.peek() {
            b'-' if self.is_item() => self.nested(|reader| reader.list(column)),
            b'[' | b'{' => {
                let node = self.flow()?;
                self.inline(node)
            }
            _ => {
                let node = self.scalar(false)?;
                match self.colon(node.span) {
                    Some(colon) => self.nested(|reader| reader.map(column, &node, colon)),
                    None => self.inline(node),
                }
            }
        }
    }

    /// Takes the rest of a line after a value.
    fn inline(&mut self, node: Node) -> Option<(Node, Column)> {
        self.end_line()?;
        Some((node, self.skip_lines()?))
    }

    /// Takes a map, whose first key has been taken.
    fn map(&mut self, column: Column, first: &Node, colon: usize) -> Option<(Node, Column)> {
        let mut map = self.open_map();
        let (mut key, mut colon) = (Self::key(first)?, colon);
        let start = key.span;
        loop {
            let (value, next) = self.value(column, colon)?;
            let last = value.span.end.max(key.span.end);
            self.add(&mut map, key, value)?;
            if next < column {
                let span = Span { end: start.start.max(last), ..start };
                return Some((Node { span, tag: None, kind: self.close_map(&map) }, next));
            }
            if next > column {
                return None;
            }
            let node = self.scalar(false)?;
            colon = self.colon(node.span)?;
            key = Self::key(&node)?;
        }
    }

    /// Takes the value of a key.
    fn value(&mut self, column: Column, colon: usize) -> Option<(Node, Column)> {
        if !self.is_apart() {
            return None;
        }
        self.skip_spaces();
        let tag = self.tag()?;
        self.skip_spaces();
        if !matches!(self.peek(), b'\n' | b'#' | 0) {
            // Neither a list nor a map may start in the line of the key.
            let node = if matches!(self.peek(), b'[' | b'{') { self.flow()? } else { self.scalar(false)? };
            return self.inline(Node { tag, ..node });
        }
        self.end_line()?;
        let next = self.skip_lines()?;
        if next > column {
            let (node, next) = self.node(next)?;
            return Some((Node { tag, ..node }, next));
        }
        if tag.is_some() {
            return None;
        }
        if next == column && self.peek() == b'-' && self.is_item() {
            return self.nested(|reader| reader.list_of_key(column));
        }
        Some((self.nothing(colon), next))
    }

    /// Returns whether the dash here starts an item.
    fn is_item(&self) -> bool {
        matches!(self.byte(self.at + 1), b' ' | b'\n' | 0)
    }

    /// Takes a list that is indented.
    fn list(&mut self, column: Column) -> Option<(Node, Column)> {
        let start = self.at;
        let (items, next) = self.items(column, &mut None)?;
        // Something else at the column of the dashes is a mistake.
        if next == column { None } else { Some((self.list_node(start, items), next)) }
    }

    /// Takes a list whose dashes stand at the column of its key. The parser lets it start after the first dash.
    fn list_of_key(&mut self, column: Column) -> Option<(Node, Column)> {
        let mut start = None;
        let (items, next) = self.items(column, &mut start)?;
        Some((self.list_node(start?, items), next))
    }

    fn list_node(&self, start: usize, items: Vec<Node>) -> Node {
        let own = self.span(start, start);
        let first = items.first().map_or(own.start, |item| item.span.start);
        let last = items.last().map_or(own.end, |item| item.span.end);
        let span = Span { start: own.start.min(first), end: own.start.max(last), ..own };
        Node { span, tag: None, kind: NodeKind::Sequence(items) }
    }

    /// Takes the items whose dashes stand at a column, and notes where the first one's content may start.
    fn items(&mut self, column: Column, content: &mut Option<usize>) -> Option<(Vec<Node>, Column)> {
        let mut items = Vec::new();
        loop {
            let (item, next) = self.item(column, content)?;
            items.push(item);
            if next > column {
                return None;
            }
            if next < column || self.peek() != b'-' || !self.is_item() {
                return Some((items, next));
            }
        }
    }

    fn item(&mut self, column: Column, content: &mut Option<usize>) -> Option<(Node, Column)> {
        self.at += 1;
        self.skip_spaces();
        if !matches!(self.peek(), b'\n' | b'#' | 0) {
            content.get_or_insert(self.at);
            let tag = self.tag()?;
            if tag.is_none() {
                let inner = self.at - self.line + 1;
                return self.node(inner);
            }
            self.skip_spaces();
            if !matches!(self.peek(), b'\n' | b'#' | 0) {
                let node = if matches!(self.peek(), b'[' | b'{') { self.flow()? } else { self.scalar(false)? };
                return self.inline(Node { tag, ..node });
            }
            self.end_line()?;
            let next = self.skip_lines()?;
            let (node, next) = if next > column { self.node(next) } else { None }?;
            return Some((Node { tag, ..node }, next));
        }
        self.end_line()?;
        let mark = self.at;
        content.get_or_insert(mark);
        let next = self.skip_lines()?;
        if next > column { self.node(next) } else { Some((self.nothing(mark), next)) }
    }
}
