//! Addresses in namespaces that nobody has.

use std::collections::BTreeMap;

use super::dangling_service_url::{Parts, wrong};
use super::target::targets;
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::services::Services;
use crate::lint::subject::Subject;

rule! {
    /// An address names a Service in a namespace that is not one of the platform.
    ///
    /// ## What it does
    ///
    /// Looks at the addresses that `dangling-service-url` looks at, for those whose namespace no component has and whose
    /// Service is called like nothing of the platform. It is off, as a platform may share its cluster with others.
    ///
    /// ## Why it matters
    ///
    /// Whether the Service is there is not known to anybody who reads the platform, and what is not there is found when
    /// something is lost.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   web: { values: { sink: "http://collector.telemetry.svc:4318" } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   web: { values: { sink: "http://collector.telemetry.svc:4318" } }
    ///   collector: { installedBy: external, namespace: telemetry, kinds: [] }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, DNS for Services and Pods.
    pub(super) static RULE = Kind::new("foreign-service-url", "DV1480"), Wiring, Off, fix: None, Check::Platform(check);
}

/// As many places of one namespace are shown.
const SHOWN: usize = 5;

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let parts = Parts::new(subject);
    let services = subject.known_services();
    let mut found = BTreeMap::<&str, (Diagnostic, usize)>::new();
    for target in targets(subject) {
        let namespace = target.namespace;
        let known = services.has(namespace) || Services::is_of_cluster(namespace);
        if known || wrong(subject, &parts, &target).is_some() {
            continue;
        }
        if let Some((problem, count)) = found.get_mut(namespace) {
            *count += 1;
            if *count <= SHOWN && problem.primary.as_ref().is_none_or(|label| label.span != target.url.span) {
                *problem = problem.clone().related(target.url.span, "and this");
            }
            continue;
        }
        let message = format!("no component of the platform lives in namespace `{namespace}`");
        let problem = RULE
            .at(target.url.span, message)
            .label(target.found.host)
            .why("nobody who reads the platform can tell whether the Service is there")
            .help(format!(
                "say so with a component of any name: `{{ installedBy: external, namespace: {namespace}, kinds: [] }}`"
            ));
        found.insert(namespace, (subject.about(target.facts, problem), 0));
    }
    out.extend(found.into_values().map(|(problem, _)| problem));
}
