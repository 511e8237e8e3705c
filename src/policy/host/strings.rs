//! Functions on strings.

use super::{Call, Host, Style, Takes, checked, param};
use crate::policy::eval::Outcome;
use crate::policy::pattern;
use crate::policy::types::Type;
use crate::policy::value::Item;

pub(super) static TABLE: &[Host] = &[
    Host {
        name: "contains",
        style: Style::Method,
        params: &[param("text", Takes::Str), param("part", Takes::Str)],
        needed: 2,
        gives: |_| Type::Bool,
        run: |call| call.ask(|text, part| Ok(text.contains(part))),
        doc: "whether a string has a part",
    },
    Host {
        name: "startsWith",
        style: Style::Method,
        params: &[param("text", Takes::Str), param("start", Takes::Str)],
        needed: 2,
        gives: |_| Type::Bool,
        run: |call| call.ask(|text, start| Ok(text.starts_with(start))),
        doc: "whether a string starts with another one",
    },
    Host {
        name: "endsWith",
        style: Style::Method,
        params: &[param("text", Takes::Str), param("end", Takes::Str)],
        needed: 2,
        gives: |_| Type::Bool,
        run: |call| call.ask(|text, end| Ok(text.ends_with(end))),
        doc: "whether a string ends with another one",
    },
    Host {
        name: "matches",
        style: Style::Both,
        params: &[param("text", Takes::Str), checked("pattern", pattern::check)],
        needed: 2,
        gives: |_| Type::Bool,
        run: matches,
        doc: "whether a part of a string matches a regular expression; `^…$` for the whole",
    },
    Host {
        name: "lowerAscii",
        style: Style::Method,
        params: &[param("text", Takes::Str)],
        needed: 1,
        gives: |_| Type::Str,
        run: |call| change(call, str::to_ascii_lowercase),
        doc: "the string with small letters",
    },
    Host {
        name: "upperAscii",
        style: Style::Method,
        params: &[param("text", Takes::Str)],
        needed: 1,
        gives: |_| Type::Str,
        run: |call| change(call, str::to_ascii_uppercase),
        doc: "the string with capital letters",
    },
    Host {
        name: "trim",
        style: Style::Method,
        params: &[param("text", Takes::Str)],
        needed: 1,
        gives: |_| Type::Str,
        run: |call| change(call, |text| text.trim().to_owned()),
        doc: "the string without white space at its ends",
    },
    Host {
        name: "replace",
        style: Style::Method,
        params: &[param("text", Takes::Str), param("old", Takes::Str), param("new", Takes::Str)],
        needed: 3,
        gives: |_| Type::Str,
        run: replace,
        doc: "the string with each `old` replaced by `new`",
    },
    Host {
        name: "split",
        style: Style::Method,
        params: &[param("text", Takes::Str), param("separator", Takes::Str)],
        needed: 2,
        gives: |_| Type::Str.list(),
        run: split,
        doc: "the parts of a string between separators",
    },
];

fn change<'a>(call: &mut Call<'_, 'a>, change: fn(&str) -> String) -> Outcome<Item<'a>> {
    let text = call.text(0)?;
    call.give(change(&text))
}

fn matches<'a>(call: &mut Call<'_, 'a>) -> Outcome<Item<'a>> {
    let (text, pattern) = (call.text(0)?, call.text(1)?);
    // The automaton visits each byte once for each of its states.
    call.eval.spend(text.len() / 4 + pattern.len(), call.span)?;
    let compiled = call.eval.pattern(&pattern).map_err(|message| call.fault(message))?;
    Ok(Item::bool(compiled.is_match(&text)))
}

fn replace<'a>(call: &mut Call<'_, 'a>) -> Outcome<Item<'a>> {
    let (text, old, new) = (call.text(0)?, call.text(1)?, call.text(2)?);
    // What is made may be longer than what is there: pay before it is made.
    let count = if old.is_empty() { text.chars().count() + 1 } else { text.matches(&*old).count() };
    call.eval.spend_text(count.saturating_mul(new.len()), call.span)?;
    call.give(text.replace(&*old, &new))
}

fn split<'a>(call: &mut Call<'_, 'a>) -> Outcome<Item<'a>> {
    let (text, separator) = (call.text(0)?, call.text(1)?);
    call.eval.spend(text.len(), call.span)?;
    let parts: Vec<Item<'a>> = if separator.is_empty() {
        text.chars().map(|letter| Item::text(letter.to_string())).collect()
    } else {
        text.split(&*separator).map(Item::text).collect()
    };
    Ok(Item::list(parts))
}
