//! Values that follow from a field of the spec, and that the user's `values:` replace.
//!
//! The origin of a value says which field it was made of. Other values follow from the same field, and stay as they were.

use std::borrow::Cow;

use super::{Judge, connects, leaves, same, shown};
use crate::diag::{Diagnostic, Label};
use crate::doc::{Doc, Map, Value};
use crate::emit::{BYPASSED_FIELD, OVERWRITTEN};
use crate::source::{Origin, OriginId, Span};

/// A field of the spec.
struct Field {
    /// What origins call it.
    what: &'static str,
    /// What people call it.
    name: &'static str,
    /// Whether it counts where a whole list is replaced: then it is what the list is there for.
    listed: bool,
    /// What still follows from it.
    why: &'static str,
}

const COPIES: &str =
    "disruption budgets, the spreading over nodes and the room that is counted still follow from the field";
const ROOM: &str = "the room on disks is counted by the field";
const REACHED: &str = "certificates, DNS, sign-in and the addresses that others use still follow from the field";
const STAYS: &str = "whatever else follows from the field stays as it was";
const GONE: &str = "who relies on it looks for what the chart does not make any more";

const FIELDS: [Field; 15] = [
    Field { what: "replicas", name: "`replicas`", listed: false, why: COPIES },
    Field { what: "size", name: "`storage.size`", listed: false, why: ROOM },
    Field { what: "storage class", name: "`storage.class`", listed: false, why: ROOM },
    Field { what: "placement", name: "`placement`", listed: false, why: STAYS },
    Field { what: "host", name: "`expose.host`", listed: true, why: REACHED },
    Field { what: "issuer", name: "`expose.issuer`", listed: false, why: REACHED },
    Field { what: "ingress class", name: "`expose.class`", listed: false, why: REACHED },
    Field { what: "address", name: "the `ip` of the address", listed: false, why: REACHED },
    Field { what: "database", name: "`databases`", listed: true, why: GONE },
    Field { what: "name", name: "the `name` of a flow", listed: true, why: GONE },
    Field { what: "volume group", name: "`volumeGroup` of the storage class", listed: true, why: GONE },
    Field { what: "device class", name: "the storage class", listed: true, why: GONE },
    Field { what: "retention", name: "`retention` of the part", listed: false, why: STAYS },
    Field { what: "part", name: "`enabled` of the part", listed: false, why: STAYS },
    Field { what: "setting", name: "`settings`", listed: false, why: "the setting has no effect any more" },
];

/// Keys that choose what the values beside them are for.
const CHOICES: [&str; 6] = ["backend", "enabled", "engine", "mode", "provider", "type"];

/// A value of a template that a user's replaces.
pub(super) struct Replaced<'a, 'w> {
    pub(super) below: &'a Doc,
    pub(super) above: &'a Doc,
    /// The map that it stands in.
    pub(super) around: Option<&'a Doc>,
    pub(super) path: &'w [&'a str],
    /// What is lost of it.
    pub(super) leaves: &'w [Cow<'a, Doc>],
    /// The line of the user.
    pub(super) span: Span,
}

/// Judges a value that nothing wires.
pub(super) fn judge(judge: &Judge<'_>, at: &Replaced<'_, '_>) -> Option<Diagnostic> {
    follows(judge, at).or_else(|| chooses(judge, at)).or_else(|| asked(judge, at)).or_else(|| lost(judge, at))
}

/// A list that loses an item which is there for a flow.
fn lost(judge: &Judge<'_>, at: &Replaced<'_, '_>) -> Option<Diagnostic> {
    let Value::List(below) = &at.below.value else { return None };
    let above = match &at.above.value {
        Value::List(items) => items.as_slice(),
        _ => &[],
    };
    let mut missing = below.iter().filter(|item| !above.iter().any(|own| is_known_as(own, item)));
    let (item, flow) = missing.find_map(|item| Some((item, asks_for(judge, at.below, item)?)))?;
    let (path, name) = (at.path.join("."), &judge.component.name.value);
    let message = format!("`{path}` of `{name}` loses {}, which is there for a flow", shown(first(item)));
    let problem = Diagnostic::warning(OVERWRITTEN, at.span, message)
        .why("Helm replaces a list as a whole, and what is drawn and ordered says that it is there");
    let place = judge.origins.written_span(flow);
    let problem = place.into_iter().fold(problem, |problem, place| problem.related(place, "this asks for it"));
    Some(problem.help("repeat it in the list, or remove the flow if it is not wanted"))
}

