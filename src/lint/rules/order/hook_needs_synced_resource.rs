//! Hooks before a sync that need what the sync brings.

use super::hooks;
use super::moment::made;
use super::pod::{self, Need};
use crate::diag::{Diagnostic, Kind};
use crate::lint::ComponentFacts;
use crate::lint::facts::ObjectFact;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// A hook before the sync needs an object that the same sync brings.
    ///
    /// ## What it does
    ///
    /// Compares the ConfigMaps, Secrets, ServiceAccounts and volume claims that the pods of a `PreSync` hook use with the
    /// other objects of its component. Helm's `pre-install` and `pre-upgrade` are such hooks too.
    ///
    /// ## Why it matters
    ///
    /// Argo CD waits for the hook before it applies anything else, and the pod waits for the object: the first sync never
    /// ends.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Job
    /// metadata: { name: migrate, annotations: { argocd.argoproj.io/hook: PreSync } }
    /// spec: { template: { spec: { serviceAccountName: migrate } } }   # a ServiceAccount beside it
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Job
    /// metadata: { name: migrate, annotations: { argocd.argoproj.io/hook: Sync, argocd.argoproj.io/sync-wave: "1" } }
    /// spec: { template: { spec: { serviceAccountName: migrate } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Sync Phases and Waves.
    pub(super) static RULE = Kind::new("hook-needs-synced-resource", "DV1205"), Order, Error, fix: None,
        Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (at, facts) in subject.facts.iter().enumerate() {
        let Some(component) = subject.component(at) else { continue };
        let hooks: Vec<_> = facts.objects.iter().filter(|object| is_before(object)).collect();
        if hooks.is_empty() {
            continue;
        }
        let made = made(facts);
        for hook in hooks {
            for need in pod::needs(&hook.doc) {
                let key = (need.kind, hook.namespace.as_deref(), need.name.as_str().unwrap_or_default());
                // A hook of the same phase in an earlier wave is there in time.
                let in_time =
                    |object: &ObjectFact| is_before(object) && hooks::wave(&object.doc) < hooks::wave(&hook.doc);
                let object = made.get(&key).filter(|object| !in_time(object));
                let problem = object.and_then(|object| finding(facts, hook, need, object));
                out.extend(problem.map(|problem| problem.about(&component.name.value)));
            }
        }
    }
}

fn is_before(object: &ObjectFact) -> bool {
    hooks::of(&object.doc).contains(&"PreSync")
}

fn finding(facts: &ComponentFacts, hook: &ObjectFact, need: Need<'_>, object: &ObjectFact) -> Option<Diagnostic> {
    let (here, there) = (facts.line(need.name.origin)?, facts.line_at(object, &[&["metadata", "name"]])?);
    let (kind, name) = (need.kind, need.name.as_str()?);
    let problem = RULE
        .at(here, format!("hook {}/{} runs before the sync that brings {kind} `{name}`", hook.kind, hook.name))
        .related(there, "it comes with the sync, after the hook")
        .why("Argo CD waits for the hook, and the pod of the hook waits for the object: the first sync never ends")
        .help("let it be a `Sync` hook with a later wave, or make the object a `PreSync` hook in an earlier wave");
    Some(problem)
}
