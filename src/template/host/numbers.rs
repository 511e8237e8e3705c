//! Functions on numbers.

use super::{Call, Host, filter, function};
use crate::template::data::{Data, DataValue};
use crate::template::eval::Item;
use crate::template::expr::Outcome;
use crate::template::ops;
use std::sync::Arc;

pub(super) static TABLE: &[Host] = &[
    filter("int", &["value", "default"], 1, int),
    filter("float", &["value", "default"], 1, float),
    filter("bool", &["value"], 1, |call| {
        let flag = call.flag(0);
        Ok(Some(Item::made(DataValue::Bool(flag))))
    }),
    filter("abs", &["value"], 1, abs),
    filter("round", &["value", "precision"], 1, round),
    filter("quantity_bytes", &["value"], 1, quantity_bytes),
    function("range", &["start", "stop", "step"], 1, range),
];

fn number(call: &mut Call<'_, '_>) -> Outcome<DataValue> {
    match call.take(0) {
        Some(Item { value: value @ (DataValue::Int(_) | DataValue::Float(_)), .. }) => Ok(value),
        Some(other) => Err(call.fault(format!("needs a number, this is {}", other.value.describe()))),
        None => Err(call.fault("needs a number")),
    }
}

fn int(call: &mut Call<'_, '_>) -> Outcome<Option<Item>> {
    let value = call.take(0).map_or(DataValue::Null, |item| item.value);
    let converted = match &value {
        DataValue::Int(number) => Some(*number),
        DataValue::Bool(flag) => Some(i64::from(*flag)),
        DataValue::Float(number) => whole(number.trunc()),
        DataValue::Str(text) => {
            text.parse().ok().or_else(|| text.parse::<f64>().ok().and_then(|number| whole(number.trunc())))
        }
        _ => None,
    };
    fallback(call, converted.map(DataValue::Int), &value, "a whole number")
}

fn float(call: &mut Call<'_, '_>) -> Outcome<Option<Item>> {
    let value = call.take(0).map_or(DataValue::Null, |item| item.value);
    let converted = match &value {
        DataValue::Bool(flag) => Some(f64::from(u8::from(*flag))),
        DataValue::Str(text) => text.parse().ok(),
        other => ops::float(other),
    };
    let converted = converted.filter(|number| number.is_finite()).map(DataValue::Float);
    fallback(call, converted, &value, "a number")
}

fn fallback(
    call: &mut Call<'_, '_>,
    converted: Option<DataValue>,
    value: &DataValue,
    what: &str,
) -> Outcome<Option<Item>> {
    match converted {
        Some(value) => Ok(Some(Item::made(value))),
        None => match call.take(1) {
            Some(default) => Ok(Some(default)),
            None => Err(call.fault(format!("{} is not {what}", value.describe()))),
        },
    }
}

/// Returns a float that is a whole number as an integer.
#[expect(clippy::cast_possible_truncation, reason = "the range is tested first")]
fn whole(number: f64) -> Option<i64> {
    const LIMIT: f64 = 9_007_199_254_740_992.0; // 2^53: all whole numbers below it are exact
    (number.abs() <= LIMIT && number.fract() == 0.0).then_some(number as i64)
}

fn abs(call: &mut Call<'_, '_>) -> Outcome<Option<Item>> {
    let value = match number(call)? {
        DataValue::Int(number) => number.checked_abs().map(DataValue::Int),
        other => ops::float(&other).map(|number| DataValue::Float(number.abs())),
    };
    value.map(|value| Some(Item::made(value))).ok_or_else(|| call.fault("the number is too large"))
}

fn round(call: &mut Call<'_, '_>) -> Outcome<Option<Item>> {
    let value = number(call)?;
    let digits = call.int_if(1)?.unwrap_or(0);
    let DataValue::Float(number) = value else { return Ok(Some(Item::made(value))) };
    let Some(digits) = i32::try_from(digits).ok().filter(|digits| (0..=15).contains(digits)) else {
        return Err(call.fault("`precision` has to be between 0 and 15"));
    };
    let scale = 10_f64.powi(digits);
    let rounded = ops::finite((number * scale).round() / scale).map_err(|message| call.fault(message))?;
    Ok(Some(Item::made(rounded)))
}

/// The value of a Kubernetes quantity ("10Gi", "1.5k", "500m") in whole units, rounded up as Kubernetes does
/// (kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity).
fn quantity_bytes(call: &mut Call<'_, '_>) -> Outcome<Option<Item>> {
    let text = call.text(0)?;
    match crate::template::plain::quantity(&text) {
        Some(bytes) => Ok(Some(Item::made(DataValue::Int(bytes)))),
        None => Err(call.fault(format!("`{text}` is not an amount such as `10Gi` or `500M`"))),
    }
}

fn range(call: &mut Call<'_, '_>) -> Outcome<Option<Item>> {
    let first = call.int_if(0)?.unwrap_or(0);
    let second = call.int_if(1)?;
    let step = call.int_if(2)?.unwrap_or(1);
    let (mut at, end) = second.map_or((0, first), |end| (first, end));
    if step == 0 {
        return Err(call.fault("`step` is zero"));
    }
    let origin = call.eval.made();
    let mut list = Vec::new();
    while if step > 0 { at < end } else { at > end } {
        call.eval.spend(1)?;
        list.push(Data::int(at, origin));
        let Some(next) = at.checked_add(step) else { break };
        at = next;
    }
    Ok(Some(Item::made(DataValue::List(Arc::new(list)))))
}

#[cfg(test)]
mod tests {
    use crate::template::plain::quantity;

    #[test]
    fn quantities() {
        let cases = [
            ("10Gi", Some(10 << 30)),
            ("1.5Ki", Some(1536)),
            ("500m", Some(1)),
            ("2500m", Some(3)),
            ("12", Some(12)),
            ("1.5k", Some(1500)),
            (".5M", Some(500_000)),
            ("", None),
            (".", None),
            ("Gi", None),
            ("-1Gi", None),
            ("1Zi", None),
            ("999999999999999999Ei", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(quantity(text), wanted, "{text}");
        }
    }
}
