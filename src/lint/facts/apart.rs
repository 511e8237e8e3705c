//! Copies that charts keep on nodes of their own, as the facts of components tell.

use std::sync::Arc;

use super::{ComponentFacts, Document};
use crate::doc::{Doc, Value};
use crate::lint::rollout::surges;
use crate::source::Span;
use crate::yaml::Field;

/// Copies that are kept on nodes of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copies {
    /// How many there are.
    pub count: i64,
    /// The line to change for the number.
    pub span: Span,
    /// Where the affinity would be in the values, joined by dots.
    pub affinity: String,
    /// Whether they have the volumes of the component.
    pub storage: bool,
    /// Whether a new pod starts before an old one goes.
    pub surges: bool,
}

/// Copies of a Deployment that mount one volume which is for one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sharing {
    /// How many there are.
    pub count: i64,
    /// The line to change for the number.
    pub span: Span,
    /// Where the volume is in the values, joined by dots.
    pub volume: String,
    /// Where the volume is switched on.
    pub because: Option<Span>,
}

type Path = Field<Vec<Field<Arc<str>>>>;

/// Keeps the copies that the values of a chart leave apart, or give one volume.
pub fn apart(document: &Document<'_>, facts: &mut ComponentFacts) {
    let Some(component) = document.component else { return };
    let known = &component.variant.facts;
    for apart in known.apart.value().into_iter().flatten().filter_map(Field::value) {
        let Some((count, span)) = copies(document, &apart.replicas) else { continue };
        if at(document, &apart.affinity).is_none_or(leaves_apart) {
            let (affinity, storage) = (shown(&apart.affinity), apart.storage.value() == Some(&true));
            let surges = apart.surges.value() == Some(&true) && beside(document, &apart.replicas, count);
            facts.apart.push(Copies { count, span, affinity, storage, surges });
        }
    }
    for shared in known.shared.value().into_iter().flatten().filter_map(Field::value) {
        let Some((count, span)) = copies(document, &shared.replicas).filter(|(count, _)| *count > 1) else { continue };
        let Some(volume) = at(document, &shared.volume).filter(|volume| is_for_one(volume)) else { continue };
        let because = volume.at(&["enabled"]).and_then(|doc| document.origins.written_span(doc.origin));
        facts.sharing.push(Sharing { count, span, volume: shown(&shared.volume), because });
    }
}

/// Helm lays a map over that of the chart: one that says nothing of other pods leaves the copies apart. A text takes its place;
/// those of templates are JSON.
fn leaves_apart(affinity: &Doc) -> bool {
    let text = affinity.as_str().and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
    if let Some(text) = text {
        return text.pointer("/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution").is_some();
    }
    affinity.as_map().is_some_and(|map| !map.is_empty() && map.get("podAntiAffinity").is_none())
}

/// A volume that is there, of this Deployment, and for one node unless its modes say otherwise.
fn is_for_one(volume: &Doc) -> bool {
    let text = |key: &str| volume.at(&[key]).and_then(Doc::as_str).unwrap_or("");
    let modes = volume.at(&["accessModes"]).and_then(Doc::as_list);
    let many = |mode: &str| mode == "ReadWriteMany" || mode == "ReadOnlyMany";
    volume.at(&["enabled"]).is_some_and(|doc| doc.value == Value::Bool(true))
        && !matches!(text("type"), "statefulset" | "sts")
        && text("existingClaim").is_empty()
        && !many(text("accessMode"))
        && !modes.into_iter().flatten().any(|mode| mode.as_str().is_some_and(many))
}

fn keys(path: &Path) -> impl Iterator<Item = &str> {
    path.value().into_iter().flatten().filter_map(|key| key.value()).map(|key| &**key)
}

fn shown(path: &Path) -> String {
    keys(path).collect::<Vec<_>>().join(".")
}

fn at<'a>(document: &Document<'a>, path: &Path) -> Option<&'a Doc> {
    document.doc.at(&keys(path).collect::<Vec<_>>())
}

/// Returns whether the strategy beside a number of copies starts a new pod first.
fn beside(document: &Document<'_>, replicas: &Path, count: i64) -> bool {
    let path: Vec<&str> = keys(replicas).collect();
    let above = path.split_last().map_or(&[][..], |(_, above)| above);
    document.doc.at(above).is_some_and(|map| surges(map, count))
}

/// Returns a number of copies, with the line to change: the component's where nobody wrote the number.
fn copies(document: &Document<'_>, path: &Path) -> Option<(i64, Span)> {
    let doc = at(document, path)?;
    let Value::Int(count) = doc.value else { return None };
    let span = document.origins.written_span(doc.origin);
    let span = span.or_else(|| document.platform.origins.written_span(document.component?.name.origin));
    Some((count, span?))
}
