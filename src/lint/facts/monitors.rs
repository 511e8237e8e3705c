//! Monitors and alerting rules that Helm values ask a chart for.

use super::{ComponentFacts, Place};
use crate::doc::Value;
use crate::source::Span;

/// An object of the Prometheus operator that a value turns on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonitorFact {
    /// The kind of the object.
    pub kind: &'static str,
    /// The keys down to the switch, joined by dots.
    pub keys: String,
    /// The line to change.
    pub span: Span,
}

/// The kinds by the keys that charts have for them, in lower case.
pub(super) const KINDS: [(&str, &str); 4] = [
    ("podmonitor", "PodMonitor.monitoring.coreos.com"),
    ("prometheusrule", "PrometheusRule.monitoring.coreos.com"),
    ("prometheusrules", "PrometheusRule.monitoring.coreos.com"),
    ("servicemonitor", "ServiceMonitor.monitoring.coreos.com"),
];

/// Keeps the switch of a map that is called like a kind, where a person turned it on.
pub(super) fn collect(place: &Place<'_>, facts: &mut ComponentFacts) {
    let Some(last) = place.keys.last().filter(|key| key.len() < 16) else { return };
    let Some((_, kind)) = KINDS.iter().find(|(key, _)| last.eq_ignore_ascii_case(key)) else { return };
    let on = |key: &&str| matches!(place.map.get(key).map(|flag| &flag.value), Some(Value::Bool(true)));
    let Some(key) = ["enabled", "create"].into_iter().find(on) else { return };
    let Some(flag) = place.map.get(key).filter(|flag| place.document.is_written(flag.origin)) else { return };
    if place.document.is_object() {
        return;
    }
    if let Some(span) = place.document.line(flag.origin) {
        facts.monitors.push(MonitorFact { kind, keys: format!("{}.{key}", place.keys.join(".")), span });
    }
}
