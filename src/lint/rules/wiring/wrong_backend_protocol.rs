//! Ingresses that speak another protocol than what is behind them.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Value};
use crate::lint::facts::ComponentFacts;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Component;
use crate::source::Span;
use crate::spec::FlowKind;
use crate::yaml::{Node, NodeKind};

rule! {
    /// An Ingress speaks TLS to a Service that does not, or does not speak it to one that does.
    ///
    /// ## What it does
    ///
    /// Looks at the annotation by which the ingress controller of the platform is told of TLS behind it, in Ingresses of
    /// manifests and at `annotations` of an `ingress` in `values:`. What the Service speaks is known from the facts of its
    /// component, or by `appProtocol` of a Service of a manifest; others are left alone.
    ///
    /// ## Why it matters
    ///
    /// People get 400 or 502 at the host: one side waits for TLS that the other one does not speak.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// argocd:       # its server speaks HTTP: TLS ends at the ingress
    ///   values: { server: { ingress: { annotations: { nginx.ingress.kubernetes.io/backend-protocol: HTTPS } } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// argocd: { expose: { host: argocd.example.org } }       # dvgen knows the protocol
    /// ```
    ///
    /// ## Source
    ///
    /// Ingress-Nginx Controller, Backend Protocol.
    pub(super) static RULE =
        Kind::new("wrong-backend-protocol", "DV1431"), Wiring, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let controllers = subject.platform.components.iter().filter_map(|component| component.ingress.as_ref());
    let told: BTreeSet<&str> =
        controllers.clone().filter_map(|known| Some(&*known.backend_protocol.as_ref()?.value)).collect();
    // Of several controllers nobody knows which one answers.
    let [annotation] = told.iter().copied().collect::<Vec<_>>()[..] else { return };
    if controllers.count() != 1 {
        return;
    }
    for (at, ingress) in subject.objects_of("Ingress") {
        let (Some(facts), Some(namespace)) = (subject.facts.get(at), ingress.namespace.as_deref()) else { continue };
        let written = ingress.doc.at(&["metadata", "annotations", annotation]);
        let mut backends = Vec::new();
        gather(&ingress.doc, &mut backends);
        for backend in backends {
            out.extend(judge(subject, facts, namespace, written, backend));
        }
    }
    values(subject, annotation, out);
}

/// Returns whether a word of the annotation means TLS; none for other protocols.
fn is_tls(written: Option<&Doc>) -> Option<bool> {
    match written.map(Doc::as_str) {
        None => Some(false),
        Some(Some(word)) if word.eq_ignore_ascii_case("HTTPS") || word.eq_ignore_ascii_case("GRPCS") => Some(true),
        Some(Some(word)) if word.eq_ignore_ascii_case("HTTP") || word.eq_ignore_ascii_case("GRPC") => Some(false),
        _ => None,
    }
}

/// Finds `service: { name, port }`.
fn gather<'a>(doc: &'a Doc, all: &mut Vec<&'a Doc>) {
    match &doc.value {
        Value::List(items) => items.iter().for_each(|item| gather(item, all)),
        Value::Map(map) => {
            for (key, value) in map.iter() {
                if &*key.text == "service" && value.at(&["name"]).is_some() {
                    all.push(value);
                } else {
                    gather(value, all);
                }
            }
        }
        _ => {}
    }
}

/// Returns whether a component speaks what its facts say: they are those of its version, and no value changes them.
fn is_as_usual(component: &Component) -> bool {
    component.facts_hold() && !component.values.as_deref().is_some_and(changes)
}

/// Returns whether values speak of the protocol of a server.
fn changes(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Sequence(items) => items.iter().any(changes),
        NodeKind::Mapping(map) => map.entries.iter().any(|entry| {
            let key = entry.key.text.to_ascii_lowercase();
            let speaks =
                ["protocol", "insecure", "tls", "https", "ssl", "scheme"].iter().any(|word| key.contains(word));
            key != "ingress" && (speaks || changes(&entry.value))
        }),
        NodeKind::Scalar { .. } => false,
    }
}

