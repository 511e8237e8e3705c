//! Pods that all nodes with their labels keep away.

use super::placed::placed;
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::scheduling::Nodes;
use crate::lint::subject::Subject;
use crate::source::OriginId;

rule! {
    /// Pods ask for nodes whose taints they do not tolerate.
    ///
    /// ## What it does
    ///
    /// Looks at the taints of the nodes that `placement`, or a `nodeSelector` or node affinity in `values:` and manifests, leaves:
    /// those of the spec, and the one that kubeadm gives control-plane nodes. Of values it looks at those that have `tolerations`
    /// too, because a chart may have some of its own.
    ///
    /// ## Why it matters
    ///
    /// Every node that is left keeps the pods away, and they wait for ever.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// nodes:
    ///   gpu: { role: worker, labels: { workload: ai }, taints: [{ key: gpu, effect: NoSchedule }] }
    /// components:
    ///   ollama: { placement: { nodeSelector: { workload: ai } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// nodes:
    ///   gpu: { role: worker, labels: { workload: ai }, taints: [{ key: gpu, effect: NoSchedule }] }
    /// components:
    ///   ollama: { placement: { nodeSelector: { workload: ai }, tolerations: [{ key: gpu, operator: Exists }] } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, "Taints and Tolerations".
    pub(super) static RULE =
        Kind::new("taint-not-tolerated", "DV1102"), Topology, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let nodes = Nodes::of(subject.platform);
    for placed in placed(subject).into_iter().filter(|placed| placed.is_whole() && placed.pods.asks()) {
        let fit = nodes.fit(&placed.pods);
        let fit: Vec<_> = fit.into_iter().filter_map(|at| Some(nodes.all.get(at)?.0)).collect();
        let taints: Option<Vec<(String, Option<OriginId>)>> =
            fit.iter().map(|node| nodes.blocked(&placed.pods, node)).collect();
        let Some((taint, origin)) = taints.and_then(|taints| taints.into_iter().next()) else { continue };
        let place = placed.pods.keys().next().and_then(|(_, origin)| placed.line(subject, origin));
        let Some(span) = place else { continue };
        let names: Vec<String> = fit.iter().take(8).map(|node| format!("`{}`", node.name.value)).collect();
        let message = format!("{} is to run on {}, and does not tolerate `{taint}`", placed.who, names.join(", "));
        let mut problem = RULE.at(span, message).why("its pods would wait for ever");
        problem = match origin.and_then(|origin| subject.line(origin)) {
            Some(place) => problem.related(place, "the taint"),
            None => problem.help("kubeadm gives control-plane nodes this taint"),
        };
        let (key, effect) = taint.rsplit_once(':').unwrap_or((&taint, "NoSchedule"));
        let key = key.split('=').next().unwrap_or(key);
        let whose = if placed.of.is_none() { " to its `placement`" } else { "" };
        problem =
            problem.help(format!("add `tolerations: [{{ key: {key}, operator: Exists, effect: {effect} }}]`{whose}"));
        out.push(placed.about().into_iter().fold(problem, Diagnostic::about));
    }
}
