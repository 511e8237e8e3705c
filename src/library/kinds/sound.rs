//! Objects that need no look: those with the outline, kind and version of one that is as it should be.

use super::format::Format;
use super::judge::Fault;
use super::table::KindTables;
use crate::doc::{Doc, Name, Outlined, PerOutline, Value};

/// The kinds and versions of objects in which nothing is wrong, by outline, as far as their scalars do not decide.
#[derive(Debug, Default)]
pub struct Sound(PerOutline<Vec<Head>>);

/// A kind and version, and the nodes of the outline that have to be texts of a form.
#[derive(Clone, Debug)]
struct Head {
    kind: Name,
    version: Name,
    formed: Vec<(usize, Format)>,
}

impl Head {
    /// Returns whether nothing is wrong with an object of the outline.
    fn fits(&self, (kind, version): (&Name, &Name), nodes: &[&Doc]) -> bool {
        let formed = |(at, format): &(usize, Format)| match nodes.get(*at).map(|node| &node.value) {
            Some(Value::Str(text)) => format.takes(text),
            _ => false,
        };
        self.kind == *kind && self.version == *version && self.formed.iter().all(formed)
    }
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
        let formed = self.object(doc, &mut found);
        let place = |doc: &Doc| outline.nodes().iter().position(|node| std::ptr::eq(*node, doc));
        let formed = formed.and_then(|all| all.into_iter().map(|(doc, format)| Some((place(doc)?, format))).collect());
        if let Some(formed) = formed.filter(|_| found.is_empty()) {
            let mut known = sound.0.get(outline).cloned().unwrap_or_default();
            known.push(Head { kind: head.0.clone(), version: head.1.clone(), formed });
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
