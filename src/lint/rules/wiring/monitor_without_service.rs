//! Monitors of Services that nobody makes.

use std::collections::{BTreeMap, BTreeSet};

use super::selector_without_pods::is_foreign;
use crate::diag::{Diagnostic, Kind, nearest};
use crate::doc::{Doc, Map};
use crate::lint::facts::{ComponentFacts, ObjectFact};
use crate::lint::rule::{Check, rule};
use crate::lint::services::Services;
use crate::lint::subject::Subject;
use crate::model::Component;

rule! {
    /// A `ServiceMonitor` selects no Service.
    ///
    /// ## What it does
    ///
    /// Compares the labels that ServiceMonitors in manifests ask for with those of the Services of the namespace, where all of
    /// them come from manifests: no chart and no custom object that brings Services of its own. Where there are such, only a
    /// label is reported that is nearly that of a Service in manifests of the same component. The names of ports are judged by
    /// `unknown-port-name`, and PodMonitors by `selector-without-pods`.
    ///
    /// ## Why it matters
    ///
    /// Prometheus finds no target, and says nothing: alerts on its metrics never fire.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: ServiceMonitor
    /// spec: { selector: { matchLabels: { app: webb } }, endpoints: [{ port: http }] }
    /// ---
    /// kind: Service
    /// metadata: { name: web, labels: { app: web } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: ServiceMonitor
    /// spec: { selector: { matchLabels: { app: web } }, endpoints: [{ port: http }] }
    /// ---
    /// kind: Service
    /// metadata: { name: web, labels: { app: web } }
    /// ```
    ///
    /// ## Source
    ///
    /// Prometheus Operator, Troubleshooting, "Overview of ServiceMonitor tagging and related elements".
    pub(super) static RULE = Kind::new("monitor-without-service", "DV1490"), Wiring, Warn, fix: None, Check::Platform(check);
}

/// The Services of a namespace, each with the index of its facts.
type InNamespace<'a> = BTreeMap<&'a str, Vec<(usize, &'a ObjectFact)>>;

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let monitors: Vec<_> = subject.objects_of("ServiceMonitor").collect();
    if monitors.is_empty() {
        return;
    }
    let mut services: InNamespace<'_> = BTreeMap::new();
    for (at, service) in subject.objects_of("Service") {
        services.entry(service.namespace.as_deref().unwrap_or("")).or_default().push((at, service));
    }
    let (mut charts, mut open): (BTreeMap<&str, Vec<&Component>>, BTreeSet<&str>) = (BTreeMap::new(), BTreeSet::new());
    for component in &subject.platform.components {
        if component.chart.is_some() {
            charts.entry(&component.namespace.value).or_default().push(component);
        }
        if component.chart.is_some() || !component.by_argocd() {
            open.insert(&component.namespace.value);
        }
    }
    let foreign = subject.facts.iter().flat_map(|facts| &facts.objects).filter(|one| is_foreign(&one.api_version));
    open.extend(foreign.filter_map(|object| object.namespace.as_deref()));
    for (at, monitor) in monitors {
        let Some(facts) = subject.facts.get(at) else { continue };
        let found = judge(subject, facts, (at, monitor), (&services, &charts, &open));
        out.extend(found.map(|problem| subject.about(facts, problem)));
    }
}

