//! Texts that a program replaces by a key of a Secret: `$NAME:KEY` in the settings of Argo CD.

use super::{ComponentFacts, Place, SecretRef, refs};
use crate::source::Span;

/// Keeps the Secrets that texts of a map name in the way that the facts of the component tell.
pub(super) fn collect(place: &Place<'_>, facts: &mut ComponentFacts) {
    let Some(component) = place.document.component else { return };
    let Some(pattern) = component.variant.facts.lookups.value() else { return };
    let Some((before, rest)) = pattern.split_once("NAME") else { return };
    let Some((between, after)) = rest.split_once("KEY") else { return };
    if place.document.is_object() {
        return;
    }
    for (_, value) in place.map.iter() {
        let Some(text) = value.as_str().filter(|_| place.document.is_written(value.origin)) else { continue };
        let inner = text.strip_prefix(before).and_then(|inner| inner.strip_suffix(after));
        let Some((name, key)) = inner.and_then(|inner| inner.split_once(between)) else { continue };
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
        if !refs::is_name(name) || key.is_empty() || !key.bytes().all(fits) {
            continue;
        }
        let (Some(namespace), Some(span)) = (refs::namespace(place), place.document.line(value.origin)) else {
            continue;
        };
        // In quotes the text begins a place later.
        let start = match ((span.end - span.start) as usize).checked_sub(text.len()) {
            Some(0) => span.start,
            Some(2) => span.start + 1,
            _ => continue,
        };
        let part = |from: usize, length: usize| {
            let to_u32 = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
            Span::new(span.file, start + to_u32(from), start + to_u32(from + length))
        };
        let key_at = before.len() + name.len() + between.len();
        facts.secrets.push(SecretRef {
            namespace,
            name: name.into(),
            span: part(before.len(), name.len()),
            key: Some((key.into(), part(key_at, key.len()))),
            what: "a text that the program looks up",
            written: true,
            awaited: false,
        });
    }
}
