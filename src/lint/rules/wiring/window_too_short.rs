//! Queries that look back less far than samples are apart.

use super::queries::queries;
use crate::diag::{Diagnostic, Kind};
use crate::lint::promql;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{ComponentId, Flow};
use crate::spec::FlowKind;
use crate::spec::scalars::Duration;

rule! {
    /// The query of an alert looks back less far than two samples are apart.
    ///
    /// ## What it does
    ///
    /// Compares the time in the brackets of `rate`, `increase` and their kin with the shortest time after which Prometheus reads
    /// metrics: of `scrape` flows, of `settings` and `values`, of monitors in `manifests`, and every 30 seconds (on machines 15)
    /// unless one of these says otherwise. Metrics of containers come from the kubelet, which some charts ask every ten seconds.
    ///
    /// ## Why it matters
    ///
    /// These functions need two samples. With fewer they give nothing, and no value is no alert.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// alerts: { groups: { web: { rules: { Errors: { expr: "rate(http_errors_total[30s]) > 1" } } } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// alerts: { groups: { web: { rules: { Errors: { expr: "rate(http_errors_total[2m]) > 1" } } } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Prometheus, Query functions, `rate`; Grafana, `$__rate_interval`: four times the scrape interval.
    pub(super) static RULE = Kind::new("window-too-short", "DV1441"), Wiring, Warn, fix: None, Check::Platform(check);
}

/// Functions that compare samples.
const OF_TWO: [&str; 8] =
    ["delta", "deriv", "idelta", "increase", "irate", "predict_linear", "rate", "double_exponential_smoothing"];

/// How often the operator's Prometheus reads metrics unless it is told otherwise, in milliseconds.
const USUAL: u64 = 30_000;

/// How often charts of the operator may ask the kubelet for what containers use.
const OF_CONTAINERS: u64 = 10_000;

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let Some(least) = least(subject) else { return };
    for query in queries(subject).into_iter().filter(|query| !query.logs) {
        let Ok(read) = promql::read(query.expr) else { continue };
        for selector in &read.selectors {
            let (Some((window, Some(function))), Some(series)) = (selector.window, selector.name) else { continue };
            let apart = if series.starts_with("container_") { least.min(OF_CONTAINERS) } else { least };
            if !OF_TWO.contains(&function) || window >= apart.saturating_mul(2) {
                continue;
            }
            let (window, apart) = (shown(window), shown(apart));
            let message = format!(
                "`{function}({series}[{window}])` of `{}` looks back {window}, and samples are {apart} apart",
                query.name
            );
            let problem = RULE
                .at(query.span, message)
                .why("it needs two samples: with fewer it gives no value, and no value is no alert")
                .help("write at least four times as far as samples are apart, so that one may be missing");
            out.push(query.facts.into_iter().fold(problem, |problem, facts| subject.about(facts, problem)));
            break;
        }
    }
}

/// Returns the shortest time between two samples; none where nobody reads metrics here.
fn least(subject: &Subject<'_>) -> Option<u64> {
    let platform = subject.platform;
    let flows = platform.flows.iter().filter(|flow| flow.kind == FlowKind::Scrape);
    let scraper = |id: ComponentId| flows.clone().any(|flow| flow.from.component == id);
    let component = |id: ComponentId| platform.components.get(id.0);
    let in_cluster = flows.clone().filter_map(|flow| component(flow.from.component)).any(|one| !one.on_machines);
    // What others send comes as often as they like.
    let receives = |flow: &Flow| flow.kind == FlowKind::RemoteWrite && scraper(flow.to.component);
    if flows.clone().next().is_none() || platform.flows.iter().any(receives) {
        return None;
    }
    let written =
        flows.filter_map(|flow| Duration::parse(&flow.interval.as_ref()?.value)).map(|time| time.milliseconds);
    let said = subject.facts.iter().filter_map(|facts| facts.interval);
    written.chain(said).chain(in_cluster.then_some(USUAL)).filter(|time| *time > 0).min()
}

fn shown(milliseconds: u64) -> String {
    match milliseconds {
        time if time % 60_000 == 0 => format!("{}m", time / 60_000),
        time if time % 1000 == 0 => format!("{}s", time / 1000),
        time => format!("{time}ms"),
    }
}