fn judge(
    subject: &Subject<'_>,
    facts: &ComponentFacts,
    (at, monitor): (usize, &ObjectFact),
    (services, charts, open): (&InNamespace<'_>, &BTreeMap<&str, Vec<&Component>>, &BTreeSet<&str>),
) -> Option<Diagnostic> {
    let selector = monitor.doc.at(&["spec", "selector"])?;
    let labels = selector.at(&["matchLabels"])?;
    let wanted = labels.as_map().filter(|wanted| !wanted.is_empty())?;
    if selector.at(&["matchExpressions"]).is_some() || !facts.is_written(labels.origin) {
        return None;
    }
    let namespaces = namespaces(monitor)?;
    // Of other namespances nobody knows what they hold.
    let ours = |name: &&str| subject.known_services().has(name) && !Services::is_of_cluster(name);
    if !namespaces.iter().all(ours) {
        return None;
    }
    let there = || namespaces.iter().filter_map(|name| services.get(name)).flatten();
    let of_charts = || namespaces.iter().filter_map(|name| charts.get(name)).flatten();
    if there().any(|(_, service)| labels_of(service).is_some_and(|labels| holds(labels, wanted)))
        || of_charts().any(|chart| chart.labels.as_ref().and_then(Doc::as_map).is_some_and(|it| holds(it, wanted)))
    {
        return None;
    }
    let own = || there().filter(|(other, _)| *other == at).map(|(_, service)| *service);
    let meant = own().find(|service| labels_of(service).is_some_and(|labels| nearly(labels, wanted)));
    let closed = !namespaces.iter().any(|name| open.contains(name));
    let called = |chart: &&Component| {
        let names = [&chart.name.value, &chart.release.value, &chart.fullname.value];
        let texts = || wanted.iter().filter_map(|(_, value)| value.as_str());
        names.into_iter().any(|name| texts().any(|text| text.contains(&**name)))
    };
    if !closed && (meant.is_none() || of_charts().copied().any(|chart| called(&chart))) {
        return None;
    }
    let place = match namespaces.as_slice() {
        [one] => format!("of namespace `{one}`"),
        _ => "of its namespaces".to_owned(),
    };
    let span = facts.line(labels.origin)?;
    let problem = RULE
        .at(span, format!("ServiceMonitor `{}` selects no Service {place}", monitor.name))
        .why("Prometheus finds no target, and says nothing");
    let service = meant.or_else(|| own().next());
    let line = service.and_then(|service| facts.line_at(service, &[&["metadata", "labels"], &["metadata", "name"]]));
    let label = match service.and_then(labels_of) {
        Some(labels) if !labels.is_empty() => "the labels of a Service",
        _ => "this Service has no labels",
    };
    let problem = line.into_iter().fold(problem, |problem, line| problem.related(line, label));
    let slips: Vec<String> = meant.into_iter().flat_map(|service| slips(service, wanted)).collect();
    Some(if slips.is_empty() {
        problem.help("select labels that the Service itself has; those of its pods do not count")
    } else {
        problem.help(format!("did you mean {}?", slips.join(", ")))
    })
}

/// Returns the namespaces that a monitor looks into, if it names them.
fn namespaces(monitor: &ObjectFact) -> Option<Vec<&str>> {
    let Some(selector) = monitor.doc.at(&["spec", "namespaceSelector"]) else {
        return Some(vec![monitor.namespace.as_deref()?]);
    };
    let names = selector.at(&["matchNames"])?.as_list()?;
    let names: Vec<&str> = names.iter().filter_map(Doc::as_str).collect();
    (selector.at(&["any"]).is_none() && !names.is_empty()).then_some(names)
}

fn labels_of(service: &ObjectFact) -> Option<&Map> {
    service.doc.at(&["metadata", "labels"])?.as_map()
}

/// Returns whether labels hold all that a selector asks for.
fn holds(labels: &Map, wanted: &Map) -> bool {
    wanted.iter().all(|(key, value)| labels.get(&key.text).is_some_and(|label| label.value == value.value))
}

/// Returns the labels of a Service that a selector has otherwise.
fn slips<'a>(service: &'a ObjectFact, wanted: &'a Map) -> impl Iterator<Item = String> + use<'a> {
    wanted.iter().filter_map(move |(key, value)| {
        let there = labels_of(service)?.get(&key.text)?;
        (there.value != value.value).then(|| Some(format!("`{}: {}`", key.text, there.as_str()?)))?
    })
}

/// Returns whether labels hold what a selector asks for, but for slips of the pen in their values.
fn nearly(labels: &Map, wanted: &Map) -> bool {
    wanted.iter().all(|(key, value)| {
        let (Some(asked), Some(there)) = (value.as_str(), labels.get(&key.text).and_then(Doc::as_str)) else {
            return false;
        };
        asked == there || nearest(asked, [there]).is_some()
    })
}
