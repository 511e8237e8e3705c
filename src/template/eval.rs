//! Evaluates expressions over [`Data`], keeping the origins of everything that was read.
//!
//! A plain path borrows all the way down and clones one leaf, so the common expression costs no more than its
//! lookups. What an operator or filter consumes is noted in `reads`; what passes through keeps its own origin.

mod access;
mod operate;

use std::sync::Arc;

use access::Path;

use super::data::{Data, DataValue};
use super::expr::{Ex, ExKind, Fault, Outcome};
use super::host::Call;
use super::ops;
use super::{LIMIT, UNDEFINED};
use crate::source::{OriginId, Origins, Span};

/// How many steps one expression may take. A step is a part evaluated, an item visited or [`STEP_BYTES`] of text.
pub(super) const FUEL: u64 = 100_000;

/// How much text one step may make.
const STEP_BYTES: usize = 16;

/// A value during evaluation; computed ones have no origin of their own, `reads` has what they were made of.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) value: DataValue,
    pub(super) origin: Option<OriginId>,
}

/// A value, or what is missing.
pub(super) enum Val<'x> {
    Is(Item),
    /// A path that leads nowhere.
    NoPath(&'x Ex),
    /// Something else that has no value, such as the first item of an empty list.
    Nothing(Span, &'static str),
}

/// One evaluation.
pub(super) struct Eval<'a> {
    pub(super) root: &'a Data,
    pub(super) locals: &'a [Data],
    pub(super) origins: &'a mut Origins,
    /// The template node that the expression belongs to.
    pub(super) span: Span,
    pub(super) reads: Vec<OriginId>,
    pub(super) fuel: u64,
}

impl Item {
    pub(super) const fn made(value: DataValue) -> Self {
        Self { value, origin: None }
    }

    pub(super) fn text(text: impl Into<Arc<str>>) -> Self {
        Self::made(DataValue::Str(text.into()))
    }
}

impl From<&Data> for Item {
    fn from(data: &Data) -> Self {
        Self { value: data.value.clone(), origin: Some(data.origin) }
    }
}

