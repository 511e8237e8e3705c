//! Pods that ask for more memory than nodes have.

use super::capacity::memory;
use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Value};
use crate::lint::facts::{ComponentFacts, ObjectFact};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::source::Span;
use crate::spec::scalars::Quantity;

/// How many of the workloads are named.
const NAMED: usize = 4;

/// The kinds of workloads, each with whether it has `replicas`.
const KINDS: [(&str, bool); 3] = [("DaemonSet", false), ("Deployment", true), ("StatefulSet", true)];

rule! {
    /// Pods ask for more memory than the nodes have.
    ///
    /// ## What it does
    ///
    /// Compares the memory that the pods of Deployments, stateful sets and daemon sets ask for, in manifests and in what dvgen
    /// makes of `workload`, with that of the largest node, and their sum with that of all nodes; the same for what `values:`
    /// ask for one container. It keeps silent where the memory of a node is not in the spec.
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

/// The pods of a workload, or one container of Helm values.
struct Asked<'a> {
    who: String,
    facts: &'a ComponentFacts,
    each: u64,
    count: u64,
    span: Span,
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let nodes = memory(subject);
    let Some(largest) = nodes.iter().map(|(_, memory)| memory.value.bytes).max() else { return };
    let count = u64::try_from(nodes.len()).unwrap_or(u64::MAX);
    let mut all = Vec::new();
    for (kind, copies) in KINDS {
        for (at, object) in subject.objects_of(kind) {
            all.extend(subject.facts.get(at).and_then(|facts| workload(facts, object, copies, count)));
        }
    }
    let values = subject.blocks().filter(|(_, block)| block.values);
    for (facts, block) in values {
        let off = matches!(block.doc.at(&["enabled"]).map(|doc| &doc.value), Some(Value::Bool(false)));
        let Some(doc) = block.doc.at(&["resources", "requests", "memory"]).filter(|_| !off) else { continue };
        let (Some(each), Some(span)) = (bytes(doc), facts.line(doc.origin)) else { continue };
        let who = subject.component_of(facts).map_or("", |component| &component.name.value);
        let who = if block.keys.is_empty() { format!("`{who}`") } else { format!("`{}` of `{who}`", block.keys) };
        all.push(Asked { who, facts, each, count: copies(&block.doc), span });
    }
    let mut alone = false;
    for asked in all.iter().filter(|asked| asked.each >= largest && asked.count > 0) {
        alone = true;
        let (each, most) = (Quantity::show(asked.each), Quantity::show(largest));
        let message = format!("a pod of {} asks for {each} of memory, and the largest node has {most}", asked.who);
        let problem =
            RULE.at(asked.span, message).why("no node has room for it, also because a part is kept for the system");
        out.push(subject.about(asked.facts, with_nodes(subject, problem)));
    }
    let room = nodes.iter().fold(0_u64, |sum, (_, memory)| sum.saturating_add(memory.value.bytes));
    let planned = all.iter().fold(0_u64, |sum, asked| sum.saturating_add(asked.each.saturating_mul(asked.count)));
    if planned > room && !alone {
        out.extend(together(subject, all, planned, room));
    }
}

fn together(subject: &Subject<'_>, mut all: Vec<Asked<'_>>, planned: u64, room: u64) -> Option<Diagnostic> {
    all.sort_by_key(|asked| (std::cmp::Reverse(asked.each.saturating_mul(asked.count)), asked.span));
    let shown = |asked: &Asked<'_>| match asked.count {
        1 => format!("{} asks for {}", asked.who, Quantity::show(asked.each)),
        count => format!("{} asks for {count} times {}", asked.who, Quantity::show(asked.each)),
    };
    let first = all.first()?;
    let (planned, room) = (Quantity::show(planned), Quantity::show(room));
    let mut problem = RULE
        .at(first.span, format!("pods ask for {planned} of memory together, and all nodes have {room}"))
        .label(shown(first))
        .why("the last of them wait for ever, and which ones these are depends on who comes first");
    for asked in all.iter().take(NAMED).skip(1).filter(|asked| asked.span != first.span) {
        problem = problem.related(asked.span, shown(asked));
    }
    Some(with_nodes(subject, problem))
}

/// Shows what the nodes have.
fn with_nodes(subject: &Subject<'_>, mut problem: Diagnostic) -> Diagnostic {
    let mut lines: Vec<Span> = memory(subject).iter().filter_map(|(_, memory)| subject.line(memory.origin)).collect();
    lines.sort();
    lines.dedup();
    for line in lines.into_iter().take(2) {
        problem = problem.related(line, "memory of a node");
    }
    problem.help("ask for less, or give the nodes more memory")
}

/// Returns what the pods of a workload ask for; its init containers end before the others start.
fn workload<'a>(facts: &'a ComponentFacts, object: &'a ObjectFact, has_copies: bool, nodes: u64) -> Option<Asked<'a>> {
    let pod = object.doc.at(&["spec", "template", "spec"])?;
    let mut sum = 0_u64;
    let mut most: Option<(u64, &Doc)> = None;
    for container in pod.at(&["containers"]).and_then(Doc::as_list)? {
        let Some(doc) = container.at(&["resources", "requests", "memory"]) else { continue };
        let Some(asked) = bytes(doc) else { continue };
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
