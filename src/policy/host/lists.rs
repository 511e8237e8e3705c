//! Functions on lists, and on values that may be missing.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Call, Host, Style, Takes, param};
use crate::policy::eval::{Eval, Lookup, Outcome};
use crate::policy::types::Type;
use crate::policy::value::{Item, List, Text, Value};

pub(super) static TABLE: &[Host] = &[
    Host {
        name: "size",
        style: Style::Both,
        params: &[param("value", Takes::Sized)],
        needed: 1,
        gives: |_| Type::Int,
        run: size,
        doc: "how many characters, items or keys there are",
    },
    Host {
        name: "where",
        style: Style::Function,
        params: &[param("list", Takes::List), param("field", Takes::Str), param("value", Takes::Any)],
        needed: 3,
        gives: |args| args.first().cloned().unwrap_or(Type::Any),
        run: lookup,
        doc: "the items whose field, such as `expose.host`, has this value (a string, number or boolean); found in an index, which is built once a rule",
    },
    Host {
        name: "join",
        style: Style::Method,
        params: &[param("list", Takes::List), param("separator", Takes::Str)],
        needed: 1,
        gives: |_| Type::Str,
        run: join,
        doc: "the strings of a list as one string",
    },
    Host {
        name: "sum",
        style: Style::Method,
        params: &[param("list", Takes::List)],
        needed: 1,
        gives: item,
        run: sum,
        doc: "the sum of the numbers of a list; 0 for an empty one",
    },
    Host {
        name: "min",
        style: Style::Method,
        params: &[param("list", Takes::List)],
        needed: 1,
        gives: item,
        run: |call| extreme(call, Ordering::Less),
        doc: "the least item of a list",
    },
    Host {
        name: "max",
        style: Style::Method,
        params: &[param("list", Takes::List)],
        needed: 1,
        gives: item,
        run: |call| extreme(call, Ordering::Greater),
        doc: "the greatest item of a list",
    },
    Host {
        name: "distinct",
        style: Style::Method,
        params: &[param("list", Takes::List)],
        needed: 1,
        gives: |args| args.first().cloned().unwrap_or(Type::Any),
        run: distinct,
        doc: "the strings, numbers or booleans of a list, each once",
    },
    Host {
        name: "flatten",
        style: Style::Method,
        params: &[param("list", Takes::List)],
        needed: 1,
        gives: item,
        run: flatten,
        doc: "the items of the lists in a list",
    },
    Host {
        name: "orValue",
        style: Style::Method,
        params: &[param("optional", Takes::Optional), param("otherwise", Takes::Any)],
        needed: 2,
        gives: inner,
        run: |call| {
            let inner = call.maybe(0)?;
            Ok(inner.map_or_else(
                || call.args.get(1).cloned().unwrap_or(Item::made(Value::Null)),
                |item| Item::clone(&item),
            ))
        },
        doc: "the value, or another one where it is missing",
    },
    Host {
        name: "hasValue",
        style: Style::Method,
        params: &[param("optional", Takes::Optional)],
        needed: 1,
        gives: |_| Type::Bool,
        run: |call| Ok(Item::bool(call.maybe(0)?.is_some())),
        doc: "whether the value is there",
    },
    Host {
        name: "value",
        style: Style::Method,
        params: &[param("optional", Takes::Optional)],
        needed: 1,
        gives: inner,
        run: |call| {
            let inner = call.maybe(0)?;
            inner.map(|item| Item::clone(&item)).ok_or_else(|| call.fault("the value is missing"))
        },
        doc: "the value; an error where it is missing",
    },
];

fn item(args: &[Type]) -> Type {
    match args.first() {
        Some(Type::List(item)) => Type::clone(item),
        _ => Type::Any,
    }
}

fn inner(args: &[Type]) -> Type {
    match args.first() {
        Some(Type::Optional(inner)) => Type::clone(inner),
        _ => Type::Any,
    }
}

fn size<'a>(call: &mut Call<'_, 'a>) -> Outcome<Item<'a>> {
    let value = call.value(0);
    let count = match &value {
        Value::List(list) => list.len(),
        Value::Map(map) => {
            call.eval.spend(1, call.span)?;
            map.len()
        }
        Value::Str(text) => {
            call.eval.spend_text(text.len(), call.span)?;
            text.chars().count()
        }
        other => return Err(call.wrong(0, other)),
    };
    Ok(Item::int(i64::try_from(count).unwrap_or(i64::MAX)))
}

/// Returns a value as a key of an index.
fn key(value: &Value<'_>) -> Option<Rc<str>> {
    match value {
        Value::Str(text) => Some(format!("s{}", &**text).into()),
        Value::Int(number) => Some(format!("n{number}").into()),
        Value::Double(number) => Some(format!("n{number}").into()),
        Value::Bool(flag) => Some(format!("b{flag}").into()),
        _ => None,
    }
}

