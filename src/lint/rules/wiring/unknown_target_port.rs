//! Services and monitors whose ports lead to no port of their pods.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, Kind, did_you_mean};
use crate::doc::{Doc, Map};
use crate::lint::facts::{ComponentFacts, ObjectFact};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// A Service or a PodMonitor leads to a port by a name that none of its pods has.
    ///
    /// ## What it does
    ///
    /// Compares each `targetPort` that is a name, of Services in manifests, and each `port` of PodMonitors, with the names of
    /// the container ports of the pods that they select, as far as these are in manifests too.
    ///
    /// ## Why it matters
    ///
    /// Kubernetes leaves the port out of the endpoints: whoever calls it is refused. Prometheus finds no target, and says
    /// nothing.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Service
    /// spec: { selector: { app: web }, ports: [{ port: 80, targetPort: http }] }
    /// ---
    /// kind: Deployment
    /// spec: { template: { spec: { containers: [{ name: web, ports: [{ name: web, containerPort: 8080 }] }] } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Service
    /// spec: { selector: { app: web }, ports: [{ port: 80, targetPort: web }] }
    /// ---
    /// kind: Deployment
    /// spec: { template: { spec: { containers: [{ name: web, ports: [{ name: web, containerPort: 8080 }] }] } } }
    /// ```
    ///
    /// ## Source
    ///
    /// kube-linter, `dangling-service`; Kubernetes, Services without a matching port.
    pub(super) static RULE =
        Kind::new("unknown-target-port", "DV1443"), Wiring, Error, fix: Unsafe, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for facts in subject.facts {
        for object in &facts.objects {
            let Some(Door { wanted, named }) = Door::of(object).filter(|door| !door.named.is_empty()) else {
                continue;
            };
            // Other components may have pods of these labels too, so only those beside it count.
            let pods: Vec<&Doc> = facts.objects.iter().filter_map(|one| pod(one, object, wanted)).collect();
            let known: BTreeSet<&str> = pods.iter().flat_map(|pod| names(pod)).collect();
            if !pods.is_empty() {
                out.extend(named.iter().filter_map(|port| finding(subject, facts, object, port, &known)));
            }
        }
    }
}

/// An object that names ports of the pods that it selects.
struct Door<'a> {
    /// The labels of the pods.
    wanted: &'a Map,
    /// The ports that it names.
    named: Vec<&'a Doc>,
}

impl<'a> Door<'a> {
    fn of(object: &'a ObjectFact) -> Option<Self> {
        let spec = object.doc.at(&["spec"])?;
        let (wanted, ports, key) = match &*object.kind {
            "Service" => (spec.at(&["selector"])?, spec.at(&["ports"])?, "targetPort"),
            // One that selects by more than labels, or elsewhere, can mean other pods too.
            "PodMonitor" if spec.at(&["namespaceSelector"]).is_none() => {
                let selector = spec.at(&["selector"]).filter(|one| one.at(&["matchExpressions"]).is_none())?;
                (selector.at(&["matchLabels"])?, spec.at(&["podMetricsEndpoints"])?, "port")
            }
            _ => return None,
        };
        let is_name = |port: &&Doc| port.as_str().is_some_and(|name| name.parse::<u16>().is_err());
        let named = ports.as_list()?.iter().filter_map(|port| port.at(&[key])).filter(is_name).collect();
        let wanted = wanted.as_map().filter(|wanted| !wanted.is_empty())?;
        Some(Self { wanted, named })
    }
}

fn finding(
    subject: &Subject<'_>,
    facts: &ComponentFacts,
    door: &ObjectFact,
    port: &Doc,
    known: &BTreeSet<&str>,
) -> Option<Diagnostic> {
    let name = port.as_str().filter(|name| !known.contains(name))?;
    let span = facts.line(port.origin)?;
    let (leads, why) = match &*door.kind {
        "Service" => ("leads to", "the port has no endpoints, and whoever calls it is refused"),
        _ => ("reads", "Prometheus finds no target there, and says nothing"),
    };
    let message =
        format!("{} `{}` {leads} port `{name}`, and its pods have no port of this name", door.kind, door.name);
    let mut problem = RULE.at(span, message).why(why);
    problem = match did_you_mean(name, known.iter().copied()) {
        Some(hint) => problem.help(hint),
        None if known.is_empty() => problem.help("name a port of the container, or write its number"),
        None => problem.help("write the name or the number of a port of the container"),
    };
    if let (1, Some(only), true) = (known.len(), known.first(), facts.is_written(port.origin)) {
        problem = problem.fix(false, format!("change to `{only}`"), span, *only);
    }
    Some(subject.about(facts, problem))
}

/// Returns the pod of a workload that a Service or monitor selects.
fn pod<'a>(object: &'a ObjectFact, door: &ObjectFact, wanted: &Map) -> Option<&'a Doc> {
    let template = match &*object.kind {
        "Pod" => Some(&object.doc),
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" => object.doc.at(&["spec", "template"]),
        _ => None,
    }?;
    let labels = template.at(&["metadata", "labels"])?.as_map()?;
    let fits = wanted.iter().all(|(key, value)| labels.get(&key.text).is_some_and(|label| label.value == value.value));
    (fits && object.namespace == door.namespace).then(|| template.at(&["spec"]))?
}

/// Iterates over the names of the ports of all containers of a pod.
fn names(pod: &Doc) -> impl Iterator<Item = &str> {
    let lists = ["containers", "initContainers"].into_iter().filter_map(|key| pod.at(&[key])?.as_list());
    let ports = lists.flatten().filter_map(|container| container.at(&["ports"])?.as_list());
    ports.flatten().filter_map(|port| port.at(&["name"])?.as_str())
}
