//! Scrapes that may take longer than the time between them.

use std::sync::Arc;

use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Value};
use crate::lint::facts::Place;
use crate::lint::rule::{Check, rule};
use crate::spec::scalars::Duration;

rule! {
    /// A scrape of Prometheus has a timeout that is longer than its interval.
    ///
    /// ## What it does
    ///
    /// Compares `scrape_timeout` with the `scrape_interval` beside it, in the configuration of a Prometheus on a machine and in
    /// Helm values. Where no interval stands beside the timeout, another one may hold, and nothing is said.
    ///
    /// ## Why it matters
    ///
    /// Prometheus refuses its configuration: it does not start, or goes on with the old one.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// values: { global: { scrape_interval: 30s, scrape_timeout: 2m } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// values: { global: { scrape_interval: 30s, scrape_timeout: 10s } }
    /// ```
    ///
    /// ## Source
    ///
    /// Prometheus, Configuration, `scrape_timeout`: "It cannot be greater than the scrape interval".
    pub(super) static RULE = Kind::new("timeout-over-interval", "DV1573"), Values, Error, fix: None, Check::Map(|key| key == "scrape_timeout", check);
}

fn check(place: &Place<'_>, out: &mut Vec<Diagnostic>) {
    let (Some(timeout), Some(interval)) = (place.map.get("scrape_timeout"), place.map.get("scrape_interval")) else {
        return;
    };
    let (Some(longest), Some(between)) = (length(timeout), length(interval)) else { return };
    if longest.milliseconds <= between.milliseconds {
        return;
    }
    let message = format!("the timeout of a scrape is {}, and the interval {}", longest.text, between.text);
    let Some(mut problem) = place.finding(&RULE, timeout.origin, message) else { return };
    if let Some(there) = place.document.line(interval.origin).filter(|_| place.document.is_written(interval.origin)) {
        problem = problem.related(there, "the interval");
    }
    out.push(problem.why("Prometheus refuses its configuration").help("lower the timeout, or raise the interval"));
}

fn length(doc: &Doc) -> Option<Duration> {
    match &doc.value {
        Value::Str(text) => Duration::parse(&Arc::from(text.to_string())),
        _ => None,
    }
}
