//! A disruption budget that lets no pod go.

use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Map};
use crate::lint::facts::budget::{blocks, number};
use crate::lint::facts::{ComponentFacts, ObjectFact};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::source::Span;

rule! {
    /// A disruption budget lets no pod go.
    ///
    /// ## What it does
    ///
    /// Looks at the disruption budgets of manifests, with the workload that they select or the least number of its autoscaler,
    /// and at those of Helm values, with the number of copies beside them.
    ///
    /// ## Why it matters
    ///
    /// A node cannot be drained: `kubectl drain` and upgrades wait for ever.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// replicas: 1
    /// podDisruptionBudget: { minAvailable: 1 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// replicas: 2
    /// podDisruptionBudget: { maxUnavailable: 1 }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, Specifying a Disruption Budget.
    pub(super) static RULE =
        Kind::new("disruption-budget-blocks", "DV1506"), Values, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (at, budget) in subject.objects_of("PodDisruptionBudget") {
        let Some(facts) = subject.facts.get(at) else { continue };
        let Some(spec) = budget.doc.at(&["spec"]).and_then(Doc::as_map) else { continue };
        let workload = workload(facts, budget);
        // A workload without the field has one copy.
        let copies = workload.and_then(|workload| match scaler(facts, workload) {
            // When there is little to do, there are as many as the autoscaler keeps at least.
            Some(scaler) if &*scaler.kind == "HorizontalPodAutoscaler" => {
                scaler.doc.at(&["spec", "minReplicas"]).map_or(Some(1), number)
            }
            Some(_) => None,
            None => workload.doc.at(&["spec", "replicas"]).map_or(Some(1), number),
        });
        let Some((origin, why)) = blocks(spec, copies) else { continue };
        let Some(span) = facts.line(origin) else { continue };
        let copies = workload.and_then(|workload| match scaler(facts, workload) {
            Some(scaler) => facts.line_at(scaler, &[&["spec", "minReplicas"], &["metadata"]]),
            None => facts.line_at(workload, &[&["spec", "replicas"], &["metadata"]]),
        });
        let message = format!("disruption budget `{}` lets no pod go: {why}", budget.name);
        out.push(finding(subject, facts, message, span, copies));
    }
    for facts in subject.facts {
        for budget in &facts.budgets {
            let message = format!("this disruption budget lets no pod go: {}", budget.why);
            out.push(finding(subject, facts, message, budget.span, budget.copies));
        }
    }
}

fn finding(
    subject: &Subject<'_>,
    facts: &ComponentFacts,
    message: String,
    span: Span,
    copies: Option<Span>,
) -> Diagnostic {
    let mut problem = RULE
        .at(span, message)
        .why("a node with one of the pods cannot be drained: upgrades wait for ever")
        .help("use `maxUnavailable: 1`, run one copy more, or leave the budget out");
    problem = copies.into_iter().fold(problem, |problem, span| problem.related(span, "its copies"));
    subject.about(facts, problem)
}

/// Returns the workload of the same component whose pods a budget selects.
fn workload<'a>(facts: &'a ComponentFacts, budget: &ObjectFact) -> Option<&'a ObjectFact> {
    let labels = budget.doc.at(&["spec", "selector", "matchLabels"])?.as_map().filter(|labels| !labels.is_empty())?;
    facts.objects.iter().find(|object| {
        let pods = object.doc.at(&["spec", "template", "metadata", "labels"]).and_then(Doc::as_map);
        matches!(&*object.kind, "Deployment" | "StatefulSet")
            && object.namespace == budget.namespace
            && pods.is_some_and(|pods| selects(labels, pods))
    })
}

/// Returns the autoscaler that decides how many copies of a workload there are.
fn scaler<'a>(facts: &'a ComponentFacts, workload: &ObjectFact) -> Option<&'a ObjectFact> {
    facts.objects.iter().find(|object| {
        let target = |key: &str| object.doc.at(&["spec", "scaleTargetRef", key]).and_then(Doc::as_str);
        matches!(&*object.kind, "HorizontalPodAutoscaler" | "ScaledObject")
            && object.namespace == workload.namespace
            && target("name") == Some(&*workload.name)
            && target("kind").unwrap_or("Deployment") == &*workload.kind
    })
}

/// Returns whether labels hold all that a selector asks for.
fn selects(wanted: &Map, labels: &Map) -> bool {
    wanted.iter().all(|(key, value)| labels.get(&key.text).is_some_and(|label| label.value == value.value))
}
