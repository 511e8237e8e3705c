//! The user's `values:` against what dvgen wired: values that flows and facts rely on, and values that they derived.

mod field;
mod user;

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::{BYPASSED_FIELD, OVERWRITTEN, Source};
use crate::diag::Diagnostic;
use crate::doc::{Doc, Value};
use crate::library::Guard;
use crate::model::{Component, ComponentId, WIRING};
use crate::source::{Origin, OriginId, Origins, Span};
use crate::spec::FlowKind;
use crate::yaml::{Field, Node};

/// Computations whose results connect components, as origins name them.
const CONNECTS: [&str; 5] = [
    "the DNS name of a Service",
    "the URL of a Service",
    "the address of a flow",
    "the name of the component and of the secret",
    "the name of the component and the kind of flow",
];

/// Judges the values of the user, `own`, that are to be laid over those of the template.
pub(super) fn judge(
    source: &Source<'_>,
    id: ComponentId,
    template: &Doc,
    own: &Doc,
    origins: &Origins,
    out: &mut Vec<Diagnostic>,
) {
    let Some(component) = source.platform.components.get(id.0) else { return };
    let mut guarded = BTreeSet::new();
    for named in component.variant.facts.guards.value().into_iter().flat_map(crate::yaml::Names::values) {
        if let Some(guard) = named.value.as_ref().map(|guard| &guard.value) {
            let found = guard_of(source, id, guard, (template, own), origins, &guarded, out);
            guarded.extend(found);
        }
    }
    guarded.extend(scraped(source, id, component, own, origins, out));
    let mut judge = Judge { component, origins, template, own, guarded, out };
    judge.over(template, own, None, &mut Vec::new());
}

/// Judges the switch by which the chart makes a monitor, where somebody reads the metrics; returns the place of what turns it off.
fn scraped(
    source: &Source<'_>,
    id: ComponentId,
    component: &Component,
    own: &Doc,
    origins: &Origins,
    out: &mut Vec<Diagnostic>,
) -> Option<Span> {
    let metrics = component.metrics.as_ref().filter(|metrics| metrics.by_chart && !metrics.switch.is_empty())?;
    let path: Vec<&str> = metrics.switch.iter().map(|key| &**key).collect();
    let written = replaced(own, &path).filter(|doc| matches!(doc.value, Value::Bool(false)))?;
    let readers = source.flows_to(id).filter(|flow| flow.kind == FlowKind::Scrape);
    let reader = readers.min_by_key(|flow| flow.span.is_none())?;
    let (span, name) = (origins.place(written.origin)?, &component.name.value);
    let message = format!("`{}` of `{name}` takes away the monitor by which its metrics are read", path.join("."));
    let mut problem = Diagnostic::warning(OVERWRITTEN, span, message)
        .why("Prometheus finds no pods to read, so there are no series, and no alert about them ever fires");
    let scraper = source.platform.components.get(reader.from.component.0);
    let place = reader.span.or_else(|| origins.written_span(scraper?.name.origin));
    if let Some(place) = place.filter(|place| *place != span) {
        problem = problem.related(place, "this reads them");
    }
    out.push(problem.help("remove the value"));
    Some(span)
}

/// Judges one guard; returns the place of what it refused, unless that is `guarded` already.
fn guard_of(
    source: &Source<'_>,
    id: ComponentId,
    guard: &Guard,
    (template, own): (&Doc, &Doc),
    origins: &Origins,
    guarded: &BTreeSet<Span>,
    out: &mut Vec<Diagnostic>,
) -> Option<Span> {
    let component = source.platform.components.get(id.0)?;
    let path: Vec<&str> = guard.path.value()?.iter().filter_map(Field::value).map(|key| &**key).collect();
    let written = replaced(own, &path)?;
    let wanted = match (guard.is.value(), guard.has.value()) {
        (Some(node), _) => is(written, node, &component.fullname.value),
        (None, Some(text)) => has(written, text),
        (None, None) => template.at(&path).is_some_and(|made| same(made, written)),
    };
    if wanted || made_up_for(guard, own) {
        return None;
    }
    let user = match (guard.service.value(), guard.uses.value()) {
        (Some(service), _) => {
            // A flow that somebody wrote says more than one that is there by default.
            let users = source.flows_to(id).filter(|flow| flow.endpoint.service.as_ref() == Some(service));
            Some(users.min_by_key(|flow| flow.span.is_none())?.origin)
        }
        (None, Some(uses)) => Some(user::of(source.platform, id, *uses)?),
        (None, None) => None,
    };
    let span = origins.place(written.origin).filter(|span| !guarded.contains(span))?;
    let message = format!("`{}` of `{}` breaks what is wired to it", path.join("."), component.name.value);
    let mut problem = match guard.warns.value() {
        Some(true) if guard.service.value().is_some() => Diagnostic::warning(OVERWRITTEN, span, message),
        Some(true) => Diagnostic::warning(BYPASSED_FIELD, span, message),
        _ => Diagnostic::error(WIRING, span, message),
    };
    problem = problem.why(guard.why.value()?.to_string());
    if let Some(place) = user.and_then(|user| origins.place(user)) {
        problem = problem.related(place, "this uses it");
    }
    let help = guard.help.value().map_or_else(|| "remove it".to_owned(), ToString::to_string);
    out.push(problem.help(help));
    Some(span)
}

