//! Monitors of ports that are not there.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Map};
use crate::lint::facts::ObjectFact;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// A monitor scrapes a port that the Service does not have.
    ///
    /// ## What it does
    ///
    /// Compares the `port` names of ServiceMonitors in manifests with the Services of manifests that they
    /// select by their labels.
    ///
    /// ## Why it matters
    ///
    /// Prometheus finds no target, and says nothing. Charts rename ports between versions.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: ServiceMonitor
    /// spec:
    ///   selector: { matchLabels: { app: web } }
    ///   endpoints: [{ port: metrics }]          # the Service calls it http
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: ServiceMonitor
    /// spec:
    ///   selector: { matchLabels: { app: web } }
    ///   endpoints: [{ port: http }]
    /// ```
    ///
    /// ## Source
    ///
    /// kube-prometheus, issue 2075.
    pub(super) static RULE = Kind::new("unknown-port-name", "DV1407"), Wiring, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let mut by_namespace: BTreeMap<&str, Vec<(usize, &ObjectFact)>> = BTreeMap::new();
    for (at, service) in subject.objects_of("Service") {
        by_namespace.entry(service.namespace.as_deref().unwrap_or("")).or_default().push((at, service));
    }
    for (at, monitor) in subject.objects_of("ServiceMonitor") {
        let (Some(facts), Some(own)) = (subject.facts.get(at), monitor.namespace.as_deref()) else { continue };
        let Some(wanted) = monitor.doc.at(&["spec", "selector", "matchLabels"]).and_then(Doc::as_map) else { continue };
        let listed = monitor.doc.at(&["spec", "namespaceSelector", "matchNames"]).and_then(Doc::as_list);
        let any = monitor.doc.at(&["spec", "namespaceSelector", "any"]).is_some();
        let expressions = monitor.doc.at(&["spec", "selector", "matchExpressions"]).is_some();
        if wanted.is_empty() || any || expressions {
            continue;
        }
        let namespaces: Vec<&str> =
            listed.map_or_else(|| vec![own], |names| names.iter().filter_map(Doc::as_str).collect());
        let services = namespaces.iter().flat_map(|namespace| by_namespace.get(namespace).into_iter().flatten());
        let selected = |service: &ObjectFact| {
            let labels = service.doc.at(&["metadata", "labels"]).and_then(Doc::as_map);
            labels.is_some_and(|labels| holds(labels, wanted))
        };
        let found: Vec<&(usize, &ObjectFact)> = services.filter(|(_, service)| selected(service)).collect();
        let Some((there, first)) = found.first().copied() else { continue };
        for port in monitor.doc.at(&["spec", "endpoints"]).and_then(Doc::as_list).into_iter().flatten() {
            let Some(port) = port.at(&["port"]) else { continue };
            let Some(name) = port.as_str() else { continue };
            if found.iter().any(|(_, service)| names(service).any(|known| known == name)) {
                continue;
            }
            let Some(span) = facts.line(port.origin) else { continue };
            let message = format!("Service `{}` has no port called `{name}`", first.name);
            let mut problem = RULE.at(span, message).why("Prometheus finds no target there, and says nothing");
            let line = subject.facts.get(*there).and_then(|facts| facts.line_at(first, &[&["spec", "ports"]]));
            problem = line.into_iter().fold(problem, |problem, line| problem.related(line, "its ports"));
            let known: Vec<String> = names(first).map(|name| format!("`{name}`")).collect();
            problem = match known.as_slice() {
                [] => problem.help("its ports have no names: give the port one"),
                [one] => problem.help(format!("its port is called {one}")),
                _ => problem.help(format!("its ports are called {}", known.join(", "))),
            };
            out.push(subject.about(facts, problem));
        }
    }
}

fn names(service: &ObjectFact) -> impl Iterator<Item = &str> {
    let ports = service.doc.at(&["spec", "ports"]).and_then(Doc::as_list).into_iter().flatten();
    ports.filter_map(|port| port.at(&["name"])?.as_str())
}

/// Returns whether labels hold all that a selector asks for.
fn holds(labels: &Map, wanted: &Map) -> bool {
    wanted.iter().all(|(key, value)| labels.get(&key.text).is_some_and(|label| label.value == value.value))
}
