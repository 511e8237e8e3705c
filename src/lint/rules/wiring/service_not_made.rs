//! Services that facts announce, and the manifests of the component do not make.

use crate::diag::{Diagnostic, Kind, did_you_mean, nearest};
use crate::doc::{Doc, Value};
use crate::lint::facts::{ComponentFacts, ObjectFact};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{Component, Service};

rule! {
    /// The facts of a component announce a Service that its manifests do not make.
    ///
    /// ## What it does
    ///
    /// Compares the `services` of the facts with the objects of the component: names and ports. Only components whose
    /// objects are all made by templates and manifests can be judged; a chart, or the operator of a custom kind, makes
    /// Services that nobody sees here.
    ///
    /// ## Why it matters
    ///
    /// Flows, hosts and network policies are wired to what the facts say. Everything that is wired to such a Service gets
    /// "no such host" or "connection refused".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// # dvgen/values/archive/component.yaml
    /// services: { push: { name: archive-push, port: 3100 } }
    /// # dvgen/gitops/archive/objects.dvgen.yaml
    /// kind: Service
    /// metadata: { name: archive }
    /// spec: { ports: [{ name: push, port: 8080 }] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Service
    /// metadata: { name: archive-push }
    /// spec: { ports: [{ name: push, port: 3100 }] }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, DNS for Services and Pods.
    pub(super) static RULE = Kind::new("service-not-made", "DV1418"), Wiring, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (at, facts) in subject.facts.iter().enumerate() {
        let Some(component) = subject.component(at) else { continue };
        if !is_plain(component, facts) {
            continue;
        }
        for service in &component.services {
            let own = |object: &&ObjectFact| {
                &*object.kind == "Service" && object.namespace.as_deref() == Some(&*service.namespace.value)
            };
            let own: Vec<&ObjectFact> = facts.objects.iter().filter(own).collect();
            match own.iter().find(|object| object.name == service.name.value) {
                None => out.extend(missing(subject, component, service, (facts, &own))),
                Some(object) => out.extend(other_port(subject, (component, facts), service, object)),
            }
        }
    }
}

/// Kinds of objects that something answers by.
const ANSWERS: [&str; 4] = ["Service", "Deployment", "StatefulSet", "DaemonSet"];

/// Returns whether all objects of a component are seen, and something that answers is among them.
fn is_plain(component: &Component, facts: &ComponentFacts) -> bool {
    let builtin = |object: &ObjectFact| {
        let group = object.api_version.split_once('/').map_or("", |(group, _)| group);
        !group.contains('.') || group.ends_with(".k8s.io")
    };
    component.chart.is_none()
        && component.by_argocd()
        && !component.on_machines
        && facts.objects.iter().any(|object| ANSWERS.contains(&&*object.kind))
        && facts.objects.iter().all(|object| builtin(object) || is_known(object))
}

/// Returns whether nothing is made because of an object of a custom kind but a Secret, or what watches others.
fn is_known(object: &ObjectFact) -> bool {
    const GROUPS: [&str; 5] =
        ["monitoring.coreos.com", "external-secrets.io", "onepassword.com", "cert-manager.io", "traefik.io"];
    GROUPS.iter().any(|group| object.api_version.split('/').next() == Some(*group))
        && !["Prometheus", "Alertmanager", "ThanosRuler", "PrometheusAgent"].contains(&&*object.kind)
}

fn missing(
    subject: &Subject<'_>,
    component: &Component,
    service: &Service,
    (facts, own): (&ComponentFacts, &[&ObjectFact]),
) -> Option<Diagnostic> {
    let origins = &subject.platform.origins;
    let here = origins.place(service.name.origin).or_else(|| subject.line(service.name.origin))?;
    let (user, name, namespace) = (&component.name.value, &service.name.value, &service.namespace.value);
    let message = format!("the facts of `{user}` announce Service `{name}`, and no manifest of it makes one");
    let problem = RULE
        .at(here, message)
        .why(format!("what is wired to `{name}` in namespace `{namespace}` finds no such host"))
        .about(user);
    let names = || own.iter().map(|object| &*object.name);
    let known: Vec<String> = names().map(|name| format!("`{name}`")).collect();
    Some(match did_you_mean(name, names()) {
        Some(hint) => {
            let near = own.iter().find(|object| nearest(name, names()) == Some(&*object.name));
            let there = near.and_then(|object| facts.line_at(object, &[&["metadata", "name"]]));
            there.into_iter().fold(problem, |problem, there| problem.related(there, "is this the one?")).help(hint)
        }
        None if known.is_empty() => problem.help(format!("add a Service `{name}` to its templates, or drop it here")),
        None => problem.help(format!("its Services are: {}", known.join(", "))),
    })
}

fn other_port(
    subject: &Subject<'_>,
    (component, facts): (&Component, &ComponentFacts),
    service: &Service,
    object: &ObjectFact,
) -> Option<Diagnostic> {
    let ports = object.doc.at(&["spec", "ports"]).and_then(Doc::as_list)?;
    let number = |port: &Doc| match port.at(&["port"])?.value {
        Value::Int(number) => Some(number),
        _ => None,
    };
    let numbers: Vec<i64> = ports.iter().filter_map(number).collect();
    let port = service.port.value;
    if numbers.is_empty() || numbers.contains(&i64::from(port)) {
        return None;
    }
    let here = subject.line(service.port.origin)?;
    let (user, name) = (&component.name.value, &service.name.value);
    let all: Vec<String> = numbers.iter().map(i64::to_string).collect();
    let problem = RULE
        .at(here, format!("the facts of `{user}` announce port {port} of Service `{name}`, which has no such port"))
        .why("what is wired to it gets no connection")
        .help(format!("its ports are: {}", all.join(", ")))
        .about(user);
    let there = facts.line_at(object, &[&["spec", "ports"]]).filter(|there| *there != here);
    Some(there.into_iter().fold(problem, |problem, there| problem.related(there, "the Service")))
}
