//! Services without pods.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Kind, nearest};
use crate::doc::{Doc, Map};
use crate::lint::facts::{ComponentFacts, ObjectFact};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Component;
use crate::source::Span;

rule! {
    /// A Service, a disruption budget, a network policy or a `PodMonitor` selects no pods.
    ///
    /// ## What it does
    ///
    /// Compares the selectors of Services, PodDisruptionBudgets, NetworkPolicies and PodMonitors in manifests and templates with
    /// the labels of the pods of the namespace, where all of them come from manifests: no chart and no custom object that
    /// brings pods of its own. Where there are such, only a selector is reported that is nearly the name of pods in manifests
    /// of the same component, and nothing else of the namespace is called so.
    ///
    /// ## Why it matters
    ///
    /// The Service has no endpoints: whoever calls it is refused. The others hold and protect nothing.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Service
    /// spec: { selector: { app: web-ui } }
    /// ---
    /// kind: Deployment
    /// spec: { template: { metadata: { labels: { app: web } } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Service
    /// spec: { selector: { app: web } }
    /// ---
    /// kind: Deployment
    /// spec: { template: { metadata: { labels: { app: web } } } }
    /// ```
    ///
    /// ## Source
    ///
    /// kube-linter, `dangling-service`.
    pub(super) static RULE = Kind::new("selector-without-pods", "DV1405"), Wiring, Warn, fix: None, Check::Platform(check);
}

/// An object that selects pods.
struct Select {
    kind: &'static str,
    path: &'static [&'static str],
    why: &'static str,
}

const SELECTS: [Select; 4] = [
    Select {
        kind: "NetworkPolicy",
        path: &["spec", "podSelector", "matchLabels"],
        why: "it protects nothing, and lets nobody in or out",
    },
    Select {
        kind: "PodDisruptionBudget",
        path: &["spec", "selector", "matchLabels"],
        why: "it holds nothing: a drain of nodes may take all copies at once",
    },
    Select {
        kind: "PodMonitor",
        path: &["spec", "selector", "matchLabels"],
        why: "Prometheus finds no target, and says nothing",
    },
    Select {
        kind: "Service",
        path: &["spec", "selector"],
        why: "it has no endpoints, and whoever calls it is refused",
    },
];

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let pods = pods(subject);
    let objects = SELECTS.iter().flat_map(|select| subject.objects_of(select.kind).map(move |found| (select, found)));
    for (select, (at, service)) in objects {
        let (Some(facts), Some(namespace)) = (subject.facts.get(at), service.namespace.as_deref()) else { continue };
        let Some(selector) = service.doc.at(select.path) else { continue };
        // It may look into other namespaces.
        if service.doc.at(&["spec", "namespaceSelector"]).is_some() {
            continue;
        }
        let Some(wanted) = selector.as_map().filter(|wanted| !wanted.is_empty()) else { continue };
        let all = pods.get(namespace).and_then(Option::as_deref);
        // What dvgen makes selects what its facts say; what stands in a template is as certain as all pods are known.
        let written = facts.is_written(selector.origin);
        if !written && (all.is_none() || !facts.is_templated(selector.origin)) {
            continue;
        }
        let own = if all.is_none() { own(subject, facts, namespace, wanted) } else { None };
        let Some(pods) = all.or(own.as_deref()) else { continue };
        if pods.is_empty() || pods.iter().any(|(_, labels)| holds(labels, wanted)) {
            continue;
        }
        let Some(span) = facts.line(selector.origin) else { continue };
        let mut problem = RULE
            .at(span, format!("{} `{}` selects no pods of namespace `{namespace}`", select.kind, service.name))
            .why(select.why)
            .help("select labels that the pods have");
        // The workload that shares most with it is the one that was meant.
        let shared = |labels: &Map| wanted.iter().filter(|(key, _)| labels.get(&key.text).is_some()).count();
        if let Some((there, _)) = pods.iter().max_by_key(|(_, labels)| shared(labels))
            && let Some(there) = there
        {
            problem = problem.related(*there, "the labels of pods");
        }
        out.push(subject.about(facts, problem));
    }
}

