//! Hooks that Argo CD does not have.

use super::hooks::{self, HOOK, HOOKS};
use crate::diag::{Diagnostic, Kind, did_you_mean, nearest};
use crate::lint::Place;
use crate::lint::rule::{Check, rule};

rule! {
    /// A hook is called by a name that Argo CD does not know.
    ///
    /// ## What it does
    ///
    /// Compares the annotation `argocd.argoproj.io/hook` with the hooks that there are.
    ///
    /// ## Why it matters
    ///
    /// An object with this annotation is no longer synced like others. If no phase has its name, it is never applied.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// metadata: { name: migrate, annotations: { argocd.argoproj.io/hook: Presync } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// metadata: { name: migrate, annotations: { argocd.argoproj.io/hook: PreSync } }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Sync Phases and Waves.
    pub(super) static RULE = Kind::new("unknown-hook", "DV1209"), Order, Error, fix: Safe, Check::Map(|key| key == HOOK, check);
}

fn check(place: &Place<'_>, out: &mut Vec<Diagnostic>) {
    if !hooks::are_annotations(place.keys) {
        return;
    }
    let Some(hook) = place.map.get(HOOK) else { return };
    let Some((text, span)) = hook.as_str().zip(place.document.line(hook.origin)) else { return };
    for word in hooks::items(text).filter(|word| !HOOKS.contains(word) && !word.contains("{{")) {
        let mut problem = RULE.at(span, format!("Argo CD has no hook `{word}`")).why(
            if hooks::items(text).any(|word| HOOKS.contains(&word)) {
                "the object is not applied in a phase of this name"
            } else {
                "the object is a hook of no phase, so it is never applied"
            },
        );
        problem.help.extend(did_you_mean(word, HOOKS));
        if let Some(near) = nearest(word, HOOKS).filter(|_| word == text && place.document.is_written(hook.origin)) {
            // Only the case differs: nothing else can be meant.
            let safe = near.eq_ignore_ascii_case(word);
            problem = problem.fix(safe, format!("write `{near}`"), span, near);
        }
        out.push(problem);
    }
}
