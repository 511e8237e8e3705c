//! The types of settings: what a component takes in `settings`, and what a flow of it does, as `component.yaml` says.
//!
//! A setting is free YAML to the spec: only the component knows what it is for. What its templates cannot use would be dropped
//! or become another value without a word, so it is reported at the value, with what is expected there.

#[expect(dead_code, unreachable_pub, reason = "what all records have")]
mod forms;
mod scalars;
mod time;
mod words;

use std::sync::Arc;

pub use self::time::{Least, Time};
use crate::diag::{Diagnostic, did_you_mean, nearest};
use crate::yaml::decode::{text, visible};
use crate::yaml::schema::Schema;
use crate::yaml::{BAD_VALUE, Decode, Decoder, Mapping, Node, UNKNOWN_FIELD};
use scalars::Scalar;
use words::{and, or};

/// What a setting takes.
#[derive(Clone, Debug, PartialEq)]
pub enum SettingType {
    /// Anything: something else judges it.
    Any,
    /// A scalar of a type that has a name, such as `duration`.
    Scalar(Scalar),
    /// One of some words.
    Words(Vec<Arc<str>>),
    /// A length of time in some units, the largest first.
    Time(Time),
    /// A text of a form.
    Pattern(Box<Pattern>),
    /// A list of values of one type.
    List(Box<SettingType>),
    /// A map from names to values of one type.
    Map(Box<SettingType>),
    /// A map with these keys, and no others.
    Keys(Vec<(Arc<str>, SettingType)>),
    /// One of several types.
    Either(Vec<SettingType>),
}

/// A text of a form.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The form, which all of the text has to have.
    pub pattern: regex::Regex,
    /// What it is, as in "a time zone".
    pub what: Arc<str>,
    /// One that has the form.
    pub like: Arc<str>,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.pattern.as_str() == other.pattern.as_str() && self.what == other.what && self.like == other.like
    }
}

impl Decode for SettingType {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        if let Some(items) = node.as_sequence() {
            let all: Option<Vec<Self>> = items.iter().map(|item| Self::decode(item, cx)).collect();
            return all.map(Self::Either);
        }
        let Some(mapping) = node.as_mapping() else {
            let name = text(node, cx, "a type")?;
            return named(name).or_else(|| {
                let problem = Diagnostic::error(BAD_VALUE, node.span, format!("`{}` is not a type", visible(name)));
                let known = Scalar::NAMES.iter().copied().chain(["any"]);
                let help = did_you_mean(name, known).unwrap_or_else(|| "see docs/components.md".to_owned());
                cx.report(problem.help(help));
                None
            });
        };
        forms::built(mapping, node, cx)
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({})
    }
}

fn named(name: &str) -> Option<SettingType> {
    if name == "any" { Some(SettingType::Any) } else { Scalar::from_name(name).map(SettingType::Scalar) }
}

impl SettingType {
    /// Reports what is wrong with a value of this type; problems name the key. Returns whether it can be used.
    pub fn check(&self, key: &Arc<str>, value: &Node, cx: &mut Decoder) -> bool {
        let start = cx.diagnostics.len();
        cx.within(key, |cx| self.value(value, cx));
        cx.diagnostics.len() == start && !value.is_refused()
    }

    fn value(&self, node: &Node, cx: &mut Decoder) {
        match self {
            Self::Any => {}
            Self::Scalar(scalar) => scalar.check(node, cx),
            Self::Words(words) => one_of(words, node, cx),
            Self::Time(time) => time.check(node, cx),
            Self::Pattern(pattern) => {
                let Some(written) = text(node, cx, &pattern.what) else { return };
                if !pattern.pattern.is_match(written) {
                    let message = cx.cannot_be(written, &pattern.what);
                    cx.bad_value(node.span, message, format!("write {}, for example {}", pattern.what, pattern.like));
                }
            }
            Self::List(of) => match node.as_sequence() {
                Some(items) => items.iter().for_each(|item| of.value(item, cx)),
                None => cx.wrong_type(node, &self.expected()),
            },
            Self::Map(of) => match node.as_mapping() {
                Some(mapping) => {
                    for entry in &mapping.entries {
                        of.check(&entry.key.text, &entry.value, cx);
                    }
                }
                None => cx.wrong_type(node, &self.expected()),
            },
            Self::Keys(keys) => match node.as_mapping() {
                Some(mapping) => these(keys, mapping, cx),
                None => cx.wrong_type(node, &self.expected()),
            },
            Self::Either(types) => {
                let fits = |one: &Self| {
                    let mut alone = Decoder::default();
                    one.value(node, &mut alone);
                    alone.diagnostics.is_empty()
                };
                if !types.iter().any(fits) {
                    cx.wrong_type(node, &self.expected());
                }
            }
        }
    }

