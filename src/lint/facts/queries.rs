//! Rules of Prometheus in manifests and Helm values, and how often samples are taken.

use std::sync::Arc;

use super::{ComponentFacts, Place};
use crate::doc::{Doc, Map};
use crate::source::Span;
use crate::spec::scalars::Duration;

/// The query of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryFact {
    /// The name of the alert, or of the series that is recorded.
    pub name: Arc<str>,
    /// The query.
    pub expr: Arc<str>,
    /// Its line.
    pub span: Span,
    /// The annotations, each with its line.
    pub texts: Vec<(Arc<str>, Span)>,
}

/// Keys under which somebody says how often samples are taken.
pub(super) const INTERVALS: [&str; 3] = ["interval", "scrapeInterval", "scrape_interval"];

/// Keeps the query of a rule that somebody wrote for Prometheus.
pub(super) fn collect(place: &Place<'_>, facts: &mut ComponentFacts) {
    let times = INTERVALS.iter().filter_map(|key| Duration::parse(&place.map.get(key)?.as_str()?.into()));
    let least = times.map(|time| time.milliseconds).filter(|time| *time > 0).chain(facts.interval).min();
    facts.interval = least;
    let Some(expr) = place.map.get("expr").filter(|expr| place.document.is_written(expr.origin)) else { return };
    let name = ["alert", "record"].into_iter().find_map(|key| place.map.get(key)?.as_str());
    let Some((name, text)) =
        name.zip(expr.as_str()).filter(|(_, text)| is_for_prometheus(place) && !text.contains("{{"))
    else {
        return;
    };
    if let Some(span) = place.document.line(expr.origin) {
        let texts = place.map.get("annotations").and_then(Doc::as_map).into_iter().flat_map(Map::iter);
        let texts = texts.filter_map(|(_, text)| Some((text.as_str()?.into(), place.document.line(text.origin)?)));
        facts.queries.push(QueryFact { name: name.into(), expr: text.into(), span, texts: texts.collect() });
    }
}

/// Loki has rules of the same form, with queries of its own.
fn is_for_prometheus(place: &Place<'_>) -> bool {
    if place.document.is_object() {
        return place.document.doc.at(&["kind"]).and_then(Doc::as_str) == Some("PrometheusRule");
    }
    place
        .keys
        .iter()
        .any(|key| key.contains("rometheus") || *key == "alerting_rules.yml" || *key == "recording_rules.yml")
}
