//! Pods that ask for labels which no node has.

use std::collections::BTreeSet;

use super::placed::{Placed, placed, placements};
use super::removed_node_label::RENAMED;
use crate::diag::{Diagnostic, Kind, Severity, did_you_mean, nearest};
use crate::doc::{Doc, Map};
use crate::lint::rule::{Check, rule};
use crate::lint::scheduling::{Expression, HOSTNAME, MASTER, Nodes, Wanted};
use crate::lint::subject::Subject;
use crate::model::Component;
use crate::source::Span;
use crate::spec::InstalledBy;
use crate::template::Data;

rule! {
    /// Pods ask for nodes with a label that no node has.
    ///
    /// ## What it does
    ///
    /// Compares `placement`, and `nodeSelector` and required node affinities in `values:` and manifests, with the labels of the
    /// nodes: those of the spec, those that dvgen derives, and those that Kubernetes sets. What `affinity.prefer` likes best and
    /// no node has is a warning. The labels that `spread` tells nodes apart by have to be on a node too. A platform without nodes
    /// is left alone.
    ///
    /// ## Why it matters
    ///
    /// The scheduler finds no node, and the pods wait for ever.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// nodes: { one: { role: worker, labels: { workload: apps } } }
    /// components:
    ///   loki: { placement: { nodeSelector: { workload: loki } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// nodes: { one: { role: worker, labels: { workload: apps } } }
    /// components:
    ///   loki: { placement: { nodeSelector: { workload: apps } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, "Assigning Pods to Nodes".
    pub(super) static RULE =
        Kind::new("selector-without-node", "DV1101"), Topology, Error, fix: Unsafe, Check::Platform(check),
        softer: "where a label is only preferred: the pods run somewhere else";
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let nodes = Nodes::of(subject.platform);
    if nodes.all.is_empty() {
        return;
    }
    for placed in placed(subject) {
        let wishes = placed.pods.wishes.iter().filter(|wish| no_node(&nodes, wish));
        for wish in wishes.filter(|wish| !RENAMED.iter().any(|(old, _)| *old == wish.key)) {
            out.extend(of_wish(subject, &nodes, &placed, wish));
        }
        // A label that Kubernetes has removed has a rule of its own.
        let removed = placed.pods.keys().any(|(key, _)| key == MASTER);
        if removed || !nodes.fit(&placed.pods).is_empty() {
            continue;
        }
        let found = of_selector(subject, &nodes, &placed).or_else(|| of_affinity(subject, &nodes, &placed));
        out.extend(found.map(|problem| {
            let problem = problem.why("its pods would wait for ever");
            let problem = problem.help("or give a node the label: `labels:` of the node");
            placed.about().into_iter().fold(problem, Diagnostic::about)
        }));
    }
    let components = subject.platform.components.iter();
    for component in components.filter(|component| component.installed_by.value != InstalledBy::External) {
        for (who, placement) in placements(component) {
            of_spread(subject, &nodes, (component, &who), placement, out);
        }
    }
}

fn no_node(nodes: &Nodes<'_>, one: &Expression<'_>) -> bool {
    !nodes.all.iter().any(|node| nodes.matches(node, one))
}

/// Reports a wish that no node fulfils.
fn of_wish(subject: &Subject<'_>, nodes: &Nodes<'_>, placed: &Placed<'_>, wish: &Expression<'_>) -> Option<Diagnostic> {
    let values: Vec<&str> = wish.values.iter().map(|(value, _)| *value).collect();
    let (key, who) = (wish.key, &placed.who);
    let message = format!("{who} likes nodes with `{key}: {}` best, and no node has it", values.join("` or `"));
    let mut problem = RULE.at(line(subject, nodes, placed, wish)?, message).why("its pods run wherever there is room");
    problem.severity = Severity::Warning;
    let problem = nearest_label(subject, nodes, key, &values, problem);
    Some(placed.about().into_iter().fold(problem, Diagnostic::about))
}

/// Reports labels by which nodes are to be told apart, and which no node has.
fn of_spread(
    subject: &Subject<'_>,
    nodes: &Nodes<'_>,
    (component, who): (&Component, &str),
    placement: &Data,
    out: &mut Vec<Diagnostic>,
) {
    for one in placement.get("spread").and_then(Data::as_list).unwrap_or_default() {
        let Some((label, key)) = one.get("topologyKey").and_then(|key| Some((key, key.as_str()?))) else { continue };
        if nodes.all.iter().any(|node| nodes.has_key(node, key)) {
            continue;
        }
        let Some(span) = subject.platform.origins.place(label.origin) else { continue };
        let strict = one.get("whenUnsatisfiable").and_then(Data::as_str).is_some_and(|word| &**word == "DoNotSchedule");
        let mut problem =
            RULE.at(span, format!("{who} is spread over the values of `{key}`, and no node has that label"));
        problem = if strict {
            problem.why("the scheduler takes no node without the label: its pods would wait for ever")
        } else {
            problem.severity = Severity::Warning;
            problem.why("all nodes count as one place, and its copies may stand on one of them")
        };
        let problem = nearest_label(subject, nodes, key, &[], problem);
        out.push(problem.help("or give the nodes the label: `labels:` of each node").about(&component.name.value));
    }
}

