//! Middlewares of Traefik that nobody makes.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, Kind, did_you_mean};
use crate::doc::Doc;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::source::Span;

/// Where an Ingress names the middlewares that its requests go through.
const ANNOTATION: &str = "traefik.ingress.kubernetes.io/router.middlewares";

rule! {
    /// A route goes through a middleware that nobody makes.
    ///
    /// ## What it does
    ///
    /// Compares the middlewares that Ingresses name by `traefik.ingress.kubernetes.io/router.middlewares`, in manifests and in
    /// values of charts, and those of IngressRoutes and of chains with the Middlewares of all components. A namespace that is
    /// none of the platform's is left alone.
    ///
    /// ## Why it matters
    ///
    /// Traefik drops the whole route: the host answers 404. Where the middleware asked for a login, taking the line away opens it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// annotations: { traefik.ingress.kubernetes.io/router.middlewares: traefik-chian-identity@kubernetescrd }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// annotations: { traefik.ingress.kubernetes.io/router.middlewares: traefik-chain-identity@kubernetescrd }
    /// ```
    ///
    /// ## Source
    ///
    /// Traefik, Kubernetes Ingress and Kubernetes CRD providers.
    pub(super) static RULE =
        Kind::new("unknown-middleware", "DV1479"), Wiring, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let made = subject.objects_of("Middleware");
    let made: BTreeSet<String> = made
        .filter(|(_, object)| object.api_version.starts_with("traefik."))
        .filter_map(|(_, object)| Some(format!("{}-{}", object.namespace.as_deref()?, object.name)))
        .collect();
    let components = subject.platform.components.iter();
    let namespaces: BTreeSet<&str> = components.map(|component| &*component.namespace.value).collect();
    let mut judge = |name: &str, span: Option<Span>, about: Option<&std::sync::Arc<str>>| {
        // Which part of the name is the namespace is told by the namespaces that there are.
        let ours = namespaces.iter().any(|space| name.strip_prefix(space).is_some_and(|rest| rest.starts_with('-')));
        let Some(span) = span.filter(|_| ours && !made.contains(name)) else { return };
        let mut problem = RULE
            .at(span, format!("there is no middleware `{name}`"))
            .why("Traefik drops a route whose middleware it does not find: the host answers 404");
        problem = did_you_mean(name, made.iter().map(|name| &**name)).into_iter().fold(problem, Diagnostic::help);
        problem = problem.help("it is called by its namespace, `-`, and its name");
        out.push(about.into_iter().fold(problem, Diagnostic::about));
    };
    for (facts, block) in subject.blocks().filter(|(_, block)| block.values) {
        let Some(named) = block.doc.at(&["annotations", ANNOTATION]) else { continue };
        let about = subject.component_of(facts).map(|component| &component.name.value);
        listed(named).for_each(|name| judge(name, facts.line(named.origin), about));
    }
    for (at, object) in subject.objects_of("Ingress") {
        let Some(facts) = subject.facts.get(at) else { continue };
        let Some(named) = object.doc.at(&["metadata", "annotations", ANNOTATION]) else { continue };
        let about = subject.component(at).map(|component| &component.name.value);
        listed(named).for_each(|name| judge(name, facts.line(named.origin), about));
    }
    for (at, object) in ["IngressRoute", "Middleware"].into_iter().flat_map(|kind| subject.objects_of(kind)) {
        let (Some(facts), Some(own)) = (subject.facts.get(at), object.namespace.as_deref()) else { continue };
        let about = subject.component(at).map(|component| &component.name.value);
        let routes = object.doc.at(&["spec", "routes"]).and_then(Doc::as_list).into_iter().flatten();
        let lists = routes.filter_map(|route| route.at(&["middlewares"]));
        let lists = lists.chain(object.doc.at(&["spec", "chain", "middlewares"]));
        for entry in lists.filter_map(Doc::as_list).flatten() {
            let Some(name) = entry.at(&["name"]).and_then(Doc::as_str).filter(|name| !name.contains('@')) else {
                continue;
            };
            let namespace = entry.at(&["namespace"]).and_then(Doc::as_str).unwrap_or(own);
            let span = entry.at(&["name"]).and_then(|name| facts.line(name.origin));
            judge(&format!("{namespace}-{name}"), span, about);
        }
    }
}

/// Iterates over the middlewares of Kubernetes that an annotation lists.
fn listed(doc: &Doc) -> impl Iterator<Item = &str> {
    let names = doc.as_str().unwrap_or_default().split(',');
    names.filter_map(|name| name.trim().strip_suffix("@kubernetescrd"))
}