/// Returns whether a person set one of the values that make up for another value at the guarded place.
fn made_up_for(guard: &Guard, own: &Doc) -> bool {
    let mut paths = guard.unless.value().into_iter().flatten().filter_map(Field::value);
    paths.any(|path| {
        let path: Vec<&str> = path.iter().filter_map(Field::value).map(|key| &**key).collect();
        own.at(&path).is_some()
    })
}

/// Returns what the user's values put at a path, or in the place of a map on the way to it.
fn replaced<'a>(own: &'a Doc, path: &[&str]) -> Option<&'a Doc> {
    let mut at = own;
    for key in path {
        match &at.value {
            Value::Map(map) => at = map.get(key)?,
            _ => return Some(at),
        }
    }
    Some(at)
}

fn is(doc: &Doc, node: &Node, fullname: &str) -> bool {
    let Some(text) = node.as_scalar().map(|text| text.replace("{fullname}", fullname)) else { return false };
    match &doc.value {
        Value::Bool(flag) => flag.to_string() == text,
        Value::Int(number) => number.to_string() == text,
        Value::Str(own) => **own == *text,
        _ => false,
    }
}

/// Returns whether a text stands somewhere in a value.
fn has(doc: &Doc, text: &str) -> bool {
    match &doc.value {
        Value::Map(map) => map.iter().any(|(key, doc)| key.text.contains(text) || has(doc, text)),
        Value::List(items) => items.iter().any(|doc| has(doc, text)),
        Value::Str(own) => own.contains(text),
        Value::Text(lines) => lines.iter().any(|(line, _)| line.contains(text)),
        _ => false,
    }
}

/// Returns whether two documents say the same, whatever their origins are.
fn same(one: &Doc, other: &Doc) -> bool {
    match (&one.value, &other.value) {
        (Value::Map(one), Value::Map(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, doc)| other.get(&key.text).is_some_and(|other| same(doc, other)))
        }
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Text(lines), Value::Str(text)) | (Value::Str(text), Value::Text(lines)) => {
            crate::doc::joined(lines).trim_end() == text.trim_end()
        }
        (Value::Text(one), Value::Text(other)) => crate::doc::joined(one) == crate::doc::joined(other),
        (one, other) => one == other,
    }
}

struct Judge<'a> {
    component: &'a Component,
    origins: &'a Origins,
    template: &'a Doc,
    own: &'a Doc,
    /// What guards refused already.
    guarded: BTreeSet<Span>,
    out: &'a mut Vec<Diagnostic>,
}

