//! Pods that ask for labels which no node has.

use std::collections::BTreeSet;

use super::placed::{Placed, placed};
use crate::diag::{Diagnostic, Kind, did_you_mean, nearest};
use crate::doc::{Doc, Map};
use crate::lint::rule::{Check, rule};
use crate::lint::scheduling::{MASTER, Nodes, Wanted, expressions};
use crate::lint::subject::Subject;

rule! {
    /// Pods ask for nodes with a label that no node has.
    ///
    /// ## What it does
    ///
    /// Compares `placement`, and `nodeSelector` and required node affinities in `values:` and manifests, with the labels of the
    /// nodes: those of the spec, those that dvgen derives, and those that Kubernetes sets. A platform without nodes is left
    /// alone.
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
        Kind::new("selector-without-node", "DV1101"), Topology, Error, fix: Unsafe, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let nodes = Nodes::of(subject.platform);
    if nodes.all.is_empty() {
        return;
    }
    for placed in placed(subject) {
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
    let nobody = |one: &&Doc| !nodes.all.iter().any(|node| nodes.matches(node, one));
    let alone = expressions(term).find(nobody);
    let shown = alone.or_else(|| expressions(term).next())?;
    let key = shown.at(&["key"])?;
    let span = placed.line(subject, key.origin)?;
    let who = &placed.who;
    let Some(expression) = alone else {
        return Some(RULE.at(span, format!("no node satisfies the node affinity of {who}")));
    };
    let values = expression.at(&["values"]).and_then(Doc::as_list).into_iter().flatten();
    let values: Vec<&str> = values.filter_map(Doc::as_str).collect();
    let text = |name: &str| expression.at(&[name]).and_then(Doc::as_str).unwrap_or("");
    let asked = format!("`{} {} {}`", text("key"), text("operator"), values.join(", "));
    let problem = RULE.at(span, format!("{who} asks for nodes with {}, and there is none", asked.replace(" `", "`")));
    Some(nearest_label(subject, nodes, text("key"), &values, problem))
}

/// Adds the label that is meant, as far as one can tell: another value of the key, or another key.
fn nearest_label(
    subject: &Subject<'_>,
    nodes: &Nodes<'_>,
    key: &str,
    wanted: &[&str],
    problem: Diagnostic,
) -> Diagnostic {
    if key == "kubernetes.io/hostname" {
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
