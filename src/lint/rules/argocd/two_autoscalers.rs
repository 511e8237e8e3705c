//! Two autoscalers for one workload.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Kind};
use crate::doc::Doc;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::source::Span;

rule! {
    /// Two autoscalers decide how many copies of one thing run.
    ///
    /// ## What it does
    ///
    /// Compares what HorizontalPodAutoscalers and KEDA's ScaledObjects scale.
    ///
    /// ## Why it matters
    ///
    /// KEDA makes a HorizontalPodAutoscaler of its own for each ScaledObject. Two of them count different things, each sets the
    /// number that it wants, and copies come and go with no load to explain it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// # module-a has `autoscale`, and beside it
    /// kind: ScaledObject
    /// spec: { scaleTargetRef: { name: module-a } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: ScaledObject
    /// spec: { scaleTargetRef: { name: module-a }, triggers: [{ type: cpu, metadata: { value: "70" } }] }
    /// ```
    ///
    /// ## Source
    ///
    /// KEDA, "Scaling Deployments" (do not mix with a HorizontalPodAutoscaler); Kubernetes, ambiguous selectors of autoscalers.
    pub(super) static RULE = Kind::new("two-autoscalers", "DV1331"), Argocd, Error, fix: None, Check::Platform(check);
}

/// Where an autoscaler is pointed at: what a person wrote of one that dvgen makes comes first.
const PLACES: &[&[&str]] = &[&["spec", "minReplicas"], &["spec", "scaleTargetRef"]];

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let mut first = BTreeMap::<(String, String, String), (String, Option<Span>)>::new();
    let scalers = ["HorizontalPodAutoscaler", "ScaledObject"].into_iter().flat_map(|kind| subject.objects_of(kind));
    for (at, scaler) in scalers {
        let target = |field: &str| scaler.doc.at(&["spec", "scaleTargetRef", field]).and_then(Doc::as_str);
        let Some(name) = target("name") else { continue };
        let kind = target("kind").unwrap_or("Deployment");
        let namespace = scaler.namespace.as_deref().unwrap_or_default();
        let key = (namespace.to_owned(), kind.to_owned(), name.to_owned());
        let shown = format!("{} `{}`", scaler.kind, scaler.name);
        let line = subject.facts.get(at).and_then(|facts| facts.line_at(scaler, PLACES));
        let Some((other, there)) = first.get(&key) else {
            first.insert(key, (shown, line));
            continue;
        };
        let Some(span) = line else { continue };
        let problem = RULE
            .at(span, format!("{shown} and {other} both scale {kind} `{name}`"))
            .why("each sets the number of copies that it wants, and the other one changes it back");
        let problem = there.iter().fold(problem, |problem, span| problem.related(*span, "the first one"));
        let problem = problem.help("keep one; a ScaledObject can count processor time and memory too");
        out.push(subject.component(at).into_iter().fold(problem, |problem, one| problem.about(&one.name.value)));
    }
}
