//! Pods that ask for more memory or processors than nodes have.

use super::capacity::{Room, rooms};
use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Value};
use crate::lint::facts::{ComponentFacts, ObjectFact};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::source::{OriginId, Span};
use crate::spec::scalars::Quantity;

/// How many of the workloads are named.
const NAMED: usize = 4;

/// The kinds of workloads, each with whether it has `replicas`.
const KINDS: [(&str, bool); 3] = [("DaemonSet", false), ("Deployment", true), ("StatefulSet", true)];

rule! {
    /// Pods ask for more memory or processors than the nodes have.
    ///
    /// ## What it does
    ///
    /// Compares the memory and the processors that the pods of Deployments, stateful sets and daemon sets ask for, in manifests and
    /// in what dvgen makes of `workload`, with those of the largest node, and their sum with those of all nodes; the same for what
    /// `values:` ask for one container. Nodes of a cloud are as many as `nodePools` allow, and have what their `machineType` has.
    /// It keeps silent where that of a node is not known.
    ///
    /// ## Why it matters
    ///
    /// The pods wait for ever: no node has room for them, and nothing says so before they are deployed.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// nodes:
    ///   one: { role: worker, memory: 16Gi }
    /// components:
    ///   mimir:
    ///     values: { ingester: { resources: { requests: { memory: 24Gi } } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// nodes:
    ///   one: { role: worker, memory: 16Gi }
    /// components:
    ///   mimir:
    ///     values: { ingester: { resources: { requests: { memory: 6Gi } } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, Resource Management for Pods and Containers, "How Pods with resource requests are scheduled".
    pub(super) static RULE =
        Kind::new("request-exceeds-nodes", "DV1191"), Topology, Error, fix: None, Check::Platform(check);
}

/// What is asked for.
struct Resource {
    key: &'static str,
    of: &'static str,
    room: fn(&Room) -> Option<u64>,
    at: fn(&Room) -> OriginId,
    read: fn(&Doc) -> Option<u64>,
    show: fn(u64) -> String,
}

const RESOURCES: [Resource; 2] = [
    Resource {
        key: "memory",
        of: "of memory",
        room: |room| room.memory,
        at: |room| room.memory_at,
        read: bytes,
        show: Quantity::show,
    },
    Resource {
        key: "cpu",
        of: "processors",
        room: |room| room.cores,
        at: |room| room.cores_at,
        read: cores,
        show: show_cores,
    },
];

/// The pods of a workload, or one container of Helm values.
struct Asked<'a> {
    who: String,
    facts: &'a ComponentFacts,
    each: u64,
    count: u64,
    span: Span,
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let rooms = rooms(subject);
    for resource in &RESOURCES {
        judge(subject, &rooms, resource, out);
    }
}

fn judge(subject: &Subject<'_>, rooms: &[Room], resource: &Resource, out: &mut Vec<Diagnostic>) {
    let all: Option<Vec<(u64, u64)>> = rooms.iter().map(|room| Some((room.count, (resource.room)(room)?))).collect();
    let Some(all) = all else { return };
    let Some(largest) = all.iter().map(|(_, amount)| *amount).max() else { return };
    let count = all.iter().fold(0_u64, |sum, (count, _)| sum.saturating_add(*count));
    let asked = asked(subject, resource, count);
    let mut alone = false;
    for asked in asked.iter().filter(|asked| asked.each >= largest && asked.count > 0) {
        alone = true;
        let (each, most) = ((resource.show)(asked.each), (resource.show)(largest));
        let message =
            format!("a pod of {} asks for {each} {}, and the largest node has {most}", asked.who, resource.of);
        let problem =
            RULE.at(asked.span, message).why("no node has room for it, also because a part is kept for the system");
        out.push(subject.about(asked.facts, with_nodes(subject, rooms, resource, problem)));
    }
    let room = all.iter().fold(0_u64, |sum, (count, one)| sum.saturating_add(one.saturating_mul(*count)));
    let planned = asked.iter().fold(0_u64, |sum, asked| sum.saturating_add(asked.each.saturating_mul(asked.count)));
    if planned > room && !alone {
        let problem = together(resource, asked, planned, room);
        out.extend(problem.map(|problem| with_nodes(subject, rooms, resource, problem)));
    }
}

fn asked<'a>(subject: &Subject<'a>, resource: &Resource, nodes: u64) -> Vec<Asked<'a>> {
    let mut all = Vec::new();
    for (kind, copies) in KINDS {
        for (at, object) in subject.objects_of(kind) {
            all.extend(subject.facts.get(at).and_then(|facts| workload(facts, object, resource, copies, nodes)));
        }
    }
    let values = subject.blocks().filter(|(_, block)| block.values);
    for (facts, block) in values {
        let off = matches!(block.doc.at(&["enabled"]).map(|doc| &doc.value), Some(Value::Bool(false)));
        let Some(doc) = block.doc.at(&["resources", "requests", resource.key]).filter(|_| !off) else { continue };
        let (Some(each), Some(span)) = ((resource.read)(doc), facts.line(doc.origin)) else { continue };
        let who = subject.component_of(facts).map_or("", |component| &component.name.value);
        let who = if block.keys.is_empty() { format!("`{who}`") } else { format!("`{}` of `{who}`", block.keys) };
        all.push(Asked { who, facts, each, count: copies(&block.doc), span });
    }
    all
}