    /// Returns whether a scalar of this type is a text, however it is written: `17` is one.
    pub fn is_text(&self) -> bool {
        match self {
            Self::Any | Self::List(_) | Self::Map(_) | Self::Keys(_) => false,
            Self::Scalar(scalar) => !matches!(scalar, Scalar::Boolean | Scalar::Count),
            Self::Words(_) | Self::Time(_) | Self::Pattern(_) => true,
            Self::Either(types) => types.iter().all(Self::is_text),
        }
    }

    /// Returns the type of the items of a list, or of the value of a key.
    pub fn inside(&self, key: Option<&str>) -> Option<&Self> {
        match (self, key) {
            (Self::List(of), None) | (Self::Map(of), Some(_)) => Some(of),
            (Self::Keys(keys), Some(key)) => keys.iter().find(|(known, _)| **known == *key).map(|(_, of)| of),
            _ => None,
        }
    }

    /// Returns the type as words, to come after "takes".
    pub fn expected(&self) -> String {
        let codes = |words: &mut dyn Iterator<Item = &Arc<str>>| or(words.map(|word| format!("`{word}`")));
        match self {
            Self::Any => "any YAML".to_owned(),
            Self::Scalar(scalar) => scalar.expected().to_owned(),
            Self::Words(words) => codes(&mut words.iter()),
            Self::Time(time) => format!("a length of time in {}", codes(&mut time.units.iter())),
            Self::Pattern(pattern) => format!("{} such as `{}`", pattern.what, pattern.like),
            Self::List(of) => format!("a list, each item {}", of.expected()),
            Self::Map(of) => format!("a map from names to values, each {}", of.expected()),
            Self::Keys(keys) => {
                let keys = keys.iter().map(|(key, of)| format!("`{key}` ({})", of.expected()));
                format!("a map with {}", and(keys))
            }
            Self::Either(types) => or(types.iter().map(Self::expected)),
        }
    }
}

/// Reports a scalar that is none of some words.
fn one_of(words: &[Arc<str>], node: &Node, cx: &mut Decoder) {
    let expected = or(words.iter().map(|word| format!("`{word}`")));
    let Some(written) = text(node, cx, &expected) else { return };
    if words.contains(written) {
        return;
    }
    let mut problem = Diagnostic::error(BAD_VALUE, node.span, cx.cannot_be(written, "this"));
    if let Some(near) = nearest(written, words.iter().map(|word| &**word)) {
        problem = problem.fix(false, format!("change to `{near}`"), node.span, near);
    }
    let near = did_you_mean(written, words.iter().map(|word| &**word));
    let takes =
        if words.len() == 1 { format!("write {expected}, or leave it out") } else { format!("it takes {expected}") };
    cx.report(problem.help(near.unwrap_or(takes)));
}

/// Judges a map of which all keys are known.
fn these(keys: &[(Arc<str>, SettingType)], mapping: &Mapping, cx: &mut Decoder) {
    for entry in &mapping.entries {
        if let Some((_, of)) = keys.iter().find(|(key, _)| *key == entry.key.text) {
            of.check(&entry.key.text, &entry.value, cx);
            continue;
        }
        let name = visible(&entry.key.text);
        let mut problem =
            Diagnostic::error(UNKNOWN_FIELD, entry.key.span, format!("there is no `{name}`{}", cx.place()));
        let free = || keys.iter().map(|(key, _)| &**key).filter(|key| mapping.get(key).is_none());
        if let Some(near) = nearest(&entry.key.text, free()) {
            problem = problem.fix(false, format!("rename to `{near}`"), entry.key.span, near);
        }
        let all = || format!("the keys are {}", and(keys.iter().map(|(key, _)| format!("`{key}`"))));
        cx.report(problem.help(did_you_mean(&entry.key.text, free()).unwrap_or_else(all)));
    }
}
