//! Which pods are meant where copies keep apart: the labels of pods are known to templates, and not to the spec.

use std::sync::Arc;

use super::{Call, Gives, Host, filter};
use crate::template::data::{Data, DataMap, DataValue};
use crate::template::eval::Item;
use crate::template::expr::Outcome;

pub(super) static TABLE: &[Host] = &[filter("for_pods", &["placement", "labels"], 2, for_pods).gives(Gives::Same)];

/// How deep `topologyKey` stands in what Kubernetes takes: below a term, in a list, of the affinity of pods.
const DEPTH: usize = 8;

/// Puts a selector of the pods beside each `topologyKey`; nothing of what is empty.
fn for_pods(call: &mut Call<'_, '_>) -> Outcome<Option<Item>> {
    let labels = call.take(1).unwrap_or(Item::made(DataValue::Null));
    if !matches!(labels.value, DataValue::Map(_)) {
        return Err(call.wrong(1, "a map of labels", &labels.value));
    }
    let Some(placement) = call.args.first_mut().and_then(Option::take) else { return Ok(None) };
    if !placement.value.is_true() {
        return Ok(Some(Item::made(DataValue::Null)));
    }
    let origin = call.eval.made();
    let labels = Data::new(labels.value, origin);
    let selector = Data::map([("matchLabels", labels)], origin);
    let value = selecting(call, &placement.value, &selector, DEPTH)?;
    Ok(Some(Item { value, origin: placement.origin }))
}

fn selecting(call: &mut Call<'_, '_>, value: &DataValue, selector: &Data, depth: usize) -> Outcome<DataValue> {
    call.eval.spend(1)?;
    let Some(depth) = depth.checked_sub(1) else { return Ok(value.clone()) };
    let mut inner =
        |data: &Data| -> Outcome<Data> { Ok(Data::new(selecting(call, &data.value, selector, depth)?, data.origin)) };
    Ok(match value {
        DataValue::List(items) => DataValue::List(Arc::new(items.iter().map(inner).collect::<Outcome<_>>()?)),
        DataValue::Map(map) => {
            let mut all = DataMap::new();
            for (key, data) in map.iter() {
                all.insert(key.clone(), inner(data)?);
            }
            if map.contains_key("topologyKey") {
                all.insert("labelSelector", selector.clone());
            }
            DataValue::Map(Arc::new(all))
        }
        other => other.clone(),
    })
}