fn together(resource: &Resource, mut all: Vec<Asked<'_>>, planned: u64, room: u64) -> Option<Diagnostic> {
    all.sort_by_key(|asked| (std::cmp::Reverse(asked.each.saturating_mul(asked.count)), asked.span));
    let shown = |asked: &Asked<'_>| match asked.count {
        1 => format!("{} asks for {}", asked.who, (resource.show)(asked.each)),
        count => format!("{} asks for {count} times {}", asked.who, (resource.show)(asked.each)),
    };
    let first = all.first()?;
    let (planned, room) = ((resource.show)(planned), (resource.show)(room));
    let mut problem = RULE
        .at(first.span, format!("pods ask for {planned} {} together, and all nodes have {room}", resource.of))
        .label(shown(first))
        .why("the last of them wait for ever, and which ones these are depends on who comes first");
    for asked in all.iter().take(NAMED).skip(1).filter(|asked| asked.span != first.span) {
        problem = problem.related(asked.span, shown(asked));
    }
    Some(problem)
}

/// Shows what the nodes have.
fn with_nodes(subject: &Subject<'_>, rooms: &[Room], resource: &Resource, mut problem: Diagnostic) -> Diagnostic {
    let mut lines: Vec<Span> = rooms.iter().filter_map(|room| subject.line((resource.at)(room))).collect();
    lines.sort();
    lines.dedup();
    for line in lines.into_iter().take(2) {
        problem = problem.related(line, format!("{} of a node", resource.of.trim_start_matches("of ")));
    }
    problem.help(format!("ask for less, or give the nodes more {}", resource.of.trim_start_matches("of ")))
}

/// Returns what the pods of a workload ask for; its init containers end before the others start.
fn workload<'a>(
    facts: &'a ComponentFacts,
    object: &'a ObjectFact,
    resource: &Resource,
    has_copies: bool,
    nodes: u64,
) -> Option<Asked<'a>> {
    let pod = object.doc.at(&["spec", "template", "spec"])?;
    let mut sum = 0_u64;
    let mut most: Option<(u64, &Doc)> = None;
    for container in pod.at(&["containers"]).and_then(Doc::as_list)? {
        let Some(doc) = container.at(&["resources", "requests", resource.key]) else { continue };
        let Some(asked) = (resource.read)(doc) else { continue };
        sum = sum.saturating_add(asked);
        if most.is_none_or(|(known, _)| known < asked) {
            most = Some((asked, doc));
        }
    }
    let (_, doc) = most?;
    let span = facts.line(doc.origin)?;
    let count = if has_copies { object.doc.at(&["spec"]).map_or(1, copies) } else { nodes };
    Some(Asked { who: format!("{} `{}`", object.kind, object.name), facts, each: sum, count, span })
}

/// Returns how many copies a map asks for.
fn copies(doc: &Doc) -> u64 {
    let count = ["replicas", "replicaCount"].into_iter().find_map(|key| match &doc.at(&[key])?.value {
        Value::Int(count) => u64::try_from(*count).ok(),
        _ => None,
    });
    count.unwrap_or(1)
}

fn bytes(doc: &Doc) -> Option<u64> {
    match &doc.value {
        Value::Str(_) => Some(Quantity::parse(&doc.as_str()?.into())?.bytes),
        Value::Int(bytes) => u64::try_from(*bytes).ok(),
        _ => None,
    }
}

/// Returns processors in thousandths: `200m`, `1.5` or a whole number.
fn cores(doc: &Doc) -> Option<u64> {
    let text = match &doc.value {
        Value::Int(cores) => return u64::try_from(*cores).ok()?.checked_mul(1000),
        Value::Float(cores) => cores.to_string(),
        _ => doc.as_str()?.to_owned(),
    };
    if let Some(thousandths) = text.strip_suffix('m') {
        return thousandths.parse().ok();
    }
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    if part.len() > 3 {
        return None;
    }
    format!("{whole}{part:0<3}").parse().ok()
}

fn show_cores(thousandths: u64) -> String {
    match (thousandths / 1000, thousandths % 1000) {
        (whole, 0) => whole.to_string(),
        (0, part) => format!("{part}m"),
        (whole, part) => format!("{whole}.{part:03}").trim_end_matches('0').to_owned(),
    }
}
