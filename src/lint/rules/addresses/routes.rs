//! Hosts and paths by which people reach something: `expose`, Helm values, and manifests.

use std::sync::Arc;

use crate::doc::{Doc, Value};
use crate::lint::facts::{Block, ComponentFacts, ObjectFact};
use crate::lint::subject::Subject;
use crate::model::{Component, Exposure};
use crate::source::{OriginId, Span};
use crate::spec::scalars::is_dns_name;

/// A host and a path that somebody answers for.
pub(super) struct Route<'a> {
    /// The host.
    pub(super) host: Arc<str>,
    /// The path, `/` for all.
    pub(super) path: Arc<str>,
    /// The ingress class, or the gateways; none where it is not known.
    pub(super) class: Option<String>,
    /// The line to change.
    pub(super) span: Span,
    /// How people name it.
    pub(super) who: String,
    /// Who says so.
    pub(super) by: By,
    /// The component that it belongs to.
    pub(super) about: Option<&'a Arc<str>>,
}

/// Who says that there is a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// `expose` of a component or a part.
    Expose,
    /// Helm values: charts may have several Ingresses for one thing.
    Values,
    /// A manifest.
    Manifest,
}

/// Returns all routes: those of the spec first.
pub(super) fn routes<'a>(subject: &Subject<'a>) -> Vec<Route<'a>> {
    let exposures = subject.platform.exposures();
    let mut all: Vec<Route<'a>> = exposures.filter_map(|exposure| exposed(subject, &exposure)).collect();
    let known: std::collections::BTreeSet<Span> = all.iter().map(|route| route.span).collect();
    let mut found = Vec::new();
    for (facts, block) in subject.blocks().filter(|(_, block)| block.values) {
        if let Some(component) = subject.component_of(facts) {
            of_values(facts, component, block, &mut found);
        }
    }
    for (kind, read) in [("Ingress", ingress as Read), ("HTTPRoute", http_route), ("IngressRoute", ingress_route)] {
        for (at, object) in subject.objects_of(kind) {
            let Some(facts) = subject.facts.get(at) else { continue };
            let about = subject.component(at).map(|component| &component.name.value);
            let mut add = |host: &str, path: &str, class: Option<String>, origin| {
                let (host, path, who) = (host.into(), path.into(), format!("{kind} `{}`", object.name));
                let span = facts.line(origin);
                found.extend(span.map(|span| Route { host, path, class, span, who, by: By::Manifest, about }));
            };
            read(object, &mut add);
        }
    }
    // Templates make Ingresses of `expose`: each of those is there already.
    found.retain(|route| !known.contains(&route.span) && is_host(&route.host));
    all.append(&mut found);
    all
}

/// Returns whether a text is a host, and nothing that another tool fills in first.
fn is_host(text: &str) -> bool {
    is_dns_name(text.strip_prefix("*.").unwrap_or(text))
}

fn exposed<'a>(subject: &Subject<'a>, exposure: &Exposure<'a>) -> Option<Route<'a>> {
    let expose = exposure.expose;
    Some(Route {
        host: expose.host.value.clone(),
        path: "/".into(),
        class: expose.class.as_ref().map(|class| class.value.to_string()),
        span: subject.line(expose.host.origin)?,
        who: format!("`{}`", exposure.who()),
        by: By::Expose,
        about: Some(&exposure.component.name.value),
    })
}

/// The map `ingress` of a chart: `hosts` of texts or maps, `hostname`, `host`; only where it is switched on.
fn of_values<'a>(facts: &'a ComponentFacts, component: &'a Component, block: &'a Block, out: &mut Vec<Route<'a>>) {
    let last = block.keys.rsplit('.').next().unwrap_or("");
    let on = block.doc.at(&["enabled"]).is_some_and(|doc| doc.value == Value::Bool(true));
    if !on || !last.to_ascii_lowercase().ends_with("ingress") {
        return;
    }
    let class = ["ingressClassName", "className"].into_iter().find_map(|key| text(&block.doc, key));
    let mut add = |host: Option<&Doc>, path: Option<&str>| {
        let Some((host, name)) = host.and_then(|doc| Some((doc, doc.as_str()?))) else { return };
        let Some(span) = facts.line(host.origin).filter(|_| !name.is_empty()) else { return };
        let who = format!("`{}` of `{}`", block.keys, component.name.value);
        let (path, class) = (path.unwrap_or("/").into(), class.map(str::to_owned));
        let about = Some(&component.name.value);
        out.push(Route { host: name.into(), path, class, span, who, by: By::Values, about });
    };
    let path = text(&block.doc, "path");
    for key in ["host", "hostname"] {
        add(block.doc.at(&[key]), path);
    }
    for item in block.doc.at(&["hosts"]).and_then(Doc::as_list).into_iter().flatten() {
        if item.as_str().is_some() {
            add(Some(item), path);
            continue;
        }
        let host = item.at(&["host"]).or_else(|| item.at(&["name"]));
        let paths = item.at(&["paths"]).and_then(Doc::as_list).map_or(&[][..], Vec::as_slice);
        if paths.is_empty() {
            add(host, text(item, "path").or(path));
        }
        for one in paths {
            add(host, one.as_str().or_else(|| text(one, "path")));
        }
    }
}

