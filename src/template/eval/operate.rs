//! Operators, and the lists and maps that an expression writes.

use std::sync::Arc;

use super::access::Path;
use super::{Eval, Item, Val};
use crate::source::Span;
use crate::template::data::{Data, DataMap, DataValue};
use crate::template::expr::{Ex, ExKind, Fault, Op, Outcome};
use crate::template::ops;

impl Eval<'_> {
    /// Evaluates a part that always has a value or fails.
    pub(super) fn operator(&mut self, ex: &Ex) -> Outcome<Item> {
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

    /// Returns whether a condition holds.
    pub(in crate::template) fn truth(&mut self, ex: &Ex) -> Outcome<bool> {
        if let Some(holds) = self.compared(ex)? {
            return Ok(holds);
        }
        let item = self.value(ex)?;
        self.touch(&item);
        Ok(item.value.is_true())
    }

    /// Compares what a path leads to with a constant, as most conditions do, without copying either.
    fn compared(&mut self, ex: &Ex) -> Outcome<Option<bool>> {
        let ExKind::Binary(op @ (Op::Eq | Op::Ne), left, right) = &ex.kind else { return Ok(None) };
        let (Path::Found(data), ExKind::Const(value)) = (self.path(left), &right.kind) else { return Ok(None) };
        if matches!(data.value, DataValue::List(_) | DataValue::Map(_)) {
            return Ok(None);
        }
        // For the comparison and its two sides.
        self.spend(3)?;
        self.reads.push(data.origin);
        if let (DataValue::Str(x), DataValue::Str(y)) = (&data.value, value) {
            self.spend_text(x.len() + y.len())?;
        }
        Ok(Some(data.value.same(value) == (*op == Op::Eq)))
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
}
