//! Delete policies of hooks that Argo CD does not have.

use super::hooks::{self, DELETE_POLICY, POLICIES};
use crate::diag::{Diagnostic, Kind, did_you_mean, nearest};
use crate::lint::Place;
use crate::lint::rule::{Check, rule};

rule! {
    /// A hook is to be deleted at a time that Argo CD does not know.
    ///
    /// ## What it does
    ///
    /// Compares the annotation `argocd.argoproj.io/hook-delete-policy` with the policies that there are.
    ///
    /// ## Why it matters
    ///
    /// Argo CD ignores the word. The hook stays after it ran, or is deleted before anybody has read its log.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// metadata: { annotations: { argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: OnSuccess } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// metadata: { annotations: { argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: HookSucceeded } }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Sync Phases and Waves.
    pub(super) static RULE = Kind::new("unknown-hook-delete-policy", "DV1210"), Order, Error, fix: Safe, Check::Map(|key| key == DELETE_POLICY, check);
}

fn check(place: &Place<'_>, out: &mut Vec<Diagnostic>) {
    if !hooks::are_annotations(place.keys) {
        return;
    }
    let Some(policy) = place.map.get(DELETE_POLICY) else { return };
    let Some((text, span)) = policy.as_str().zip(place.document.line(policy.origin)) else { return };
    for word in hooks::items(text).filter(|word| !POLICIES.contains(word) && !word.contains("{{")) {
        let mut problem = RULE
            .at(span, format!("Argo CD has no delete policy `{word}` for hooks"))
            .why("it is ignored: the hook is deleted before the next one is created, and not when this says");
        problem.help.extend(did_you_mean(word, POLICIES));
        if let Some(near) = nearest(word, POLICIES).filter(|_| word == text && place.document.is_written(policy.origin))
        {
            let safe = near.eq_ignore_ascii_case(word);
            problem = problem.fix(safe, format!("write `{near}`"), span, near);
        }
        out.push(problem);
    }
}
