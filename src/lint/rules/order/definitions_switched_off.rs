//! Definitions of kinds that the values of their chart leave out.

use std::collections::BTreeSet;

use super::custom_kind_before_definition::definitions;
use crate::diag::{Diagnostic, Kind};
use crate::graph::Reason;
use crate::library::Facts;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{Component, ComponentId};
use crate::source::Span;
use crate::yaml::Node;

rule! {
    /// The values of a chart leave out definitions of kinds that the platform uses.
    ///
    /// ## What it does
    ///
    /// Looks for `crds.enabled: false`, `crds.install: false`, `crds.create: false` and `installCRDs: false` in the `values:` of
    /// components whose facts say that they bring custom kinds, where another component creates objects of one of the kinds,
    /// or the component itself does, and nobody else defines it.
    ///
    /// ## Why it matters
    ///
    /// The API server refuses objects of kinds that it does not know, so the Applications never sync.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cert-manager: { version: v1.21.1, values: { crds: { enabled: false } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cert-manager: { version: v1.21.1 }      # dvgen lets the chart bring its kinds
    /// ```
    ///
    /// ## Source
    ///
    /// cert-manager, Installing with Helm; argoproj/argo-cd#1884.
    pub(super) static RULE =
        Kind::new("definitions-switched-off", "DV1250"), Order, Error, fix: None, Check::Platform(check);
}

/// Where charts have the switch.
const SWITCHES: [&[&str]; 6] = [
    &["crds", "enabled"],
    &["crds", "install"],
    &["crds", "create"],
    &["crds", "createCRDs"],
    &["installCRDs"],
    &["createCRDs"],
];

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (at, component) in subject.platform.components.iter().enumerate() {
        let charted = component.chart.is_some() && component.is_installed();
        let Some(values) = component.values.as_deref().filter(|_| charted) else { continue };
        let Some((switch, span)) = SWITCHES.iter().find_map(|path| Some((*path, off(values, path)?))) else { continue };
        if let Some((kind, place)) = missed(subject, ComponentId(at), component) {
            out.push(finding(component, switch, span, kind, place));
        }
    }
}

/// Returns whether the values of a component keep its chart from bringing the definitions of kinds.
pub(in crate::lint) fn is_switched_off(component: &Component) -> bool {
    component.values.as_deref().is_some_and(|values| SWITCHES.iter().any(|path| off(values, path).is_some()))
}

/// Returns the line of a switch that is off.
fn off(values: &Node, path: &[&str]) -> Option<Span> {
    let node = path.iter().try_fold(values, |node, key| node.get(key))?;
    (node.as_scalar().is_some_and(|text| &**text == "false")).then_some(node.span)
}

/// Returns a kind that somebody needs and that nobody else defines, with the place that needs it.
fn missed<'a>(subject: &Subject<'a>, id: ComponentId, component: &'a Component) -> Option<(&'a str, Option<Span>)> {
    let brought: BTreeSet<&str> = Facts::words(&component.variant.facts.provides.value()?.crds).collect();
    let by_hand = definitions(subject);
    let others = subject.platform.components.iter().filter(|other| other.name.value != component.name.value);
    let mut elsewhere: BTreeSet<&str> = BTreeSet::new();
    for other in others {
        elsewhere.extend(other.brings().map(|kind| &*kind.value));
        elsewhere.extend(other.variant.facts.provides.value().into_iter().flat_map(|more| Facts::words(&more.crds)));
    }
    let lost = |kind: &str| {
        let defined = kind.split_once('.').is_some_and(|(kind, group)| by_hand.contains_key(&(group, kind)));
        brought.contains(kind) && !defined && !elsewhere.contains(kind)
    };
    let edges = subject.graph.edges.iter().filter(|edge| edge.to == id);
    let by_edge = edges.into_iter().find_map(|edge| match &edge.reason {
        Reason::Crd(kind) if lost(kind) => Some((brought.get(&**kind).copied()?, subject.line(edge.origin))),
        _ => None,
    });
    by_edge.or_else(|| {
        let facts = subject.facts.get(id.0)?;
        facts.objects.iter().find_map(|object| {
            let (group, _) = object.api_version.split_once('/')?;
            let kind = format!("{}.{group}", object.kind);
            let line = facts.line_at(object, &[&["kind"]]);
            lost(&kind).then(|| Some((brought.get(kind.as_str()).copied()?, line)))?
        })
    })
}

fn finding(component: &Component, switch: &[&str], span: Span, kind: &str, place: Option<Span>) -> Diagnostic {
    let name = &component.name.value;
    let message = format!("`{}` of `{name}` is off, and nobody else defines {kind}", switch.join("."));
    let problem = RULE
        .at(span, message)
        .why("the API server refuses objects of kinds that it does not know, so whoever creates them never syncs")
        .help("remove it: the chart brings its definitions")
        .help(format!(
            "if they are there by other means, say so with a component of any name: `{{ installedBy: external, kinds: [{kind}] }}`"
        ));
    let problem = place.into_iter().fold(problem, |problem, place| problem.related(place, "this needs the kind"));
    problem.about(name)
}
