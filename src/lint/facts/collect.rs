//! What one map of a document says: URLs and images.

use std::sync::Arc;

use super::{ComponentFacts, ImageFact, Place, UrlFact};
use crate::doc::{Doc, Value};
use crate::source::OriginId;

/// Adds what a map holds itself; maps below it are visited on their own.
pub fn collect(place: &Place<'_>, facts: &mut ComponentFacts) {
    for (key, value) in place.map.iter() {
        match &value.value {
            Value::Str(text) => url(place, &key.text, text, value.origin, facts),
            Value::List(items) => {
                for item in items {
                    if let Some(text) = item.as_str() {
                        url(place, &key.text, text, item.origin, facts);
                    }
                }
            }
            _ => {}
        }
    }
    image(place, facts);
}

fn keys(place: &Place<'_>, last: &str) -> String {
    let mut text = place.keys.join(".");
    if !text.is_empty() && !last.is_empty() {
        text.push('.');
    }
    text.push_str(last);
    text
}

/// Keeps a text that names a Service: a URL, or a host with the words that only cluster names have.
fn url(place: &Place<'_>, key: &str, text: &str, origin: OriginId, facts: &mut ComponentFacts) {
    if text.len() > 2048 || !(text.contains("://") || text.contains(".svc")) || text.contains('\n') {
        return;
    }
    let Some(span) = place.document.line(origin) else { return };
    facts.urls.push(UrlFact {
        text: text.into(),
        keys: keys(place, key),
        span,
        written: place.document.is_written(origin),
        path: place.document.path.into(),
    });
}

/// Keeps an image: `image: registry/name:tag`, or a map with `repository` and perhaps `tag` and `digest`.
fn image(place: &Place<'_>, facts: &mut ComponentFacts) {
    let text = |doc: Option<&Doc>| -> Option<(Arc<str>, OriginId)> {
        let doc = doc?;
        match &doc.value {
            Value::Str(text) if !text.is_empty() => Some((text.clone().into(), doc.origin)),
            Value::Int(number) => Some((number.to_string().into(), doc.origin)),
            _ => None,
        }
    };
    let mut add = |repository: Arc<str>, tag: Option<Arc<str>>, digest, origin: OriginId, keys: String| {
        if let Some(span) = place.document.line(origin) {
            let written = place.document.is_written(origin);
            facts.images.push(ImageFact { repository, tag, digest, span, written, keys });
        }
    };
    if let Some((whole, origin)) = text(place.map.get("image"))
        && !whole.contains(char::is_whitespace)
    {
        let (name, digest) = split(&whole, "@");
        // A colon before the last slash belongs to the port of a registry.
        let slash = name.rfind('/').map_or(0, |at| at + 1);
        let (head, last) = name.split_at(slash);
        let (last, tag) = split(last, ":");
        add(format!("{head}{last}").into(), tag.map(Into::into), digest.map(Into::into), origin, keys(place, "image"));
    }
    // Other maps have a `repository` too (of charts, of backups): an image has a tag, or is called one.
    let named = place.keys.last().is_some_and(|key| key.to_ascii_lowercase().ends_with("image"));
    if let Some((repository, origin)) = text(place.map.get("repository"))
        && (named || place.map.get("tag").is_some())
    {
        let registry = text(place.map.get("registry")).map(|(registry, _)| format!("{registry}/")).unwrap_or_default();
        let tag = text(place.map.get("tag"));
        let origin = tag.as_ref().map_or(origin, |(_, origin)| *origin);
        let digest = text(place.map.get("digest")).map(|(digest, _)| digest);
        add(format!("{registry}{repository}").into(), tag.map(|(tag, _)| tag), digest, origin, keys(place, ""));
    } else if named
        && place.map.get("repository").is_none()
        && let Some((tag, origin)) = text(place.map.get("tag"))
    {
        add("".into(), Some(tag), None, origin, keys(place, ""));
    }
}

fn split<'a>(text: &'a str, at: &str) -> (&'a str, Option<&'a str>) {
    text.split_once(at).map_or((text, None), |(head, tail)| (head, Some(tail)))
}
