//! Metrics that everybody can read.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::template::{Data, DataValue};

rule! {
    /// The metrics of a workload are at a port of its load balancer.
    ///
    /// ## What it does
    ///
    /// Looks at workloads whose Service is a load balancer: the port of `metrics` should not be among its ports, unless
    /// `sourceRanges` says who may come.
    ///
    /// ## Why it matters
    ///
    /// A load balancer passes on every path of a port. Metrics tell names of hosts and customers, versions, and how close to its
    /// limits a program is, and a scrape can cost more than a request.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// service: { type: LoadBalancer }
    /// ports: { http: { port: 8081, service: 80 } }
    /// metrics: { port: http }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// service: { type: LoadBalancer }
    /// ports: { http: { port: 8081, service: 80 }, metrics: { port: 9464, internal: true } }
    /// metrics: { port: metrics }
    /// ```
    ///
    /// ## Source
    ///
    /// Prometheus, Security Model: what can reach a metrics endpoint can read it.
    pub(super) static RULE =
        Kind::new("metrics-on-public-address", "DV1478"), Wiring, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for component in &subject.platform.components {
        let Some(data) = component.workload.as_ref().filter(|one| one.load_balancer).map(|one| &one.data) else {
            continue;
        };
        let Some(metrics) = data.get("metrics").and_then(|metrics| metrics.get("port")) else { continue };
        let Some(name) = metrics.as_str() else { continue };
        let ports = data.get("ports").and_then(Data::as_list).unwrap_or_default();
        let shown = ports.iter().find(|port| port.get("name").and_then(Data::as_str) == Some(name));
        let open = |port: &&Data| {
            let internal = port.get("internal").map(|internal| &internal.value);
            !matches!(internal, Some(DataValue::Bool(true)))
        };
        let service = data.get("service");
        let ranges = service.and_then(|service| service.get("sourceRanges")).and_then(Data::as_list);
        if !shown.as_ref().is_some_and(open) || ranges.is_some_and(|ranges| !ranges.is_empty()) {
            continue;
        }
        let Some(span) = subject.line(metrics.origin) else { continue };
        let of = &component.name.value;
        let mut problem = RULE
            .at(span, format!("everybody can read the metrics of `{of}`: port `{name}` is one of its load balancer"))
            .why("a load balancer passes on every path of a port, and metrics tell more than is meant for strangers")
            .help(format!("give metrics a port of their own: `ports: {{ metrics: {{ port: …, internal: true }} }}`, and `metrics: {{ port: metrics }}` instead of `{name}`"))
            .about(of);
        let kind = service.and_then(|service| service.get("type")).and_then(|kind| subject.line(kind.origin));
        problem = kind.into_iter().fold(problem, |problem, span| problem.related(span, "its load balancer"));
        out.push(problem);
    }
}
