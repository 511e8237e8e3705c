//! Copies that may not share a node: what values, manifests and the facts of charts say of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::misspelt_volume_group::misspelt;
use crate::diag::Diagnostic;
use crate::doc::{Doc, Value};
use crate::library::Facts;
use crate::lint::Rule;
use crate::lint::facts::ComponentFacts;
use crate::lint::rollout;
use crate::lint::scheduling::{HOSTNAME, Nodes, Pods};
use crate::lint::subject::Subject;
use crate::model::{Component, ComponentId};
use crate::source::Span;

/// Copies that may not share a node.
pub(super) struct Apart<'a> {
    /// How people name them.
    pub(super) who: String,
    /// How many there are.
    pub(super) count: i64,
    /// How many a node takes.
    pub(super) each: u64,
    /// Whether they are spread, so that a node takes a second copy once all have one.
    pub(super) spread: bool,
    /// Whether they are of a Deployment that starts a new pod before an old one goes.
    pub(super) surges: bool,
    /// What they ask of nodes.
    pub(super) pods: Pods<'a>,
    /// The nodes with their volumes, if they have some.
    pub(super) with_volumes: Option<BTreeSet<usize>>,
    /// What to do.
    pub(super) help: String,
    /// The component that they belong to.
    pub(super) about: Option<&'a Arc<str>>,
    span: Span,
    /// What keeps them apart.
    because: Option<Span>,
}

/// How many nodes are named.
const NAMED: usize = 6;

impl Apart<'_> {
    /// Returns the nodes that take a copy; none where no node takes the pods at all, of which rules of its own tell.
    pub(super) fn taking(&self, nodes: &Nodes<'_>) -> Vec<usize> {
        let mut taking = nodes.taking(&self.pods);
        if let Some(with_volumes) = &self.with_volumes {
            taking.retain(|at| with_volumes.contains(at));
        }
        taking
    }

    /// Returns a finding at the number of copies.
    pub(super) fn rule_at(&self, rule: &Rule, message: String) -> Diagnostic {
        let problem = rule.at(self.span, message);
        let because = self.because.filter(|because| *because != self.span);
        because.into_iter().fold(problem, |problem, because| problem.related(because, "this keeps them apart"))
    }
}

/// Returns the names of nodes, as many as a person reads.
pub(super) fn names(nodes: &Nodes<'_>, taking: &[usize]) -> Vec<String> {
    let names = taking.iter().take(NAMED).filter_map(|at| nodes.all.get(*at));
    names.map(|(node, _)| format!("`{}`", node.name.value)).collect()
}

/// What keeps copies apart: how many a node takes, whether that is a spread, and where it says so.
type Hard<'a> = (u64, bool, &'a Doc);

/// Returns all copies that may not share a node.
pub(super) fn all<'a>(subject: &Subject<'a>) -> Vec<Apart<'a>> {
    let mut all = Vec::new();
    for facts in subject.facts {
        if let Some(component) = subject.component_of(facts) {
            of_chart(subject, facts, component, &mut all);
        }
    }
    for (facts, block) in subject.blocks() {
        let Some((count, hard)) = number(&block.doc).zip(hard(&block.doc)) else { continue };
        let component = subject.component_of(facts);
        let who = component.map_or("", |component| &component.name.value);
        let who = if block.keys.is_empty() { format!("`{who}`") } else { format!("`{}` of `{who}`", block.keys) };
        let own = Pods::of_map(&block.doc);
        let pods = match component {
            Some(component) if !own.asks() => own.and(Pods::of_placement(&component.placement)),
            _ => own,
        };
        let surges = component.is_some_and(has_deployments_only).then_some(&block.doc);
        add(&mut all, facts, who, count, hard, (pods, surges), component);
    }
    for kind in ["Deployment", "StatefulSet"] {
        for (at, object) in subject.objects_of(kind) {
            let Some(facts) = subject.facts.get(at) else { continue };
            let parts = (object.doc.at(&["spec", "replicas"]), object.doc.at(&["spec", "template", "spec"]));
            let (Some(count), Some(pod)) = parts else { continue };
            let Some(hard) = hard(pod).filter(|_| keeps_its_own(&object.doc, pod)) else { continue };
            let who = format!("{kind} `{}`", object.name);
            let surges = object.doc.at(&["spec"]).filter(|_| kind == "Deployment");
            add(&mut all, facts, who, count, hard, (Pods::of_map(pod), surges), subject.component(at));
        }
    }
    all
}

fn of_chart<'a>(subject: &Subject<'a>, facts: &ComponentFacts, component: &'a Component, out: &mut Vec<Apart<'a>>) {
    let nodes = facts.component.map(|id| nodes_with_volumes(subject, id));
    for copies in &facts.apart {
        out.push(Apart {
            who: format!("`{}`", component.name.value),
            count: copies.count,
            each: 1,
            spread: false,
            surges: copies.surges,
            pods: Pods::of_placement(&component.placement),
            with_volumes: nodes.clone().flatten().filter(|_| copies.storage),
            help: soft(component, &copies.affinity),
            about: Some(&component.name.value),
            span: copies.span,
            because: None,
        });
    }
}

