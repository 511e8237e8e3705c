//! Hosts that two things answer for.

use std::collections::BTreeMap;

use super::routes::{By, Route, routes};
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// Two routes have the same host and path.
    ///
    /// ## What it does
    ///
    /// Compares `expose` with the Ingresses that `values:` switch on and with manifests of `Ingress`, `HTTPRoute` and
    /// `IngressRoute`. Routes of different ingress classes, canaries, and those that look at headers may have one host. Two
    /// components with one `expose.host` are reported as `taken-twice`.
    ///
    /// ## Why it matters
    ///
    /// One of the two is reached, and which one depends on their age. Some controllers refuse the second.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   grafana: { expose: { host: monitoring.example.org } }
    ///   tempo: { values: { ingress: { enabled: true, hosts: [{ host: monitoring.example.org }] } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   grafana: { expose: { host: monitoring.example.org } }
    ///   tempo: { values: { ingress: { enabled: true, hosts: [{ host: traces.example.org }] } } }
    /// ```
    ///
    /// ## Source
    ///
    /// ingress-nginx, admission webhook ("host and path is already defined in ingress"); kube-linter.
    pub(super) static RULE = Kind::new("host-used-twice", "DV1010"), Addresses, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let routes = routes(subject);
    let mut seen: BTreeMap<(&str, &str), Vec<&Route<'_>>> = BTreeMap::new();
    for route in &routes {
        let before = seen.entry((&route.host, &route.path)).or_default();
        let apart = |other: &&Route<'_>| {
            let classes = (&route.class, &other.class);
            let other_class = matches!(classes, (Some(one), Some(two)) if one != two);
            let one_chart = (route.by, other.by) == (By::Values, By::Values) && route.about == other.about;
            // Two components with one host are reported where `expose` is read.
            let exposed = (route.by, other.by) == (By::Expose, By::Expose);
            other_class || one_chart || exposed || route.span == other.span
        };
        if let Some(first) = before.iter().find(|other| !apart(other)) {
            out.push(finding(route, first));
        }
        before.push(route);
    }
}

fn finding(route: &Route<'_>, first: &Route<'_>) -> Diagnostic {
    let path = if &*route.path == "/" { "" } else { &*route.path };
    let problem = RULE
        .at(route.span, format!("{} and {} both answer for `{}{path}`", first.who, route.who, route.host))
        .label("the same host and path")
        .related(first.span, format!("{} has it already", first.who))
        .why("one of the two is reached, and which one depends on their age")
        .help("give one of them another host, or another path");
    route.about.into_iter().fold(problem, Diagnostic::about)
}
