//! Addresses of Services that do not exist.

use std::collections::BTreeSet;

use super::target::{COMPARED, Target, fix, mentions, targets};
use crate::diag::{Diagnostic, Kind, nearest};
use crate::lint::rule::{Check, rule};
use crate::lint::rules::order::after::may_be_a_guest;
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
    /// of a component's facts at its pinned version, or an object of a manifest. In a namespace that
    /// the platform does not own, only names of its own Services and parts are reported; `foreign-service-url` has the
    /// others. Components whose Services are not known, as those of a version that nobody has read the facts in, are left
    /// alone.
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
    let mut parts = None;
    for target in targets(subject) {
        // A host with the words of the cluster is there once more, by itself.
        if target.url.beside.is_some() && target.url.text.contains(".svc") {
            continue;
        }
        let parts = parts.get_or_insert_with(|| Parts::new(subject));
        if let Some((message, right)) = wrong(subject, parts, &target) {
            out.push(finding(subject, services(), &target, message, right));
        }
    }
}

/// What a platform calls its parts by: components, releases, groups, roles, itself.
pub(super) struct Parts<'a> {
    names: BTreeSet<&'a str>,
    /// Whether the cluster may be that of another environment, with namespaces that are not known here.
    guest: bool,
}

impl<'a> Parts<'a> {
    pub(super) fn new(subject: &Subject<'a>) -> Self {
        let platform = subject.platform;
        let mut names = BTreeSet::from([&*platform.name.value]);
        for component in &platform.components {
            names.extend([&*component.name.value, &*component.release.value]);
            names.extend(component.group.as_ref().map(|group| &*group.value));
            names.extend(component.parts.iter().filter_map(|part| part.role.as_deref()));
        }
        Self { names, guest: may_be_a_guest(subject) }
    }
}

/// Returns what is wrong with an address, and the Service that was probably meant.
pub(super) fn wrong<'a>(
    subject: &Subject<'a>,
    parts: &Parts<'_>,
    target: &Target<'a>,
) -> Option<(String, Option<(&'a str, &'a str)>)> {
    let services = subject.known_services();
    let (name, namespace) = (target.name.service, target.namespace);
    let cluster = &*subject.platform.domains.cluster.value;
    let homes = services.homes(name);
    let home = || Some((name, *homes.first()?));
    if services.get(namespace, name).is_some() {
        // Names that Services have in several clusters end in a domain of their own.
        let domain = target.name.domain.filter(|domain| ![cluster, "clusterset.local"].contains(domain))?;
        let message = format!("the domain of the cluster is `{cluster}`, not `{domain}`");
        return Some((message, Some((name, namespace))));
    }
    if !services.has(namespace) {
        let near = nearest(namespace, homes.iter().copied().take(COMPARED)).map(|near| (name, near));
        // What another environment or the cluster itself has in its namespaces is not known here.
        let (is_part, unknown) =
            (|word: &str| parts.names.contains(word), parts.guest || Services::is_of_cluster(namespace));
        let right = near.or_else(|| home().filter(|_| is_part(namespace) || !unknown));
        let meant = right.is_some() || is_part(name) && (is_part(namespace) || !unknown);
        return meant.then(|| (format!("no component of the platform lives in namespace `{namespace}`"), right));
    }
    if services.may_be(namespace, name) || mentions(subject, namespace, name) {
        return None;
    }
    let near = || Some((nearest(name, services.names(namespace).take(COMPARED))?, namespace));
    let right = home().or_else(near);
    // A short name may be one that the DNS of the nodes knows.
    if target.name.namespace.is_none() && right.is_none() {
        return None;
    }
    Some((format!("there is no Service `{name}` in namespace `{namespace}`"), right))
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
    problem = problem.help("better still: write a flow, and dvgen derives the address");
    if !services.has(target.namespace) {
        let namespace = target.namespace;
        problem = problem.help(format!(
            "if it is there by other means, say so with a component of any name: `{{ installedBy: external, namespace: {namespace}, kinds: [] }}`"
        ));
    }
    subject.about(target.facts, problem)
}