/// The labels of the pods of a namespace, each with its line; none where others may bring pods.
type Pods<'a> = BTreeMap<&'a str, Option<Vec<(Option<Span>, &'a Map)>>>;

fn pods<'a>(subject: &Subject<'a>) -> Pods<'a> {
    let mut all: Pods<'a> = BTreeMap::new();
    for facts in subject.facts {
        for object in &facts.objects {
            let Some(namespace) = object.namespace.as_deref() else { continue };
            if is_foreign(&object.api_version) {
                all.insert(namespace, None);
                continue;
            }
            let labels = labels(object);
            if let (Some(doc), Some(pods)) = (labels, all.entry(namespace).or_insert_with(|| Some(Vec::new()))) {
                pods.extend(doc.as_map().map(|labels| (facts.line(doc.origin), labels)));
            }
        }
    }
    for component in subject.platform.components.iter().filter(|component| component.chart.is_some()) {
        all.insert(&component.namespace.value, None);
    }
    all
}

/// Labels that say what a program is called.
const NAMES: [&str; 4] = ["app", "app.kubernetes.io/name", "k8s-app", "name"];

/// Returns the pods in manifests of one component, if a selector that names none of them must mean them.
fn own<'a>(
    subject: &Subject<'a>,
    facts: &'a ComponentFacts,
    namespace: &str,
    wanted: &Map,
) -> Option<Vec<(Option<Span>, &'a Map)>> {
    let component = subject.component_of(facts).filter(|component| component.chart.is_none())?;
    let mut own = Vec::new();
    for object in facts.objects.iter().filter(|object| object.namespace.as_deref() == Some(namespace)) {
        if is_foreign(&object.api_version) {
            return None;
        }
        own.extend(labels(object).and_then(|doc| Some((facts.line(doc.origin), doc.as_map()?))));
    }
    let name = NAMES.iter().find_map(|key| {
        let wanted = wanted.get(key)?.as_str()?;
        let pods = || own.iter().filter_map(|(_, labels)| labels.get(key)?.as_str());
        let same = |pod: &str| pod.starts_with(wanted) || wanted.starts_with(pod);
        (pods().all(|pod| pod != wanted) && (nearest(wanted, pods()).is_some() || pods().any(same))).then_some(wanted)
    })?;
    let called = |other: &&Component| {
        let names = [&other.name.value, &other.release.value, &other.fullname.value, &other.library];
        let mut parts = other.parts.iter().map(|part| &*part.name);
        names.into_iter().any(|known| name.contains(&**known)) || parts.any(|part| name.contains(part))
    };
    let others = subject.platform.components.iter().filter(|other| other.name.value != component.name.value);
    let mut here = others.filter(|other| *other.namespace.value == *namespace);
    let custom = || subject.facts.iter().flat_map(|facts| &facts.objects).filter(|one| is_foreign(&one.api_version));
    let free = !here.any(|other| called(&other)) && custom().all(|one| !name.contains(&*one.name));
    free.then_some(own)
}

/// Returns the labels of the pods of a workload.
fn labels(object: &ObjectFact) -> Option<&Doc> {
    match &*object.kind {
        "Pod" => object.doc.at(&["metadata", "labels"]),
        "CronJob" => object.doc.at(&["spec", "jobTemplate", "spec", "template", "metadata", "labels"]),
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" => {
            object.doc.at(&["spec", "template", "metadata", "labels"])
        }
        _ => None,
    }
}

/// Returns whether the operator of a kind may make pods.
pub(super) fn is_foreign(api_version: &str) -> bool {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let known = [".k8s.io", "external-secrets.io", "cert-manager.io", "monitoring.coreos.com"];
    group.contains('.') && !known.iter().any(|known| group.ends_with(known))
}

/// Returns whether labels hold all that a selector asks for.
fn holds(labels: &Map, wanted: &Map) -> bool {
    wanted.iter().all(|(key, value)| labels.get(&key.text).is_some_and(|label| label.value == value.value))
}
