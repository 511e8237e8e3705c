//! Ports of nodes that two pods take.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ports::number;
use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Value};
use crate::library::HostPort;
use crate::lint::facts::ObjectFact;
use crate::lint::rule::{Check, rule};
use crate::lint::scheduling::{Nodes, Pods};
use crate::lint::subject::Subject;
use crate::model::Component;
use crate::source::Span;
use crate::spec::InstalledBy;

rule! {
    /// Two pods take one port of the nodes that they run on.
    ///
    /// ## What it does
    ///
    /// Compares `hostPort`, and the ports of pods with `hostNetwork`, of manifests with each other and with the ports that the
    /// facts of components tell (`hostPorts`). One of the two has to run on every node that the other could take.
    ///
    /// ## Why it matters
    ///
    /// A port of a node is taken once. The second pod finds no node with a free port and waits, or does not start.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: DaemonSet
    /// spec:
    ///   template: { spec: { containers: [{ name: probe, ports: [{ containerPort: 80, hostPort: 9100 }] }] } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: DaemonSet
    /// spec:
    ///   template: { spec: { containers: [{ name: probe, ports: [{ containerPort: 80, hostPort: 9101 }] }] } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, "Configuration Best Practices", hostPort.
    pub(super) static RULE = Kind::new("host-port-twice", "DV1015"), Addresses, Error, fix: None, Check::Platform(check);
}

/// A port that pods take on their nodes.
struct Taken<'a> {
    port: (i64, String),
    who: String,
    span: Span,
    about: Option<&'a Arc<str>>,
    /// The nodes that they can run on.
    nodes: BTreeSet<usize>,
    /// Whether they run on all of these.
    everywhere: bool,
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let nodes = Nodes::of(subject.platform);
    let mut seen: BTreeMap<(i64, String), Vec<Taken<'_>>> = BTreeMap::new();
    for taken in all(subject, &nodes) {
        let before = seen.entry(taken.port.clone()).or_default();
        if let Some(first) = before.iter().find(|other| meet(&nodes, other, &taken)) {
            let message = format!("{} and {} both take port {} of their nodes", first.who, taken.who, taken.port.0);
            let problem = RULE
                .at(taken.span, message)
                .label("taken again")
                .related(first.span, format!("{} takes it", first.who))
                .why("a node gives a port away once: the second pod waits for ever, or does not start")
                .help("give one of them another port, or nodes that the other does not run on");
            out.push(taken.about.into_iter().fold(problem, Diagnostic::about));
        }
        before.push(taken);
    }
}

/// Returns whether two cannot both run: one is on every node that the other could take.
fn meet(nodes: &Nodes<'_>, one: &Taken<'_>, two: &Taken<'_>) -> bool {
    if nodes.all.is_empty() {
        return one.everywhere && two.everywhere;
    }
    let within = |small: &Taken<'_>, large: &Taken<'_>| {
        large.everywhere && !small.nodes.is_empty() && small.nodes.is_subset(&large.nodes)
    };
    let share = one.everywhere && two.everywhere && !one.nodes.is_disjoint(&two.nodes);
    share || within(one, two) || within(two, one)
}

/// Returns the ports of the facts first, then those of manifests: the later ones are the ones to change.
fn all<'a>(subject: &Subject<'a>, nodes: &Nodes<'_>) -> Vec<Taken<'a>> {
    let mut all = Vec::new();
    for component in subject.platform.components.iter().filter(|one| one.installed_by.value != InstalledBy::External) {
        let Some(span) = subject.line(component.name.origin) else { continue };
        let facts = &component.variant.facts;
        let on = |name: &str| component.parts.iter().any(|part| &*part.name == name && part.enabled.value);
        let parts = facts.parts.value().into_iter().flatten().filter(|(name, _)| on(name));
        let of_parts = parts.filter_map(|(_, part)| part.value.as_ref()?.value.host_ports.value());
        let listed = facts.host_ports.value().into_iter().chain(of_parts).flatten();
        let listed = listed.filter_map(|port| port.value()).filter(|port| !is_changed(component, port));
        all.extend(listed.filter_map(|port| port.port.value()).map(|port| Taken {
            port: (i64::from(*port), "TCP".to_owned()),
            who: format!("`{}`", component.name.value),
            span,
            about: Some(&component.name.value),
            nodes: (0..nodes.all.len()).collect(),
            everywhere: true,
        }));
    }
    for kind in ["DaemonSet", "Deployment", "Pod", "StatefulSet"] {
        for (at, object) in subject.objects_of(kind) {
            of_object(subject, nodes, (at, object), kind, &mut all);
        }
    }
    all
}

/// Returns whether a person sets a value that changes a port.
fn is_changed(component: &Component, port: &HostPort) -> bool {
    let Some(values) = &component.values else { return false };
    let paths = port.unless.value().into_iter().flatten().filter_map(|path| path.value());
    let mut paths = paths.map(|path| path.iter().filter_map(|key| key.value()));
    paths.any(|path| {
        let switch = path.clone().next_back().is_some_and(|key| &**key == "enabled");
        let set = path.clone().try_fold(&**values, |node, key| node.get(key));
        // What runs anyway and is switched on is not changed.
        set.is_some_and(|set| !switch || set.as_scalar().is_none_or(|value| &**value != "true"))
    })
}

fn of_object<'a>(
    subject: &Subject<'a>,
    nodes: &Nodes<'_>,
    (at, object): (usize, &'a ObjectFact),
    kind: &str,
    all: &mut Vec<Taken<'a>>,
) {
    let pod = if kind == "Pod" { object.doc.at(&["spec"]) } else { object.doc.at(&["spec", "template", "spec"]) };
    let (Some(pod), Some(facts)) = (pod, subject.facts.get(at)) else { return };
    let on_host = pod.at(&["hostNetwork"]).is_some_and(|doc| doc.value == Value::Bool(true));
    let containers = pod.at(&["containers"]).and_then(Doc::as_list).into_iter().flatten();
    let ports = containers.filter_map(|one| one.at(&["ports"]).and_then(Doc::as_list)).flatten();
    for port in ports {
        let doc = port.at(&["hostPort"]).or_else(|| port.at(&["containerPort"]).filter(|_| on_host));
        let Some((doc, number)) = doc.and_then(|doc| Some((doc, number(doc)?))) else { continue };
        let Some(span) = facts.line(doc.origin) else { continue };
        let protocol = port.at(&["protocol"]).and_then(Doc::as_str).unwrap_or("TCP").to_owned();
        all.push(Taken {
            port: (number, protocol),
            who: format!("{kind} `{}`", object.name),
            span,
            about: subject.component(at).map(|component| &component.name.value),
            nodes: nodes.taking(&Pods::of_map(pod)).into_iter().collect(),
            everywhere: kind == "DaemonSet",
        });
    }
}
