//! Evaluates expressions over [`Data`], keeping the origins of everything that was read.
//!
//! A plain path borrows all the way down and clones one leaf, so the common expression costs no more than its
//! lookups. What an operator or filter consumes is noted in `reads`; what passes through keeps its own origin.

use std::sync::Arc;

use super::data::{Data, DataMap, DataValue};
use super::expr::{Ex, ExKind, Fault, Op, Outcome};
use super::host::Call;
use super::ops;
use super::{LIMIT, UNDEFINED};
use crate::diag::did_you_mean;
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

enum Path<'a> {
    Found(&'a Data),
    Missing,
    NoPath,
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

impl<'a> Eval<'a> {
    /// Takes steps, or reports that the expression has no more of them.
    pub(super) fn spend(&mut self, steps: usize) -> Outcome<()> {
        match self.fuel.checked_sub(steps as u64) {
            Some(left) => {
                self.fuel = left;
                Ok(())
            }
            None => {
                self.fuel = 0;
                let message = "the expression takes too many steps";
                Err(Fault::new(self.span, message).of(LIMIT).help("filter a list before working on its items"))
            }
        }
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
            Path::NoPath => {}
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

    fn operator(&mut self, ex: &Ex) -> Outcome<Item> {
        match &ex.kind {
            ExKind::Not(inner) => Ok(Item::made(DataValue::Bool(!self.truth(inner)?))),
            ExKind::Neg(inner) => {
                let item = self.value(inner)?;
                self.touch(&item);
                ops::negate(&item.value).map(Item::made).map_err(|message| Fault::new(ex.span, message))
            }
            ExKind::And(left, right) | ExKind::Or(left, right) => {
                let item = self.value(left)?;
                if item.value.is_true() == matches!(ex.kind, ExKind::Or(..)) {
                    return Ok(item);
                }
                self.touch(&item);
                self.value(right)
            }
            ExKind::Binary(op, left, right) => {
                let (a, b) = (self.value(left)?, self.value(right)?);
                self.binary(*op, (left, &a), (right, &b), ex.span).map(Item::made)
            }
            ExKind::Chain(first, rest) => {
                let (mut left, mut a) = (&**first, self.value(first)?);
                for (op, right) in rest {
                    let b = self.value(right)?;
                    if !self.binary(*op, (left, &a), (right, &b), ex.span)?.is_true() {
                        return Ok(Item::made(DataValue::Bool(false)));
                    }
                    (left, a) = (right, b);
                }
                Ok(Item::made(DataValue::Bool(true)))
            }
            ExKind::List(items) => {
                let read = items.iter().map(|item| self.sealed(item)).collect::<Outcome<Vec<Data>>>()?;
                Ok(Item::made(DataValue::List(Arc::new(read))))
            }
            ExKind::Map(entries) => self.map(entries),
            ExKind::Slice(base, bounds) => self.slice(base, bounds),
            ExKind::Defined(inner) => match self.eval(inner)? {
                Val::Is(item) => {
                    self.touch(&item);
                    Ok(Item::made(DataValue::Bool(true)))
                }
                Val::NoPath(_) | Val::Nothing(..) => Ok(Item::made(DataValue::Bool(false))),
            },
            _ => Err(Fault::new(ex.span, "internal error: a part that is no operator")),
        }
    }

    fn sealed(&mut self, ex: &Ex) -> Outcome<Data> {
        let mark = self.reads.len();
        let item = self.value(ex)?;
        Ok(self.seal(item, mark))
    }

    fn map(&mut self, entries: &[(Ex, Ex)]) -> Outcome<Item> {
        let mut map = DataMap::new();
        for (key, value) in entries {
            let name = self.value(key)?;
            self.touch(&name);
            let text = ops::text(&name.value).ok_or_else(|| {
                Fault::new(key.span, format!("a key has to be a string, this is {}", name.value.describe()))
            })?;
            map.insert(text, self.sealed(value)?);
        }
        Ok(Item::made(DataValue::Map(Arc::new(map))))
    }

    /// Follows a path without copying; anything else than a path is left to [`Eval::eval`].
    fn path(&self, ex: &Ex) -> Path<'a> {
        let found = match &ex.kind {
            ExKind::Root(name) => self.root.get(name),
            ExKind::Local(slot, _) => self.locals.get(*slot),
            ExKind::Attr(base, name) => match self.path(base) {
                Path::Found(data) => data.get(name),
                other => return other,
            },
            _ => return Path::NoPath,
        };
        found.map_or(Path::Missing, Path::Found)
    }

    /// Says where a path that leads nowhere breaks.
    fn explain(&self, ex: &Ex) -> Box<Fault> {
        let (ExKind::Attr(base, name), place) = (&ex.kind, ex.span) else {
            let fault = Fault::new(ex.span, format!("{} has no value here", ex.shown())).of(UNDEFINED);
            return fault.help("give it one, or use `… is defined` or `…|default(…)`");
        };
        let here = match self.path(base) {
            Path::Missing => return self.explain(base),
            Path::Found(data) => Some(data),
            Path::NoPath => None,
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

    pub(super) fn truth(&mut self, ex: &Ex) -> Outcome<bool> {
        let item = self.value(ex)?;
        self.touch(&item);
        Ok(item.value.is_true())
    }

    fn binary(&mut self, op: Op, left: (&Ex, &Item), right: (&Ex, &Item), span: Span) -> Outcome<DataValue> {
        let (a, b) = (left.1, right.1);
        if op == Op::Add
            && let (DataValue::List(x), DataValue::List(y)) = (&a.value, &b.value)
        {
            self.touch(a);
            self.touch(b);
            self.spend(x.len() + y.len())?;
            return Ok(DataValue::List(Arc::new(x.iter().chain(y.iter()).cloned().collect())));
        }
        self.touch_leaves(a)?;
        self.touch_leaves(b)?;
        if let (DataValue::Str(x), DataValue::Str(y)) = (&a.value, &b.value) {
            self.spend_text(x.len() + y.len())?;
        }
        ops::binary(op, &a.value, &b.value).map_err(|message| {
            let none = [left, right].into_iter().find(|side| matches!(side.1.value, DataValue::Null));
            match none {
                Some((ex, _)) => {
                    Fault::new(ex.span, format!("{} is none, and `{}` needs a value", ex.shown(), op.sign()))
                        .help("test it first: `… if x else …`, or `x or …`")
                }
                None => Fault::new(span, message),
            }
        })
    }

    fn index<'x>(&mut self, ex: &'x Ex, base: &'x Ex, index: &Ex) -> Outcome<Val<'x>> {
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

    fn slice(&mut self, base: &Ex, bounds: &[Option<Box<Ex>>; 3]) -> Outcome<Item> {
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
                Err(Fault::new(subject.span, &*text).of(UNDEFINED))
            }
        }
    }
}

/// Returns the origins without repetitions, in the order of their first reading.
pub(super) fn distinct(reads: &[OriginId]) -> Vec<OriginId> {
    const LINEAR: usize = 16;
    if reads.len() <= LINEAR {
        let mut seen: Vec<OriginId> = Vec::with_capacity(reads.len());
        for read in reads {
            if !seen.contains(read) {
                seen.push(*read);
            }
        }
        return seen;
    }
    let mut seen = std::collections::BTreeSet::new();
    reads.iter().copied().filter(|read| seen.insert(*read)).collect()
}

impl Eval<'_> {
    /// Returns an origin for the parts of something computed: made of all that was read so far.
    pub(super) fn made(&mut self) -> OriginId {
        let reads = distinct(&self.reads);
        self.origins.template(self.span, &reads)
    }
}
