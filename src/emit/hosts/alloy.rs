//! Alloy's configuration out of data: a list of blocks, each with its name, label, attributes and inner blocks.
//!
//! `{ block: loki.write, label: loki, set: { … }, blocks: [ … ] }`. A value `{ expr: TEXT }` is an expression of Alloy, such
//! as the name of another block's receiver; everything else is quoted.

use crate::diag::Diagnostic;
use crate::doc::{Doc, Value};
use crate::emit::print::block::{Block, Expr, Item};
use crate::library::BAD_FACTS;
use crate::source::Origins;

/// Returns the blocks of a list, an empty line between two.
pub(super) fn items(doc: &Doc, origins: &Origins, out: &mut Vec<Diagnostic>) -> Vec<Item> {
    let mut items = Vec::new();
    for entry in doc.as_list().into_iter().flatten() {
        if let Some(block) = block(entry, origins, out) {
            if !items.is_empty() {
                items.push(Item::Blank(entry.origin));
            }
            items.push(Item::Block(block));
        }
    }
    items
}

fn block(doc: &Doc, origins: &Origins, out: &mut Vec<Diagnostic>) -> Option<Block> {
    let Some(name) = doc.at(&["block"]).and_then(Doc::as_str) else {
        let span = origins.place(doc.origin)?;
        let problem = Diagnostic::error(BAD_FACTS, span, "a block of Alloy has no name");
        out.push(problem.help("write `{ block: NAME, label: LABEL, set: { … }, blocks: [ … ] }`"));
        return None;
    };
    let mut block = Block::new(name, doc.origin);
    if let Some(label) = doc.at(&["label"]).and_then(Doc::as_str) {
        block = block.label(label);
    }
    for (key, value) in doc.at(&["set"]).and_then(Doc::as_map).into_iter().flat_map(crate::doc::Map::iter) {
        block.body.push(Item::Attribute(key.clone(), expression(value)));
    }
    for inner in doc.at(&["blocks"]).and_then(Doc::as_list).into_iter().flatten() {
        if let Some(inner) = self::block(inner, origins, out) {
            block = block.with(inner);
        }
    }
    Some(block)
}

fn expression(doc: &Doc) -> Expr {
    match &doc.value {
        Value::Map(map) => match (map.len(), map.get("expr").and_then(Doc::as_str)) {
            (1, Some(text)) => Expr::raw(text, doc.origin),
            _ => Expr::object(map.iter().map(|(key, doc)| (key.clone(), expression(doc))).collect(), doc.origin),
        },
        Value::List(items) => Expr::list(items.iter().map(expression).collect(), doc.origin),
        _ => doc.clone().into(),
    }
}
