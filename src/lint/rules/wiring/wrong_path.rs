//! Paths that a Service does not answer.

use super::target::{Target, fix, targets};
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{Component, Serve};
use crate::spec::FlowKind;

rule! {
    /// An address has another path than the Service answers.
    ///
    /// ## What it does
    ///
    /// Looks at URLs that stand under `remoteWrite` or `datasources` in `values:` and `manifests:`, and compares their path
    /// with the one at which the component answers such flows.
    ///
    /// ## Why it matters
    ///
    /// The other side answers 404, and the data is lost. Stores that speak one protocol do so at different paths.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// remoteWrite: [{ url: "http://mimir-nginx.monitoring.svc/api/v1/write" }]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// flows:
    ///   - remoteWrite: { from: prometheus, to: mimir }
    /// ```
    ///
    /// ## Source
    ///
    /// Grafana Mimir, HTTP API; grafana/mimir, issue 5292.
    pub(super) static RULE = Kind::new("wrong-path", "DV1403"), Wiring, Error, fix: Unsafe, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let services = subject.known_services();
    for target in targets(subject) {
        let (name, namespace) = (target.name.service, target.namespace);
        let Some(known) = services.get(namespace, name) else { continue };
        let Some(component) = known.component.and_then(|id| subject.platform.components.get(id.0)) else { continue };
        let Some(kind) = kind(&target) else { continue };
        let paths = paths(component, kind, name, target.url.kind.as_deref());
        let written = target.found.path.trim_end_matches('/');
        if paths.is_empty() || paths.contains(&written) || target.found.scheme.is_none() {
            continue;
        }
        let right = paths.first().copied().unwrap_or_default();
        let (title, word) = (&component.name.value, kind.word());
        let shown = |path: &str| if path.is_empty() { "the bare address".to_owned() } else { format!("`{path}`") };
        let problem = RULE
            .at(target.url.span, format!("`{title}` answers `{word}` at {}, not at {}", shown(right), shown(written)))
            .why("the other side answers 404, and what is sent or asked is lost")
            .help(format!("write a flow `{word}` to `{title}`, and dvgen derives the address"));
        let problem = known.span.into_iter().fold(problem, |problem, there| problem.related(there, "the other side"));
        let (host, port) = (target.found.host, target.found.port.map_or(String::new(), |port| format!(":{port}")));
        let old = format!("{host}{port}{}", target.found.path);
        let problem = fix(problem, &target, &old, &format!("{host}{port}{right}"));
        out.push(subject.about(target.facts, problem));
    }
}

/// Returns the kind of flow that an address is for, by the keys above it.
fn kind(target: &Target<'_>) -> Option<FlowKind> {
    let keys = target.url.keys.to_ascii_lowercase();
    if !keys.ends_with("url") {
        return None;
    }
    if keys.contains("remotewrite") || keys.contains("remote_write") {
        return Some(FlowKind::RemoteWrite);
    }
    (keys.contains("datasources") && !keys.contains("jsondata")).then_some(FlowKind::Query)
}

/// Returns the paths at which a Service of a component answers a kind of flow.
fn paths<'a>(component: &'a Component, kind: FlowKind, service: &str, datasource: Option<&str>) -> Vec<&'a str> {
    let serves = component.serves.get(&kind).into_iter();
    let serves = serves.chain(component.parts.iter().filter_map(|part| part.serves.get(&kind)));
    // A datasource of another type asks something else of the same component.
    let typed =
        |serve: &&Serve| kind != FlowKind::Query || serve.datasource.as_ref().map(|it| &*it.value) == datasource;
    let serves = serves.filter(typed);
    let ways = serves.flat_map(|serve: &Serve| std::iter::once(&serve.usual).chain(serve.via.values()));
    let here = ways.filter(|way| component.service(&way.service).is_some_and(|known| *known.name.value == *service));
    here.map(|way| way.path.value.trim_end_matches('/')).collect()
}