/// The placement may say it; else the values of the chart do.
fn soft(component: &Component, affinity: &str) -> String {
    if component.variant.reads("placement.apart") {
        return "have fewer copies or more nodes, or let copies share a node: `placement: { apart: prefer }`"
            .to_owned();
    }
    format!("have fewer copies or more nodes, or let copies share a node: `{affinity}` in its `values`")
}

/// Returns the nodes that have the volume groups of a component's volumes; none if its volumes are in no group.
fn nodes_with_volumes(subject: &Subject<'_>, id: ComponentId) -> Option<BTreeSet<usize>> {
    let platform = subject.platform;
    let own = platform.demands.iter().filter(|demand| demand.component == id);
    let groups = own.filter_map(|demand| platform.volume_group_of(&demand.class.as_ref()?.value));
    let misspelt = misspelt(subject);
    let mut nodes = groups.map(|group| {
        // A disk whose group is misspelt is reported as that.
        let meant = misspelt.get(&*group.name).into_iter().flatten().copied();
        std::iter::once(group).chain(meant).flat_map(|group| group.by_node().into_keys()).collect::<BTreeSet<_>>()
    });
    let first = nodes.next()?;
    Some(nodes.fold(first, |all, next| all.intersection(&next).copied().collect()))
}

fn add<'a>(
    all: &mut Vec<Apart<'a>>,
    facts: &ComponentFacts,
    who: String,
    count: &Doc,
    (each, spread, because): Hard<'_>,
    (pods, deployment): (Pods<'a>, Option<&Doc>),
    component: Option<&'a Component>,
) {
    let Value::Int(number) = count.value else { return };
    let because = facts.line(because.origin);
    let Some(span) = facts.line(count.origin).or(because) else { return };
    // A placement holds for all the pods of a component, and is one problem.
    if because.is_some() && all.iter().any(|known| known.span == span && known.because == because) {
        return;
    }
    let help = "have fewer copies or more nodes, or prefer instead of require that they are apart".to_owned();
    let about = component.map(|component| &component.name.value);
    let with_volumes = None;
    let surges = deployment.is_some_and(|map| rollout::surges(map, number));
    all.push(Apart { who, count: number, each, spread, surges, pods, with_volumes, help, about, span, because });
}

/// Returns whether all the pods of a chart are those of Deployments.
fn has_deployments_only(component: &Component) -> bool {
    let kinds = component.variant.facts.kinds.value().map(|kinds| Facts::words(&kinds.namespaced).collect::<Vec<_>>());
    kinds.is_some_and(|kinds| {
        kinds.contains(&"Deployment.apps") && !kinds.contains(&"StatefulSet.apps") && !kinds.contains(&"DaemonSet.apps")
    })
}

fn number(map: &Doc) -> Option<&Doc> {
    let number = |key: &&str| map.at(&[*key]).filter(|doc| matches!(doc.value, Value::Int(_)));
    ["replicas", "replicaCount", "instances"].iter().find_map(number)
}

/// Finds what keeps the copies of a map of values, or of a pod, on nodes of their own.
fn hard(map: &Doc) -> Option<Hard<'_>> {
    let word = |path: &[&str], word: &str| map.at(path).filter(|doc| doc.as_str() == Some(word));
    let preset = word(&["podAntiAffinityPreset"], "hard")
        .or_else(|| word(&["podAntiAffinity"], "hard"))
        .or_else(|| word(&["affinity", "podAntiAffinityType"], "required"));
    if let Some(doc) = preset {
        return Some((1, false, doc));
    }
    let list = |path: &[&str]| map.at(path).and_then(Doc::as_list).into_iter().flatten();
    let by_node = |item: &Doc| item.at(&["topologyKey"]).and_then(Doc::as_str) == Some(HOSTNAME);
    let required = ["affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution"];
    if let Some(item) = list(&required).find(|item| by_node(item)) {
        return Some((1, false, item.at(&["topologyKey"]).unwrap_or(item)));
    }
    let strict = |item: &&Doc| {
        let text = |key: &str| item.at(&[key]).and_then(Doc::as_str);
        by_node(item)
            && text("whenUnsatisfiable").unwrap_or("DoNotSchedule") == "DoNotSchedule"
            && text("nodeTaintsPolicy") != Some("Honor")
    };
    let item = list(&["topologySpreadConstraints"]).find(strict)?;
    let skew = match item.at(&["maxSkew"]).map(|doc| &doc.value) {
        Some(Value::Int(skew)) => u64::try_from(*skew).unwrap_or(1),
        _ => 1,
    };
    Some((skew, true, item.at(&["topologyKey"]).unwrap_or(item)))
}

/// Returns whether the pods of a workload are apart from each other, and not from those of something else.
fn keeps_its_own(workload: &Doc, pod: &Doc) -> bool {
    let labels = workload.at(&["spec", "template", "metadata", "labels"]);
    let list = |path: &[&str]| pod.at(path).and_then(Doc::as_list).into_iter().flatten();
    let required = ["affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution"];
    let mut items = list(&required).chain(list(&["topologySpreadConstraints"]));
    items.any(|item| {
        let wanted = item.at(&["labelSelector", "matchLabels"]).and_then(Doc::as_map);
        wanted.is_some_and(|wanted| {
            wanted.iter().all(|(key, value)| {
                let own = labels.and_then(|labels| labels.at(&[&key.text]));
                own.and_then(Doc::as_str) == value.as_str()
            })
        })
    })
}
