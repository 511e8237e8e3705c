//! Lists of named things as maps.

use crate::diag::Diagnostic;
use crate::source::Span;
use crate::yaml::{DUPLICATE_KEY, Entry, Key, MISSING_FIELD, Mapping, Node, NodeKind};

/// Makes a map of a list of plugins, each a name or a map of one name to its fields. What is no such thing stays a list,
/// and is refused as one.
pub(super) fn listed_plugins(node: &mut Node, out: &mut Vec<Diagnostic>) {
    let NodeKind::Sequence(items) = &node.kind else { return };
    let mut map = Mapping::default();
    for item in items {
        let entry = match &item.kind {
            NodeKind::Scalar { text, .. } if !item.is_null() => {
                Entry { key: Key { text: text.clone(), span: item.span }, value: empty(item.span) }
            }
            NodeKind::Mapping(mapping) => match mapping.entries.as_slice() {
                [one] if one.value.is_null() => Entry { key: one.key.clone(), value: empty(one.key.span) },
                [one] if one.value.as_mapping().is_some() => one.clone(),
                _ => return,
            },
            _ => return,
        };
        push(&mut map, entry, out);
    }
    node.kind = NodeKind::Mapping(map);
}

/// Makes a map of a list of maps that hold their `name`.
pub(super) fn by_name(node: &mut Node, out: &mut Vec<Diagnostic>) {
    let NodeKind::Sequence(items) = &mut node.kind else { return };
    if items.iter().any(|item| item.as_mapping().is_none()) {
        return;
    }
    let mut map = Mapping::default();
    for mut item in std::mem::take(items) {
        let Some(fields) = item.as_mapping_mut() else { continue };
        let name = super::take(fields, "name");
        let Some((text, span)) = name.and_then(|name| Some((name.value.as_scalar()?.clone(), name.value.span))) else {
            let problem =
                Diagnostic::error(MISSING_FIELD, item.span.at_start(), "`name` is missing in an item of a list");
            out.push(problem.help("add `name: …`"));
            continue;
        };
        push(&mut map, Entry { key: Key { text, span }, value: item }, out);
    }
    node.kind = NodeKind::Mapping(map);
}

/// Gives references to secrets, `secret_ref` with `item` and `key`, the form of the spec.
pub(super) fn references(node: &mut Node) {
    match &mut node.kind {
        NodeKind::Sequence(items) => items.iter_mut().for_each(references),
        NodeKind::Mapping(mapping) => {
            let whole = matches!(mapping.entries.as_slice(), [one] if &*one.key.text == "secret_ref");
            let inner = mapping.get_mut("secret_ref").and_then(|entry| entry.value.as_mapping_mut());
            match inner.filter(|inner| whole && inner.get("item").is_some()) {
                Some(inner) => {
                    let mut inner = std::mem::take(inner);
                    for entry in inner.entries.iter_mut().filter(|entry| &*entry.key.text == "item") {
                        entry.key.text = "secret".into();
                    }
                    *mapping = inner;
                }
                None => mapping.entries.iter_mut().for_each(|entry| references(&mut entry.value)),
            }
        }
        NodeKind::Scalar { .. } => {}
    }
}

/// Adds the entries of a map to another one.
pub(super) fn join(all: &mut Mapping, more: Mapping, out: &mut Vec<Diagnostic>) {
    for entry in more.entries {
        push(all, entry, out);
    }
}

fn push(map: &mut Mapping, entry: Entry, out: &mut Vec<Diagnostic>) {
    match map.get(&entry.key.text) {
        Some(first) => {
            let message = format!("`{}` is listed twice", entry.key.text);
            let problem = Diagnostic::error(DUPLICATE_KEY, entry.key.span, message);
            out.push(problem.label("the second one").related(first.key.span, "the first one").help("keep one of them"));
        }
        None => map.entries.push(entry),
    }
}

fn empty(span: Span) -> Node {
    Node { span, tag: None, kind: NodeKind::Mapping(Mapping::default()) }
}
