//! Copies that charts keep on nodes of their own, as the facts of components tell.

use super::{ComponentFacts, Document};
use crate::doc::{Doc, Value};
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
}

/// Keeps the copies that the values of a chart leave apart.
pub fn apart(document: &Document<'_>, facts: &mut ComponentFacts) {
    let Some(component) = document.component else { return };
    for apart in component.variant.facts.apart.value().into_iter().flatten().filter_map(Field::value) {
        let path = |field: &'_ Field<Vec<Field<std::sync::Arc<str>>>>| -> Vec<std::sync::Arc<str>> {
            field.value().into_iter().flatten().filter_map(|key| key.value().cloned()).collect()
        };
        let (replicas, affinity) = (path(&apart.replicas), path(&apart.affinity));
        let at = |path: &[std::sync::Arc<str>]| document.doc.at(&path.iter().map(|key| &**key).collect::<Vec<_>>());
        let Some(Doc { value: Value::Int(count), origin }) = at(&replicas).filter(|_| at(&affinity).is_none()) else {
            continue;
        };
        let span = document.origins.written_span(*origin);
        let span = span.or_else(|| document.platform.origins.written_span(component.name.origin));
        let storage = apart.storage.value() == Some(&true);
        let affinity = affinity.join(".");
        facts.apart.extend(span.map(|span| Copies { count: *count, span, affinity, storage }));
    }
}
