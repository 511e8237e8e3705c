//! Ports of nodes that Kubernetes does not give out.

use super::ports::node_ports;
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, Parameter, Setting, rule};
use crate::lint::subject::Subject;

const FIRST: Parameter = Parameter {
    name: "first",
    about: "the first port of `--service-node-port-range` of the API server.",
    default: Setting::Number(30_000),
};
const LAST: Parameter = Parameter {
    name: "last",
    about: "the last port of `--service-node-port-range` of the API server.",
    default: Setting::Number(32_767),
};

rule! {
    /// A Service takes a port of the nodes that Kubernetes does not give out.
    ///
    /// ## What it does
    ///
    /// Compares `nodePort` of Services in manifests, and `nodePort` and `nodePorts` in `values:`, with the range of the API
    /// server.
    ///
    /// ## Why it matters
    ///
    /// Kubernetes refuses the Service, and its Application does not sync.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   ollama: { values: { service: { type: NodePort, nodePort: 8080 } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   ollama: { values: { service: { type: NodePort, nodePort: 30080 } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, "Service", type NodePort.
    pub(super) static RULE =
        Kind::new("node-port-outside-range", "DV1013"), Addresses, Error, fix: None, Check::Platform(check),
        parameters: &[FIRST, LAST];
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let (first, last) = (subject.number(&RULE, FIRST.name), subject.number(&RULE, LAST.name));
    for port in node_ports(subject) {
        if (i64::from(first)..=i64::from(last)).contains(&port.port) {
            continue;
        }
        let problem = RULE
            .at(port.span, format!("{} takes port {} of the nodes, outside of {first}-{last}", port.who, port.port))
            .why("the API server gives out ports of this range only, and refuses the Service")
            .help(format!("take a port from {first} to {last}, or leave it out: Kubernetes then chooses one"));
        out.push(port.about.into_iter().fold(problem, Diagnostic::about));
    }
}
