//! Ports of nodes that two Services take.

use std::collections::BTreeMap;

use super::ports::{NodePort, node_ports};
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// Two Services take one port of the nodes.
    ///
    /// ## What it does
    ///
    /// Compares `nodePort` of Services in manifests, and `nodePort` and `nodePorts` in `values:`, by port and protocol.
    ///
    /// ## Why it matters
    ///
    /// A node port is one of the whole cluster. Kubernetes refuses the second Service, and its Application does not sync.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   ollama: { values: { service: { type: NodePort, nodePort: 30080 } } }
    ///   ingress-nginx: { values: { controller: { service: { nodePorts: { http: 30080 } } } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   ollama: { values: { service: { type: NodePort, nodePort: 30081 } } }
    ///   ingress-nginx: { values: { controller: { service: { nodePorts: { http: 30080 } } } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, "Service", type NodePort.
    pub(super) static RULE = Kind::new("node-port-twice", "DV1012"), Addresses, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let ports = node_ports(subject);
    let mut seen: BTreeMap<(i64, &str), &NodePort<'_>> = BTreeMap::new();
    for port in &ports {
        let Some(first) = seen.get(&(port.port, port.protocol.as_str())) else {
            seen.insert((port.port, &port.protocol), port);
            continue;
        };
        if first.span == port.span {
            continue;
        }
        let message = format!("{} and {} both take port {} of the nodes", first.who, port.who, port.port);
        let problem = RULE
            .at(port.span, message)
            .label("taken again")
            .related(first.span, "taken here")
            .why("it is one port of the whole cluster: Kubernetes refuses the second Service")
            .help("give one of them another port, or leave it out: Kubernetes then chooses one");
        out.push(port.about.into_iter().fold(problem, Diagnostic::about));
    }
}
