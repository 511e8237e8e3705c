//! What one map of a document says: URLs and images.

use std::sync::Arc;

use super::{ComponentFacts, ImageFact, Place, UrlFact, marks};
use crate::doc::{Doc, Known, Value};
use crate::source::OriginId;

/// Adds what a map holds itself; maps below it are visited on their own.
pub fn collect(place: &Place<'_>, plain: &mut Known, facts: &mut ComponentFacts) {
    let mut look = |key: &str, doc: &Doc| match &doc.value {
        Value::Str(text) if !plain.holds(text, is_plain) => {
            if is_tree(text) {
                super::texts::keep(place, key, text, doc.origin, facts);
            } else {
                url(place, key, text, doc.origin, facts);
            }
        }
        _ => {}
    };
    for (key, value) in place.map.iter() {
        match &value.value {
            Value::List(items) => items.iter().for_each(|item| look(&key.text, item)),
            _ => look(&key.text, value),
        }
    }
    besides(place, facts);
}

/// Returns whether there may be a tree in a text: it has several lines, or begins as JSON does.
fn is_tree(text: &str) -> bool {
    text.starts_with('{') || text.contains('\n')
}

/// Adds what a map holds besides the URLs in its texts.
pub fn besides(place: &Place<'_>, facts: &mut ComponentFacts) {
    // These look at every text.
    super::stores::collect(place, facts);
    super::hosts::collect(place, facts);
    super::lookups::collect(place, facts);
    // Nearly every map has nothing else.
    if place.marks & marks::COLLECTED == 0 {
        return;
    }
    image(place, facts);
    super::budget::collect(place, facts);
    super::jobs::collect(place, facts);
    super::monitors::collect(place, facts);
    super::queries::collect(place, facts);
    super::refs::collect(place, facts);
    super::volumes::collect(place, facts);
    super::selectors::collect(place, facts);
    super::dashboards::datasource(place, facts);
}

pub(super) fn keys(place: &Place<'_>, last: &str) -> String {
    let mut text = place.keys.join(".");
    if !text.is_empty() && !last.is_empty() {
        text.push('.');
    }
    text.push_str(last);
    text
}

/// Returns whether a text says nothing, wherever it stands.
pub(super) fn is_plain(text: &str) -> bool {
    !is_tree(text) && !may_name_service(text) && !super::stores::names_path(text)
}

/// Returns whether `://` or `.svc` is in a text. Most have neither mark, which one look at their bytes shows.
fn may_name_service(text: &str) -> bool {
    let marked = text.bytes().any(|byte| matches!(byte, b':' | b'.'));
    marked && (text.contains("://") || text.contains(".svc"))
}

/// The longest text that is looked into, line by line.
pub(super) const LONGEST: usize = 256 << 10;

/// Returns whether a line may name a Service.
pub(super) fn names(line: &str) -> bool {
    line.len() <= 2048 && may_name_service(line)
}

/// Keeps a text that names a Service: a URL, or a host with the words that only cluster names have.
fn url(place: &Place<'_>, key: &str, text: &str, origin: OriginId, facts: &mut ComponentFacts) {
    let line = text.trim();
    let Some(span) = place.document.line(origin).filter(|_| names(line)) else { return };
    facts.urls.push(UrlFact {
        text: line.into(),
        keys: keys(place, key),
        span,
        written: place.document.is_given(origin),
        path: place.document.path.into(),
        namespace: super::refs::namespace(place),
        kind: place.map.get("type").and_then(Doc::as_str).map(Arc::from),
        whole: true,
        beside: None,
    });
}

/// A text, or a number that stands for one, and where it comes from.
fn text(doc: Option<&Doc>) -> Option<(Arc<str>, OriginId)> {
    let doc = doc?;
    match &doc.value {
        Value::Str(text) if !text.is_empty() => Some((text.clone().into(), doc.origin)),
        Value::Int(number) => Some((number.to_string().into(), doc.origin)),
        _ => None,
    }
}

/// Adds to a list that mostly has one entry, and is kept until the end.
fn few<T>(list: &mut Vec<T>, entry: Option<T>) {
    let Some(entry) = entry else { return };
    if list.is_empty() {
        list.reserve_exact(1);
    }
    list.push(entry);
}

/// Keeps the images of a map: `image: registry/name:tag` (or `imageName` of the kind Cluster), or a map with `repository` and
/// perhaps `tag` and `digest`.
fn image(place: &Place<'_>, facts: &mut ComponentFacts) {
    for key in ["image", "imageName"] {
        if let Some((whole, origin)) = text(place.map.get(key)).filter(|(text, _)| !text.contains(char::is_whitespace))
        {
            few(&mut facts.images, one_text(place, key, &whole, origin));
        }
    }
    few(&mut facts.images, fields(place));
}

fn one_text(place: &Place<'_>, key: &str, whole: &Arc<str>, origin: OriginId) -> Option<ImageFact> {
    let (name, digest) = split(whole, "@");
    // A colon before the last slash belongs to the port of a registry.
    let slash = name.rfind('/').map_or(0, |at| at + 1);
    let (head, last) = name.split_at(slash);
    let (last, tag) = split(last, ":");
    let span = place.document.line(origin)?;
    // Some charts have the tag in a field beside the image.
    let beside = text(place.map.get("tag")).filter(|_| tag.is_none());
    Some(ImageFact {
        repository: format!("{head}{last}").into(),
        tag: tag.map(Into::into).or(beside.map(|(tag, _)| tag)),
        digest: digest.map(Into::into),
        span,
        named: Some((whole.clone(), span)),
        container: key == "imageName" || place.map.get("name").is_some(),
        // The image of a workload is the one of the spec, whatever template passes it on.
        written: place.document.is_chosen(origin)
            || place.document.component.is_some_and(|component| component.workload.is_some()),
        keys: keys(place, key),
    })
}

fn fields(place: &Place<'_>) -> Option<ImageFact> {
    // Other maps have a `repository` too (of charts, of backups): an image has a tag, or is called one.
    let called = place.keys.last().is_some_and(|key| key.to_ascii_lowercase().ends_with("image"));
    let (tag, repository) = (text(place.map.get("tag")), text(place.map.get("repository")));
    if !called && (tag.is_none() || repository.is_none()) {
        return None;
    }
    let registry = text(place.map.get("registry")).map(|(registry, _)| format!("{registry}/")).unwrap_or_default();
    let origin = tag.as_ref().or(repository.as_ref()).map(|(_, origin)| *origin)?;
    let span = place.document.line(origin)?;
    let named = repository.clone().and_then(|(text, origin)| Some((text, place.document.line(origin)?)));
    Some(ImageFact {
        repository: repository.map_or_else(|| "".into(), |(text, _)| format!("{registry}{text}").into()),
        tag: tag.map(|(tag, _)| tag),
        digest: text(place.map.get("digest")).map(|(digest, _)| digest),
        span,
        named,
        container: false,
        written: place.document.is_chosen(origin),
        keys: keys(place, ""),
    })
}

fn split<'a>(text: &'a str, at: &str) -> (&'a str, Option<&'a str>) {
    text.split_once(at).map_or((text, None), |(head, tail)| (head, Some(tail)))
}
