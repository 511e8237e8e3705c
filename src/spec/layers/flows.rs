//! Flows of an overlay, and those of the base that they change.
//!
//! A flow is known by its kind and its ends. One that names several ends stands for each pair of them, so an overlay may name
//! some of the pairs: these are cut out of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::REMOVE;
use crate::diag::{Diagnostic, nearest};
use crate::spec::NOTHING_TO_REMOVE;
use crate::yaml::{Key, Mapping, Node, NodeKind, UNKNOWN_FIELD};

/// Kind, from and to; the order of the ends means nothing.
pub(super) type FlowIdentity = (Arc<str>, Vec<Arc<str>>, Vec<Arc<str>>);

/// Returns which flow of several of the same ends is meant: that of the same name and tenant.
pub(super) fn meant(items: &[Node], all: &[usize], item: &Node) -> Option<usize> {
    if let [only] = all {
        return Some(*only);
    }
    let said = |node: &Node| {
        let fields = &node.as_mapping()?.entries.first()?.value;
        Some(["name", "tenant"].map(|key| fields.get(key).and_then(|value| value.as_scalar().cloned())))
    };
    let wanted = said(item);
    all.iter().copied().find(|at| items.get(*at).is_some_and(|known| said(known) == wanted))
}

/// Returns what a flow is known by.
pub(super) fn flow_identity(node: &Node) -> Option<FlowIdentity> {
    let [entry] = node.as_mapping()?.entries.as_slice() else { return None };
    let end = |name| {
        let mut ends: Vec<Arc<str>> = match &entry.value.get(name)?.kind {
            NodeKind::Scalar { text, .. } => vec![text.clone()],
            NodeKind::Sequence(items) => items.iter().map(|item| item.as_scalar().cloned()).collect::<Option<_>>()?,
            NodeKind::Mapping(_) => return None,
        };
        ends.sort();
        Some(ends)
    };
    Some((entry.key.text.clone(), end("from")?, end("to")?))
}

/// Returns whether a flow of an overlay takes one of the base away.
pub(super) fn flow_removed(node: &Node) -> bool {
    let fields = node.as_mapping().and_then(|mapping| mapping.entries.first());
    fields
        .and_then(|entry| entry.value.get(REMOVE))
        .is_some_and(|flag| flag.as_scalar().is_some_and(|text| &**text == "true"))
}

/// Returns whether a word is probably meant to take something away: `remove`, `$Remove`, `$delete`. No name and no field is
/// spelled like that.
pub(super) fn is_nearly_remove(word: &str) -> bool {
    const OTHERS: [&str; 4] = ["$delete", "$none", "$null", "$unset"];
    let marked = word.starts_with('$') && (nearest(word, [REMOVE]).is_some() || OTHERS.contains(&word));
    marked || word == REMOVE.trim_start_matches('$') || word.eq_ignore_ascii_case(REMOVE)
}

/// Returns a key of a flow of an overlay that is nearly the one that takes it away.
pub(super) fn misspelt_remove(node: &Node) -> Option<&Key> {
    let fields = node.as_mapping()?.entries.first()?.value.as_mapping()?;
    let near = |key: &&Key| *key.text != *REMOVE && is_nearly_remove(&key.text);
    fields.entries.iter().map(|entry| &entry.key).find(near)
}

/// Says that a key is nearly the one that takes a flow away.
pub(super) fn not_remove(key: &Key) -> Diagnostic {
    let message = format!("`{}` is not a field of a flow", key.text);
    Diagnostic::error(UNKNOWN_FIELD, key.span, message).help(format!("did you mean `{REMOVE}`?")).fix(
        false,
        format!("rename to `{REMOVE}`"),
        key.span,
        REMOVE,
    )
}

/// Cuts the pairs of a flow out of the flow of the base that has them among others: one side has to be the same. Returns what
/// was cut out, with the fields of the base, and the flow that it was cut out of, if nothing is left of that.
pub(super) fn cut(
    items: &mut [Node],
    known: &mut BTreeMap<FlowIdentity, Vec<usize>>,
    item: &Node,
    wanted: &FlowIdentity,
) -> Option<(Node, Option<usize>)> {
    let within = |some: &[Arc<str>], all: &[Arc<str>]| some.iter().all(|end| all.contains(end));
    let side = |flow: &FlowIdentity| {
        let to = wanted.1 == flow.1 && within(&wanted.2, &flow.2);
        let from = wanted.2 == flow.2 && within(&wanted.1, &flow.1);
        let side = if to { Some("to") } else { from.then_some("from") };
        side.filter(|_| wanted.0 == flow.0)
    };
    let mut fitting =
        known.iter().filter_map(|(flow, all)| Some((side(flow)?, flow.clone(), meant(items, all, item)?)));
    let (side, flow, at) = fitting.next()?;
    if fitting.next().is_some() {
        return None;
    }
    let whole = items.get_mut(at)?;
    let mut part = whole.clone();
    let gone = if side == "to" { &wanted.2 } else { &wanted.1 };
    keep(whole, side, |end| !gone.contains(end));
    keep(&mut part, side, |end| gone.contains(end));
    let left = flow_identity(whole);
    known.entry(flow).or_default().retain(|known| *known != at);
    let empty = left.as_ref().is_none_or(|(_, from, to)| from.is_empty() || to.is_empty());
    if let Some(left) = left.filter(|_| !empty) {
        known.entry(left).or_default().push(at);
    }
    Some((part, empty.then_some(at)))
}

