//! Functions on lists and maps. Items keep their own origins.

use std::cmp::Ordering;
use std::sync::Arc;

use super::{Call, Gives, Host, Role, filter, find};
use crate::doc::Name;
use crate::template::data::{Data, DataMap, DataValue};
use crate::template::eval::Item;
use crate::template::expr::Outcome;
use crate::template::ops;

pub(super) static TABLE: &[Host] = &[
    filter("length", &["value"], 1, length),
    filter("first", &["value"], 1, |call| end(call, true)).gives(Gives::Item),
    filter("last", &["value"], 1, |call| end(call, false)).gives(Gives::Item),
    filter("min", &["value"], 1, |call| extreme(call, Ordering::Less)).gives(Gives::Item),
    filter("max", &["value"], 1, |call| extreme(call, Ordering::Greater)).gives(Gives::Item),
    filter("sum", &["value"], 1, sum),
    filter("list", &["value"], 1, |call| call.items(0).map(given)).gives(Gives::Same),
    filter("reverse", &["value"], 1, reverse).gives(Gives::Same),
    filter("unique", &["value", "attribute"], 1, unique).gives(Gives::Same),
    filter("sort", &["value", "reverse", "case_sensitive", "attribute"], 1, sort).gives(Gives::Same),
    filter("join", &["value", "separator"], 1, join),
    filter("map", &["value", "filter", "argument", "second", "attribute"], 1, map),
    filter("select", &["value", "test", "argument"], 1, |call| select(call, false, true)).gives(Gives::Same),
    filter("reject", &["value", "test", "argument"], 1, |call| select(call, false, false)).gives(Gives::Same),
    filter("selectattr", &["value", "attribute", "test", "argument"], 2, |call| select(call, true, true))
        .gives(Gives::Same),
    filter("rejectattr", &["value", "attribute", "test", "argument"], 2, |call| select(call, true, false))
        .gives(Gives::Same),
    filter("items", &["value"], 1, |call| pairs(call, "items")),
    filter("dictsort", &["value"], 1, |call| pairs(call, "items")),
    filter("keys", &["value"], 1, |call| pairs(call, "keys")),
    filter("values", &["value"], 1, |call| pairs(call, "values")),
];

#[expect(clippy::unnecessary_wraps, reason = "every function of the table returns this")]
fn given(items: Arc<Vec<Data>>) -> Option<Item> {
    Some(Item::made(DataValue::List(items)))
}

fn list(items: Vec<Data>) -> Option<Item> {
    given(Arc::new(items))
}

fn length(call: &mut Call<'_, '_>) -> Outcome<Option<Item>> {
    let Some(item) = call.take(0) else { return Ok(None) };
    let count = match &item.value {
        DataValue::List(items) => items.len(),
        DataValue::Map(map) => map.len(),
        DataValue::Str(text) => {
            call.eval.spend_text(text.len())?;
            text.chars().count()
        }
        other => return Err(call.fault(format!("{} has no length", other.describe()))),
    };
    Ok(i64::try_from(count).ok().map(|count| Item::made(DataValue::Int(count))))
}

fn end(call: &mut Call<'_, '_>, first: bool) -> Outcome<Option<Item>> {
    let items = call.items(0)?;
    Ok(if first { items.first() } else { items.last() }.map(Item::from))
}

fn order(call: &Call<'_, '_>, a: &DataValue, b: &DataValue) -> Outcome<Ordering> {
    a.compare(b).ok_or_else(|| call.fault(format!("{} and {} have no order", a.describe(), b.describe())))
}

fn extreme(call: &mut Call<'_, '_>, wanted: Ordering) -> Outcome<Option<Item>> {
    let items = call.items(0)?;
    let mut best: Option<&Data> = None;
    for item in items.iter() {
        call.eval.touch_data(item)?;
        let better = match best {
            Some(best) => order(call, &item.value, &best.value)? == wanted,
            None => true,
        };
        best = if better { Some(item) } else { best };
    }
    Ok(best.map(Item::from))
}

fn sum(call: &mut Call<'_, '_>) -> Outcome<Option<Item>> {
    let mut total = DataValue::Int(0);
    for item in call.items(0)?.iter() {
        call.eval.touch_data(item)?;
        if ops::float(&item.value).is_none() {
            return Err(call.fault(format!("{} is not a number", item.value.describe())));
        }
        total =
            ops::binary(crate::template::expr::Op::Add, &total, &item.value).map_err(|message| call.fault(message))?;
    }
    Ok(Some(Item::made(total)))
}

fn reverse(call: &mut Call<'_, '_>) -> Outcome<Option<Item>> {
    if let Some(Some(Item { value: DataValue::Str(_), .. })) = call.args.first() {
        let text = call.text(0)?;
        return call.give(text.chars().rev().collect());
    }
    Ok(list(call.items(0)?.iter().rev().cloned().collect()))
}

/// Returns the value at a dotted path below an item.
fn attribute(call: &Call<'_, '_>, item: &Data, path: &str) -> Outcome<Data> {
    let found = path.split('.').try_fold(item, |data, name| match &data.value {
        DataValue::List(items) => items.get(name.parse::<usize>().ok()?),
        _ => data.get(name),
    });
    found.cloned().ok_or_else(|| call.fault(format!("an item has no `{path}`")).of(crate::template::UNDEFINED))
}

