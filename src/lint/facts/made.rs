//! Objects that a chart creates and that its values name, where the facts say so.

use std::sync::Arc;

use super::{ComponentFacts, Document};
use crate::doc::Doc;
use crate::library::Creates;
use crate::source::{OriginId, Span};
use crate::yaml::Field;

/// An object that a chart creates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeFact {
    /// Its kind, as `Kind.group`, or `Kind` for the core group.
    pub kind: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// The line to change.
    pub span: Span,
}

impl ComponentFacts {
    /// Adds the objects that the values of the component name.
    pub fn made_by(&mut self, values: &Document<'_>) {
        let facts = values.component.map(|component| &component.variant.facts);
        let all = facts.and_then(|facts| facts.creates.value()).into_iter().flatten().filter_map(Field::value);
        for creates in all {
            for (name, origin) in names(creates, values.doc) {
                if let (Some(kind), Some(span)) = (creates.kind.value(), values.line(origin)) {
                    self.made.push(MadeFact { kind: kind.clone(), name: name.into(), span });
                }
            }
        }
    }
}

/// Returns the names that stand at a place of the values.
fn names<'a>(creates: &Creates, values: &'a Doc) -> Vec<(&'a str, OriginId)> {
    let path: Vec<&str> = creates.path.value().into_iter().flatten().filter_map(|key| Some(&**key.value()?)).collect();
    let text = |doc: &'a Doc| Some((doc.as_str()?, doc.origin));
    match (values.at(&path), creates.name.value()) {
        (Some(place), None) => text(place).into_iter().collect(),
        (Some(place), Some(key)) => {
            place.as_list().into_iter().flatten().filter_map(|item| text(item.at(&[&key.0])?)).collect()
        }
        (None, _) => Vec::new(),
    }
}
