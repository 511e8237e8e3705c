//! Fields and items: how they are read, and what to say when they are not there.

use std::rc::Rc;
use std::sync::Arc;

use super::{Eval, Fault, Outcome};
use crate::diag::did_you_mean;
use crate::policy::expr::Ex;
use crate::policy::value::{From, Item, Map, Value};
use crate::source::Span;

impl<'a> Eval<'a> {
    pub(super) fn select(&mut self, base: &'a Ex, name: &Arc<str>, span: Span) -> Outcome<Item<'a>> {
        let whole = self.eval(base)?;
        match &whole.value {
            Value::Map(map) => map.get(name).ok_or_else(|| missing(map, name, span)),
            Value::Optional(inner) => {
                let found = inner.as_ref().and_then(|item| inside(item, name));
                Ok(optional(found, whole.from))
            }
            other => Err(Fault::new(span, format!("{} has no field `{name}`", other.describe()))),
        }
    }

    pub(super) fn has(&mut self, base: &'a Ex, name: &Arc<str>) -> Outcome<Item<'a>> {
        let whole = self.eval(base)?;
        match &whole.value {
            Value::Map(map) => Ok(Item::bool(map.get(name).is_some())),
            Value::Optional(inner) => Ok(Item::bool(inner.as_ref().is_some_and(|item| inside(item, name).is_some()))),
            other => Err(Fault::new(base.span, format!("{} has no fields", other.describe()))),
        }
    }

    pub(super) fn maybe_select(&mut self, base: &'a Ex, name: &Arc<str>, span: Span) -> Outcome<Item<'a>> {
        let whole = self.eval(base)?;
        match &whole.value {
            Value::Map(map) => Ok(optional(map.get(name), whole.from)),
            Value::Optional(inner) => Ok(optional(inner.as_ref().and_then(|item| inside(item, name)), whole.from)),
            other => Err(Fault::new(span, format!("{} has no field `{name}`", other.describe()))),
        }
    }

    pub(super) fn index(&mut self, base: &'a Ex, at: &'a Ex, span: Span) -> Outcome<Item<'a>> {
        let whole = self.eval(base)?;
        let place = self.eval(at)?;
        if let Value::Optional(inner) = &whole.value {
            let found = match inner {
                Some(item) => Self::item(&item.value, &place.value, at.span)?,
                None => None,
            };
            return Ok(optional(found, whole.from));
        }
        match Self::item(&whole.value, &place.value, at.span)? {
            Some(item) => Ok(item),
            None => Err(match (&whole.value, &place.value) {
                (Value::Map(map), Value::Str(name)) => missing(map, name, span),
                (Value::List(list), _) => {
                    let message = format!("there is no item {}: the list has {}", shown(&place.value), list.len());
                    Fault::new(at.span, message).help("test its size first, or write `list[?0].orValue(…)`")
                }
                _ => Fault::new(at.span, "there is no such item"),
            }),
        }
    }

    pub(super) fn maybe_index(&mut self, base: &'a Ex, at: &'a Ex, span: Span) -> Outcome<Item<'a>> {
        let whole = self.eval(base)?;
        let place = self.eval(at)?;
        let inner = match &whole.value {
            Value::Optional(Some(item)) => item.value.clone(),
            Value::Optional(None) => return Ok(optional(None, whole.from)),
            other => other.clone(),
        };
        Ok(optional(Self::item(&inner, &place.value, span)?, whole.from))
    }

    fn item(whole: &Value<'a>, place: &Value<'a>, span: Span) -> Outcome<Option<Item<'a>>> {
        match (whole, place) {
            (Value::Map(map), Value::Str(name)) => Ok(map.get(name)),
            (Value::List(list), Value::Int(at)) => Ok(usize::try_from(*at).ok().and_then(|at| list.get(at))),
            (whole, place) => {
                let message = format!("{} cannot be taken out of {}", place.describe(), whole.describe());
                Err(Fault::new(span, message))
            }
        }
    }
}

fn inside<'a>(item: &Item<'a>, name: &str) -> Option<Item<'a>> {
    match &item.value {
        Value::Map(map) => map.get(name),
        _ => None,
    }
}

/// Returns what may be missing; where it is, the place of what should have had it counts.
fn optional<'a>(found: Option<Item<'a>>, whole: From<'a>) -> Item<'a> {
    let from = found.as_ref().map_or(whole, |item| item.from);
    // What is optional already is not wrapped again.
    match found {
        Some(item) if matches!(item.value, Value::Optional(_)) => item,
        found => Item { value: Value::Optional(found.map(Rc::new)), from },
    }
}

fn shown(place: &Value<'_>) -> String {
    match place {
        Value::Int(number) => number.to_string(),
        other => other.describe(),
    }
}

fn missing(map: &Map<'_>, name: &str, span: Span) -> Fault {
    if let Map::Thing(_, thing) = map
        && let Some(field) = thing.object().field(name)
        && field.optional
    {
        let what = thing.object().what;
        let message = format!("{what} has no `{name}` here");
        return Fault::new(span, message)
            .help(format!("test it first with `has(….{name})`, or write `.?{name}.orValue(…)`"));
    }
    let fault = Fault::new(span, format!("there is no `{name}`"));
    let keys = map.keys();
    match did_you_mean(name, keys.iter().map(|key| &**key)) {
        Some(help) if help.starts_with("did you") => fault.help(help),
        _ => fault.help(format!("test it first with `has(….{name})`, or write `[?'{name}'].orValue(…)`")),
    }
}
