//! `!merge` and `!lines`: lists whose rendered items become one value.

use super::{Render, scalar};
use crate::doc::{Doc, Map, Value};
use crate::source::Span;
use crate::template::expr::Fault;
use crate::template::node::Node;

impl Render<'_> {
    /// Renders items of a list one by one, keeping which node each came from.
    fn each(&mut self, items: &[Node], take: &mut dyn FnMut(&mut Self, &Node, Doc)) {
        for item in items {
            let mut docs = Vec::new();
            self.items(item, &mut docs);
            for doc in docs {
                take(self, item, doc);
            }
        }
    }

    pub(super) fn merge(&mut self, items: &[Node], span: Span) -> Doc {
        let mut merged = Doc::map(Map::new(), self.origins.template(span, &[]));
        self.each(items, &mut |render, item, doc| match doc.value {
            Value::Map(_) => merged.merge(doc),
            Value::Null => {}
            _ => render.fail(Fault::new(item.span, "`!merge` takes maps, and this gives something else")),
        });
        merged
    }

    pub(super) fn lines(&mut self, items: &[Node], span: Span) -> Doc {
        let mut lines = Vec::new();
        self.each(items, &mut |render, item, doc| match (doc.value, doc.origin) {
            (Value::Text(more), _) => lines.extend(more),
            (Value::Str(text), origin) if text.contains('\n') => {
                lines.extend(text.lines().map(|line| (line.into(), origin)));
            }
            (value, origin) => match scalar(&Doc { origin, value }) {
                Some(text) => lines.push((text, origin)),
                None => render.fail(Fault::new(item.span, "a line has to be a string, and this gives something else")),
            },
        });
        Doc { origin: self.origins.template(span, &[]), value: Value::Text(lines) }
    }
}