/// Returns the text of a key, if there is some.
fn text<'a>(doc: &'a Doc, key: &str) -> Option<&'a str> {
    doc.at(&[key]).and_then(Doc::as_str).filter(|text| !text.is_empty())
}

type Add<'f> = dyn FnMut(&str, &str, Option<String>, OriginId) + 'f;
type Read = fn(&ObjectFact, &mut Add<'_>);

fn list<'a>(doc: &'a Doc, path: &[&str]) -> impl Iterator<Item = &'a Doc> + use<'a> {
    doc.at(path).and_then(Doc::as_list).into_iter().flatten()
}

fn ingress(object: &ObjectFact, add: &mut Add<'_>) {
    let annotation = |name: &str| object.doc.at(&["metadata", "annotations", name]).and_then(Doc::as_str);
    // A canary is a second Ingress for the same host, on purpose.
    if annotation("nginx.ingress.kubernetes.io/canary") == Some("true") {
        return;
    }
    let class = object.doc.at(&["spec", "ingressClassName"]).and_then(Doc::as_str);
    let class = class.or_else(|| annotation("kubernetes.io/ingress.class")).map(str::to_owned);
    for rule in list(&object.doc, &["spec", "rules"]) {
        let Some(host) = rule.at(&["host"]) else { continue };
        for path in list(rule, &["http", "paths"]) {
            let path = path.at(&["path"]).and_then(Doc::as_str).unwrap_or("/");
            add(host.as_str().unwrap_or(""), path, class.clone(), host.origin);
        }
    }
}

fn http_route(object: &ObjectFact, add: &mut Add<'_>) {
    let parents = list(&object.doc, &["spec", "parentRefs"]).map(|parent| {
        let text = |key: &str| parent.at(&[key]).and_then(Doc::as_str).unwrap_or("");
        format!("{}/{}/{}", text("namespace"), text("name"), text("sectionName"))
    });
    let class = Some(parents.collect::<Vec<_>>().join(" "));
    for host in list(&object.doc, &["spec", "hostnames"]) {
        for rule in list(&object.doc, &["spec", "rules"]) {
            let matches: Vec<&Doc> = list(rule, &["matches"]).collect();
            if matches.is_empty() {
                add(host.as_str().unwrap_or(""), "/", class.clone(), host.origin);
            }
            // One that looks at headers too is another route.
            for one in matches.into_iter().filter(|one| one.as_map().is_some_and(|map| map.len() == 1)) {
                if let Some(path) = one.at(&["path", "value"]).and_then(Doc::as_str) {
                    add(host.as_str().unwrap_or(""), path, class.clone(), host.origin);
                }
            }
        }
    }
}

/// Traefik's rules: ``Host(`a`)``, perhaps with ``&& PathPrefix(`/b`)``, and nothing else.
fn ingress_route(object: &ObjectFact, add: &mut Add<'_>) {
    let class = list(&object.doc, &["spec", "entryPoints"]).filter_map(Doc::as_str).collect::<Vec<_>>().join(" ");
    for route in list(&object.doc, &["spec", "routes"]) {
        let Some(rule) = route.at(&["match"]) else { continue };
        let call = |part: &str, name: &str| -> Option<String> {
            let inner = part.trim().strip_prefix(name)?.strip_prefix("(`")?.strip_suffix("`)")?;
            (!inner.contains('`')).then(|| inner.to_owned())
        };
        let parts: Vec<&str> = rule.as_str().unwrap_or("").split("&&").collect();
        let (host, path) = match parts.as_slice() {
            [host] => (call(host, "Host"), Some("/".to_owned())),
            [host, path] => (call(host, "Host"), call(path, "PathPrefix")),
            _ => continue,
        };
        if let (Some(host), Some(path)) = (host, path) {
            add(&host, &path, Some(class.clone()), rule.origin);
        }
    }
}