fn lookup<'a>(call: &mut Call<'_, 'a>) -> Outcome<Item<'a>> {
    let Value::List(list) = call.value(0) else { return Err(call.wrong(0, &call.value(0))) };
    let path = call.text(1)?;
    let value = call.value(2);
    let Some(wanted) = key(&value) else {
        return Err(call.fault(format!("`value` has to be a string, number or boolean, this is {}", value.describe())));
    };
    // An index is kept only of a list that stays what it is: one of the platform, not one that was made.
    let index = match &list {
        List::Things(_, group) => {
            let kept = group.whole().map(|number| (number, Rc::<str>::from(&*path)));
            if let Some(index) = kept.as_ref().and_then(|kept| call.eval.lookups.get(kept).cloned()) {
                index
            } else {
                let index = build(call, &list, &path)?;
                if let Some(kept) = kept {
                    call.eval.lookups.insert(kept, index.clone());
                }
                index
            }
        }
        _ => build(call, &list, &path)?,
    };
    let found: Vec<Item<'a>> = index.get(&wanted).into_iter().flatten().filter_map(|at| list.get(*at)).collect();
    call.eval.spend(found.len(), call.span)?;
    Ok(Item::list(found))
}

fn build<'a>(call: &mut Call<'_, 'a>, list: &List<'a>, path: &Text<'a>) -> Outcome<Lookup> {
    let mut index: BTreeMap<Rc<str>, Vec<usize>> = BTreeMap::new();
    call.eval.spend(list.len(), call.span)?;
    for (at, item) in list.iter().enumerate() {
        if let Some(key) = Eval::follow(&item, path).and_then(|found| key(&found.value)) {
            index.entry(key).or_default().push(at);
        }
    }
    Ok(Rc::new(index))
}

fn join<'a>(call: &mut Call<'_, 'a>) -> Outcome<Item<'a>> {
    let items = call.items(0)?;
    let separator = if call.args.len() > 1 { call.text(1)? } else { Text::Of("") };
    let mut text = String::new();
    for (at, item) in items.iter().enumerate() {
        let Value::Str(part) = &item.value else {
            return Err(call.fault(format!("an item of the list is {}, not a string", item.value.describe())));
        };
        call.eval.spend_text(part.len() + separator.len(), call.span)?;
        if at > 0 {
            text.push_str(&separator);
        }
        text.push_str(part);
    }
    Ok(Item::text(text))
}

fn sum<'a>(call: &mut Call<'_, 'a>) -> Outcome<Item<'a>> {
    let items = call.items(0)?;
    let (mut whole, mut broken, mut double) = (0_i64, 0.0_f64, false);
    for item in items.iter() {
        match item.value {
            Value::Int(number) => {
                whole = whole.checked_add(number).ok_or_else(|| call.fault("the sum does not fit into 64 bits"))?;
            }
            Value::Double(number) => {
                double = true;
                broken += number;
            }
            other => return Err(call.fault(format!("an item of the list is {}, not a number", other.describe()))),
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "that is what mixing integers and floats means")]
    Ok(if double { Item::made(Value::Double(broken + whole as f64)) } else { Item::int(whole) })
}

fn extreme<'a>(call: &mut Call<'_, 'a>, wanted: Ordering) -> Outcome<Item<'a>> {
    let mut best: Option<Item<'a>> = None;
    for item in call.items(0)?.iter() {
        let Some(known) = &best else {
            best = Some(item);
            continue;
        };
        let Some(order) = item.value.compare(&known.value) else {
            let (a, b) = (item.value.describe(), known.value.describe());
            return Err(call.fault(format!("{a} and {b} have no order")));
        };
        if order == wanted {
            best = Some(item);
        }
    }
    best.ok_or_else(|| call.fault("the list is empty"))
}

fn distinct<'a>(call: &mut Call<'_, 'a>) -> Outcome<Item<'a>> {
    let mut seen = std::collections::BTreeSet::new();
    let mut kept = Vec::new();
    for item in call.items(0)?.iter() {
        let Some(key) = key(&item.value) else {
            let message = format!("an item of the list is {}, not a string, number or boolean", item.value.describe());
            return Err(call.fault(message));
        };
        if seen.insert(key) {
            kept.push(item);
        }
    }
    Ok(Item::list(kept))
}

fn flatten<'a>(call: &mut Call<'_, 'a>) -> Outcome<Item<'a>> {
    let mut made = Vec::new();
    for item in call.items(0)?.iter() {
        match &item.value {
            Value::List(inner) => {
                call.eval.spend(inner.len(), call.span)?;
                made.extend(inner.iter());
            }
            _ => made.push(item),
        }
    }
    Ok(Item::list(made))
}
