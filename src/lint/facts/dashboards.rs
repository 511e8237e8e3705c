//! Dashboards and datasources of Grafana.

use std::sync::Arc;

use super::{ComponentFacts, Document, Lines, Place, TextFact};
use crate::doc::Value;
use crate::source::Span;

/// A datasource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatasourceFact {
    /// What dashboards call it by.
    pub uid: Option<(Arc<str>, Span)>,
    /// What people call it.
    pub name: Option<(Arc<str>, Span)>,
    /// The organization in Grafana; the first one unless written.
    pub organization: i64,
    /// Whether a person wrote it, and no template.
    pub written: bool,
}

/// A datasource that a dashboard asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedFact {
    /// The dashboard.
    pub dashboard: Arc<str>,
    /// The uid, or the name.
    pub id: Arc<str>,
    /// Whether it is a name.
    pub by_name: bool,
    /// Its line.
    pub span: Span,
}

/// Keeps a datasource.
pub(super) fn datasource(place: &Place<'_>, facts: &mut ComponentFacts) {
    let map = place.map;
    if map.get("type").is_none() || map.get("access").or_else(|| map.get("url")).is_none() {
        return;
    }
    let text = |key: &str| {
        let doc = map.get(key)?;
        Some((Arc::from(doc.as_str()?), place.document.line(doc.origin)?))
    };
    let Some(uid) = map.get("uid").or_else(|| map.get("name")) else { return };
    let written = place.document.is_written(uid.origin);
    let place_of = place.document.line(uid.origin).filter(|_| !written);
    // The name that a template makes is made of much; the id is made of what is asked.
    let name = text("name").map(|(name, span)| (name, place_of.unwrap_or(span)));
    facts.datasources.push(DatasourceFact {
        uid: text("uid"),
        name,
        organization: match map.get("orgId").map(|doc| &doc.value) {
            Some(Value::Int(number)) => *number,
            _ => 1,
        },
        written,
    });
}

/// Keeps what a dashboard asks, where a text is one.
pub fn dashboard(text: &TextFact, document: &Document<'_>, lines: Option<&Lines>, facts: &mut ComponentFacts) {
    let mut keys = text.keys.iter().rev().filter(|key| &***key != "json");
    let is_json = text.keys.last().is_some_and(|key| &**key == "json" || key.ends_with(".json"));
    let (Some(name), Some(whole), true) = (keys.next(), document.line(text.origin), is_json) else { return };
    let body: &str = &text.text;
    for (at, word) in body.match_indices("\"datasource\"") {
        let Some((start, id, by_name)) = asked(body, at + word.len()) else { continue };
        let own = lines.and_then(|lines| lines.span(start, start + id.len()));
        let (dashboard, span) = (name.clone(), own.unwrap_or(whole));
        facts.asked.push(AskedFact { dashboard, id: id.into(), by_name, span });
    }
}

/// Returns what stands behind the word `datasource`, where, and whether it is a name.
fn asked(body: &str, from: usize) -> Option<(usize, &str, bool)> {
    let skip = |at: usize| Some(at + body.get(at..)?.find(|c: char| !c.is_whitespace())?);
    let text = |at: usize| {
        let start = at + 1;
        let id = body.get(at..)?.strip_prefix('"')?.split('"').next()?;
        Some((start, id))
    };
    let colon = skip(from)?;
    body.get(colon..)?.strip_prefix(':')?;
    let value = skip(colon + 1)?;
    if let Some((start, id)) = text(value) {
        return Some((start, id, true));
    }
    let object = body.get(value..)?.strip_prefix('{')?.split('}').next()?;
    let uid = value + 1 + object.find("\"uid\"")? + "\"uid\"".len();
    let colon = skip(uid)?;
    body.get(colon..)?.strip_prefix(':')?;
    let (start, id) = text(skip(colon + 1)?)?;
    Some((start, id, false))
}

/// Returns whether Grafana has a datasource of this id itself, or it is chosen in the dashboard.
pub fn is_special(id: &str) -> bool {
    id.is_empty()
        || id.contains(['$', '{', '['])
        || id.starts_with("-- ")
        || ["grafana", "__expr__", "-100", "default"].contains(&id)
}

/// Returns whether a key is one of a datasource.
pub(super) fn is_key(key: &str) -> bool {
    matches!(key, "uid" | "access")
}