/// Returns whether a port of a Service speaks TLS, and where that is said.
fn speaks(subject: &Subject<'_>, namespace: &str, name: &str, port: &Doc) -> Option<(bool, Option<Span>)> {
    let fits = |number: Option<i64>, word: Option<&str>| match (port.at(&["number"]), port.at(&["name"])) {
        (Some(Doc { value: Value::Int(wanted), .. }), _) => number == Some(*wanted),
        (_, Some(wanted)) => wanted.as_str().is_some() && wanted.as_str() == word,
        _ => false,
    };
    if let Some((component, service)) = subject.service(namespace, name) {
        let known = fits(Some(service.port.value.into()), service.port_name.as_ref().map(|name| &*name.value));
        let scheme = service.scheme.as_deref().filter(|_| known && is_as_usual(component))?;
        return Some((scheme == "https", subject.line(component.name.origin)));
    }
    let objects = subject.objects("Service", namespace, name);
    let [(at, service)] = objects.as_slice() else { return None };
    let mut ports = service.doc.at(&["spec", "ports"])?.as_list()?.iter();
    let here = ports.find(|port| {
        let number = match port.at(&["port"]).map(|port| &port.value) {
            Some(Value::Int(number)) => Some(*number),
            _ => None,
        };
        fits(number, port.at(&["name"]).and_then(Doc::as_str))
    })?;
    let protocol = here.at(&["appProtocol"])?;
    let tls = match protocol.as_str()?.to_ascii_lowercase().as_str() {
        "https" => true,
        "http" | "kubernetes.io/h2c" => false,
        _ => return None,
    };
    Some((tls, subject.facts.get(*at)?.line(protocol.origin)))
}

fn judge(
    subject: &Subject<'_>,
    facts: &ComponentFacts,
    namespace: &str,
    written: Option<&Doc>,
    backend: &Doc,
) -> Option<Diagnostic> {
    let (name, port) = (backend.at(&["name"])?, backend.at(&["port"])?);
    let (tls, there) = speaks(subject, namespace, name.as_str()?, port)?;
    if is_tls(written)? == tls {
        return None;
    }
    let span = facts.line(written.unwrap_or(name).origin)?;
    Some(subject.about(facts, finding(span, name.as_str()?, tls, there)))
}

fn finding(span: Span, name: &str, tls: bool, there: Option<Span>) -> Diagnostic {
    let (message, help) = if tls {
        let help = "tell the controller: annotation `nginx.ingress.kubernetes.io/backend-protocol: HTTPS`";
        (format!("Service `{name}` speaks TLS, and the Ingress does not speak it to it"), help)
    } else {
        let help = "remove the annotation, or write `HTTP`";
        (format!("the Ingress speaks TLS to Service `{name}`, which speaks HTTP"), help)
    };
    let problem = RULE.at(span, message).why("people get 400 or 502 at the host").help(help);
    there.into_iter().fold(problem, |problem, there| problem.related(there, "the other side"))
}

/// Judges the annotations that a person wrote at the Ingress of a chart.
fn values(subject: &Subject<'_>, annotation: &str, out: &mut Vec<Diagnostic>) {
    for (facts, block) in subject.blocks().filter(|(_, block)| block.values) {
        let Some(written) = block.doc.at(&["annotations", annotation]) else { continue };
        let ingress = block.keys.rsplit('.').next().is_some_and(|key| key.eq_ignore_ascii_case("ingress"));
        let Some(component) = subject.component_of(facts).filter(|component| ingress && is_as_usual(component)) else {
            continue;
        };
        let serve = component.serves.get(&FlowKind::Ingress);
        let service = serve.and_then(|serve| component.service_of(&serve.usual));
        let Some((service, scheme)) = service.and_then(|service| Some((service, service.scheme.as_deref()?))) else {
            continue;
        };
        let tls = scheme == "https";
        if is_tls(Some(written)).is_some_and(|written| written != tls)
            && let Some(span) = facts.line(written.origin).filter(|span| !subject.is_reported(*span))
        {
            out.push(subject.about(facts, finding(span, &service.name.value, tls, None)));
        }
    }
}
