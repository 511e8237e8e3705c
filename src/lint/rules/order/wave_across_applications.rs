//! Waves that all objects of an Application share.

use super::hooks::{self, WAVE};
use crate::diag::{Diagnostic, Kind};
use crate::lint::ComponentFacts;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// All objects of an Application have the same sync wave.
    ///
    /// ## What it does
    ///
    /// Looks at components without a chart whose manifests all carry one wave that is not 0.
    ///
    /// ## Why it matters
    ///
    /// Waves order the objects inside one Application. One that all of them share orders nothing; it was probably meant
    /// to put this Application before or after others, which it does not.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// # manifests/rules.yaml, the only file of component `rules`
    /// metadata: { name: rules, annotations: { argocd.argoproj.io/sync-wave: "3" } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   rules: { manifests: [manifests/rules.yaml], requires: [kube-prometheus-stack] }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Sync Phases and Waves; argoproj/argo-cd#7978.
    pub(super) static RULE = Kind::new("wave-across-applications", "DV1211"), Order, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (at, facts) in subject.facts.iter().enumerate() {
        let Some(component) = subject.component(at) else { continue };
        if component.by_argocd() && component.chart.is_some() {
            continue;
        }
        out.extend(finding(facts).map(|problem| problem.about(&component.name.value)));
    }
}

fn finding(facts: &ComponentFacts) -> Option<Diagnostic> {
    let (first, rest) = facts.objects.split_first()?;
    let wave = hooks::wave(&first.doc);
    if wave == 0 || rest.iter().any(|other| hooks::wave(&other.doc) != wave) {
        return None;
    }
    // Hooks have waves of their own in each phase.
    if facts.objects.iter().any(|object| !hooks::of(&object.doc).is_empty()) {
        return None;
    }
    let all = facts.objects.iter().filter_map(|object| hooks::annotation(&object.doc, WAVE));
    let mut spans = all.filter(|wave| facts.is_written(wave.origin)).filter_map(|wave| facts.line(wave.origin));
    let span = spans.next()?;
    let problem = RULE
        .at(span, format!("wave {wave} orders nothing: all objects of the Application have it"))
        .why("waves order the objects of one Application, and do not put it before or after others");
    let problem = spans.take(5).fold(problem, |problem, span| problem.related(span, "so does this"));
    Some(problem.help("remove it; to have the component come later, write `requires:` in it"))
}
