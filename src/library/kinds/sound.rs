//! Objects that need no look: those with the outline, kind and version of one that is as it should be.

use super::judge::Fault;
use super::table::KindTables;
use crate::doc::{Doc, Name, Outlined, PerOutline, Value};

/// The kinds and versions of objects in which nothing is wrong, by outline, as far as their scalars do not decide.
#[derive(Debug, Default)]
pub struct Sound(PerOutline<Vec<(Name, Name)>>);

impl KindTables {
    /// Judges an object, or each one of a list of objects, unless one like it was sound.
    pub fn judge_once(&self, object: Outlined<'_>, sound: &mut Sound) -> Vec<Fault> {
        let Outlined { doc, outline } = object;
        let (Some(outline), Some(head)) = (outline, head(doc)) else { return self.judge(doc) };
        let known =
            sound.0.get(outline).is_some_and(|known| known.iter().any(|(kind, version)| (kind, version) == head));
        if known {
            return Vec::new();
        }
        let mut found = Vec::new();
        let by_texts = self.object(doc, &mut found);
        if found.is_empty() && !by_texts {
            let mut known = sound.0.get(outline).cloned().unwrap_or_default();
            known.push((head.0.clone(), head.1.clone()));
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
