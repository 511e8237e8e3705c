//! Kinds of value: what fits, and how people call it.

use super::tree::Types;
use crate::doc::Value;

/// The type letters of values that are neither map nor list.
const SCALARS: [char; 5] = ['s', 'n', 'i', 'b', 'w'];

/// Returns whether a value is of one of the kinds.
///
/// Null fits everywhere, because Helm takes it as the wish to remove a default; so does a template for a scalar, which
/// some charts evaluate. Where only the shape of a default is known, all scalars are alike, unless they become a word that the API
/// server knows: then it is a text, or what a template takes for nothing.
pub(super) fn fits(types: Types, value: &Value) -> bool {
    let scalar = || SCALARS.iter().any(|letter| types.has(*letter));
    if types.is_any() {
        return true;
    }
    if types.is_only('w') {
        return matches!(value, Value::Null | Value::Str(_) | Value::Text(_) | Value::Int(0) | Value::Bool(false));
    }
    match value {
        Value::Null => true,
        Value::Map(_) => types.has('m'),
        Value::List(_) => types.has('l'),
        Value::Str(_) if types.has('s') => true,
        Value::Str(text) if text.contains("{{") => scalar(),
        Value::Text(lines) if lines.iter().any(|(line, _)| line.contains("{{")) => scalar(),
        _ if !types.exact => scalar(),
        Value::Str(_) | Value::Text(_) => types.has('s'),
        Value::Bool(_) => types.has('b'),
        Value::Int(_) => types.has('n') || types.has('i'),
        Value::Float(number) => types.has('n') || (types.has('i') && number.fract() == 0.0),
    }
}

/// Returns whether it may matter what a scalar says, for [`fits`] and [`doubted`]: a text where none is expected, or a fraction.
pub(super) fn is_read(types: Types, value: &Value) -> bool {
    match value {
        Value::Str(_) | Value::Text(_) => !types.is_any() && !types.has('s'),
        Value::Float(_) => !types.is_any() && !types.has('n'),
        _ => false,
    }
}

/// Returns what a default lets expect, where a value of another kind most probably is a mistake.
///
/// Charts print most values as text, so only what a template decides by is doubted: a boolean (the text `"false"` is true
/// to Helm) and a number. A text that begins like a number may be a quantity, a duration or a share.
pub(super) fn doubted(types: Types, value: &Value) -> Option<&'static str> {
    let only = |letter: char| !types.exact && types.is_only(letter);
    match value {
        Value::Str(text) if only('b') && !text.is_empty() && !text.contains("{{") => Some("a boolean"),
        Value::Int(_) | Value::Float(_) if only('b') => Some("a boolean"),
        Value::Str(text) if only('n') && text.starts_with(char::is_alphabetic) && !text.contains("{{") => {
            Some("a number")
        }
        Value::Bool(_) if only('n') => Some("a number"),
        _ => None,
    }
}

/// Returns kinds for people: "a map or a string".
pub(super) fn expected(types: Types) -> String {
    let names = [
        ('m', "a map"),
        ('l', "a list"),
        ('s', "a string"),
        ('n', "a number"),
        ('i', "an integer"),
        ('b', "a boolean"),
        ('w', "a string"),
    ];
    let shape_only = !types.exact && !types.is_only('w') && SCALARS.iter().any(|letter| types.has(*letter));
    let shown = names.iter().filter(|(letter, _)| types.has(*letter) && !(shape_only && SCALARS.contains(letter)));
    let mut words: Vec<&str> = shown.map(|(_, name)| *name).collect();
    if shape_only {
        words.push("a single value");
    }
    words.join(" or ")
}

/// Returns the kind of a value for people.
pub(super) const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Int(_) => "an integer",
        Value::Float(_) => "a number",
        Value::Str(_) | Value::Text(_) => "a string",
        Value::List(_) => "a list",
        Value::Map(_) => "a map",
    }
}