/// Returns the flow that an item of a list is there for, or the component at its other end.
fn asks_for(judge: &Judge<'_>, list: &Doc, item: &Doc) -> Option<OriginId> {
    let own = judge.origins.written_span(judge.component.name.origin);
    let asks = |origin: Origin<'_>| match origin {
        Origin::Written { what: "flow", .. } => true,
        Origin::Written { what: "component", span, .. } => Some(span) != own,
        _ => false,
    };
    let mut parts = Vec::new();
    leaves(item, &mut parts);
    let mut origins = [item.origin].into_iter().chain(parts.iter().map(|leaf| leaf.origin)).chain([list.origin]);
    origins.find_map(|origin| judge.reads(origin, &asks))
}

/// Returns whether two items of lists are known by the same: their first entries, as people write them, or all of them.
fn is_known_as(own: &Doc, item: &Doc) -> bool {
    let entry = item.as_map().and_then(|map| map.iter().next());
    match entry {
        Some((key, doc)) => own.as_map().and_then(|own| own.get(&key.text)).is_some_and(|own| same(own, doc)),
        None => same(own, item),
    }
}

/// Returns what an item of a list is known by.
fn first(item: &Doc) -> &Doc {
    item.as_map().and_then(|map| map.iter().next()).map_or(item, |(_, doc)| doc)
}

/// A switch that flows turned.
fn asked(judge: &Judge<'_>, at: &Replaced<'_, '_>) -> Option<Diagnostic> {
    let (Value::Bool(below), Value::Bool(above)) = (&at.below.value, &at.above.value) else { return None };
    let flow = judge.reads(at.below.origin, &|origin| matches!(origin, Origin::Written { what: "flow", .. }));
    let flow = flow.filter(|_| below != above)?;
    let (path, name) = (at.path.join("."), &judge.component.name.value);
    let message = format!("`{path}` of `{name}` replaces `{below}`, which follows from a flow");
    let problem = Diagnostic::warning(OVERWRITTEN, at.span, message)
        .why("what is drawn and ordered, and what the other side was told, says something else");
    let place = judge.origins.written_span(flow);
    let problem = place.into_iter().fold(problem, |problem, place| problem.related(place, "this wires it"));
    Some(problem.help("remove the value here, or the flow if it is not wanted"))
}

/// Keeps a problem; several places that replace what follows from one line are one problem.
pub(super) fn add(problem: Diagnostic, out: &mut Vec<Diagnostic>) {
    let cause = |problem: &Diagnostic| problem.secondary.first().map(|label| label.span);
    let same = |known: &&mut Diagnostic| known.kind == problem.kind && cause(known) == cause(&problem);
    let known = out.iter_mut().find(same).filter(|_| problem.kind == BYPASSED_FIELD && cause(&problem).is_some());
    match (known, &problem.primary) {
        (Some(known), Some(label)) => {
            known.secondary.push(Label { span: label.span, text: "and so does this".to_owned() });
        }
        _ => out.push(problem),
    }
}

/// A value that was made of a field.
fn follows(judge: &Judge<'_>, at: &Replaced<'_, '_>) -> Option<Diagnostic> {
    let list = matches!(at.below.value, Value::List(_));
    let flags = match (&at.below.value, &at.above.value) {
        (Value::Bool(below), Value::Bool(above)) if below != above => Some((*below, *above)),
        _ => None,
    };
    let flag = flags.map(|_| at.below);
    let (leaf, (origin, field)) = at.leaves.iter().map(|leaf| &**leaf).chain(flag).find_map(|leaf| {
        // A word that depends on the number of copies, such as a preference for other nodes, is no number of copies.
        let word = matches!(leaf.value, Value::Str(_));
        let counts = |field: &Field| if list { field.listed } else { field.what != "replicas" || !word };
        let found = field_of(judge, leaf.origin).filter(|(_, field)| counts(field))?;
        Some((leaf, found))
    })?;
    // What somebody switches on besides is an addition, unless the field switched it off.
    if flags == Some((false, true)) && field.what != "part" || !list && elsewhere(judge, leaf, origin, at.path) {
        return None;
    }
    let (path, name) = (at.path.join("."), &judge.component.name.value);
    let old = flags.map_or_else(|| shown(leaf), |(old, _)| format!("`{old}`"));
    let message = format!("`{path}` of `{name}` replaces what follows from {}", field.name);
    let problem = Diagnostic::warning(BYPASSED_FIELD, at.span, message).why(field.why);
    let place = judge.origins.written_span(origin);
    let said = format!("{old} follows from this");
    let problem = place.into_iter().fold(problem, |problem, place| problem.related(place, said.as_str()));
    Some(problem.help("change it there, and remove the value here"))
}

