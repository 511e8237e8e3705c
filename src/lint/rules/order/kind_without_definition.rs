//! Objects of custom kinds that nobody defines.

use std::collections::BTreeSet;

use super::after::may_be_a_guest;
use super::custom_kind_before_definition::definitions;
use crate::diag::{Diagnostic, Kind};
use crate::library::{Facts, kinds};
use crate::lint::facts::{MonitorFact, ObjectFact};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Component;
use crate::spec::InstalledBy;

rule! {
    /// A manifest is of a custom kind that no component defines, or a value asks a chart for one.
    ///
    /// ## What it does
    ///
    /// Looks for each kind of the manifests that is not of Kubernetes itself: in the facts of components, and in the
    /// definitions among the manifests. So it does for the monitors and alerting rules that Helm values turn on. It keeps
    /// silent where the definitions of a component are not known.
    ///
    /// ## Why it matters
    ///
    /// The API server refuses objects of kinds that it does not know, so the Application never syncs.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   web: { manifests: [alerts.yaml] }   # a PrometheusRule, and no Prometheus operator
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   kube-prometheus-stack: { version: 88.5.3 }
    ///   web: { manifests: [alerts.yaml] }
    /// ```
    ///
    /// What somebody else installs, such as the kinds of the Gateway API, is a component with its kinds:
    /// `gateway-api: { installedBy: external, kinds: [HTTPRoute.gateway.networking.k8s.io] }`.
    ///
    /// ## Source
    ///
    /// argoproj/argo-cd#1884.
    pub(super) static RULE = Kind::new("kind-without-definition", "DV1206"), Order, Warn, fix: None, Check::Platform(check);
}

const WHY: &str = "the API server refuses kinds that it does not know, so the Application never syncs";
const HELP: &str = "add the component that brings it";

/// What to write where the kind is there, and nobody said so.
fn otherwise(kind: &str) -> String {
    format!(
        "if it is there by other means, say so with a component of any name: `{{ installedBy: external, kinds: [{kind}] }}`"
    )
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    if may_be_a_guest(subject) || subject.platform.components.iter().any(may_define) {
        return;
    }
    let defined = definitions(subject);
    for (at, facts) in subject.facts.iter().enumerate() {
        let mut said = BTreeSet::new();
        for object in &facts.objects {
            let Some((group, _)) = object.api_version.split_once('/') else { continue };
            let full = format!("{}.{group}", object.kind);
            // Whoever reads Applications has the kinds of Argo CD.
            let known = group == "argoproj.io"
                || kinds::is_built_in(&full)
                || kinds::built_in_scope(&full).is_some()
                || subject.graph.crds.contains_key(full.as_str())
                || defined.contains_key(&(group, &*object.kind));
            if !known && facts.is_written(object.doc.origin) && said.insert(full.clone()) {
                out.extend(finding(subject, at, object, &full));
            }
        }
        for monitor in &facts.monitors {
            let known = |(kind, group)| defined.contains_key(&(group, kind));
            let known =
                subject.graph.crds.contains_key(monitor.kind) || monitor.kind.split_once('.').is_some_and(known);
            if !known && said.insert(monitor.kind.to_owned()) {
                out.extend(asked(subject, at, monitor));
            }
        }
    }
}

fn asked(subject: &Subject<'_>, at: usize, monitor: &MonitorFact) -> Option<Diagnostic> {
    let name = &subject.component(at)?.name.value;
    let message = format!(
        "no component defines the kind {}, which `{}` asks the chart of `{name}` for",
        monitor.kind, monitor.keys
    );
    Some(RULE.at(monitor.span, message).why(WHY).help(HELP).help(otherwise(monitor.kind)).about(name))
}

/// Returns whether a component may define kinds that nothing tells of.
fn may_define(component: &Component) -> bool {
    const DEFINITION: &str = "CustomResourceDefinition.apiextensions.k8s.io";
    let facts = &component.variant.facts;
    let told = facts.provides.value().is_some_and(|provides| provides.crds.value().is_some());
    let listed = component.kinds.as_ref().map(|kinds| kinds.iter().any(|kind| &*kind.value == DEFINITION));
    let by_facts = facts.kinds.value().map(|kinds| Facts::words(&kinds.cluster).any(|kind| kind == DEFINITION));
    let external = component.installed_by.value == InstalledBy::External;
    // An external component without facts, or a chart whose kinds nobody lists, may bring anything.
    !told && (external || component.chart.is_some()) && listed.or(by_facts).unwrap_or(component.variant.unknown)
}

fn finding(subject: &Subject<'_>, at: usize, object: &ObjectFact, kind: &str) -> Option<Diagnostic> {
    let component = subject.component(at)?;
    let span = subject.facts.get(at)?.line_at(object, &[&["kind"]])?;
    let name = &component.name.value;
    let problem = RULE
        .at(span, format!("no component defines the kind {kind}, of which `{name}` creates `{}`", object.name))
        .why(WHY)
        .help(HELP)
        .help(otherwise(kind));
    Some(problem.about(name))
}
