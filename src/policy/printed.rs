//! On which line of its file a value of a document is printed. Asked only of documents that break a rule.

use super::value::From;
use super::view::Document;
use crate::doc::{Doc, Value};
use crate::emit::Body;
use crate::emit::print::{LineTable, yaml};
use crate::source::{OriginId, SourceMap};
use crate::yaml::{Dialect, Node, load_all};

/// Returns the line of the first place that is in the document, else that of the document.
pub(super) fn line(document: &Document<'_>, places: &[From<'_>]) -> usize {
    let Body::Yaml(docs) = &document.draft.body else { return 1 };
    let text = yaml::print(&document.draft.header, docs, LineTable::Skip).text;
    let mut sources = SourceMap::new();
    let file = sources.add(document.draft.path.as_str(), text.as_str());
    let Some((roots, _)) = load_all(file, &text, Dialect::Foreign, &mut Vec::new()) else { return 1 };
    let Some(root) = roots.get(document.number) else { return 1 };
    let origin = places.iter().find_map(|from| match from {
        From::Origin(origins, id) if std::ptr::eq(*origins, document.origins) => Some(*id),
        _ => None,
    });
    let found = origin.and_then(|origin| find(document.doc, root, origin)).unwrap_or(root);
    sources.locate(found.span).line
}

/// Returns the node that the first value of an origin is printed as.
fn find<'n>(doc: &Doc, node: &'n Node, origin: OriginId) -> Option<&'n Node> {
    let here = || (doc.origin == origin).then_some(node);
    match &doc.value {
        Value::Map(map) => {
            let below = map.iter().find_map(|(key, doc)| find(doc, node.get(&key.text)?, origin));
            below.or_else(here)
        }
        Value::List(items) => {
            let nodes = node.as_sequence().unwrap_or_default();
            items.iter().zip(nodes).find_map(|(doc, node)| find(doc, node, origin)).or_else(here)
        }
        _ => here(),
    }
}