fn unique(call: &mut Call<'_, '_>) -> Outcome<Option<Item>> {
    let (items, path) = (call.items(0)?, call.text_if(1)?);
    let mut kept: Vec<(Data, Data)> = Vec::new();
    for item in items.iter() {
        let key = match &path {
            Some(path) => attribute(call, item, path)?,
            None => item.clone(),
        };
        let before = call.eval.fuel;
        call.eval.touch_data(&key)?;
        // Comparing costs at most the size of the key, once for each that was kept.
        let size = usize::try_from(before - call.eval.fuel).unwrap_or(usize::MAX);
        call.eval.spend(kept.len().saturating_mul(size))?;
        if !kept.iter().any(|(old, _)| old.value.same(&key.value)) {
            kept.push((key, item.clone()));
        }
    }
    Ok(list(kept.into_iter().map(|(_, item)| item).collect()))
}

fn sort(call: &mut Call<'_, '_>) -> Outcome<Option<Item>> {
    let items = call.items(0)?;
    let (reverse, exact, path) = (call.flag(1), call.flag(2), call.text_if(3)?);
    let mut keyed = Vec::with_capacity(items.len());
    for item in items.iter() {
        let key = match &path {
            Some(path) => attribute(call, item, path)?.value,
            None => item.value.clone(),
        };
        let key = match key {
            DataValue::Str(text) if !exact => {
                call.eval.spend_text(text.len())?;
                DataValue::Str(text.to_lowercase().into())
            }
            other => other,
        };
        keyed.push((key, item.clone()));
    }
    if let Some((first, rest)) = keyed.split_first() {
        for other in rest {
            order(call, &first.0, &other.0)?;
        }
    }
    call.eval.spend(keyed.len().saturating_mul(4))?;
    keyed.sort_by(|a, b| {
        let order = a.0.compare(&b.0).unwrap_or(Ordering::Equal);
        if reverse { order.reverse() } else { order }
    });
    Ok(list(keyed.into_iter().map(|(_, item)| item).collect()))
}

fn join(call: &mut Call<'_, '_>) -> Outcome<Option<Item>> {
    let items = call.items(0)?;
    let separator = call.text_if(1)?.unwrap_or_else(|| "".into());
    let mut text = String::new();
    for (at, item) in items.iter().enumerate() {
        call.eval.touch_data(item)?;
        let part = ops::text(&item.value)
            .ok_or_else(|| call.fault(format!("an item of the list is {}, not a string", item.value.describe())))?;
        call.eval.spend_text(part.len() + separator.len())?;
        if at > 0 {
            text.push_str(&separator);
        }
        text.push_str(&part);
    }
    Ok(Some(Item::text(text)))
}

fn rest(call: &mut Call<'_, '_>, from: usize, to: usize) -> Vec<Item> {
    (from..to).filter_map(|at| call.take(at)).collect()
}

fn map(call: &mut Call<'_, '_>) -> Outcome<Option<Item>> {
    let items = call.items(0)?;
    if let Some(path) = call.text_if(4)? {
        let taken = items.iter().map(|item| attribute(call, item, &path));
        return Ok(list(taken.collect::<Outcome<_>>()?));
    }
    let Some(name) = call.text_if(1)? else {
        return Err(call.fault("say what to do: `map(\"upper\")` or `map(attribute=\"name\")`"));
    };
    let host = find(Role::Filter, &name).ok_or_else(|| call.fault(format!("there is no filter `{name}`")))?;
    let arguments = rest(call, 2, 4);
    let mut mapped = Vec::with_capacity(items.len());
    for item in items.iter() {
        let mark = call.eval.reads.len();
        let Some(made) = call.apply(host, item.into(), &arguments)? else {
            return Err(call.fault(format!("`{name}` has no result for an item")));
        };
        mapped.push(call.eval.seal(made, mark));
    }
    Ok(list(mapped))
}

fn select(call: &mut Call<'_, '_>, by_attribute: bool, keep: bool) -> Outcome<Option<Item>> {
    let items = call.items(0)?;
    let (path, at) = if by_attribute { (call.text_if(1)?, 2) } else { (None, 1) };
    let host = match call.text_if(at)? {
        Some(name) => Some(find(Role::Test, &name).ok_or_else(|| call.fault(format!("there is no test `{name}`")))?),
        None => None,
    };
    let arguments = rest(call, at + 1, at + 2);
    let mut kept = Vec::new();
    for item in items.iter() {
        let subject = match &path {
            Some(path) => attribute(call, item, path)?,
            None => item.clone(),
        };
        let passed = if let Some(host) = host {
            call.apply(host, Item::from(&subject), &arguments)?.is_some_and(|item| item.value.is_true())
        } else {
            call.eval.touch(&Item::from(&subject));
            subject.is_true()
        };
        if passed == keep {
            kept.push(item.clone());
        }
    }
    Ok(list(kept))
}

fn pairs(call: &mut Call<'_, '_>, what: &str) -> Outcome<Option<Item>> {
    let map: Arc<DataMap> = match call.take(0) {
        Some(Item { value: DataValue::Map(map), .. }) => map,
        other => {
            let shown = other.map_or_else(|| "nothing".to_owned(), |item| item.value.describe());
            return Err(call.fault(format!("needs a map, this is {shown}")));
        }
    };
    call.eval.spend(map.len())?;
    let key = |key: &Name, data: &Data| Data::str(key.clone(), data.origin);
    Ok(list(match what {
        "keys" => map.iter().map(|(name, data)| key(name, data)).collect(),
        "values" => map.values().cloned().collect(),
        _ => map.iter().map(|(name, data)| Data::list(vec![key(name, data), data.clone()], data.origin)).collect(),
    }))
}
