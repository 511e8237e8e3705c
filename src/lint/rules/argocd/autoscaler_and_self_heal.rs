//! Autoscalers whose work is changed back.

use crate::diag::{Diagnostic, Kind};
use crate::doc::Doc;
use crate::lint::ComponentFacts;
use crate::lint::facts::ObjectFact;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// An autoscaler scales what Argo CD scales back.
    ///
    /// ## What it does
    ///
    /// Follows each HorizontalPodAutoscaler and ScaledObject to what it scales, if that is among the manifests, or has the
    /// name that the chart of its component gives. It looks for `replicas` there, and in the Application for a difference
    /// that is ignored also while it syncs.
    ///
    /// ## Why it matters
    ///
    /// With `selfHeal` Argo CD sets the number of copies to that of Git whenever the autoscaler changes it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Deployment
    /// spec: { replicas: 2 }          # and a HorizontalPodAutoscaler for it
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Deployment
    /// spec: { template: { … } }      # without `replicas`: the autoscaler says how many
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Best Practices (Leaving Room For Imperativeness); Sync Options (Respect ignore difference configs).
    pub(super) static RULE = Kind::new("autoscaler-and-self-heal", "DV1302"), Argocd, Warn, fix: None, Check::Platform(check);
}

const RESPECT: &str = "RespectIgnoreDifferences=true";

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let scalers = ["HorizontalPodAutoscaler", "ScaledObject"].into_iter().flat_map(|kind| subject.objects_of(kind));
    for (at, scaler) in scalers {
        let target = |field: &str| scaler.doc.at(&["spec", "scaleTargetRef", field]).and_then(Doc::as_str);
        let Some(name) = target("name") else { continue };
        let kind = target("kind").unwrap_or("Deployment");
        let namespace = scaler.namespace.as_deref().unwrap_or_default();
        let found = subject.objects(kind, namespace, name).into_iter().next();
        out.extend(match found {
            Some((owner, object)) => of_manifest(subject, (at, scaler), (owner, object)),
            None => of_chart(subject, (at, scaler), (kind, name)),
        });
    }
}

fn left_alone(facts: &ComponentFacts, object: (&str, &str, &str)) -> bool {
    facts.application.as_ref().is_none_or(|application| {
        !application.self_heal || (application.ignores(object, "/spec/replicas") && application.has(RESPECT))
    })
}

fn of_manifest(
    subject: &Subject<'_>,
    (at, scaler): (usize, &ObjectFact),
    (owner, object): (usize, &ObjectFact),
) -> Option<Diagnostic> {
    let facts = subject.facts.get(owner)?;
    let replicas = object.doc.at(&["spec", "replicas"])?;
    let group = object.api_version.split_once('/').map_or("", |(group, _)| group);
    if left_alone(facts, (group, &object.kind, &object.name)) {
        return None;
    }
    let here = facts.line(replicas.origin)?;
    let there = subject.facts.get(at)?.line_at(scaler, &[&["spec", "scaleTargetRef"]])?;
    let problem = RULE
        .at(here, format!("Argo CD and {} `{}` both decide how many copies run", scaler.kind, scaler.name))
        .label("Argo CD sets it back to this")
        .related(there, "the autoscaler")
        .why("the Application heals itself, so each change of the autoscaler is undone at once")
        .help(format!("remove `replicas` from {} `{}`", object.kind, object.name));
    let half = facts.application.as_ref().is_some_and(|application| !application.ignored.is_empty());
    let problem = if half {
        problem.help(format!("or add `syncOptions: [{RESPECT}]`: without it each sync sets the field all the same"))
    } else {
        problem
    };
    Some(subject.component(owner).into_iter().fold(problem, |problem, owner| problem.about(&owner.name.value)))
}

/// What a chart makes is not known but by its name; charts write `replicas` unless they make the autoscaler themselves.
fn of_chart(
    subject: &Subject<'_>,
    (at, scaler): (usize, &ObjectFact),
    (kind, name): (&str, &str),
) -> Option<Diagnostic> {
    let facts = subject.facts.get(at)?;
    let component = subject.component(at)?;
    let fullname = &*component.fullname.value;
    let its = name == fullname || name.strip_prefix(fullname).is_some_and(|rest| rest.starts_with('-'));
    let chart = component.chart.is_some()
        && component.by_argocd()
        && scaler.namespace.as_deref() == Some(&component.namespace.value);
    if !its || !chart || left_alone(facts, ("apps", kind, name)) {
        return None;
    }
    let span = facts.line_at(scaler, &[&["spec", "scaleTargetRef", "name"]])?;
    let problem = RULE
        .at(span, format!("Argo CD scales {kind} `{name}` back to what the chart says"))
        .why("the Application heals itself, so each change of the autoscaler is undone at once")
        .help("use the autoscaler of the chart, if it has one")
        .help(format!(
            "or add `ignoreDifferences` for /spec/replicas and `syncOptions: [{RESPECT}]` under `application:` of `{}`",
            component.name.value
        ));
    Some(problem.about(&component.name.value))
}
