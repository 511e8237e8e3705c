//! Monitors of ports that are not there.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Diagnostic, Kind, did_you_mean, nearest};
use crate::doc::{Doc, Map};
use crate::lint::facts::{ComponentFacts, ObjectFact};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Component;

rule! {
    /// A monitor scrapes a port that the Service does not have.
    ///
    /// ## What it does
    ///
    /// Compares the `port` names of ServiceMonitors in manifests with the Services of manifests that they
    /// select by their labels, and with those of charts, by the facts of their components; of a chart that makes further
    /// Services only what is nearly a name of those is reported.
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
    pub(super) static RULE = Kind::new("unknown-port-name", "DV1407"), Wiring, Error, fix: Unsafe, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let mut by_namespace: BTreeMap<&str, Vec<(usize, &ObjectFact)>> = BTreeMap::new();
    for (at, service) in subject.objects_of("Service") {
        by_namespace.entry(service.namespace.as_deref().unwrap_or("")).or_default().push((at, service));
    }
    let mut by_chart: BTreeMap<&str, Vec<&Component>> = BTreeMap::new();
    let charts = subject.platform.components.iter().filter(|component| component.chart.is_some());
    charts.for_each(|component| by_chart.entry(&component.namespace.value).or_default().push(component));
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
        let Some((there, first)) = found.first().copied() else {
            let charts = namespaces.iter().flat_map(|namespace| by_chart.get(namespace).into_iter().flatten().copied());
            let charts: Vec<&Component> = charts.filter(|component| selects(component, wanted)).collect();
            for port in monitor.doc.at(&["spec", "endpoints"]).and_then(Doc::as_list).into_iter().flatten() {
                let problem = port.at(&["port"]).and_then(|port| of_chart(facts, &charts, port));
                out.extend(problem.map(|problem| subject.about(facts, problem)));
            }
            continue;
        };
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

/// Returns whether a monitor selects the Services of a chart, by the labels that its facts name.
fn selects(component: &Component, wanted: &Map) -> bool {
    component.facts_hold()
        && component.labels.as_ref().and_then(Doc::as_map).is_some_and(|labels| holds(labels, wanted))
}

/// Judges a port by the Services of charts. One that facts do not name may be there, unless it is nearly one of those.
fn of_chart(facts: &ComponentFacts, charts: &[&Component], port: &Doc) -> Option<Diagnostic> {
    let ([chart], name) = (charts, port.as_str()?) else { return None };
    let known = chart.services.iter().filter_map(|service| Some(&*service.port_name.as_ref()?.value));
    let known: BTreeSet<&str> = known.collect();
    if known.contains(name) || chart.services.iter().any(|service| service.port_name.is_none()) {
        return None;
    }
    let near = nearest(name, known.iter().copied());
    let whole = chart.variant.facts.other_services.value().is_none_or(Vec::is_empty);
    if near.is_none() && !whole {
        return None;
    }
    let span = facts.line(port.origin)?;
    let message = format!("no Service of `{}` has a port called `{name}`", chart.name.value);
    let problem = RULE.at(span, message).why("Prometheus finds no target there, and says nothing");
    let problem = did_you_mean(name, known.iter().copied()).into_iter().fold(problem, Diagnostic::help);
    Some(match near {
        Some(near) => problem.fix(false, format!("change to `{near}`"), span, near),
        None => problem,
    })
}

fn names(service: &ObjectFact) -> impl Iterator<Item = &str> {
    let ports = service.doc.at(&["spec", "ports"]).and_then(Doc::as_list).into_iter().flatten();
    ports.filter_map(|port| port.at(&["name"])?.as_str())
}

/// Returns whether labels hold all that a selector asks for.
fn holds(labels: &Map, wanted: &Map) -> bool {
    wanted.iter().all(|(key, value)| labels.get(&key.text).is_some_and(|label| label.value == value.value))
}
