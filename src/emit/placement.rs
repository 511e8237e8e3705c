//! Whether some node takes the pods of each component: its labels, and its taints.

use super::{NOWHERE, Source, labels};
use crate::diag::{Diagnostic, did_you_mean, nearest};
use crate::doc::{Doc, Map};
use crate::model::{Component, Node};
use crate::source::OriginId;
use crate::spec::{Effect, InstalledBy, Role};
use crate::template::Data;

/// The taint that kubeadm gives control-plane nodes (kubernetes.io, well-known labels, annotations and taints).
const CONTROL_PLANE: &str = "node-role.kubernetes.io/control-plane";

/// A label that a component asks for.
struct Wanted<'a> {
    key: &'a str,
    value: &'a str,
    origin: OriginId,
}

/// Reports components whose `placement` no node satisfies. Without nodes in the spec there is nothing to compare.
pub(super) fn check(source: &Source<'_>, out: &mut Vec<Diagnostic>) {
    let nodes: Vec<(&Node, Doc)> =
        source.platform.topology.nodes.iter().map(|node| (node, labels::of(source, node))).collect();
    if nodes.is_empty() {
        return;
    }
    let components = source.platform.components.iter();
    for component in components.filter(|component| component.installed_by.value != InstalledBy::External) {
        let selector = component.placement.get("nodeSelector").and_then(Data::as_map);
        let wanted: Vec<Wanted<'_>> = selector
            .into_iter()
            .flat_map(crate::template::DataMap::iter)
            .filter_map(|(key, value)| Some(Wanted { key, value: value.as_str()?, origin: value.origin }))
            .collect();
        let Some(first) = wanted.first() else { continue };
        let fit: Vec<&Node> = nodes
            .iter()
            .filter(|(node, labels)| wanted.iter().all(|label| has(node, labels, label)))
            .map(|(node, _)| *node)
            .collect();
        if fit.is_empty() {
            no_node(source, component, &nodes, &wanted, out);
        } else {
            tainted(source, component, &fit, first, out);
        }
    }
}

/// Returns whether a node has a label: one of the spec, one that dvgen derives, or one that Kubernetes sets.
fn has(node: &Node, labels: &Doc, wanted: &Wanted<'_>) -> bool {
    if let Some(value) = labels.at(&[wanted.key]) {
        return value.as_str() == Some(wanted.value);
    }
    match wanted.key {
        "kubernetes.io/hostname" => *node.name.value == *wanted.value,
        CONTROL_PLANE => node.role.value == Role::ControlPlane && wanted.value.is_empty(),
        // The others of Kubernetes, such as the architecture, are not in the spec.
        key => key.split('/').next().is_some_and(|domain| domain.ends_with("kubernetes.io") && key.contains('/')),
    }
}

/// Reports a selector: at the label that no node has, or else at the first of those that no node has together.
fn no_node(
    source: &Source<'_>,
    component: &Component,
    nodes: &[(&Node, Doc)],
    wanted: &[Wanted<'_>],
    out: &mut Vec<Diagnostic>,
) {
    let nobody = |label: &&Wanted<'_>| nodes.iter().all(|(node, labels)| !has(node, labels, label));
    let alone = wanted.iter().find(nobody);
    let Some(label) = alone.or_else(|| wanted.first()) else { return };
    let Some(span) = source.platform.origins.place(label.origin) else { return };
    let name = &component.name.value;
    let message = match alone {
        Some(label) => format!("`{name}` asks for nodes with `{}: {}`, and no node has it", label.key, label.value),
        None => format!("no node has all the labels that `{name}` asks for"),
    };
    let mut problem = Diagnostic::error(NOWHERE, span, message).why("its pods would wait for ever");
    if alone.is_some() {
        problem = nearest_label(source, nodes, label, problem);
    }
    out.push(problem.help("or give a node the label: `labels:` of the node"));
}

/// Adds the label that is meant, as far as one can tell: another value of the key, or another key.
fn nearest_label(source: &Source<'_>, nodes: &[(&Node, Doc)], label: &Wanted<'_>, problem: Diagnostic) -> Diagnostic {
    let same: Vec<&Doc> = nodes.iter().filter_map(|(_, labels)| labels.at(&[label.key])).collect();
    let values: std::collections::BTreeSet<&str> = same.iter().filter_map(|doc| doc.as_str()).collect();
    if values.is_empty() {
        let keys =
            nodes.iter().filter_map(|(_, labels)| labels.as_map()).flat_map(Map::iter).map(|(key, _)| &*key.text);
        return did_you_mean(label.key, keys).into_iter().fold(problem, Diagnostic::help);
    }
    let near = nearest(label.value, values.iter().copied());
    let place = same.iter().find(|doc| near.is_none_or(|near| doc.as_str().is_some_and(|text| text == near)));
    let place = place.and_then(|doc| source.platform.origins.written_span(doc.origin));
    let problem = place.into_iter().fold(problem, |problem, place| problem.related(place, "a node with another value"));
    problem.help(match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the values of the nodes are `{}`", values.into_iter().collect::<Vec<_>>().join("`, `")),
    })
}

