//! Conversions.

use super::{Call, Host, Style, Takes, checked, param};
use crate::policy::eval::Outcome;
use crate::policy::types::Type;
use crate::policy::value::{Item, Text, Value};
use crate::template::plain;

pub(super) static TABLE: &[Host] = &[
    Host {
        name: "string",
        style: Style::Function,
        params: &[param("value", Takes::Any)],
        needed: 1,
        gives: |_| Type::Str,
        run: string,
        doc: "a number or boolean as a string",
    },
    Host {
        name: "int",
        style: Style::Function,
        params: &[param("value", Takes::Any)],
        needed: 1,
        gives: |_| Type::Int,
        run: int,
        doc: "a string or number as a whole number, without what is behind the point",
    },
    Host {
        name: "double",
        style: Style::Function,
        params: &[param("value", Takes::Any)],
        needed: 1,
        gives: |_| Type::Double,
        run: double,
        doc: "a string or number as a floating point number",
    },
    Host {
        name: "bool",
        style: Style::Function,
        params: &[param("value", Takes::Any)],
        needed: 1,
        gives: |_| Type::Bool,
        run: boolean,
        doc: "the string `true` or `false` as a boolean",
    },
    Host {
        name: "dyn",
        style: Style::Function,
        params: &[param("value", Takes::Any)],
        needed: 1,
        gives: |_| Type::Any,
        run: |call| Ok(call.args.first().cloned().unwrap_or(Item::made(Value::Null))),
        doc: "the value itself, whose type is not checked before",
    },
    Host {
        name: "quantity_bytes",
        style: Style::Function,
        params: &[param("amount", Takes::Str)],
        needed: 1,
        gives: |_| Type::Int,
        run: |call| {
            let text = call.text(0)?;
            let wrong = || call.fault(format!("`{}` is not an amount such as `10Gi` or `500M`", &*text));
            plain::quantity(&text).map(Item::int).ok_or_else(wrong)
        },
        doc: "an amount of Kubernetes (`10Gi`, `500m`) in whole units, rounded up",
    },
    Host {
        name: "versionIn",
        style: Style::Function,
        params: &[param("version", Takes::Str), checked("range", |text| plain::version_range(text).map(|_| ()))],
        needed: 2,
        gives: |_| Type::Bool,
        run: |call| call.ask(plain::version_in),
        doc: "whether a version, with or without `v`, lies in a range such as `>=1.2, <2`; a pre-release counts as its release",
    },
    Host {
        name: "cidrOverlap",
        style: Style::Function,
        params: &[checked("a", range), checked("b", range)],
        needed: 2,
        gives: |_| Type::Bool,
        run: |call| call.ask(plain::cidr_overlap),
        doc: "whether two ranges have an address in common; a range is `10.0.0.0/24`, `10.0.0.1-10.0.0.9` or one address",
    },
    Host {
        name: "cidrContains",
        style: Style::Function,
        params: &[checked("whole", range), checked("part", range)],
        needed: 2,
        gives: |_| Type::Bool,
        run: |call| call.ask(plain::cidr_contains),
        doc: "whether all addresses of the second range are in the first",
    },
    Host {
        name: "ipIn",
        style: Style::Function,
        params: &[checked("address", range), checked("range", range)],
        needed: 2,
        gives: |_| Type::Bool,
        run: |call| call.ask(|address, range| plain::cidr_contains(range, address)),
        doc: "whether an address is in a range",
    },
];

fn range(text: &str) -> Result<(), String> {
    plain::range(text).map(|_| ())
}

fn string<'a>(call: &mut Call<'_, 'a>) -> Outcome<Item<'a>> {
    let from = call.args.first().map(|item| item.from);
    let value = match call.value(0) {
        Value::Str(text) => Value::Str(text),
        Value::Bool(flag) => Value::Str(Text::Of(if flag { "true" } else { "false" })),
        Value::Int(number) => Value::Str(Text::Made(number.to_string().into())),
        Value::Double(number) => Value::Str(Text::Made(number.to_string().into())),
        other => return Err(call.fault(format!("{} has no text", other.describe()))),
    };
    Ok(Item { from: from.unwrap_or(crate::policy::value::From::Nowhere), value })
}

#[expect(clippy::cast_possible_truncation, reason = "the range is tested first")]
fn int<'a>(call: &mut Call<'_, 'a>) -> Outcome<Item<'a>> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0; // 2^63
    let value = call.value(0);
    let number = match &value {
        Value::Int(number) => Some(*number),
        Value::Double(number) if *number > -LIMIT && *number < LIMIT => Some(*number as i64),
        Value::Str(text) => text.parse().ok(),
        _ => None,
    };
    number.map(Item::int).ok_or_else(|| call.fault(format!("{} is not a whole number", value.describe())))
}

#[expect(clippy::cast_precision_loss, reason = "that is what the conversion means")]
fn double<'a>(call: &mut Call<'_, 'a>) -> Outcome<Item<'a>> {
    let value = call.value(0);
    let number = match &value {
        Value::Int(number) => Some(*number as f64),
        Value::Double(number) => Some(*number),
        Value::Str(text) => text.parse().ok(),
        _ => None,
    };
    let made = number.map(|number| Item::made(Value::Double(number)));
    made.ok_or_else(|| call.fault(format!("{} is not a number", value.describe())))
}

fn boolean<'a>(call: &mut Call<'_, 'a>) -> Outcome<Item<'a>> {
    let value = call.value(0);
    match &value {
        Value::Bool(flag) => Ok(Item::bool(*flag)),
        Value::Str(text) if &**text == "true" => Ok(Item::bool(true)),
        Value::Str(text) if &**text == "false" => Ok(Item::bool(false)),
        other => Err(call.fault(format!("{} is not `true` or `false`", other.describe()))),
    }
}
