//! Tests: what can stand after `is`. (`defined` and `undefined` belong to the evaluator: a path may lead nowhere.)

use super::{Call, Host, test};
use crate::template::data::DataValue;
use crate::template::eval::Item;
use crate::template::expr::{Op, Outcome};
use crate::template::ops;

pub(super) static TABLE: &[Host] = &[
    test("none", &["value"], |call| kind(call, |value| matches!(value, DataValue::Null))),
    test("string", &["value"], |call| kind(call, |value| matches!(value, DataValue::Str(_)))),
    test("number", &["value"], |call| kind(call, |value| matches!(value, DataValue::Int(_) | DataValue::Float(_)))),
    test("integer", &["value"], |call| kind(call, |value| matches!(value, DataValue::Int(_)))),
    test("float", &["value"], |call| kind(call, |value| matches!(value, DataValue::Float(_)))),
    test("boolean", &["value"], |call| kind(call, |value| matches!(value, DataValue::Bool(_)))),
    test("mapping", &["value"], |call| kind(call, |value| matches!(value, DataValue::Map(_)))),
    test("sequence", &["value"], |call| kind(call, |value| matches!(value, DataValue::List(_)))),
    test("iterable", &["value"], |call| {
        kind(call, |value| matches!(value, DataValue::List(_) | DataValue::Map(_) | DataValue::Str(_)))
    }),
    test("true", &["value"], |call| kind(call, |value| matches!(value, DataValue::Bool(true)))),
    test("false", &["value"], |call| kind(call, |value| matches!(value, DataValue::Bool(false)))),
    test("odd", &["value"], |call| divides(call, 2, 1)),
    test("even", &["value"], |call| divides(call, 2, 0)),
    test("divisibleby", &["value", "by"], |call| match call.int_if(1)? {
        Some(by) if by != 0 => divides(call, by, 0),
        _ => Err(call.fault("`by` is zero")),
    }),
    test("startingwith", &["value", "start"], |call| {
        let (text, part) = (call.text(0)?, call.text(1)?);
        Ok(flag(text.starts_with(&*part)))
    }),
    test("endingwith", &["value", "end"], |call| {
        let (text, part) = (call.text(0)?, call.text(1)?);
        Ok(flag(text.ends_with(&*part)))
    }),
    test("in", &["value", "whole"], |call| compare(call, Op::In)),
    test("eq", &["value", "other"], |call| compare(call, Op::Eq)),
    test("ne", &["value", "other"], |call| compare(call, Op::Ne)),
    test("lt", &["value", "other"], |call| compare(call, Op::Lt)),
    test("le", &["value", "other"], |call| compare(call, Op::Le)),
    test("gt", &["value", "other"], |call| compare(call, Op::Gt)),
    test("ge", &["value", "other"], |call| compare(call, Op::Ge)),
];

#[expect(clippy::unnecessary_wraps, reason = "every function of the table returns this")]
fn flag(flag: bool) -> Option<Item> {
    Some(Item::made(DataValue::Bool(flag)))
}

#[expect(clippy::unnecessary_wraps, reason = "every function of the table returns this")]
fn kind(call: &mut Call<'_, '_>, is: fn(&DataValue) -> bool) -> Outcome<Option<Item>> {
    let item = call.take(0);
    Ok(flag(item.is_some_and(|item| is(&item.value))))
}

fn divides(call: &mut Call<'_, '_>, by: i64, rest: i64) -> Outcome<Option<Item>> {
    match call.int_if(0)? {
        Some(number) => Ok(flag(number.checked_rem(by).unwrap_or(0).abs() == rest)),
        None => Ok(flag(false)),
    }
}

fn compare(call: &mut Call<'_, '_>, op: Op) -> Outcome<Option<Item>> {
    let mut sides = call.args.iter_mut().map(Option::take);
    let (Some(Some(a)), Some(Some(b))) = (sides.next(), sides.next()) else {
        return Err(call.fault("two values are needed"));
    };
    call.eval.touch_leaves(&a)?;
    call.eval.touch_leaves(&b)?;
    let value = ops::binary(op, &a.value, &b.value).map_err(|message| call.fault(message))?;
    Ok(Some(Item::made(value)))
}