/// Reports a selector whose nodes all keep the pods away.
fn tainted(source: &Source<'_>, component: &Component, fit: &[&Node], at: &Wanted<'_>, out: &mut Vec<Diagnostic>) {
    let workers = source.platform.topology.nodes_of(Role::Worker).next().is_some();
    let blocks: Option<Vec<(String, Option<OriginId>)>> =
        fit.iter().map(|node| blocked(component, node, workers)).collect();
    let Some((taint, origin)) = blocks.and_then(|blocks| blocks.into_iter().next()) else { return };
    let Some(span) = source.platform.origins.place(at.origin) else { return };
    let name = &component.name.value;
    let nodes: Vec<String> = fit.iter().map(|node| format!("`{}`", node.name.value)).collect();
    let message = format!("`{name}` is to run on {}, and does not tolerate `{taint}`", nodes.join(", "));
    let mut problem = Diagnostic::error(NOWHERE, span, message).why("its pods would wait for ever");
    problem = match origin.and_then(|origin| source.platform.origins.place(origin)) {
        Some(place) => problem.related(place, "the taint"),
        None => problem.help("kubeadm gives control-plane nodes this taint"),
    };
    let (key, effect) = taint.rsplit_once(':').unwrap_or((&taint, "NoSchedule"));
    let key = key.split('=').next().unwrap_or(key);
    out.push(
        problem.help(format!(
            "add `tolerations: [{{ key: {key}, operator: Exists, effect: {effect} }}]` to its `placement`"
        )),
    );
}

/// Returns the first taint of a node that keeps the pods of a component away, and where it is written.
fn blocked(component: &Component, node: &Node, workers: bool) -> Option<(String, Option<OriginId>)> {
    let control_plane = workers && node.role.value == Role::ControlPlane;
    if control_plane && !tolerates(component, CONTROL_PLANE, "", Effect::NoSchedule) {
        return Some((format!("{CONTROL_PLANE}:NoSchedule"), None));
    }
    let mut taints = node.taints.iter().filter(|taint| taint.effect.value != Effect::PreferNoSchedule);
    taints.find_map(|taint| {
        let value = taint.value.as_ref().map_or("", |value| &value.value);
        let (key, effect) = (&taint.key.value, taint.effect.value);
        let shown = if value.is_empty() { String::new() } else { format!("={value}") };
        let blocks = !tolerates(component, key, value, effect);
        blocks.then(|| (format!("{key}{shown}:{}", effect.word()), Some(taint.key.origin)))
    })
}

/// As the scheduler compares (kubernetes.io, taints and tolerations).
fn tolerates(component: &Component, key: &str, value: &str, effect: Effect) -> bool {
    let listed = component.placement.get("tolerations").and_then(Data::as_list).unwrap_or_default();
    listed.iter().any(|toleration| {
        let field = |name| toleration.get(name).and_then(Data::as_str).map(|text| &**text);
        let exists = field("operator") == Some("Exists");
        field("key").map_or(exists, |known| known == key)
            && field("effect").is_none_or(|known| known == effect.word())
            && (exists || field("value").unwrap_or("") == value)
    })
}