/// Keeps some of the ends of a flow.
fn keep(flow: &mut Node, side: &str, keeps: impl Fn(&Arc<str>) -> bool) {
    let fields = flow.as_mapping_mut().and_then(|mapping: &mut Mapping| mapping.entries.first_mut());
    let ends = fields.and_then(|entry| entry.value.as_mapping_mut()?.get_mut(side));
    if let Some(NodeKind::Sequence(ends)) = ends.map(|entry| &mut entry.value.kind) {
        ends.retain(|end| end.as_scalar().is_some_and(&keeps));
    }
}

/// Returns the flow of the base that is written with other names of ends, each near to the one of the base.
pub(super) fn near_flow(wanted: &FlowIdentity, known: &BTreeMap<FlowIdentity, Vec<usize>>) -> Option<FlowIdentity> {
    let alike = |one: &Arc<str>, other: &Arc<str>| one == other || nearest(one, [&**other]).is_some();
    let ends = |one: &[Arc<str>], other: &[Arc<str>]| {
        one.len() == other.len() && one.iter().zip(other).all(|(one, other)| alike(one, other))
    };
    let fits = |flow: &&FlowIdentity| alike(&wanted.0, &flow.0) && ends(&wanted.1, &flow.1) && ends(&wanted.2, &flow.2);
    known.keys().find(fits).cloned()
}

/// Says that the base has no such flow, and which one may be meant.
pub(super) fn no_such_flow(item: &Node, near: Option<&FlowIdentity>) -> Diagnostic {
    let message = "the base environment has no flow of this kind with these ends";
    let problem = Diagnostic::error(NOTHING_TO_REMOVE, item.span, message);
    let Some((kind, from, to)) = near else {
        return problem
            .help("write `from` and `to` as the base does; of a flow with several ends, name those that go away");
    };
    let ends = |ends: &[Arc<str>]| match ends {
        [one] => one.to_string(),
        several => format!("[{}]", several.join(", ")),
    };
    problem.help(format!("did you mean `{kind}: {{ from: {}, to: {} }}`?", ends(from), ends(to)))
}

#[cfg(test)]
mod tests {
    use super::super::overlay;
    use crate::source::SourceMap;
    use crate::yaml::{Dialect, Node, load};

    fn tree(text: &str) -> Node {
        let (mut sources, mut out) = (SourceMap::new(), Vec::new());
        let file = sources.add("platform.yaml", text);
        load(file, text, Dialect::Spec, &mut out).expect("a tree").0
    }

    /// Returns the flows of an overlay over a base, each with its ends and its tenant, and how many problems there were.
    fn laid(base: &str, over: &str) -> (Vec<String>, usize) {
        let (mut base, mut out) = (tree(base), Vec::new());
        overlay(&mut base, &tree(over), &mut out);
        let flows = base.get("flows").and_then(Node::as_sequence).unwrap_or_default();
        let texts = |node: Option<&Node>| -> String {
            let Some(node) = node else { return String::new() };
            let items = node.as_sequence().unwrap_or(std::slice::from_ref(node));
            items.iter().filter_map(Node::as_scalar).map(ToString::to_string).collect::<Vec<_>>().join("+")
        };
        let shown = |flow: &Node| {
            let fields = flow.get("query").expect("a flow");
            format!("{}>{} {}", texts(fields.get("from")), texts(fields.get("to")), texts(fields.get("tenant")))
        };
        (flows.iter().map(shown).collect(), out.len())
    }

    #[test]
    fn pairs_of_a_flow_are_cut_out_of_it() {
        let base = "flows:\n  - query: { from: g, to: [a, b, c], tenant: t }\n";
        let of = |over: &str| laid(base, &format!("flows:\n{over}"));
        let remove = |to: &str| format!("  - query: {{ from: g, to: {to}, $remove: true }}\n");
        assert_eq!(of(&remove("b")), (vec!["g>a+c t".to_owned()], 0));
        assert_eq!(of(&remove("[a, c]")), (vec!["g>b t".to_owned()], 0));
        assert_eq!(of(&[remove("a"), remove("b"), remove("c")].concat()), (vec![], 0));
        assert_eq!(of(&remove("d")), (vec!["g>a+b+c t".to_owned()], 1));
        let changed = of("  - query: { from: g, to: b, tenant: x }\n");
        assert_eq!(changed, (vec!["g>a+c t".to_owned(), "g>b x".to_owned()], 0));
        let sides = "flows:\n  - query: { from: [g, h], to: [a, b] }\n";
        assert_eq!(laid(sides, "flows:\n  - query: { from: g, to: a, $remove: true }\n").1, 1);
    }
}
