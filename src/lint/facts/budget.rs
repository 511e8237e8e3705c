//! Disruption budgets in Helm values that let no pod go.

use super::{ComponentFacts, Place};
use crate::doc::{Doc, Map, Value};
use crate::source::{OriginId, Span};

/// A disruption budget that lets no pod go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetFact {
    /// The line to change.
    pub span: Span,
    /// The number of copies, if it is written beside the budget.
    pub copies: Option<Span>,
    /// What is wrong.
    pub why: String,
}

/// Keeps the budget of a map of Helm values: the number of copies is beside it, or one deeper, as in `prometheusSpec`.
pub(super) fn collect(place: &Place<'_>, facts: &mut ComponentFacts) {
    let Some(budget) = ["podDisruptionBudget", "pdb"].iter().find_map(|key| place.map.get(key)?.as_map()) else {
        return;
    };
    let off = |key: &str| matches!(budget.get(key).map(|flag| &flag.value), Some(Value::Bool(false)));
    if place.document.is_object() || ["enabled", "create"].into_iter().any(off) {
        return;
    }
    let copies = copies(place.map);
    let scaled = ["autoscaling", "keda", "hpa"].iter().any(|key| place.map.get(key).is_some());
    let count = copies.and_then(number).filter(|_| !scaled);
    let Some((origin, why)) = blocks(budget, count) else { return };
    if !place.document.is_written(origin) {
        return;
    }
    let Some(span) = place.document.line(origin) else { return };
    let copies = count.and(copies).and_then(|copies| place.document.line(copies.origin));
    facts.budgets.push(BudgetFact { span, copies, why });
}

fn copies(map: &Map) -> Option<&Doc> {
    let own = |map: &'_ Map| ["replicas", "replicaCount"].into_iter().find(|key| map.get(key).is_some());
    if let Some(key) = own(map) {
        return map.get(key);
    }
    let below = map.iter().filter(|(key, _)| key.text.ends_with("Spec")).filter_map(|(_, doc)| doc.as_map());
    below.into_iter().find_map(|map| map.get(own(map)?))
}

/// Returns a whole number.
pub(in crate::lint) fn number(doc: &Doc) -> Option<i64> {
    match &doc.value {
        Value::Int(number) => Some(*number),
        _ => None,
    }
}

/// Returns why a budget lets no pod go, and the value that says so.
pub(in crate::lint) fn blocks(budget: &Map, copies: Option<i64>) -> Option<(OriginId, String)> {
    if let Some(most) = budget.get("maxUnavailable")
        && (number(most) == Some(0) || most.as_str() == Some("0%") || most.as_str() == Some("0"))
    {
        return Some((most.origin, "none may be away".to_owned()));
    }
    let least = budget.get("minAvailable")?;
    if least.as_str() == Some("100%") {
        return Some((least.origin, "all have to be there".to_owned()));
    }
    let (wanted, copies) = (number(least)?, copies?);
    // Without a copy there is nothing to keep.
    let word = if copies == 1 { "copy" } else { "copies" };
    (copies > 0 && wanted >= copies)
        .then(|| (least.origin, format!("{wanted} have to be there, and it has {copies} {word}")))
}