/// Reports a selector at the label that no node has, or else at the first of those that no node has together.
fn of_selector(subject: &Subject<'_>, nodes: &Nodes<'_>, placed: &Placed<'_>) -> Option<Diagnostic> {
    let selector = &placed.pods.selector;
    let nobody = |label: &&Wanted<'_>| !nodes.all.iter().any(|node| nodes.has(node, label));
    let alone = selector.iter().find(nobody);
    let together = || {
        let all = |node| selector.iter().all(|label| nodes.has(node, label));
        selector.first().filter(|_| !nodes.all.iter().any(all))
    };
    let label = alone.or_else(together)?;
    let span = placed.line(subject, label.origin)?;
    let who = &placed.who;
    let message = match alone {
        Some(label) => format!("{who} asks for nodes with `{}: {}`, and no node has it", label.key, label.value),
        None => format!("no node has all the labels that {who} asks for"),
    };
    let problem = RULE.at(span, message);
    let Some(label) = alone else { return Some(problem) };
    let problem = nearest_label(subject, nodes, label.key, &[label.value], problem);
    let values = nodes.all.iter().filter_map(|(_, labels)| labels.at(&[label.key])?.as_str());
    // Where the text stands in quotes, or under another key, it is not replaced.
    let plain = (span.end - span.start) as usize == label.value.len();
    Some(match nearest(label.value, values).filter(|near| plain && near.parse::<f64>().is_err()) {
        Some(near) => problem.fix(false, format!("change to `{near}`"), span, near),
        None => problem,
    })
}

/// Reports a node affinity at the first expression of its first term that no node satisfies.
fn of_affinity(subject: &Subject<'_>, nodes: &Nodes<'_>, placed: &Placed<'_>) -> Option<Diagnostic> {
    let term = placed.pods.terms.first()?;
    let alone = term.iter().find(|one| no_node(nodes, one));
    let shown = alone.or_else(|| term.first())?;
    let span = line(subject, nodes, placed, shown)?;
    let who = &placed.who;
    let Some(one) = alone else {
        let problem = RULE.at(span, format!("no node satisfies the node affinity of {who}"));
        let label = placed.pods.selector.first().and_then(|label| placed.line(subject, label.origin));
        let beside = |problem: Diagnostic, place| problem.related(place, "and it has to have this label");
        return Some(label.into_iter().fold(problem, beside));
    };
    let values: Vec<&str> = one.values.iter().map(|(value, _)| *value).collect();
    let asked = match (one.operator, placed.of) {
        // As the placement says it.
        ("In", None) => format!("`{}: {}`", one.key, values.join("` or `")),
        ("NotIn", None) => {
            let message =
                format!("{who} keeps off nodes with `{}: {}`, and there are no others", one.key, values.join("` or `"));
            return Some(RULE.at(span, message).help("exclude fewer of them"));
        }
        (operator, _) => format!("`{} {operator} {}`", one.key, values.join(", ")).replace(" `", "`"),
    };
    let problem = RULE.at(span, format!("{who} asks for nodes with {asked}, and there is none"));
    Some(nearest_label(subject, nodes, one.key, &values, problem))
}

/// Returns the line to change: the only value that an expression asks for, if it is the value that no node has, or else its
/// key.
fn line(subject: &Subject<'_>, nodes: &Nodes<'_>, placed: &Placed<'_>, one: &Expression<'_>) -> Option<Span> {
    let there = nodes.all.iter().any(|node| nodes.has_key(node, one.key));
    let only = match one.values.as_slice() {
        [(_, origin)] if there => placed.line(subject, *origin),
        _ => None,
    };
    only.or_else(|| placed.line(subject, one.origin))
}

/// Adds the label that is meant, as far as one can tell: another value of the key, or another key.
fn nearest_label(
    subject: &Subject<'_>,
    nodes: &Nodes<'_>,
    key: &str,
    wanted: &[&str],
    problem: Diagnostic,
) -> Diagnostic {
    if key == HOSTNAME {
        let names = || subject.platform.topology.nodes.iter().map(|node| &*node.name.value);
        let near = wanted.iter().find_map(|wanted| did_you_mean(wanted, names()));
        return near.into_iter().fold(problem, Diagnostic::help);
    }
    let same: Vec<&Doc> = nodes.all.iter().filter_map(|(_, labels)| labels.at(&[key])).collect();
    let values: BTreeSet<&str> = same.iter().filter_map(|doc| doc.as_str()).collect();
    if values.is_empty() {
        let maps = nodes.all.iter().filter_map(|(_, labels)| labels.as_map());
        let keys = maps.flat_map(Map::iter).map(|(key, _)| &*key.text);
        return did_you_mean(key, keys).into_iter().fold(problem, Diagnostic::help);
    }
    let near = wanted.iter().find_map(|wanted| nearest(wanted, values.iter().copied()));
    let place = same.iter().find(|doc| near.is_none_or(|near| doc.as_str().is_some_and(|text| text == near)));
    let place = place.and_then(|doc| subject.platform.origins.written_span(doc.origin));
    let problem = place.into_iter().fold(problem, |problem, place| problem.related(place, "a node with another value"));
    problem.help(match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the values of the nodes are `{}`", values.into_iter().collect::<Vec<_>>().join("`, `")),
    })
}
