//! Addresses that only pods know.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::source::Span;

rule! {
    /// The agent of a composition is to write to an address that exists inside of the cluster only, or to read there.
    ///
    /// ## What it does
    ///
    /// Looks at the targets of `telemetry`, and at those of its `scrape`. The agent runs on the machine of the application, so it
    /// needs a `url` or a `host` that is no Service of a cluster, or a component with `expose`.
    ///
    /// ## Why it matters
    ///
    /// Names such as `loki.monitoring.svc.cluster.local` are known to pods. The agent would keep what it takes until its
    /// disk is full.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   loki: { version: 18.11.0, installedBy: external }
    /// compositions:
    ///   devkit: { version: 1.0.0, telemetry: { logs: { to: loki, tenant: dev } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   loki: { version: 18.11.0, installedBy: external }
    /// compositions:
    ///   devkit: { version: 1.0.0, telemetry: { logs: { to: loki, tenant: dev, host: loki.example.org } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, "DNS for Services and Pods".
    pub(super) static RULE = Kind::new("telemetry-out-of-reach", "DV1909"), Plugins, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for composition in &subject.platform.compositions {
        let Some(telemetry) = &composition.telemetry else { continue };
        let name = &composition.name.value;
        for target in &telemetry.targets {
            let to = subject.platform.components.get(target.to.0).map_or("", |to| &*to.name.value);
            let inside = is_inside(&target.address.value);
            if target.outside && !inside {
                continue;
            }
            // An address that is written is the line to change.
            let place = if inside { subject.line(target.address.origin) } else { None };
            let message = format!("the agent of `{name}` would write to `{}`", target.address.value);
            let help = format!("write the host by which `{to}` is reached: `host: …`, or expose the component");
            out.extend(place.or_else(|| subject.line(target.origin)).map(|here| finding(here, message, help)));
        }
        let scraped = telemetry.scrape.iter().flat_map(|scrape| &scrape.targets);
        for target in scraped.filter(|target| is_inside(&target.address.value)) {
            let message = format!("the agent of `{name}` would read metrics of `{}`", target.address.value);
            let help = "write an address that the machine reaches, or let Prometheus in the cluster read it";
            out.extend(subject.line(target.url.origin).map(|here| finding(here, message, help.to_owned())));
        }
    }
}

/// Returns whether an address is a name of a Service, as pods know it.
fn is_inside(address: &str) -> bool {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = rest.split(['/', ':']).next().unwrap_or(rest);
    host.split('.').skip(2).any(|label| label == "svc")
}

fn finding(here: Span, message: String, help: String) -> Diagnostic {
    RULE.at(here, message).why("it runs outside of the cluster, where nobody knows this name").help(help)
}
