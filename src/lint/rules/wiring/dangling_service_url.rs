//! Addresses of Services that do not exist.

use super::target::{Target, fix, mentions, targets};
use crate::diag::{Diagnostic, Kind, nearest};
use crate::lint::rule::{Check, rule};
use crate::lint::services::Services;
use crate::lint::subject::Subject;

rule! {
    /// An address names a Service that does not exist.
    ///
    /// ## What it does
    ///
    /// Looks at URLs and hosts of the cluster (`svc`, `svc.ns`, `svc.ns.svc`, with the domain of the cluster) in
    /// `values:`, `settings:`, variables of workloads and `manifests:`, also in the texts of ConfigMaps, and at hosts
    /// without such words that have a port beside them (`host` and `port`, `DB_HOST` and `DB_PORT`). A Service is one
    /// of a component's facts at its pinned version, or an object of a manifest. Namespaces that the platform does
    /// not own, and components whose Services are not known, as those of a version that nobody has read the facts in,
    /// are left alone.
    ///
    /// ## Why it matters
    ///
    /// The name is not found, and what was to be sent is lost. Charts rename Services between versions, so a name that was
    /// right breaks with an update.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// alloy:
    ///   values: { alloy: { extraEnv: [{ name: SINK, value: "http://loki-gatway.monitoring.svc" }] } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// flows:
    ///   - logs: { from: alloy, to: loki }       # dvgen writes the address
    /// ```
    ///
    /// ## Source
    ///
    /// grafana/mimir, issues 12702 and 13818.
    pub(super) static RULE =
        Kind::new("dangling-service-url", "DV1401"), Wiring, Error, fix: Unsafe, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let services = || subject.known_services();
    for target in targets(subject) {
        // A host with the words of the cluster is there once more, by itself.
        if target.url.beside.is_some() && target.url.text.contains(".svc") {
            continue;
        }
        if let Some((message, right)) = wrong(subject, services(), &target) {
            out.push(finding(subject, services(), &target, message, right));
        }
    }
}

/// Returns what is wrong with an address, and the Service that was probably meant.
fn wrong<'a>(
    subject: &Subject<'a>,
    services: &Services<'a>,
    target: &Target<'a>,
) -> Option<(String, Option<(&'a str, &'a str)>)> {
    let (name, namespace) = (target.name.service, target.namespace);
    let cluster = &*subject.platform.domains.cluster.value;
    let home = || Some((name, *services.homes(name).first()?));
    if services.get(namespace, name).is_some() {
        // Names that Services have in several clusters end in a domain of their own.
        let domain = target.name.domain.filter(|domain| ![cluster, "clusterset.local"].contains(domain))?;
        let message = format!("the domain of the cluster is `{cluster}`, not `{domain}`");
        return Some((message, Some((name, namespace))));
    }
    if !services.has(namespace) {
        let right = nearest(namespace, services.namespaces()).filter(|near| services.get(near, name).is_some());
        let right = right.map(|near| (name, near)).or_else(|| home().filter(|_| is_part(subject, namespace)));
        let meant = right.is_some() || is_part(subject, namespace) && is_part(subject, name);
        return meant.then(|| (format!("no component of the platform lives in namespace `{namespace}`"), right));
    }
    if services.may_be(namespace, name) || mentions(subject, namespace, name) {
        return None;
    }
    let near = || Some((nearest(name, services.names(namespace))?, namespace));
    let right = home().or_else(near);
    // A short name may be one that the DNS of the nodes knows.
    if target.name.namespace.is_none() && right.is_none() {
        return None;
    }
    Some((format!("there is no Service `{name}` in namespace `{namespace}`"), right))
}

/// Returns whether a namespace is called like something else of the platform: a component, a release, the platform itself.
fn is_part(subject: &Subject<'_>, namespace: &str) -> bool {
    let platform = subject.platform;
    *platform.name.value == *namespace
        || platform.component(namespace).is_some()
        || platform.components.iter().any(|component| {
            *component.release.value == *namespace
                || component.group.as_ref().is_some_and(|group| *group.value == *namespace)
                || component.parts.iter().any(|part| part.role.as_deref() == Some(namespace))
        })
}

fn finding(
    subject: &Subject<'_>,
    services: &Services<'_>,
    target: &Target<'_>,
    message: String,
    right: Option<(&str, &str)>,
) -> Diagnostic {
    let mut problem = RULE
        .at(target.place(), message)
        .label(target.found.host)
        .why("the name is not found, and what was to be sent there is lost");
    if let Some((name, namespace)) = right {
        let host = format!("{name}.{namespace}.svc.{}", subject.platform.domains.cluster.value);
        let there = services.get(namespace, name).and_then(|known| known.span);
        problem = there.into_iter().fold(problem, |problem, there| problem.related(there, "this one is there"));
        problem = problem.help(format!("did you mean `{host}`?"));
        problem = fix(problem, target, target.found.host, &host);
    } else {
        // Who took the name of a component for its namespace is told where it lives.
        let component = subject.platform.component(target.name.service).filter(|_| !services.has(target.namespace));
        let namespace = component.map_or(target.namespace, |component| &*component.namespace.value);
        let names: Vec<String> = services.names(namespace).take(6).map(|name| format!("`{name}`")).collect();
        if !names.is_empty() {
            problem = problem.help(format!("Services of `{namespace}` are {}", names.join(", ")));
        }
    }
    subject.about(target.facts, problem.help("better still: write a flow, and dvgen derives the address"))
}
