//! Waves that are to order objects of different phases.

use super::hooks::{self, WAVE};
use crate::diag::{Diagnostic, Kind};
use crate::lint::ComponentFacts;
use crate::lint::facts::ObjectFact;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// The wave of a hook contradicts its phase.
    ///
    /// ## What it does
    ///
    /// Looks for the only hook of its phase in a component without a chart: a `PreSync` hook with a wave after 0, or a
    /// `PostSync` hook with one before 0.
    ///
    /// ## Why it matters
    ///
    /// Waves count inside a phase. All of `PreSync` is over before the first wave of the sync begins, whatever the numbers
    /// say.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Job
    /// metadata:
    ///   name: smoke-test
    ///   annotations: { argocd.argoproj.io/hook: PostSync, argocd.argoproj.io/sync-wave: "-5" }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Job
    /// metadata: { name: smoke-test, annotations: { argocd.argoproj.io/hook: PostSync } }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Sync Phases and Waves.
    pub(super) static RULE = Kind::new("hook-and-wave", "DV1204"), Order, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (at, facts) in subject.facts.iter().enumerate() {
        let Some(component) = subject.component(at) else { continue };
        if component.by_argocd() && component.chart.is_some() {
            continue;
        }
        let found = ["PreSync", "PostSync"].into_iter().filter_map(|phase| finding(facts, phase));
        out.extend(found.map(|problem| problem.about(&component.name.value)));
    }
}

fn finding(facts: &ComponentFacts, phase: &str) -> Option<Diagnostic> {
    let mut all = facts.objects.iter().filter(|object| hooks::of(&object.doc).contains(&phase));
    let only: &ObjectFact = all.next()?;
    let wave = hooks::wave(&only.doc);
    let contradicts = if phase == "PreSync" { wave > 0 } else { wave < 0 };
    if all.next().is_some() || !contradicts {
        return None;
    }
    let span = facts.line(hooks::annotation(&only.doc, WAVE)?.origin)?;
    let when = if phase == "PreSync" { "before" } else { "after" };
    let problem = RULE
        .at(span, format!("wave {wave} does not change when `{phase}` hook `{}` runs", only.name))
        .why(format!("waves count inside a phase, and all of `{phase}` comes {when} all waves of the sync"))
        .help("remove the wave, or write `argocd.argoproj.io/hook: Sync` to place it among the objects of the sync");
    Some(problem)
}
