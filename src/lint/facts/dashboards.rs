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
    let reached = map.get("url").or_else(|| map.get("access")).is_some();
    let listed = match place.keys.last() {
        // `datasource` is also what a panel asks.
        Some(key) if holds_datasources(key) => reached || ends_with(key, "s"),
        _ => map.get("uid").is_some() && reached,
    };
    if map.get("type").is_none() || !listed {
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
    for (start, id, by_name) in all_asked(&text.text) {
        let own = lines.and_then(|lines| lines.span(start, start + id.len()));
        let (dashboard, span) = (name.clone(), own.unwrap_or(whole));
        facts.asked.push(AskedFact { dashboard, id: id.into(), by_name, span });
    }
}

/// Iterates over what is asked in a dashboard: where it stands, what it is, and whether it is a name.
fn all_asked(body: &str) -> impl Iterator<Item = (usize, &str, bool)> {
    let mut words = body.match_indices("\"datasource\"").peekable();
    let all = std::iter::from_fn(move || {
        let (at, word) = words.next()?;
        // What stands behind the next one belongs to that.
        Some((at + word.len(), words.peek().map_or(body.len(), |(next, _)| *next)))
    });
    all.filter_map(|(from, end)| asked(body.get(..end)?, from))
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

/// Returns whether datasources stand under a key: `datasources`, `additionalDataSources`, or `datasource` of an object.
pub(super) fn holds_datasources(key: &str) -> bool {
    ends_with(key, "datasources") || ends_with(key, "datasource")
}

/// Returns whether a key ends in a word, in whatever case.
fn ends_with(key: &str, word: &str) -> bool {
    let at = key.len().checked_sub(word.len());
    at.and_then(|at| key.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::all_asked;

    #[test]
    fn what_is_asked_stands_behind_its_own_word() {
        let all = |body| all_asked(body).map(|(_, id, by_name)| (id, by_name)).collect::<Vec<_>>();
        let panels =
            r#"[{"datasource": {"type": "loki", "uid": "logs"}}, {"datasource": "Metrics"}, {"datasource": null}]"#;
        assert_eq!(all(panels), [("logs", false), ("Metrics", true)]);
        let broken = r#"{"datasource": {"type": "loki", "datasource": {"uid": "logs"}}"#;
        assert_eq!(all(broken), [("logs", false)]);
    }
}
