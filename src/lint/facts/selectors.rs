//! Which monitors a Prometheus selects, by the Helm values of its chart.

use std::sync::Arc;

use super::{ComponentFacts, Place};
use crate::doc::{Doc, Map, Value};
use crate::source::Span;

/// A selector of monitors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectorFact {
    /// Its key in the values.
    pub key: &'static str,
    /// The labels that it asks for.
    pub labels: Vec<(Arc<str>, Arc<str>)>,
    /// Its line.
    pub span: Span,
}

const KEYS: [(&str, &str); 4] = [
    ("serviceMonitorSelector", "serviceMonitorSelectorNilUsesHelmValues"),
    ("podMonitorSelector", "podMonitorSelectorNilUsesHelmValues"),
    ("probeSelector", "probeSelectorNilUsesHelmValues"),
    ("ruleSelector", "ruleSelectorNilUsesHelmValues"),
];

/// Keeps the selectors of a map of Helm values; one that is left out stands for the label of the release, if so asked.
pub(super) fn collect(place: &Place<'_>, facts: &mut ComponentFacts) {
    if place.keys.last().is_none_or(|key| !key.ends_with("Spec")) || place.document.is_object() {
        return;
    }
    let Some(component) = place.document.component else { return };
    for (key, nil) in KEYS {
        let (labels, origin) = match (place.map.get(key), place.map.get(nil)) {
            (Some(selector), _) if selector.as_map().is_some_and(|map| !map.is_empty()) => {
                if selector.at(&["matchExpressions"]).is_some() {
                    continue;
                }
                let labels = selector.at(&["matchLabels"]).and_then(Doc::as_map).into_iter().flat_map(Map::iter);
                let labels = labels.filter_map(|(key, value)| Some((Arc::from(&*key.text), value.as_str()?.into())));
                (labels.collect::<Vec<_>>(), selector.origin)
            }
            (_, Some(nil)) if nil.value == Value::Bool(true) => {
                (vec![("release".into(), component.release.value.clone())], nil.origin)
            }
            _ => continue,
        };
        if let Some(span) = place.document.line(origin).filter(|_| !labels.is_empty()) {
            facts.selectors.push(SelectorFact { key, labels, span });
        }
    }
}
