//! Volumes in Helm values that several copies of a Deployment would share.

use super::budget::number;
use super::{ComponentFacts, Place};
use crate::doc::{Doc, Value};
use crate::library::Facts;

/// Keeps the persistence that a person switched on beside several copies, where the chart makes Deployments only.
pub(super) fn collect(place: &Place<'_>, facts: &mut ComponentFacts) {
    let Some(persistence) = place.map.get("persistence") else { return };
    let Some(component) = place.document.component.filter(|_| !place.document.is_object()) else { return };
    let Some(on) = persistence.at(&["enabled"]).filter(|on| on.value == Value::Bool(true)) else { return };
    let copies = place.map.get("replicas").or_else(|| place.map.get("replicaCount"));
    let Some(copies) = copies.filter(|copies| number(copies).is_some_and(|count| count > 1)) else { return };
    let text = |key: &str| persistence.at(&[key]).and_then(Doc::as_str);
    let stateful = matches!(text("type"), Some("statefulset" | "sts"));
    let many = |doc: &Doc| doc.as_str().is_some_and(|mode| mode != "ReadWriteOnce" && mode != "ReadWriteOncePod");
    let modes = persistence.at(&["accessModes"]).and_then(Doc::as_list);
    let shared = modes.into_iter().flatten().any(many) || persistence.at(&["accessMode"]).is_some_and(many);
    if stateful || shared || !deployments_only(component) || !place.document.is_written(on.origin) {
        return;
    }
    if let Some(span) = place.document.line(on.origin) {
        facts.shared.push((span, place.document.line(copies.origin)));
    }
}

fn deployments_only(component: &crate::model::Component) -> bool {
    let own = component.kinds.as_ref().map(|kinds| kinds.iter().map(|kind| &*kind.value).collect::<Vec<_>>());
    let facts = component.variant.facts.kinds.value().map(|kinds| Facts::words(&kinds.namespaced).collect());
    own.or(facts).is_some_and(|kinds| kinds.contains(&"Deployment.apps") && !kinds.contains(&"StatefulSet.apps"))
}