/// A word that chooses for what the values beside it are: a flow or a field made those.
fn chooses(judge: &Judge<'_>, at: &Replaced<'_, '_>) -> Option<Diagnostic> {
    let key = at.path.last().filter(|key| CHOICES.contains(key))?;
    let lost = match (&at.below.value, &at.above.value) {
        (Value::Bool(true), Value::Bool(false)) => "`true`".to_owned(),
        (Value::Str(_), Value::Str(_)) if *key != "enabled" && !at.leaves.is_empty() => shown(at.below),
        _ => return None,
    };
    let around = at.around.filter(|_| at.path.len() > 1)?;
    let mut beside = Vec::new();
    let entries = around.as_map().into_iter().flat_map(Map::iter);
    entries.filter(|(other, _)| &&*other.text != key).for_each(|(_, doc)| leaves(doc, &mut beside));
    let wire = beside.iter().find_map(|leaf| judge.reads(leaf.origin, &|origin| connects(&origin)));
    let (path, name) = (at.path.join("."), &judge.component.name.value);
    if let Some(wire) = wire {
        let message = format!("`{path}` of `{name}` replaces {lost}, and what is wired beside it has no effect");
        let flow = judge.reads(wire, &|origin| matches!(origin, Origin::Written { what: "flow", .. }));
        let problem =
            Diagnostic::warning(OVERWRITTEN, at.span, message).why("what is drawn and ordered says that it is used");
        let place = judge.origins.written_span(flow.unwrap_or(wire));
        let problem = place.into_iter().fold(problem, |problem, place| problem.related(place, "this wires it"));
        return Some(problem.help("remove the value here, or the flow if it is not wanted"));
    }
    // The map may be there because of a field, or hold values that were made of one.
    let origins = beside.iter().map(|leaf| leaf.origin).chain([around.origin]);
    let asks = |(_, field): &(OriginId, &Field)| !matches!(field.what, "storage class" | "placement");
    let found = origins.filter_map(|origin| field_of(judge, origin)).filter(asks);
    let (origin, field) = found.min_by_key(|(_, field)| FIELDS.iter().position(|one| one.what == field.what))?;
    if *key != "enabled" {
        return None;
    }
    let message = format!("`{path}` of `{name}` switches off what {} asks for", field.name);
    let problem = Diagnostic::warning(BYPASSED_FIELD, at.span, message).why(field.why);
    let place = judge.origins.written_span(origin);
    let problem = place.into_iter().fold(problem, |problem, place| problem.related(place, "this asks for it"));
    Some(problem.help("remove the value here, or the field if it is not wanted"))
}

/// Returns the field that a value was made of.
fn field_of(judge: &Judge<'_>, origin: OriginId) -> Option<(OriginId, &'static Field)> {
    FIELDS.iter().find_map(|field| {
        let is = |origin: Origin<'_>| matches!(origin, Origin::Written { what, .. } if what == field.what);
        Some((judge.reads(origin, &is)?, field))
    })
}

/// Returns whether the same value of the same field still stands elsewhere, at no deeper place: then only a part of the chart is
/// told otherwise, which people do on purpose.
fn elsewhere(judge: &Judge<'_>, leaf: &Doc, origin: OriginId, path: &[&str]) -> bool {
    Elsewhere { judge, leaf, origin, path }.holds(judge.template, Some(judge.own), &mut Vec::new())
}

struct Elsewhere<'a> {
    judge: &'a Judge<'a>,
    leaf: &'a Doc,
    origin: OriginId,
    path: &'a [&'a str],
}

impl Elsewhere<'_> {
    fn holds<'d>(&self, doc: &'d Doc, own: Option<&Doc>, path: &mut Vec<&'d str>) -> bool {
        let Value::Map(map) = &doc.value else {
            let span = self.judge.origins.written_span(self.origin);
            let reads =
                |origin: Origin<'_>| matches!(origin, Origin::Written { span: place, .. } if Some(place) == span);
            return own.is_none()
                && path.as_slice() != self.path
                && same(doc, self.leaf)
                && self.judge.reads(doc.origin, &reads).is_some();
        };
        path.len() < self.path.len()
            && map.iter().any(|(key, doc)| {
                path.push(&key.text);
                let own = own.and_then(Doc::as_map).and_then(|own| own.get(&key.text));
                let found = self.holds(doc, own, path);
                path.pop();
                found
            })
    }
}
