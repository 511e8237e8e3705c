//! Parts of data: paths, items and slices, and what to say when they are missing.

use std::sync::Arc;

use super::{Eval, Item, Val};
use crate::diag::did_you_mean;
use crate::template::UNDEFINED;
use crate::template::data::{Data, DataValue};
use crate::template::expr::{Ex, ExKind, Fault, Outcome};
use crate::template::ops;

pub(super) enum Path<'a> {
    /// A path and where it leads.
    Found(&'a Data),
    /// A path that leads nowhere.
    Missing,
    /// Not a path.
    Other,
}

impl<'a> Eval<'a> {
    /// Follows a path without copying; anything else than a path is left to [`Eval::eval`].
    pub(super) fn path(&self, ex: &Ex) -> Path<'a> {
        let found = match &ex.kind {
            ExKind::Root(name) => self.root.get(name),
            ExKind::Local(slot, _) => self.locals.get(*slot),
            ExKind::Attr(base, name) => match self.path(base) {
                Path::Found(data) => data.get(name),
                other => return other,
            },
            _ => return Path::Other,
        };
        found.map_or(Path::Missing, Path::Found)
    }

    /// Says where a path that leads nowhere breaks.
    pub(super) fn explain(&self, ex: &Ex) -> Fault {
        let (ExKind::Attr(base, name), place) = (&ex.kind, ex.span) else {
            let fault = Fault::new(ex.span, format!("{} has no value here", ex.shown())).of(UNDEFINED);
            return fault.help("give it one, or use `… is defined` or `…|default(…)`");
        };
        let here = match self.path(base) {
            Path::Missing => return self.explain(base),
            Path::Found(data) => Some(data),
            Path::Other => None,
        };
        let owner = base.shown();
        match here.map(|data| &data.value) {
            Some(DataValue::Null) => Fault::new(place, format!("{owner} is none, so there is no `{name}`"))
                .help(format!("write `… if {} else none`, or an `!if`", base.name().unwrap_or_default())),
            Some(DataValue::Map(map)) => {
                let fault = Fault::new(place, format!("{owner} has no `{name}`"));
                match did_you_mean(name, map.keys().map(|key| &**key)) {
                    Some(help) => fault.help(help),
                    None => fault,
                }
            }
            Some(other) => Fault::new(place, format!("{owner} is {} and has no `{name}`", other.describe())),
            None => Fault::new(place, format!("{owner} has no `{name}`")),
        }
        .of(UNDEFINED)
    }

    pub(super) fn index<'x>(&mut self, ex: &'x Ex, base: &'x Ex, index: &Ex) -> Outcome<Val<'x>> {
        let base = match self.eval(base)? {
            Val::Is(base) => base,
            missing => return Ok(missing),
        };
        let at = self.value(index)?;
        self.touch(&at);
        let found = match (&base.value, &at.value) {
            (DataValue::Map(map), DataValue::Str(key)) => map.get(key),
            (DataValue::List(items), DataValue::Int(at)) => {
                ops::position(*at, items.len()).and_then(|at| items.get(at))
            }
            (DataValue::Null, _) => None,
            (have, key) => {
                let message = format!("{} cannot be taken out of {}", key.describe(), have.describe());
                return Err(Fault::new(ex.span, message));
            }
        };
        Ok(found.map_or(Val::Nothing(ex.span, "there is no such item"), |data| Val::Is(data.into())))
    }

    pub(super) fn slice(&mut self, base: &Ex, bounds: &[Option<Box<Ex>>; 3]) -> Outcome<Item> {
        let item = self.value(base)?;
        let mut numbers = [None; 3];
        for (bound, number) in bounds.iter().zip(&mut numbers) {
            let Some(bound) = bound else { continue };
            let value = self.value(bound)?;
            self.touch(&value);
            *number = match value.value {
                DataValue::Int(at) => Some(at),
                DataValue::Null => None,
                other => {
                    return Err(Fault::new(
                        bound.span,
                        format!("a place in a list is a whole number, not {}", other.describe()),
                    ));
                }
            };
        }
        let value = match &item.value {
            DataValue::List(items) => {
                self.spend(items.len())?;
                let places = ops::slice(numbers, items.len());
                places
                    .map(|at| at.into_iter().filter_map(|at| items.get(at).cloned()).collect())
                    .map(|items| DataValue::List(Arc::new(items)))
            }
            DataValue::Str(text) => {
                self.spend(text.len())?;
                self.touch(&item);
                let chars: Vec<char> = text.chars().collect();
                let places = ops::slice(numbers, chars.len());
                places
                    .map(|at| DataValue::Str(at.into_iter().filter_map(|at| chars.get(at)).collect::<String>().into()))
            }
            other => return Err(Fault::new(base.span, format!("{} has no parts to take", other.describe()))),
        };
        value.map(Item::made).ok_or_else(|| Fault::new(base.span, "a step of zero takes nothing"))
    }
}