impl<'a> Judge<'a> {
    /// Looks for derived values that merging would replace; `around` is the map that they stand in.
    fn over(&mut self, below: &'a Doc, above: &'a Doc, around: Option<&'a Doc>, path: &mut Vec<&'a str>) {
        if let (Value::Map(old), Value::Map(above)) = (&below.value, &above.value) {
            for (key, doc) in above.iter() {
                if let Some(old) = old.get(&key.text) {
                    path.push(&key.text);
                    self.over(old, doc, Some(below), path);
                    path.pop();
                }
            }
            return;
        }
        let mut kept = Vec::new();
        leaves(above, &mut kept);
        let mut replaced = Vec::new();
        leaves(below, &mut replaced);
        replaced.retain(|leaf| !kept.iter().any(|own| same(leaf, own)));
        let reads = |wanted: &dyn Fn(Origin<'_>) -> bool| {
            replaced.iter().find(|leaf| self.reads(leaf.origin, wanted).is_some()).map(|leaf| &**leaf)
        };
        let Some(span) = self.origins.place(above.origin).filter(|span| !self.guarded.contains(span)) else { return };
        let Some((derived, loss)) = reads(&|origin| connects(&origin))
            .map(|leaf| (leaf, &WIRE))
            .or_else(|| Some((reads(&names_platform)?, &NAME)))
        else {
            let at = field::Replaced { below, above, around, path, leaves: &replaced, span };
            if let Some(problem) = field::judge(self, &at) {
                field::add(problem, self.out);
            }
            return;
        };
        let path = path.join(".");
        let message =
            format!("`{path}` of `{}` replaces {} that is derived", self.component.name.value, shown(derived));
        let mut problem = Diagnostic::warning(OVERWRITTEN, span, message).why(loss.why);
        let source =
            self.reads(derived.origin, &|origin| matches!(origin, Origin::Written { what, .. } if what == loss.of));
        let place =
            source.map_or_else(|| self.origins.written_span(derived.origin), |source| self.origins.place(source));
        if let Some(place) = place.filter(|place| *place != span) {
            problem = problem.related(place, "this derives it");
        }
        self.out.push(problem.help(loss.help));
    }

    /// Returns the first of the origins of a value that is `wanted`.
    fn reads(&self, id: OriginId, wanted: &dyn Fn(Origin<'_>) -> bool) -> Option<OriginId> {
        let (mut open, mut seen) = (vec![id], BTreeSet::new());
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            let origin = self.origins.get(id);
            if wanted(origin) {
                return Some(id);
            }
            if let Origin::Derived { reads, .. } | Origin::Template { reads, .. } = origin {
                open.extend(reads);
            }
        }
        None
    }
}

/// What is lost when a derived value is replaced.
struct Loss {
    /// What the value was derived from, as origins name it.
    of: &'static str,
    why: &'static str,
    help: &'static str,
}

const WIRE: Loss = Loss {
    of: "flow",
    why: "it no longer follows when the other side moves, and what is drawn and ordered says something else",
    help: "change the flow or the component that it comes from; remove the value here",
};

const NAME: Loss = Loss {
    of: "platform",
    why: "it is the name of the platform, by which nodes, metrics and other components know it",
    help: "remove the value here; another `metadata.name` renames the platform everywhere",
};

/// Returns whether an origin is the name of the platform.
fn names_platform(origin: Origin<'_>) -> bool {
    matches!(origin, Origin::Written { what: "platform", .. })
}

/// Returns whether an origin connects components: an address, the name of a Secret, a tenant.
fn connects(origin: &Origin<'_>) -> bool {
    match origin {
        Origin::Written { what, .. } => *what == "tenant",
        Origin::Derived { by, .. } => CONNECTS.contains(by),
        Origin::Template { .. } | Origin::Default { .. } => false,
    }
}

/// Collects the texts and numbers of a document; of a text with several lines each line.
fn leaves<'a>(doc: &'a Doc, found: &mut Vec<Cow<'a, Doc>>) {
    let line = |text: &str, origin| Cow::Owned(Doc::str(text.trim().to_owned(), origin));
    match &doc.value {
        Value::Map(map) => map.iter().for_each(|(_, doc)| leaves(doc, found)),
        Value::List(items) => items.iter().for_each(|doc| leaves(doc, found)),
        Value::Str(text) if text.contains('\n') => found.extend(text.lines().map(|text| line(text, doc.origin))),
        Value::Text(lines) => found.extend(lines.iter().map(|(text, origin)| line(text, *origin))),
        Value::Str(_) | Value::Int(_) => found.push(Cow::Borrowed(doc)),
        Value::Null | Value::Bool(_) | Value::Float(_) => {}
    }
}

fn shown(leaf: &Doc) -> String {
    match &leaf.value {
        Value::Str(text) => format!("`{text}`"),
        Value::Int(number) => format!("`{number}`"),
        _ => "a value".to_owned(),
    }
}
