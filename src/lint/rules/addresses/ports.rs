//! Ports that Services take on every node.

use std::sync::Arc;

use crate::doc::{Doc, Value};
use crate::lint::facts::ComponentFacts;
use crate::lint::subject::Subject;
use crate::source::Span;

/// A port of all nodes that a Service takes.
pub(super) struct NodePort<'a> {
    /// The port.
    pub(super) port: i64,
    /// `TCP`, `UDP` or `SCTP`.
    pub(super) protocol: String,
    /// The line to change.
    pub(super) span: Span,
    /// How people name the Service.
    pub(super) who: String,
    /// The component that it belongs to.
    pub(super) about: Option<&'a Arc<str>>,
}

/// Returns the number that a value stands for; charts take texts too.
pub(super) fn number(doc: &Doc) -> Option<i64> {
    match &doc.value {
        Value::Int(number) => Some(*number),
        Value::Str(text) => text.parse().ok(),
        _ => None,
    }
    .filter(|number| *number > 0)
}

/// Returns the ports that people gave Services of manifests and of values.
pub(super) fn node_ports<'a>(subject: &Subject<'a>) -> Vec<NodePort<'a>> {
    let mut all = Vec::new();
    for (at, object) in subject.objects_of("Service") {
        let ports = object.doc.at(&["spec", "ports"]).and_then(Doc::as_list);
        let Some(facts) = subject.facts.get(at) else { continue };
        for port in ports.into_iter().flatten() {
            let protocol = port.at(&["protocol"]).and_then(Doc::as_str).unwrap_or("TCP").to_owned();
            let who = format!("Service `{}`", object.name);
            add(&mut all, subject, facts, port.at(&["nodePort"]), protocol, who);
        }
    }
    for (facts, block) in subject.blocks().filter(|(_, block)| block.values) {
        let text = |key: &str| block.doc.at(&[key]).and_then(Doc::as_str);
        let other = text("type").is_some_and(|kind| !matches!(kind, "NodePort" | "LoadBalancer"));
        let Some(component) = subject.component_of(facts).filter(|_| !other) else { continue };
        let who = || match &*block.keys {
            "" => format!("the Service of `{}`", component.name.value),
            keys => format!("`{keys}` of `{}`", component.name.value),
        };
        let protocol = text("protocol").unwrap_or("TCP").to_owned();
        add(&mut all, subject, facts, block.doc.at(&["nodePort"]), protocol, who());
        // `{ http: 30080 }`, or `{ udp: { 53: 30053 } }`.
        for (key, doc) in block.doc.at(&["nodePorts"]).and_then(Doc::as_map).into_iter().flat_map(crate::doc::Map::iter)
        {
            add(&mut all, subject, facts, Some(doc), "TCP".to_owned(), who());
            for (_, doc) in doc.as_map().into_iter().flat_map(crate::doc::Map::iter) {
                add(&mut all, subject, facts, Some(doc), key.text.to_uppercase(), who());
            }
        }
    }
    all
}

fn add<'a>(
    all: &mut Vec<NodePort<'a>>,
    subject: &Subject<'a>,
    facts: &ComponentFacts,
    doc: Option<&Doc>,
    protocol: String,
    who: String,
) {
    let Some((doc, port)) = doc.and_then(|doc| Some((doc, number(doc)?))) else { return };
    let about = subject.component_of(facts).map(|component| &component.name.value);
    all.extend(facts.line(doc.origin).map(|span| NodePort { port, protocol, span, who, about }));
}
