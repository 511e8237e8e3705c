//! The types of settings that are maps: how each is written.

use std::sync::Arc;

use super::{Least, Pattern, SettingType, Time};
use crate::record;
use crate::yaml::{Decode, Decoder, Entry, Field, Mapping, Node};

record! {
    /// One of some words.
    pub struct Words as "a type with `words`" {
        /// The words.
        words: Vec<Field<Arc<str>>> = "words" required,
    }
}

record! {
    /// A length of time.
    pub struct Times as "a type with `time`" {
        /// The units, the largest first.
        units: Vec<Field<Arc<str>>> = "time" required,
        /// Whether `0s` has a meaning of its own.
        zero: bool = "zero",
        /// The shortest that the product takes, besides `0s`.
        least: Arc<str> = "least",
        /// What becomes of a shorter one.
        why: Arc<str> = "why",
    }
}

record! {
    /// A text of a form.
    pub struct Texts as "a type with `pattern`" {
        /// The form, as a regular expression that all of the text has to match.
        pattern: Arc<str> = "pattern" required,
        /// What it is.
        what: Arc<str> = "what" required,
        /// One that has the form.
        like: Arc<str> = "like" required,
    }
}

record! {
    /// A list.
    pub struct Lists as "a type with `list`" {
        /// The type of its items.
        of: SettingType = "list" required,
    }
}

record! {
    /// A map from names to values.
    pub struct Maps as "a type with `map`" {
        /// The type of its values.
        of: SettingType = "map" required,
    }
}

record! {
    /// A map with certain keys.
    pub struct Keyed as "a type with `keys`" {
        /// The keys, each with its type.
        keys: Node = "keys" required,
    }
}

/// Reads a type that is a map with one of the keys that say how it is built.
pub(super) fn built(mapping: &Mapping, node: &Node, cx: &mut Decoder) -> Option<SettingType> {
    let has = |key: &str| mapping.get(key).is_some();
    if has("words") {
        let form = Words::decode(node, cx)?;
        return some(&form.words, cx).map(SettingType::Words);
    }
    if has("time") {
        let form = Times::decode(node, cx)?;
        let zero = form.zero.value().copied().unwrap_or_default();
        let units = some(&form.units, cx)?;
        let time = Time { units, zero: false, least: None };
        let least = least(&form, &time, cx);
        return (!form.is_broken()).then_some(SettingType::Time(Time { zero, least, ..time }));
    }
    if has("pattern") {
        return pattern(&Texts::decode(node, cx)?, cx);
    }
    if has("list") {
        return Some(SettingType::List(Box::new(Lists::decode(node, cx)?.of.value()?.clone())));
    }
    if has("map") {
        return Some(SettingType::Map(Box::new(Maps::decode(node, cx)?.of.value()?.clone())));
    }
    if has("keys") {
        return keys(&Keyed::decode(node, cx)?, cx);
    }
    let help =
        "write the name of a type, a list of types, or a map with `words`, `time`, `pattern`, `list`, `map` or `keys`";
    cx.bad_value(node.span, "this is not a type", help);
    None
}

/// Returns the shortest time. It and what becomes of a shorter one mean nothing without the other.
fn least(form: &Times, time: &Time, cx: &mut Decoder) -> Option<Least> {
    if form.is_broken() {
        return None;
    }
    match (form.least.get(), form.why.get()) {
        (Some(least), Some(why)) if time.fits(&least.value) => {
            Some(Least { time: least.value.clone(), why: why.value.clone() })
        }
        (Some(least), Some(_)) => {
            let units = time.units.join(", ");
            let message = format!("`least` cannot be `{}`: nothing would be too short", least.value);
            cx.bad_value(least.span, message, format!("write more than nothing in the units of `time`: {units}"));
            None
        }
        (Some(least), None) => {
            cx.missing_field(least.span, "a type with `least`", "why");
            None
        }
        (None, Some(why)) => {
            cx.missing_field(why.span, "a type with `why`", "least");
            None
        }
        (None, None) => None,
    }
}

/// Returns the words of a list, which are all readable and at least one.
fn some(list: &Field<Vec<Field<Arc<str>>>>, cx: &mut Decoder) -> Option<Vec<Arc<str>>> {
    let list = list.get()?;
    if list.value.is_empty() {
        cx.bad_value(list.span, "no value would fit: the list is empty", "write what fits");
        return None;
    }
    list.value.iter().map(|word| word.value().cloned()).collect()
}

fn pattern(form: &Texts, cx: &mut Decoder) -> Option<SettingType> {
    let (pattern, what, like) = (form.pattern.get()?, form.what.value()?.clone(), form.like.value()?.clone());
    let Ok(read) = regex::Regex::new(&format!("^(?:{})$", pattern.value)) else {
        let help = "write one as Rust's regex takes them, with `\\` before a sign that stands for itself";
        cx.bad_value(pattern.span, "`pattern` is no regular expression", help);
        return None;
    };
    Some(SettingType::Pattern(Box::new(Pattern { pattern: read, what, like })))
}

fn keys(form: &Keyed, cx: &mut Decoder) -> Option<SettingType> {
    let node = form.keys.value()?;
    let Some(keys) = node.as_mapping() else {
        cx.within(&"keys".into(), |cx| cx.wrong_type(node, "a map from keys to types"));
        return None;
    };
    // All of them are read, so that all that is wrong is told.
    let read = |entry: &Entry| cx.field::<SettingType>(entry).value().map(|of| (entry.key.text.clone(), of.clone()));
    let all: Vec<Option<_>> = keys.entries.iter().map(read).collect();
    all.into_iter().collect::<Option<_>>().map(SettingType::Keys)
}
