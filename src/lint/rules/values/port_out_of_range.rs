//! Numbers that are no ports.

use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Value};
use crate::lint::facts::Object;
use crate::lint::rule::{Check, rule};

rule! {
    /// An object names a port that no port can be.
    ///
    /// ## What it does
    ///
    /// Looks at the ports of Services, pods, Ingresses and network policies in manifests: they are numbers from 1 to 65535. Ports
    /// of nodes are judged by `node-port-outside-range`.
    ///
    /// ## Why it matters
    ///
    /// The server refuses the object.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: NetworkPolicy
    /// spec: { ingress: [{ ports: [{ port: 99999 }] }] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: NetworkPolicy
    /// spec: { ingress: [{ ports: [{ port: 9999 }] }] }
    /// ```
    ///
    /// ## Source
    ///
    /// RFC 6335, section 6; Kubernetes, "Network Policies", port.
    pub(super) static RULE = Kind::new("port-out-of-range", "DV1591"), Values, Error, fix: None, Check::Object(check);
}

/// The kinds of which it is known where ports stand.
const KINDS: [&str; 10] = [
    "CronJob",
    "DaemonSet",
    "Deployment",
    "Ingress",
    "Job",
    "NetworkPolicy",
    "Pod",
    "ReplicaSet",
    "Service",
    "StatefulSet",
];

fn check(object: &Object<'_>, out: &mut Vec<Diagnostic>) {
    // Kinds of others are called `Service` and `Ingress` too.
    let group = object.api_version.split_once('/').map_or("", |(group, _)| group);
    let known = !group.contains('.') || group == "networking.k8s.io";
    if let Some(spec) = object.at(&["spec"]).filter(|_| known && KINDS.contains(&object.kind)) {
        walk(object, spec, out);
    }
}

fn walk(object: &Object<'_>, doc: &Doc, out: &mut Vec<Diagnostic>) {
    match &doc.value {
        Value::List(items) => items.iter().for_each(|item| walk(object, item, out)),
        Value::Map(map) => {
            for (key, value) in map.iter() {
                match &value.value {
                    Value::Int(number) if !fits(&key.text, *number) => out.extend(found(object, value, *number)),
                    Value::List(_) | Value::Map(_) => walk(object, value, out),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

/// Returns whether a number may stand under a key. Where a port may be left out, 0 says so.
fn fits(key: &str, number: i64) -> bool {
    match key {
        "containerPort" | "endPort" | "number" | "port" => (1..=65535).contains(&number),
        "hostPort" | "targetPort" => (0..=65535).contains(&number),
        _ => true,
    }
}

fn found(object: &Object<'_>, port: &Doc, number: i64) -> Option<Diagnostic> {
    let problem = RULE
        .at(object.line(port)?, format!("`{}` names port {number}, which no port can be", object.shown()))
        .why("the server refuses the object")
        .help("ports are numbers from 1 to 65535");
    Some(match object.document.component {
        Some(component) => problem.about(&component.name.value),
        None => problem,
    })
}
