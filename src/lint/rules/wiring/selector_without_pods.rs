//! Services without pods.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Kind};
use crate::doc::Map;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::source::Span;

rule! {
    /// A Service selects no pods.
    ///
    /// ## What it does
    ///
    /// Compares the selectors of Services in manifests with the labels of the pods of the namespace, where all of them come from
    /// manifests: no chart and no custom object that brings pods of its own.
    ///
    /// ## Why it matters
    ///
    /// The Service has no endpoints: whoever calls it is refused.
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

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let pods = pods(subject);
    for (at, service) in subject.objects_of("Service") {
        let (Some(facts), Some(namespace)) = (subject.facts.get(at), service.namespace.as_deref()) else { continue };
        let Some(selector) = service.doc.at(&["spec", "selector"]) else { continue };
        let Some(wanted) = selector.as_map().filter(|wanted| !wanted.is_empty()) else { continue };
        let Some(Some(pods)) = pods.get(namespace) else { continue };
        if pods.is_empty() || pods.iter().any(|(_, labels)| holds(labels, wanted)) {
            continue;
        }
        let Some(span) = facts.line(selector.origin) else { continue };
        let mut problem = RULE
            .at(span, format!("Service `{}` selects no pods of namespace `{namespace}`", service.name))
            .why("it has no endpoints, and whoever calls it is refused")
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
            let labels = match &*object.kind {
                "Pod" => object.doc.at(&["metadata", "labels"]),
                "CronJob" => object.doc.at(&["spec", "jobTemplate", "spec", "template", "metadata", "labels"]),
                "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" => {
                    object.doc.at(&["spec", "template", "metadata", "labels"])
                }
                _ if is_foreign(&object.api_version) => {
                    all.insert(namespace, None);
                    continue;
                }
                _ => continue,
            };
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

/// Returns whether the operator of a kind may make pods.
fn is_foreign(api_version: &str) -> bool {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let known = [".k8s.io", "external-secrets.io", "cert-manager.io", "monitoring.coreos.com"];
    group.contains('.') && !known.iter().any(|known| group.ends_with(known))
}

/// Returns whether labels hold all that a selector asks for.
fn holds(labels: &Map, wanted: &Map) -> bool {
    wanted.iter().all(|(key, value)| labels.get(&key.text).is_some_and(|label| label.value == value.value))
}
