//! Operators on values, with the meaning that minijinja gives them where it gives one.
//!
//! Where minijinja guesses (an order between unlike types, `none` as text, text times a number) this refuses.

use std::cmp::Ordering;
use std::sync::Arc;

use super::data::DataValue;
use super::expr::Op;

/// Returns a scalar as text; lists, maps and none have no text.
pub(super) fn text(value: &DataValue) -> Option<Arc<str>> {
    match value {
        DataValue::Str(text) => Some(text.clone()),
        DataValue::Bool(flag) => Some(if *flag { "true".into() } else { "false".into() }),
        DataValue::Int(number) => Some(number.to_string().into()),
        DataValue::Float(number) => Some(format!("{number:?}").into()),
        DataValue::Null | DataValue::List(_) | DataValue::Map(_) => None,
    }
}

/// Returns a finite number, or says that there is none.
pub(super) fn finite(number: f64) -> Result<DataValue, String> {
    if number.is_finite() { Ok(DataValue::Float(number)) } else { Err("the result is not a finite number".to_owned()) }
}

/// Returns a number as a floating point number.
#[expect(clippy::cast_precision_loss, reason = "that is what mixing integers and floats means")]
pub(super) const fn float(value: &DataValue) -> Option<f64> {
    match value {
        DataValue::Int(number) => Some(*number as f64),
        DataValue::Float(number) => Some(*number),
        _ => None,
    }
}

/// Returns the place in a list of `len` items that an index names; negative ones count from the end.
pub(super) fn position(at: i64, len: usize) -> Option<usize> {
    let len = i64::try_from(len).ok()?;
    let at = if at < 0 { at.checked_add(len)? } else { at };
    usize::try_from(at).ok().filter(|_| at < len)
}

/// Returns the places that `[start:stop:step]` names; `None` for a step of zero.
pub(super) fn slice([start, end, step]: [Option<i64>; 3], len: usize) -> Option<Vec<usize>> {
    let len = i64::try_from(len).ok()?;
    let step = step.unwrap_or(1);
    let (low, high) = if step > 0 { (0, len) } else { (-1, len - 1) };
    let clamp = |at: i64| if at < 0 { at.saturating_add(len) } else { at }.clamp(low, high);
    let (first, last) = if step > 0 { (0, len) } else { (len - 1, -1) };
    let (mut at, last) = (start.map_or(first, clamp), end.map_or(last, clamp));
    let mut places = Vec::new();
    match step.cmp(&0) {
        Ordering::Equal => return None,
        Ordering::Greater => {
            while at < last {
                places.extend(usize::try_from(at));
                at = at.saturating_add(step);
            }
        }
        Ordering::Less => {
            while at > last {
                places.extend(usize::try_from(at));
                at = at.saturating_add(step);
            }
        }
    }
    Some(places)
}

/// Returns the number with the other sign.
pub(super) fn negate(value: &DataValue) -> Result<DataValue, String> {
    match value {
        DataValue::Int(number) => number.checked_neg().map(DataValue::Int).ok_or_else(overflow),
        DataValue::Float(number) => Ok(DataValue::Float(-number)),
        other => Err(format!("`-` needs a number, this is {}", other.describe())),
    }
}

/// Returns the result of an operator, or what is wrong with its operands.
pub(super) fn binary(op: Op, a: &DataValue, b: &DataValue) -> Result<DataValue, String> {
    let flag = |flag: bool| Ok(DataValue::Bool(flag));
    match op {
        Op::Eq => flag(a.same(b)),
        Op::Ne => flag(!a.same(b)),
        Op::Lt => flag(order(op, a, b)?.is_lt()),
        Op::Le => flag(order(op, a, b)?.is_le()),
        Op::Gt => flag(order(op, a, b)?.is_gt()),
        Op::Ge => flag(order(op, a, b)?.is_ge()),
        Op::In => flag(contains(b, a)?),
        Op::NotIn => flag(!contains(b, a)?),
        Op::Concat => match (text(a), text(b)) {
            (Some(a), Some(b)) => Ok(DataValue::Str(format!("{a}{b}").into())),
            _ => Err(unlike(op, a, b)),
        },
        _ => arithmetic(op, a, b),
    }
}

fn order(op: Op, a: &DataValue, b: &DataValue) -> Result<Ordering, String> {
    a.compare(b).ok_or_else(|| unlike(op, a, b))
}

/// Returns whether a list, map or string has an item, key or part.
pub(super) fn contains(whole: &DataValue, part: &DataValue) -> Result<bool, String> {
    match (whole, part) {
        (DataValue::List(items), part) => Ok(items.iter().any(|item| item.value.same(part))),
        (DataValue::Map(map), DataValue::Str(key)) => Ok(map.contains_key(key)),
        (DataValue::Str(whole), DataValue::Str(part)) => Ok(whole.contains(&**part)),
        (whole, part) => Err(unlike(Op::In, part, whole)),
    }
}

fn arithmetic(op: Op, a: &DataValue, b: &DataValue) -> Result<DataValue, String> {
    if matches!(op, Op::Div | Op::FloorDiv | Op::Rem) && float(a).is_some() && float(b) == Some(0.0) {
        return Err(format!("`{}` divides by zero", op.sign()));
    }
    if let (DataValue::Int(x), DataValue::Int(y)) = (a, b)
        && op != Op::Div
    {
        return integers(op, *x, *y).map(DataValue::Int).ok_or_else(overflow);
    }
    if let (Op::Add, DataValue::Str(x), DataValue::Str(y)) = (op, a, b) {
        return Ok(DataValue::Str(format!("{x}{y}").into()));
    }
    let (Some(x), Some(y)) = (float(a), float(b)) else { return Err(unlike(op, a, b)) };
    finite(match op {
        Op::Add => x + y,
        Op::Sub => x - y,
        Op::Mul => x * y,
        Op::Div => x / y,
        Op::FloorDiv => (x / y).floor(),
        Op::Rem => x - y * (x / y).floor(),
        _ => x.powf(y),
    })
}

/// Division and remainder round down, as Python's do.
fn integers(op: Op, x: i64, y: i64) -> Option<i64> {
    match op {
        Op::Add => x.checked_add(y),
        Op::Sub => x.checked_sub(y),
        Op::Mul => x.checked_mul(y),
        Op::FloorDiv => {
            let (quotient, rest) = (x.checked_div(y)?, x.checked_rem(y)?);
            Some(if rest != 0 && (rest < 0) != (y < 0) { quotient - 1 } else { quotient })
        }
        Op::Rem => {
            let rest = x.checked_rem(y)?;
            Some(if rest != 0 && (rest < 0) != (y < 0) { rest + y } else { rest })
        }
        _ => x.checked_pow(u32::try_from(y).ok()?),
    }
}

fn overflow() -> String {
    "the result is not a number that fits into 64 bits".to_owned()
}

fn unlike(op: Op, a: &DataValue, b: &DataValue) -> String {
    format!("`{}` does not work on {} and {}", op.sign(), a.describe(), b.describe())
}
