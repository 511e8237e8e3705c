//! Namespaces that objects are in and that nobody creates.

use std::collections::{BTreeMap, BTreeSet};

use super::after;
use crate::diag::{Diagnostic, Kind, Spelling, nearest};
use crate::library::Facts;
use crate::lint::ComponentFacts;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Component;
use crate::source::Span;

rule! {
    /// An object is in a namespace that nobody creates.
    ///
    /// ## What it does
    ///
    /// Compares the namespaces of manifests with those of components and with the Namespaces among the manifests.
    ///
    /// ## Why it matters
    ///
    /// The API server refuses an object whose namespace is not there, and the Application never syncs.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// # manifests of a component in the namespace `grafana`
    /// kind: ConfigMap
    /// metadata: { name: dashboards, namespace: grafna }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: ConfigMap
    /// metadata: { name: dashboards }   # it gets the namespace of its component
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Sync Options (Create Namespace).
    pub(super) static RULE = Kind::new("namespace-never-created", "DV1208"), Order, Error, fix: None, Check::Platform(check);
}

/// How many further objects are shown.
const SHOWN: usize = 5;

/// Namespaces that every cluster has.
const BUILT_IN: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    if after::may_be_a_guest(subject) || subject.platform.components.iter().any(may_create) {
        return;
    }
    let mut known: BTreeSet<&str> = BUILT_IN.into_iter().collect();
    for component in &subject.platform.components {
        known.insert(&component.namespace.value);
        let more = component.variant.facts.kinds.value().and_then(|kinds| kinds.namespaces.value());
        known.extend(more.into_iter().flatten().filter_map(|name| Some(&*name.value()?.0)));
    }
    known.extend(subject.objects_of("Namespace").map(|(_, object)| &*object.name));
    let argocd = subject.platform.argocd_namespace();
    known.insert(&argocd.value);
    let mut spelling = Spelling::default();
    for (at, facts) in subject.facts.iter().enumerate() {
        let Some(component) = subject.component(at) else { continue };
        for (namespace, spans) in strangers(facts, &known) {
            let near = spelling.look(known.iter().copied()).and_then(|known| nearest(namespace, known));
            out.extend(finding(component, namespace, &spans, near));
        }
    }
}

/// Returns whether the chart of a component creates namespaces, or may.
fn may_create(component: &Component) -> bool {
    let own = component.kinds.iter().flatten().any(|kind| &*kind.value == "Namespace");
    let facts = component.variant.facts.kinds.value();
    own || facts.is_some_and(|kinds| Facts::words(&kinds.cluster).any(|kind| kind == "Namespace"))
        || (component.chart.is_some() && component.kinds.is_none() && facts.is_none())
}

/// Returns the places of objects in namespaces that are not known.
fn strangers<'a>(facts: &'a ComponentFacts, known: &BTreeSet<&str>) -> BTreeMap<&'a str, Vec<Span>> {
    let mut all = BTreeMap::<&str, Vec<Span>>::new();
    for object in &facts.objects {
        if let Some(namespace) = object.namespace.as_deref().filter(|name| !known.contains(name))
            && let Some(span) = facts.line_at(object, &[&["metadata", "namespace"]])
        {
            all.entry(namespace).or_default().push(span);
        }
    }
    all
}

fn finding(component: &Component, namespace: &str, spans: &[Span], near: Option<&str>) -> Option<Diagnostic> {
    let (first, rest) = spans.split_first()?;
    let name = &component.name.value;
    let mut problem = RULE
        .at(*first, format!("nobody creates the namespace `{namespace}`"))
        .why(format!("the API server refuses the object, so `{name}` never syncs"));
    problem.help.extend(near.map(|near| format!("did you mean `{near}`?")));
    let rest: BTreeSet<&Span> = rest.iter().filter(|span| *span != first).collect();
    problem = rest.into_iter().take(SHOWN).fold(problem, |problem, span| problem.related(*span, "this is in it too"));
    let own = &component.namespace.value;
    Some(problem.help(format!("leave it out to get `{own}`, or add a manifest of kind Namespace")).about(name))
}
