//! A host and its port that stand in keys of their own: `host` and `port`, `DB_HOST` and `DB_PORT`.

use std::sync::Arc;

use super::collect::keys;
use super::{ComponentFacts, Place, UrlFact, marks};
use crate::doc::{Doc, Value};
use crate::source::{OriginId, Span};

/// What keys of hosts end in.
const HOSTS: [&str; 6] = ["hostname", "host", "server", "address", "addr", "endpoint"];

/// A name with what stands behind it.
type Named<'a> = (&'a str, &'a Doc);

/// Keeps the hosts of a map, and those of its lists of variables, that have their port beside them.
pub(super) fn collect(place: &Place<'_>, facts: &mut ComponentFacts) {
    let named = place.marks & marks::HOST != 0;
    for (key, value) in place.map.iter() {
        match &value.value {
            Value::Str(_) if named => {
                let all = || place.map.iter().map(|(key, value)| (&*key.text, value));
                pair(place, (&key.text, value), all, facts);
            }
            Value::List(items) if items.first().is_some_and(is_variable) => {
                let all = || items.iter().filter_map(variable);
                all().for_each(|host| pair(place, host, all, facts));
            }
            _ => {}
        }
    }
}

fn is_variable(item: &Doc) -> bool {
    variable(item).is_some() || item.at(&["name"]).is_some() && item.at(&["valueFrom"]).is_some()
}

fn variable(item: &Doc) -> Option<Named<'_>> {
    Some((item.at(&["name"])?.as_str()?, item.at(&["value"])?))
}

/// Returns what stands before the word for a host.
pub(super) fn stem(key: &str) -> Option<&str> {
    let ends = |word: &str| {
        let at = key.len().checked_sub(word.len())?;
        key.get(at..)?.eq_ignore_ascii_case(word).then(|| key.get(..at)).flatten()
    };
    HOSTS.iter().find_map(|word| ends(word))
}

fn pair<'a, I>(place: &Place<'a>, (key, value): Named<'a>, all: impl Fn() -> I, facts: &mut ComponentFacts)
where
    I: Iterator<Item = Named<'a>>,
{
    let (Some(stem), Some(text)) = (stem(key), value.as_str()) else { return };
    if let Some((host, port)) = text.split_once(':') {
        whole(place, (key, value), host, port, facts);
        return;
    }
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.');
    if text.is_empty() || !text.bytes().all(fits) || !text.starts_with(|c: char| c.is_ascii_lowercase()) {
        return;
    }
    let is_port = |name: &str| {
        let ends = name.get(..stem.len()).zip(name.get(stem.len()..));
        ends.is_some_and(|(start, end)| start.eq_ignore_ascii_case(stem) && end.eq_ignore_ascii_case("port"))
    };
    let Some((_, port)) = all().find(|(name, _)| is_port(name)) else { return };
    let Some(number) = number(port) else { return };
    let written = place.document.is_given(value.origin) && place.document.is_given(port.origin);
    let (Some(span), Some(beside)) = (line(place, value.origin), line(place, port.origin)) else { return };
    let fact = fact(place, key, text.into(), (span, written));
    facts.urls.push(UrlFact { beside: Some((number, beside)), ..fact });
}

/// Keeps a host with its port behind it: `db.databases:5432`.
fn whole(place: &Place<'_>, (key, value): Named<'_>, host: &str, port: &str, facts: &mut ComponentFacts) {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.');
    let (Ok(number), true) = (port.parse::<u16>(), host.bytes().all(fits)) else { return };
    // Hosts with the words of the cluster are found anywhere.
    if host.contains(".svc") || !host.starts_with(|c: char| c.is_ascii_lowercase()) {
        return;
    }
    let written = place.document.is_given(value.origin);
    let Some(span) = line(place, value.origin).filter(|_| number != 0 && written) else { return };
    let fact = fact(place, key, format!("{host}:{number}").into(), (span, written));
    facts.urls.push(UrlFact { beside: Some((number, span)), ..fact });
}

/// Returns what is known of a host, without its port.
fn fact(place: &Place<'_>, key: &str, text: Arc<str>, (span, written): (Span, bool)) -> UrlFact {
    UrlFact {
        text,
        keys: keys(place, key),
        span,
        written,
        path: place.document.path.into(),
        namespace: super::refs::namespace(place),
        kind: None,
        whole: true,
        beside: None,
    }
}

fn line(place: &Place<'_>, origin: OriginId) -> Option<Span> {
    place.document.line(origin)
}

fn number(doc: &Doc) -> Option<u16> {
    match &doc.value {
        Value::Int(number) => u16::try_from(*number).ok(),
        _ => doc.as_str()?.parse().ok(),
    }
    .filter(|port| *port != 0)
}
