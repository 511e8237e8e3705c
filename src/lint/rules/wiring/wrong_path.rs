//! Paths that a Service does not answer.

use super::target::{Target, fix, targets};
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{Component, Serve};
use crate::source::Span;
use crate::spec::FlowKind;

rule! {
    /// An address has another path than the Service answers.
    ///
    /// ## What it does
    ///
    /// Looks at URLs that stand under `remoteWrite` or `datasources` in `values:` and `manifests:`, and compares their path
    /// with the one at which the component answers such flows. Anywhere else it reports a path that is a slip of the pen
    /// for one that the Service is known to answer.
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
    let services = || subject.known_services();
    for target in targets(subject) {
        let (name, namespace) = (target.name.service, target.namespace);
        let Some(known) = services().get(namespace, name) else { continue };
        let Some(component) = known.component.and_then(|id| subject.platform.components.get(id.0)) else { continue };
        let Some(kind) = kind(&target) else {
            out.extend(slip(&target, component, known.span).map(|problem| subject.about(target.facts, problem)));
            continue;
        };
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

/// Returns what is wrong with a path that is nearly one of those that a Service answers.
fn slip(target: &Target<'_>, component: &Component, there: Option<Span>) -> Option<Diagnostic> {
    let written = target.found.path.trim_end_matches('/');
    let serves = || component.serves.values().chain(component.parts.iter().flat_map(|part| part.serves.values()));
    let ways = serves().flat_map(|serve: &Serve| std::iter::once(&serve.usual).chain(serve.via.values()));
    let here =
        ways.filter(|way| component.service_of(way).is_some_and(|known| *known.name.value == *target.name.service));
    let known: Vec<&str> = here.map(|way| way.path.value.trim_end_matches('/')).collect();
    let begins =
        |known: &&str| written.strip_prefix(*known).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    // The bare address answers any path.
    if known.iter().filter(|path| !path.is_empty()).any(begins) {
        return None;
    }
    let (near, start) = known.iter().find_map(|path| Some((*path, nearly(written, path)?)))?;
    let title = &component.name.value;
    let problem = RULE
        .at(target.url.span, format!("`{title}` answers at `{near}`, not at `{start}`"))
        .why("the other side answers 404, and what is sent or asked is lost")
        .help(format!("did you mean `{near}`?"));
    let problem = there.into_iter().fold(problem, |problem, there| problem.related(there, "the other side"));
    Some(fix(problem, target, start, near))
}

/// Returns the beginning of a path that is nearly another path: as many words, and one or two letters between them. Numbers
/// count as they are: another version of an API is another path.
fn nearly<'a>(written: &'a str, path: &str) -> Option<&'a str> {
    let words = path.matches('/').count();
    let end = written.match_indices('/').nth(words).map_or(written.len(), |(at, _)| at);
    let start = written.get(..end).filter(|start| words > 0 && start.matches('/').count() == words)?;
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let allowed = if path.len() < 10 { 1 } else { 2 };
    let distance = strsim::damerau_levenshtein(start, path);
    (path.len() > 4 && (1..=allowed).contains(&distance) && digits(start) == digits(path)).then_some(start)
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
    let here = ways.filter(|way| component.service_of(way).is_some_and(|known| *known.name.value == *service));
    here.map(|way| way.path.value.trim_end_matches('/')).collect()
}
