//! Ingresses and routes that lead nowhere.

use super::target::{mentions, mentions_port};
use crate::diag::{Diagnostic, Kind, did_you_mean};
use crate::doc::{Doc, Value};
use crate::lint::facts::ComponentFacts;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// An Ingress or route leads to a Service or port that does not exist.
    ///
    /// ## What it does
    ///
    /// Looks at the backends of Ingresses and of routes of the Gateway API in manifests. A chart that may make the Service is
    /// given the benefit of the doubt.
    ///
    /// ## Why it matters
    ///
    /// People get 503 at the host, and Argo CD says Healthy.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Ingress
    /// spec:
    ///   defaultBackend: { service: { name: web, port: { number: 443 } } }   # the Service has 80
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Ingress
    /// spec:
    ///   defaultBackend: { service: { name: web, port: { number: 80 } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, Ingress; kube-score.
    pub(super) static RULE = Kind::new("dangling-backend", "DV1404"), Wiring, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let routes = ["Ingress", "HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute"];
    for (at, object) in routes.into_iter().flat_map(|kind| subject.objects_of(kind)) {
        let (Some(facts), Some(namespace)) = (subject.facts.get(at), object.namespace.as_deref()) else { continue };
        let mut backends = Vec::new();
        gather(&object.doc, &mut backends);
        for backend in backends {
            let namespace = backend.namespace.unwrap_or(namespace);
            if let Some(problem) = judge(subject, facts, namespace, &backend) {
                out.push(subject.about(facts, problem));
            }
        }
    }
}

/// What a route leads to.
struct Backend<'a> {
    name: &'a Doc,
    port: Option<&'a Doc>,
    namespace: Option<&'a str>,
}

/// Finds `service: { name, port: { number | name } }` and the items of `backendRefs`.
fn gather<'a>(doc: &'a Doc, all: &mut Vec<Backend<'a>>) {
    match &doc.value {
        Value::List(items) => items.iter().for_each(|item| gather(item, all)),
        Value::Map(map) => {
            for (key, value) in map.iter() {
                if &*key.text == "service" && value.at(&["name"]).is_some() {
                    let port = value.at(&["port", "number"]).or_else(|| value.at(&["port", "name"]));
                    all.extend(value.at(&["name"]).map(|name| Backend { name, port, namespace: None }));
                } else if &*key.text == "backendRefs" {
                    let items = value.as_list().into_iter().flatten();
                    let kind =
                        |item: &Doc| item.at(&["kind"]).and_then(Doc::as_str).is_none_or(|kind| kind == "Service");
                    for item in items.filter(|item| kind(item)) {
                        let namespace = item.at(&["namespace"]).and_then(Doc::as_str);
                        let name = item.at(&["name"]);
                        all.extend(name.map(|name| Backend { name, port: item.at(&["port"]), namespace }));
                    }
                } else {
                    gather(value, all);
                }
            }
        }
        _ => {}
    }
}

fn judge(subject: &Subject<'_>, facts: &ComponentFacts, namespace: &str, backend: &Backend<'_>) -> Option<Diagnostic> {
    let services = subject.known_services();
    let name = backend.name.as_str()?;
    let Some(known) = services.get(namespace, name) else {
        if services.may_be(namespace, name) || mentions(subject, namespace, name) {
            return None;
        }
        let problem = RULE
            .at(facts.line(backend.name.origin)?, format!("there is no Service `{name}` in namespace `{namespace}`"))
            .why("people get 503 at the host");
        let near = did_you_mean(name, services.names(namespace));
        return Some(problem.help(near.unwrap_or_else(|| "add the Service, or name one that is there".to_owned())));
    };
    let port = backend.port.filter(|_| known.closed)?;
    let (fits, shown) = match &port.value {
        Value::Int(number) => {
            let there = |port| known.ports.contains(&port) || mentions_port(subject, known.component, port);
            (u16::try_from(*number).is_ok_and(there), number.to_string())
        }
        Value::Str(word) => (known.nameless || known.port_names.contains(&**word), word.to_string()),
        _ => return None,
    };
    if fits {
        return None;
    }
    let ports =
        known.ports.iter().map(ToString::to_string).chain(known.port_names.iter().map(|name| format!("`{name}`")));
    let problem = RULE
        .at(facts.line(port.origin)?, format!("Service `{name}` of `{namespace}` has no port `{shown}`"))
        .why("people get 503 at the host")
        .help(format!("it has {}", ports.collect::<Vec<_>>().join(", ")));
    Some(known.span.into_iter().fold(problem, |problem, there| problem.related(there, "the Service")))
}
