//! `!json`: a value as the text of a JSON document, for files that are written in JSON. Each line has the origin of what
//! stands on it.

use std::sync::Arc;

use super::Render;
use crate::doc::{Doc, Value, joined};
use crate::source::{OriginId, Span};
use crate::template::node::Node;

/// A text under construction: the lines that are done, and the one that is written.
#[derive(Default)]
struct Text {
    lines: Vec<(Arc<str>, OriginId)>,
    line: String,
    depth: usize,
}

impl Render<'_> {
    pub(super) fn json(&mut self, node: &Node, span: Span) -> Option<Doc> {
        let doc = self.node(node)?;
        let mut text = Text::default();
        text.value(&doc);
        text.end(doc.origin);
        Some(Doc { origin: self.origins.template(span, &[doc.origin]), value: Value::Text(text.lines) })
    }
}

impl Text {
    /// Ends a line, and indents the next one.
    fn end(&mut self, origin: OriginId) {
        self.lines.push((std::mem::take(&mut self.line).into(), origin));
        self.line = "  ".repeat(self.depth);
    }

    fn string(&mut self, text: &str) {
        self.line.push_str(&serde_json::Value::from(text).to_string());
    }

    fn value(&mut self, doc: &Doc) {
        match &doc.value {
            Value::Null => self.line.push_str("null"),
            Value::Bool(flag) => self.line.push_str(if *flag { "true" } else { "false" }),
            Value::Int(number) => self.line.push_str(&number.to_string()),
            Value::Float(number) => self.line.push_str(&serde_json::Value::from(*number).to_string()),
            Value::Str(text) => self.string(text),
            Value::Text(lines) => self.string(&joined(lines)),
            Value::List(items) => self.within('[', ']', doc.origin, items, |text, item| {
                text.value(item);
                item.origin
            }),
            Value::Map(map) => {
                let entries: Vec<_> = map.iter().collect();
                self.within('{', '}', doc.origin, &entries, |text, (key, value)| {
                    text.string(&key.text);
                    text.line.push_str(": ");
                    text.value(value);
                    value.origin
                });
            }
        }
    }

    /// Writes items between brackets, each on lines of its own.
    fn within<T>(
        &mut self,
        open: char,
        close: char,
        origin: OriginId,
        items: &[T],
        mut write: impl FnMut(&mut Self, &T) -> OriginId,
    ) {
        self.line.push(open);
        let mut last = origin;
        self.depth += 1;
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.line.push(',');
            }
            self.end(last);
            last = write(self, item);
        }
        self.depth -= 1;
        if !items.is_empty() {
            self.end(last);
        }
        self.line.push(close);
    }
}
