//! Services whose ports lead to no port of their pods.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, Kind, did_you_mean};
use crate::doc::{Doc, Map};
use crate::lint::facts::{ComponentFacts, ObjectFact};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// A Service leads to a port by a name that none of its pods has.
    ///
    /// ## What it does
    ///
    /// Compares each `targetPort` that is a name, of Services in manifests, with the names of the container ports of the pods
    /// that the Service selects, as far as these are in manifests too.
    ///
    /// ## Why it matters
    ///
    /// Kubernetes leaves the port out of the endpoints: whoever calls it is refused.
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
        let services = facts.objects.iter().filter(|object| &*object.kind == "Service");
        for service in services {
            let Some(wanted) = service.doc.at(&["spec", "selector"]).and_then(Doc::as_map) else { continue };
            let Some(ports) = service.doc.at(&["spec", "ports"]).and_then(Doc::as_list) else { continue };
            let named = ports.iter().filter_map(|port| port.at(&["targetPort"]));
            let mut named =
                named.filter(|port| port.as_str().is_some_and(|name| name.parse::<u16>().is_err())).peekable();
            if wanted.is_empty() || named.peek().is_none() {
                continue;
            }
            // Other components may have pods of these labels too, so only those beside it count.
            let pods: Vec<&Doc> = facts.objects.iter().filter_map(|object| pod(object, service, wanted)).collect();
            let known: BTreeSet<&str> = pods.iter().flat_map(|pod| names(pod)).collect();
            if pods.is_empty() {
                continue;
            }
            for port in named {
                out.extend(finding(subject, facts, service, port, &known));
            }
        }
    }
}

fn finding(
    subject: &Subject<'_>,
    facts: &ComponentFacts,
    service: &ObjectFact,
    port: &Doc,
    known: &BTreeSet<&str>,
) -> Option<Diagnostic> {
    let name = port.as_str().filter(|name| !known.contains(name))?;
    let span = facts.line(port.origin)?;
    let message = format!("Service `{}` leads to port `{name}`, and its pods have no port of this name", service.name);
    let mut problem = RULE.at(span, message).why("the port has no endpoints, and whoever calls it is refused");
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

/// Returns the pod of a workload that a Service selects.
fn pod<'a>(object: &'a ObjectFact, service: &ObjectFact, wanted: &Map) -> Option<&'a Doc> {
    let template = match &*object.kind {
        "Pod" => Some(&object.doc),
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" => object.doc.at(&["spec", "template"]),
        _ => None,
    }?;
    let labels = template.at(&["metadata", "labels"])?.as_map()?;
    let fits = wanted.iter().all(|(key, value)| labels.get(&key.text).is_some_and(|label| label.value == value.value));
    (fits && object.namespace == service.namespace).then(|| template.at(&["spec"]))?
}

/// Iterates over the names of the ports of all containers of a pod.
fn names(pod: &Doc) -> impl Iterator<Item = &str> {
    let lists = ["containers", "initContainers"].into_iter().filter_map(|key| pod.at(&[key])?.as_list());
    let ports = lists.flatten().filter_map(|container| container.at(&["ports"])?.as_list());
    ports.flatten().filter_map(|port| port.at(&["name"])?.as_str())
}
