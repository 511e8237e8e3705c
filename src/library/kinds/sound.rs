//! Objects that need no look: those with the outline, kind and version of one that is as it should be.

use super::format::Format;
use super::judge::Fault;
use super::table::KindTables;
use crate::doc::{Doc, Name, Outline, Outlined, PerOutline, Value};

/// The kinds and versions of objects in which nothing is wrong, by outline, with what their scalars have to say.
#[derive(Debug, Default)]
pub struct Sound(PerOutline<Vec<Head>>);

/// So many kinds, versions and needs of one outline are kept.
const KEPT: usize = 4;

/// A kind and version, and what nodes of the outline have to say.
#[derive(Clone, Debug)]
struct Head {
    kind: Name,
    version: Name,
    needs: Vec<(usize, Need)>,
}

/// What a scalar has to say for a document to be as sound as another one of its outline.
#[derive(Clone, Debug)]
pub(super) enum Need {
    /// It is a text of a form.
    Form(Format),
    /// It says the same: there may be a list of words, or items that have to differ.
    Same(Value),
}

impl Head {
    /// Returns whether nothing is wrong with an object of the outline.
    fn fits(&self, (kind, version): (&Name, &Name), nodes: &[&Doc]) -> bool {
        self.kind == *kind && self.version == *version && are_met(&self.needs, nodes)
    }
}

/// Returns whether nodes say what they have to.
pub(super) fn are_met(needs: &[(usize, Need)], nodes: &[&Doc]) -> bool {
    needs.iter().all(|(at, need)| match (need, nodes.get(*at).map(|node| &node.value)) {
        (Need::Form(format), Some(Value::Str(text))) => format.takes(text),
        (Need::Same(known), Some(value)) => known == value,
        _ => false,
    })
}

/// Returns where scalars stand in the outline of their document, each with what it has to say.
pub(super) fn positions(needs: Vec<(&Doc, Need)>, outline: &Outline<'_>) -> Option<Vec<(usize, Need)>> {
    let place = |doc: &Doc| outline.nodes().iter().position(|node| std::ptr::eq(*node, doc));
    needs.into_iter().map(|(doc, need)| Some((place(doc)?, need))).collect()
}

impl KindTables {
    /// Judges an object, or each one of a list of objects, unless one like it was sound.
    pub fn judge_once(&self, object: Outlined<'_>, sound: &mut Sound) -> Vec<Fault> {
        let Outlined { doc, outline } = object;
        let (Some(outline), Some(head)) = (outline, head(doc)) else { return self.judge(doc) };
        if sound.0.get(outline).is_some_and(|known| known.iter().any(|known| known.fits(head, outline.nodes()))) {
            return Vec::new();
        }
        let mut found = Vec::new();
        let needs = self.object(doc, &mut found);
        let full = sound.0.get(outline).is_some_and(|known| known.len() >= KEPT);
        let needs = needs.filter(|_| found.is_empty() && !full).and_then(|all| positions(all, outline));
        if let Some(needs) = needs {
            let mut known = sound.0.get(outline).cloned().unwrap_or_default();
            known.push(Head { kind: head.0.clone(), version: head.1.clone(), needs });
            sound.0.set(outline, known);
        }
        found
    }
}

/// Returns the kind and version of an object.
fn head(object: &Doc) -> Option<(&Name, &Name)> {
    let map = object.as_map()?;
    let text = |key: &str| match &map.get(key)?.value {
        Value::Str(text) => Some(text),
        _ => None,
    };
    Some((text("kind")?, text("apiVersion")?))
}
