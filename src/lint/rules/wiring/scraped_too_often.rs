//! Scrapes that bring the same numbers again.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::spec::FlowKind;
use crate::spec::scalars::Duration;

rule! {
    /// An exporter is asked more often than it has something new to say.
    ///
    /// ## What it does
    ///
    /// Compares the `interval` of a `scrape` flow with how often the facts of the exporter say that it may be asked
    /// (`metrics.leastInterval`).
    ///
    /// ## Why it matters
    ///
    /// Some exporters ask a service on the internet, which counts requests, and keep the answer for a while. Asked more often they
    /// tell the same numbers again, and rates and changes made of them are wrong.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// flows:
    ///   - scrape: { from: prometheus, to: remo-exporter, interval: 15s }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// flows:
    ///   - scrape: { from: prometheus, to: remo-exporter, interval: 60s }
    /// ```
    ///
    /// ## Source
    ///
    /// Prometheus, Writing exporters, scheduling.
    pub(super) static RULE = Kind::new("scraped-too-often", "DV1416"), Wiring, Warn, fix: Unsafe, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    for flow in platform.flows.iter().filter(|flow| flow.kind == FlowKind::Scrape) {
        let Some(interval) = &flow.interval else { continue };
        let Some(to) = platform.components.get(flow.to.component.0) else { continue };
        let Some(least) = to.metrics.as_ref().and_then(|metrics| metrics.least.as_ref()) else { continue };
        let (Some(asked), Some(wanted)) = (Duration::parse(&interval.value), Duration::parse(&least.value)) else {
            continue;
        };
        let Some(span) = platform.origins.written_span(interval.origin) else { continue };
        if asked.milliseconds >= wanted.milliseconds {
            continue;
        }
        let name = &to.name.value;
        let message = format!("`{name}` is asked every {}, and has something new every {}", asked.text, wanted.text);
        out.push(
            RULE.at(span, message)
                .why("it keeps what it read until then, so the same numbers come again, and each request may count")
                .help(format!("write `interval: {}` or more", wanted.text))
                .fix(false, format!("change to `{}`", wanted.text), span, wanted.text.to_string())
                .about(name),
        );
    }
}
