//! Operators, lists and maps.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Eval, Fault, Outcome};
use crate::policy::expr::{Ex, Op};
use crate::policy::value::{Item, List, Map, Text, Value};
use crate::source::Span;

impl<'a> Eval<'a> {
    pub(super) fn negate(&mut self, inner: &'a Ex) -> Outcome<Item<'a>> {
        match self.eval(inner)?.value {
            Value::Int(number) => number.checked_neg().map(Item::int).ok_or_else(|| overflow(inner.span)),
            Value::Double(number) => Ok(Item::made(Value::Double(-number))),
            other => Err(Fault::new(inner.span, format!("`-` needs a number, this is {}", other.describe()))),
        }
    }

    pub(super) fn binary(&mut self, op: Op, a: &'a Ex, b: &'a Ex, span: Span) -> Outcome<Item<'a>> {
        let (a, b) = (self.eval(a)?, self.eval(b)?);
        let (x, y) = (&a.value, &b.value);
        let flag = match op {
            Op::Eq => self.same(x, y, span)?,
            Op::Ne => !self.same(x, y, span)?,
            Op::In => self.contains(y, x, span)?,
            Op::Lt | Op::Le | Op::Gt | Op::Ge => return self.order(op, x, y, span),
            _ => return self.arithmetic(op, x, y, span),
        };
        Ok(Item::bool(flag))
    }

    fn order(&mut self, op: Op, x: &Value<'a>, y: &Value<'a>, span: Span) -> Outcome<Item<'a>> {
        if let (Value::Str(x), Value::Str(y)) = (x, y) {
            self.spend_text(x.len().min(y.len()), span)?;
        }
        if let (Value::Double(_), Value::Int(_) | Value::Double(_)) | (Value::Int(_), Value::Double(_)) = (x, y)
            && x.compare(y).is_none()
        {
            // Nothing is less or greater than what is not a number.
            return Ok(Item::bool(false));
        }
        let Some(order) = x.compare(y) else { return Err(unlike(op, x, y, span)) };
        Ok(Item::bool(match op {
            Op::Lt => order.is_lt(),
            Op::Le => order.is_le(),
            Op::Gt => order.is_gt(),
            _ => order.is_ge(),
        }))
    }

    fn arithmetic(&mut self, op: Op, x: &Value<'a>, y: &Value<'a>, span: Span) -> Outcome<Item<'a>> {
        match (op, x, y) {
            (_, Value::Int(x), Value::Int(y)) => integers(op, *x, *y, span).map(Item::int),
            (Op::Rem, Value::Double(_), _) => Err(unlike(op, x, y, span)),
            (_, Value::Double(x), Value::Double(y)) => Ok(Item::made(Value::Double(match op {
                Op::Add => x + y,
                Op::Sub => x - y,
                Op::Mul => x * y,
                _ => x / y,
            }))),
            (Op::Add, Value::Str(x), Value::Str(y)) => {
                self.spend_text(x.len() + y.len(), span)?;
                Ok(Item::text([&**x, &**y].concat()))
            }
            (Op::Add, Value::List(x), Value::List(y)) => {
                self.spend(x.len() + y.len(), span)?;
                Ok(Item::list(x.iter().chain(y.iter()).collect()))
            }
            _ => Err(unlike(op, x, y, span)),
        }
    }

    /// Returns whether a list has an item, or a map a key.
    fn contains(&mut self, whole: &Value<'a>, part: &Value<'a>, span: Span) -> Outcome<bool> {
        match (whole, part) {
            (Value::List(list), part) => {
                for item in list.iter() {
                    self.spend(1, span)?;
                    if self.same(&item.value, part, span)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            (Value::Map(map), Value::Str(key)) => Ok(map.get(key).is_some()),
            (whole, part) => Err(unlike(Op::In, part, whole, span)),
        }
    }

    pub(super) fn list(&mut self, items: &'a [(Ex, bool)]) -> Outcome<Item<'a>> {
        let mut made = Vec::with_capacity(items.len());
        for (ex, optional) in items {
            let item = self.eval(ex)?;
            made.extend(present(item, *optional));
        }
        Ok(Item::list(made))
    }

    pub(super) fn map(&mut self, entries: &'a [(Ex, Ex, bool)]) -> Outcome<Item<'a>> {
        let mut made: BTreeMap<Rc<str>, Item<'a>> = BTreeMap::new();
        for (key, value, optional) in entries {
            let text = match self.eval(key)?.value {
                Value::Str(Text::Made(text)) => text,
                Value::Str(Text::Of(text)) => text.into(),
                other => return Err(Fault::new(key.span, format!("a key is a string, not {}", other.describe()))),
            };
            let item = self.eval(value)?;
            if let Some(item) = present(item, *optional)
                && made.insert(text.clone(), item).is_some()
            {
                return Err(Fault::new(key.span, format!("the key `{text}` is there twice")));
            }
        }
        Ok(Item::made(Value::Map(Map::Made(Rc::new(made)))))
    }

    /// Returns the items of a list, or the keys of a map.
    pub(in crate::policy) fn items(&mut self, item: &Item<'a>, span: Span) -> Outcome<List<'a>> {
        match &item.value {
            Value::List(list) => Ok(list.clone()),
            Value::Map(map) => {
                let keys: Vec<Item<'a>> = map
                    .keys()
                    .into_iter()
                    .map(|key| Item { from: map.place_of(&key).unwrap_or(item.from), value: Value::Str(key) })
                    .collect();
                self.spend(keys.len(), span)?;
                Ok(List::Made(Rc::new(keys)))
            }
            other => Err(Fault::new(span, format!("{} has no items to go through", other.describe()))),
        }
    }
}

/// Returns the value of an entry, unless it is one that may be missing and is.
fn present(item: Item<'_>, optional: bool) -> Option<Item<'_>> {
    match item.value {
        Value::Optional(inner) if optional => inner.map(|inner| Item::clone(&inner)),
        _ => Some(item),
    }
}

fn integers(op: Op, x: i64, y: i64, span: Span) -> Outcome<i64> {
    let made = match op {
        Op::Add => x.checked_add(y),
        Op::Sub => x.checked_sub(y),
        Op::Mul => x.checked_mul(y),
        Op::Div | Op::Rem if y == 0 => return Err(Fault::new(span, "a number is divided by zero")),
        Op::Div => x.checked_div(y),
        _ => x.checked_rem(y),
    };
    made.ok_or_else(|| overflow(span))
}

fn overflow(span: Span) -> Fault {
    Fault::new(span, "the result is not a number that fits into 64 bits")
}

fn unlike(op: Op, x: &Value<'_>, y: &Value<'_>, span: Span) -> Fault {
    Fault::new(span, format!("`{}` does not work on {} and {}", op.sign(), x.describe(), y.describe()))
}
