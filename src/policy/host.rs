//! The functions that expressions may call: one table for the checker, the evaluator and the documentation.
//!
//! Names and meaning are those of CEL and its extensions where they have them. What templates can do too
//! (`quantity_bytes`, `cidrOverlap`, `cidrContains`, `versionIn`) is one implementation, [`crate::template::plain`].

mod convert;
mod lists;
mod platform;
mod strings;

use std::rc::Rc;

use super::eval::{Eval, Fault, Outcome};
use super::expr::Ex;
use super::types::Type;
use super::value::{Item, List, Text, Value};
use crate::source::Span;

/// How a function is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// `f(x)`
    Function,
    /// `x.f()`
    Method,
    /// Either way.
    Both,
}

impl Style {
    pub(super) const fn takes(self, method: bool) -> bool {
        match self {
            Self::Function => !method,
            Self::Method => method,
            Self::Both => true,
        }
    }
}

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    Any,
    Str,
    List,
    /// A string, list or map.
    Sized,
    Optional,
    /// A component or its name.
    Component,
}

impl Takes {
    pub(super) fn accepts(self, of: &Type) -> bool {
        match self {
            Self::Any => true,
            Self::Str => matches!(of, Type::Any | Type::Str),
            Self::List => matches!(of, Type::Any | Type::List(_)),
            Self::Sized => matches!(of, Type::Any | Type::Str | Type::List(_) | Type::Map(_) | Type::Object(_)),
            Self::Optional => matches!(of, Type::Any | Type::Optional(_)),
            Self::Component => match of {
                Type::Any | Type::Str => true,
                Type::Object(object) => std::ptr::eq(*object, &raw const super::objects::COMPONENT),
                _ => false,
            },
        }
    }

    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Any => "anything",
            Self::Str => "a string",
            Self::List => "a list",
            Self::Sized => "a string, list or map",
            Self::Optional => "a value that may be missing, such as `a.?b` gives it",
            Self::Component => "a component or its name",
        }
    }
}

/// Checks a text that is written out, or says what is wrong with it.
pub(super) type Verify = fn(&str) -> Result<(), String>;

/// A parameter.
#[derive(Debug)]
pub(super) struct Param {
    pub(super) name: &'static str,
    pub(super) takes: Takes,
    /// What a text that is written out has to be.
    pub(super) check: Option<Verify>,
}

const fn param(name: &'static str, takes: Takes) -> Param {
    Param { name, takes, check: None }
}

const fn checked(name: &'static str, check: Verify) -> Param {
    Param { name, takes: Takes::Str, check: Some(check) }
}

/// A function that expressions may call.
#[derive(Debug)]
pub(super) struct Host {
    pub(super) name: &'static str,
    pub(super) style: Style,
    /// The parameters; of a method the first is what stands before the point.
    pub(super) params: &'static [Param],
    /// How many of them have to be given.
    pub(super) needed: usize,
    /// What it gives.
    pub(super) gives: fn(&[Type]) -> Type,
    pub(super) run: for<'c, 'a> fn(&mut Call<'c, 'a>) -> Outcome<Item<'a>>,
    /// What it does, for the documentation.
    pub(super) doc: &'static str,
}

/// One call.
pub(super) struct Call<'c, 'a> {
    pub(super) eval: &'c mut Eval<'a>,
    pub(super) host: &'static Host,
    pub(super) span: Span,
    pub(super) exs: &'a [Ex],
    pub(super) args: Vec<Item<'a>>,
}

static TABLE: &[&[Host]] = &[platform::TABLE, strings::TABLE, lists::TABLE, convert::TABLE];

/// Iterates over all functions.
pub(super) fn all() -> impl Iterator<Item = &'static Host> {
    TABLE.iter().flat_map(|part| part.iter())
}

/// Returns the function of a name.
pub(super) fn find(name: &str) -> Option<&'static Host> {
    all().find(|host| host.name == name)
}

impl Host {
    /// Returns how the function is used: `text.startsWith(part)`.
    pub(super) fn usage(&self) -> String {
        let names: Vec<&str> = self.params.iter().map(|param| param.name).collect();
        match (self.style, names.split_first()) {
            (Style::Method, Some((first, rest))) => format!("{first}.{}({})", self.name, rest.join(", ")),
            _ => format!("{}({})", self.name, names.join(", ")),
        }
    }
}

impl<'a> Call<'_, 'a> {
    /// Returns an error about this call.
    pub(super) fn fault(&self, message: impl std::fmt::Display) -> Fault {
        Fault::new(self.span, format!("`{}`: {message}", self.host.name))
    }

    /// Returns the place of an argument.
    fn place(&self, at: usize) -> Span {
        self.exs.get(at).map_or(self.span, |ex| ex.span)
    }

    fn value(&self, at: usize) -> Value<'a> {
        self.args.get(at).map_or(Value::Null, |item| item.value.clone())
    }

    fn wrong(&self, at: usize, value: &Value<'_>) -> Fault {
        let (name, takes) = self.host.params.get(at).map_or(("value", Takes::Any), |param| (param.name, param.takes));
        let message =
            format!("`{name}` of `{}` has to be {}, this is {}", self.host.name, takes.words(), value.describe());
        Fault::new(self.place(at), message)
    }

    /// Returns an argument as text.
    pub(super) fn text(&mut self, at: usize) -> Outcome<Text<'a>> {
        match self.value(at) {
            Value::Str(text) => {
                self.eval.spend_text(text.len(), self.span)?;
                Ok(text)
            }
            other => Err(self.wrong(at, &other)),
        }
    }

    /// Returns an argument as a list, paying for each item.
    pub(super) fn items(&mut self, at: usize) -> Outcome<List<'a>> {
        match self.value(at) {
            Value::List(list) => {
                self.eval.spend(list.len(), self.span)?;
                Ok(list)
            }
            other => Err(self.wrong(at, &other)),
        }
    }

    /// Returns an argument that may be missing.
    pub(super) fn maybe(&mut self, at: usize) -> Outcome<Option<Rc<Item<'a>>>> {
        match self.value(at) {
            Value::Optional(inner) => Ok(inner),
            other => Err(self.wrong(at, &other)),
        }
    }

    /// Answers a question about two texts.
    pub(super) fn ask(&mut self, ask: fn(&str, &str) -> Result<bool, String>) -> Outcome<Item<'a>> {
        let (a, b) = (self.text(0)?, self.text(1)?);
        ask(&a, &b).map(Item::bool).map_err(|message| self.fault(message))
    }

    /// Returns a made text.
    pub(super) fn give(&mut self, text: String) -> Outcome<Item<'a>> {
        self.eval.text(text, self.span)
    }
}

/// Returns the functions for the documentation: how each is used, and what it does.
#[must_use]
pub fn documented() -> Vec<(String, &'static str)> {
    all().map(|host| (host.usage(), host.doc)).collect()
}
