//! Node labels: the map, and the script that sets them.
//!
//! Keys are Kubernetes' recommended ones (kubernetes.io, recommended labels), and the hypervisor's id under
//! `<platform>.io/proxmox-host`, which monitoring relabels on.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Source;
use super::build::{list, named, some, text};
use super::draft::{Body, Draft, TargetName};
use crate::diag::Diagnostic;
use crate::doc::{Doc, Value};
use crate::model::{Node, Platform, Taint, UNUSABLE_NAME};
use crate::spec::Role;
use crate::spec::labels::is_label_value;

/// Reports values that are made of the spec's names and that Kubernetes would refuse, each at the line to change.
pub(super) fn check(source: &Source<'_>, out: &mut Vec<Diagnostic>) {
    let platform = source.platform;
    let mut seen = BTreeSet::new();
    for node in in_cluster(source) {
        let labels = of(source.platform, node);
        for (key, value) in labels.as_map().into_iter().flat_map(crate::doc::Map::iter) {
            let Some(text) = value.as_str().filter(|text| !is_label_value(text)) else { continue };
            let Some(span) = platform.origins.place(value.origin).filter(|_| seen.insert(value.origin)) else {
                continue;
            };
            let message = format!("Kubernetes refuses the value `{text}` of label `{}`", key.text);
            let problem = Diagnostic::error(UNUSABLE_NAME, span, message)
                .why("the node would keep no label at all: `kubectl label` sets all of them or none");
            out.push(problem.help(
                "a value is at most 63 letters, digits and `-`, `_`, `.`, starting and ending with a letter or digit; \
                 shorten or change what it is made of",
            ));
        }
    }
}

/// Returns the nodes that are in a cluster: labels are those of Kubernetes.
fn in_cluster<'a>(source: &Source<'a>) -> impl Iterator<Item = &'a Node> {
    source.platform.topology.nodes.iter().filter(|node| node.role.value != Role::Machine)
}

/// Returns the labels of a node: the derived ones, and the spec's own over them.
pub fn of(platform: &Platform, node: &Node) -> Doc {
    let here = node.name.origin;
    let name = &platform.name;
    let host = node.host.and_then(|id| platform.topology.hypervisors.get(id.0));
    let mut labels: Vec<(Arc<str>, Doc)> = vec![
        ("app.kubernetes.io/name".into(), Doc::str(format!("{}-node", name.value), name.origin)),
        ("app.kubernetes.io/instance".into(), Doc::str(format!("{}-{}", name.value, node.name.value), here)),
        ("app.kubernetes.io/component".into(), Doc::str(node.role.value.word(), node.role.origin)),
        ("app.kubernetes.io/part-of".into(), text(name)),
        ("app.kubernetes.io/managed-by".into(), Doc::str("dvgen", here)),
    ];
    if let Some(version) = platform.kubernetes() {
        // Labels take no `+`; Helm's convention is `_` (helm.sh, chart best practices, labels).
        let label = version.value.replace('+', "_");
        labels.push(("app.kubernetes.io/version".into(), Doc::str(label, version.origin)));
    }
    if let Some(host) = host {
        labels.push((platform.host_label(), text(&host.host_id)));
    }
    labels.extend(node.labels.iter().map(|(label, value)| (label.value.clone(), text(value))));
    let mut doc = named(here, []);
    for (key, value) in labels {
        doc.merge(named(here, [(key, value)]));
    }
    doc
}

/// Returns the taints of a node, as Kubernetes writes them.
pub(super) fn taints(node: &Node) -> Doc {
    let taint = |taint: &Taint| {
        let effect = Doc::str(taint.effect.value.word(), taint.effect.origin);
        let value = taint.value.as_ref().map(text);
        some(taint.key.origin, [("key", Some(text(&taint.key))), ("value", value), ("effect", Some(effect))])
    };
    list(node.name.origin, node.taints.iter().map(taint))
}

/// Returns the map of all nodes, and the script. Without nodes there are none.
pub(super) fn drafts(source: &Source<'_>) -> Vec<Draft> {
    let mut nodes = in_cluster(source).peekable();
    if nodes.peek().is_none() {
        return Vec::new();
    }
    let here = source.platform.name.origin;
    let doc = named(here, nodes.map(|node| (node.name.value.clone(), of(source.platform, node))));
    let header = source.layout.header(here);
    let map = Draft::yaml(source.layout.file("nodes/labels.yaml"), TargetName::Labels, header, vec![doc]);
    vec![map, script(source)]
}

/// Names and labels are words that need no quoting in a shell: the spec takes no others.
fn script(source: &Source<'_>) -> Draft {
    let here = source.platform.name.origin;
    let header = source.layout.header(here);
    let mut lines: Vec<_> = [
        "#!/bin/sh".to_owned(),
        format!("# {}", header.text),
        "# Prints the commands that label and taint the nodes; with --apply, runs them.".to_owned(),
        "set -eu".to_owned(),
        "run() {".to_owned(),
        "  if [ \"${apply:-}\" = yes ]; then \"$@\"; else echo \"$@\"; fi".to_owned(),
        "}".to_owned(),
        "case \"${1:-}\" in".to_owned(),
        "  --apply) apply=yes ;;".to_owned(),
        "  '') ;;".to_owned(),
        "  *) echo \"usage: $0 [--apply]\" >&2; exit 2 ;;".to_owned(),
        "esac".to_owned(),
    ]
    .map(|line| (line, here))
    .into();
    for node in in_cluster(source) {
        lines.push((format!("run kubectl label node {} --overwrite \\", node.name.value), node.name.origin));
        let labels = of(source.platform, node);
        let entries: Vec<_> = labels.as_map().into_iter().flat_map(crate::doc::Map::iter).collect();
        for (number, (key, value)) in entries.iter().enumerate() {
            let Value::Str(text) = &value.value else { continue };
            let more = if number + 1 < entries.len() { " \\" } else { "" };
            lines.push((format!("  {}={text}{more}", key.text), value.origin));
        }
    }
    for node in in_cluster(source).filter(|node| !node.taints.is_empty()) {
        let taints = node.taints.iter().map(|taint| {
            let value = taint.value.as_ref().map(|value| format!("={}", value.value)).unwrap_or_default();
            format!("{}{value}:{}", taint.key.value, taint.effect.value.word())
        });
        let taints = taints.collect::<Vec<_>>().join(" ");
        let line = format!("run kubectl taint node {} --overwrite {taints}", node.name.value);
        lines.push((line, node.taints.first().map_or(node.name.origin, |taint| taint.key.origin)));
    }
    Draft {
        path: source.layout.file("scripts/render-node-labels.sh"),
        target: TargetName::Labels,
        header: Vec::new(),
        body: Body::Lines(lines),
        executable: true,
        origin: here,
    }
}