impl Eval<'_> {
    /// Takes steps, or reports that the expression has no more of them.
    pub(super) fn spend(&mut self, steps: usize) -> Outcome<()> {
        if let Some(left) = self.fuel.checked_sub(steps as u64) {
            self.fuel = left;
            return Ok(());
        }
        self.fuel = 0;
        let fault = Fault::new(self.span, "the expression takes too many steps").of(LIMIT);
        Err(fault.help("filter a list before working on its items"))
    }

    /// Takes the steps for a text of this length.
    pub(super) fn spend_text(&mut self, bytes: usize) -> Outcome<()> {
        self.spend(bytes / STEP_BYTES)
    }

    /// Notes that a value was looked at as a whole: its kind, its length, whether it is true.
    pub(super) fn touch(&mut self, item: &Item) {
        self.reads.extend(item.origin);
    }

    /// Notes that everything in a value was used.
    pub(super) fn touch_leaves(&mut self, item: &Item) -> Outcome<()> {
        match &item.value {
            DataValue::List(items) if !items.is_empty() => items.iter().try_for_each(|item| self.touch_data(item)),
            DataValue::Map(map) if !map.is_empty() => map.values().try_for_each(|item| self.touch_data(item)),
            _ => {
                self.touch(item);
                Ok(())
            }
        }
    }

    pub(super) fn touch_data(&mut self, data: &Data) -> Outcome<()> {
        self.spend(1)?;
        match &data.value {
            DataValue::List(items) if !items.is_empty() => items.iter().try_for_each(|item| self.touch_data(item)),
            DataValue::Map(map) if !map.is_empty() => map.values().try_for_each(|item| self.touch_data(item)),
            _ => {
                self.reads.push(data.origin);
                Ok(())
            }
        }
    }

    /// Gives a value an origin: its own, or one made of what was read since `mark`.
    pub(super) fn seal(&mut self, item: Item, mark: usize) -> Data {
        let origin = match item.origin {
            Some(origin) if self.reads.len() == mark => origin,
            own => {
                self.reads.extend(own);
                let reads = distinct(self.reads.get(mark..).unwrap_or(&[]));
                self.origins.template(self.span, &reads)
            }
        };
        self.reads.truncate(mark);
        Data { origin, value: item.value }
    }

    /// Returns an origin for the parts of something computed: made of all that was read so far.
    pub(super) fn made(&mut self) -> OriginId {
        let reads = distinct(&self.reads);
        self.origins.template(self.span, &reads)
    }

    /// Evaluates a part that must have a value.
    pub(super) fn value(&mut self, ex: &Ex) -> Outcome<Item> {
        let val = self.eval(ex)?;
        self.present(val)
    }

    /// Returns the value, or the error that it is missing.
    pub(super) fn present(&self, val: Val<'_>) -> Outcome<Item> {
        match val {
            Val::Is(item) => Ok(item),
            Val::NoPath(ex) => Err(self.explain(ex)),
            Val::Nothing(span, what) => Err(Fault::new(span, what).of(UNDEFINED)),
        }
    }

    /// Evaluates a part.
    pub(super) fn eval<'x>(&mut self, ex: &'x Ex) -> Outcome<Val<'x>> {
        self.spend(1)?;
        match self.path(ex) {
            Path::Found(data) => return Ok(Val::Is(data.into())),
            Path::Missing => return Ok(Val::NoPath(ex)),
            Path::Other => {}
        }
        let item = match &ex.kind {
            ExKind::Const(value) => Item::made(value.clone()),
            ExKind::Root(_) | ExKind::Local(..) => return Ok(Val::NoPath(ex)),
            ExKind::Attr(base, name) => {
                let base = match self.eval(base)? {
                    Val::Is(base) => base,
                    missing => return Ok(missing),
                };
                return Ok(match base.value {
                    DataValue::Map(map) if map.contains_key(name) => {
                        map.get(name).map_or(Val::NoPath(ex), |data| Val::Is(data.into()))
                    }
                    _ => Val::NoPath(ex),
                });
            }
            ExKind::Index(base, index) => return self.index(ex, base, index),
            ExKind::If { test, yes, no } => {
                let test = self.truth(test)?;
                return match no {
                    _ if test => self.eval(yes),
                    Some(no) => self.eval(no),
                    None => Ok(Val::Nothing(ex.span, "the condition is false and there is no `else`")),
                };
            }
            ExKind::Call(host, args) => return self.call(ex, host, args),
            _ => self.operator(ex)?,
        };
        Ok(Val::Is(item))
    }

    fn call<'x>(&mut self, ex: &'x Ex, host: &'static super::host::Host, args: &'x [Option<Ex>]) -> Outcome<Val<'x>> {
        if host.name == "default" {
            return self.default(args);
        }
        if host.name == "required" {
            return self.required(ex, args);
        }
        let mut values = Vec::with_capacity(args.len());
        for arg in args {
            values.push(match arg {
                Some(arg) => Some(self.value(arg)?),
                None => None,
            });
        }
        let mut call = Call { eval: self, host, span: ex.span, args: values };
        let result = (host.run)(&mut call)?;
        Ok(result.map_or(Val::Nothing(ex.span, "the list is empty, so there is no such item"), Val::Is))
    }

    fn default<'x>(&mut self, args: &'x [Option<Ex>]) -> Outcome<Val<'x>> {
        let [Some(subject), fallback, lax] = args else { return Ok(Val::Is(Item::text(""))) };
        let lax = match lax {
            Some(lax) => self.truth(lax)?,
            None => false,
        };
        match self.eval(subject)? {
            Val::Is(item) if !lax || item.value.is_true() => return Ok(Val::Is(item)),
            Val::Is(item) => self.touch(&item),
            Val::NoPath(_) | Val::Nothing(..) => {}
        }
        match fallback {
            Some(fallback) => self.eval(fallback),
            None => Ok(Val::Is(Item::text(""))),
        }
    }

    fn required<'x>(&mut self, ex: &Ex, args: &'x [Option<Ex>]) -> Outcome<Val<'x>> {
        let [Some(subject), Some(message)] = args else {
            return Err(Fault::new(ex.span, "internal error: `required` without arguments"));
        };
        match self.eval(subject)? {
            Val::Is(item) if !matches!(item.value, DataValue::Null) => Ok(Val::Is(item)),
            _ => {
                let message = self.value(message)?;
                let text = ops::text(&message.value).unwrap_or_else(|| "a value is missing".into());
                Err(Fault::new(subject.span, &*text).of(UNDEFINED).ask(self.owner(subject)))
            }
        }
    }

    /// Returns what a person has to add the value to: what it would be a field of.
    fn owner(&mut self, ex: &Ex) -> Option<OriginId> {
        match &ex.kind {
            ExKind::Attr(base, name) => match self.eval(base).ok()? {
                // Names at the top are those of sections: what is not in one is asked for by the component.
                Val::Is(Item { value: DataValue::Map(map), origin })
                    if map.contains_key(name) || !matches!(base.kind, ExKind::Root(_)) =>
                {
                    origin
                }
                Val::Is(_) => None,
                Val::NoPath(_) | Val::Nothing(..) => self.owner(base),
            },
            ExKind::If { test, yes, no } => {
                if self.truth(test).ok()? {
                    return self.owner(yes);
                }
                no.as_ref().and_then(|no| self.owner(no))
            }
            ExKind::Root(_) | ExKind::Local(..) => match self.path(ex) {
                Path::Found(data) => Some(data.origin),
                Path::Missing | Path::Other => None,
            },
            _ => None,
        }
    }
}

/// Returns the origins without repetitions, in the order of their first reading.
pub(super) fn distinct(reads: &[OriginId]) -> Vec<OriginId> {
    once(reads.to_vec())
}

/// Removes repetitions from origins; the first of each stays.
pub(super) fn once(mut reads: Vec<OriginId>) -> Vec<OriginId> {
    const LINEAR: usize = 16;
    if reads.len() > LINEAR {
        let mut seen = std::collections::BTreeSet::new();
        reads.retain(|read| seen.insert(*read));
        return reads;
    }
    let mut kept = 0;
    while let Some((before, [read, ..])) = reads.split_at_checked(kept) {
        if before.contains(read) {
            reads.remove(kept);
        } else {
            kept += 1;
        }
    }
    reads
}
