//! Computed scalars and values that pass through.

use std::sync::Arc;

use super::{MAX_DEPTH, Render};
use crate::doc::{Doc, Key, Map, Value};
use crate::source::{Origin, OriginId, Span};
use crate::template::data::DataValue;
use crate::template::eval::{Item, once};
use crate::template::expr::{Ex, Fault, Outcome};
use crate::template::text::Part;
use crate::template::{LIMIT, ops};

/// Most computed parts of a `!text` are no longer than this.
const COMPUTED: usize = 24;

impl Render<'_> {
    pub(super) fn expr(&mut self, ex: &Ex, span: Span) -> Option<Doc> {
        let (item, mut reads) = self.eval(span, |eval| eval.value(ex))?;
        if matches!(item.value, DataValue::Null) {
            return None;
        }
        if reads.len() > 1 {
            reads = once(reads);
            // Every leaf repeats what the whole expression read; many readings are kept once.
            if reads.len() > 4 && matches!(item.value, DataValue::List(_) | DataValue::Map(_)) {
                reads = vec![self.origins.template(span, &reads)];
            }
        }
        let doc = self.doc(&item.value, item.origin, span, &reads);
        self.give_back(reads);
        doc
    }

    /// Makes a document of a value that passes through; its leaves keep where they come from.
    fn doc(&mut self, value: &DataValue, own: Option<OriginId>, span: Span, reads: &[OriginId]) -> Option<Doc> {
        if !self.step(span) {
            return None;
        }
        if self.depth >= MAX_DEPTH {
            self.fail(Fault::new(span, format!("the result is nested deeper than {MAX_DEPTH} levels")).of(LIMIT));
            return None;
        }
        let origin = self.wrap(own, span, reads);
        self.depth += 1;
        let value = match value {
            DataValue::Null => Value::Null,
            DataValue::Bool(flag) => Value::Bool(*flag),
            DataValue::Int(number) => Value::Int(*number),
            DataValue::Float(number) => Value::Float(*number),
            DataValue::Str(text) => Value::Str(text.clone().into()),
            DataValue::List(items) => {
                let docs = items.iter().filter_map(|item| self.doc(&item.value, Some(item.origin), span, reads));
                Value::List(docs.collect())
            }
            DataValue::Map(entries) => {
                let mut map = Map::new();
                for (key, item) in entries.iter() {
                    if let Some(doc) = self.doc(&item.value, Some(item.origin), span, reads) {
                        map.push_new(Key { text: key.clone(), origin: doc.origin }, doc);
                    }
                }
                Value::Map(map)
            }
        };
        self.depth -= 1;
        Some(Doc { origin, value })
    }

    fn wrap(&mut self, own: Option<OriginId>, span: Span, reads: &[OriginId]) -> OriginId {
        match own {
            None => self.origins.template(span, reads),
            Some(own) if reads.is_empty() => match self.origins.get(own) {
                Origin::Template { span: made, .. } if made == span => own,
                _ => self.origins.template(span, &[own]),
            },
            Some(own) => {
                let mut all = self.spare.pop().unwrap_or_default();
                all.push(own);
                all.extend_from_slice(reads);
                let all = once(all);
                let origin = self.origins.template(span, &all);
                self.give_back(all);
                origin
            }
        }
    }

    /// Evaluates the parts of a `!text`.
    pub(super) fn string(&mut self, parts: &[Part], span: Span) -> Option<(String, Vec<OriginId>)> {
        self.eval(span, |eval| {
            let guess = |part: &Part| if let Part::Literal(literal) = part { literal.len() } else { COMPUTED };
            let mut text = String::with_capacity(parts.iter().map(guess).sum());
            for part in parts {
                match part {
                    Part::Literal(literal) => text.push_str(literal),
                    Part::Computed(ex) => {
                        let item = eval.value(ex)?;
                        eval.touch(&item);
                        let part = piece(&item, ex)?;
                        eval.spend_text(part.len())?;
                        text.push_str(&part);
                    }
                }
            }
            Ok(text)
        })
    }

    pub(super) fn text(&mut self, parts: &[Part], span: Span) -> Option<Doc> {
        let (text, reads) = self.string(parts, span)?;
        let reads = once(reads);
        let origin = self.origins.template(span, &reads);
        self.give_back(reads);
        Some(Doc::str(text, origin))
    }
}

/// Returns the text of a value inside a `!text`.
fn piece(item: &Item, ex: &Ex) -> Outcome<Arc<str>> {
    ops::text(&item.value).ok_or_else(|| {
        let fault = Fault::new(ex.span, format!("{} is {}, which is no text", ex.shown(), item.value.describe()));
        match item.value {
            DataValue::Null => fault.help("write `x or \"…\"`, or put the text into an `!if`"),
            _ => fault.help("take a part of it, or use `|join` or `|json`"),
        }
    })
}
