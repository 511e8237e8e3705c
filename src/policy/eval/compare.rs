//! Equality, as CEL has it: values of unlike types are not equal, numbers are compared by their value.

use super::{Eval, Outcome};
use crate::policy::value::{Map, Value};
use crate::source::Span;

impl<'a> Eval<'a> {
    /// Returns whether two values are the same; where they come from does not matter.
    pub(in crate::policy) fn same(&mut self, a: &Value<'a>, b: &Value<'a>, span: Span) -> Outcome<bool> {
        Ok(match (a, b) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Str(a), Value::Str(b)) => {
                self.spend_text(a.len().min(b.len()), span)?;
                **a == **b
            }
            (Value::Int(_) | Value::Double(_), Value::Int(_) | Value::Double(_)) => {
                a.compare(b).is_some_and(std::cmp::Ordering::is_eq)
            }
            (Value::List(a), Value::List(b)) => {
                if a.len() != b.len() {
                    return Ok(false);
                }
                for (a, b) in a.iter().zip(b.iter()) {
                    self.spend(1, span)?;
                    if !self.same(&a.value, &b.value, span)? {
                        return Ok(false);
                    }
                }
                true
            }
            (Value::Map(a), Value::Map(b)) => self.maps(a, b, span)?,
            (Value::Optional(a), Value::Optional(b)) => match (a, b) {
                (Some(a), Some(b)) => self.same(&a.value, &b.value, span)?,
                (a, b) => a.is_none() && b.is_none(),
            },
            _ => false,
        })
    }

    fn maps(&mut self, a: &Map<'a>, b: &Map<'a>, span: Span) -> Outcome<bool> {
        if let (Map::Thing(_, a), Map::Thing(_, b)) = (a, b) {
            return Ok(a.is(*b));
        }
        if a.len() != b.len() {
            return Ok(false);
        }
        for key in a.keys() {
            self.spend(1, span)?;
            let (Some(x), Some(y)) = (a.get(&key), b.get(&key)) else { return Ok(false) };
            if !self.same(&x.value, &y.value, span)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
