//! How Argo CD treats an Application.

use super::{Case, Finding, Level, RiskRule};
use crate::diff::report::{Change, ChangeKind};

/// Argo CD syncs in another way.
pub(super) static POLICY: RiskRule = RiskRule {
    name: "sync-policy-changed",
    code: "DV2029",
    summary: "Argo CD syncs, prunes or heals otherwise.",
    documentation: "\
## What it does
Reports automatic syncs, pruning and self-healing that are switched on or off, and options such as `Replace=true`.

## Why it matters
With pruning on, what is not in Git is deleted: also what somebody made by hand and forgot. With it off, what is removed from Git
runs on. `Replace=true` deletes and makes anew what an update cannot change, with its data.

## What to do
Before pruning is switched on, look at what Argo CD shows as \"requires pruning\".
",
    judge: policy,
};

/// The finalizer of an Application.
pub(super) static FINALIZER: RiskRule = RiskRule {
    name: "finalizer-changed",
    code: "DV2030",
    summary: "Deleting an Application deletes what it deployed, or no longer does.",
    documentation: "\
## What it does
Reports an Application that gets or loses the finalizer which deletes what it deployed.

## Why it matters
With it, deleting the Application deletes all that it deployed. Without it, all of that stays.

## What to do
Decide what has to happen when the Application is deleted, now and by mistake.
",
    judge: finalizer,
};

/// Returns what a change of a sync policy means.
fn meaning(change: &Change) -> Option<(Level, String, &'static str)> {
    let path = change.path.strip_prefix("spec.syncPolicy.")?;
    let (before, after) = change.values();
    let on = |text: &str| text.contains("prune: true") || text == "true";
    match path {
        "automated.prune" if on(after) => Some((
            Level::Danger,
            "pruning is switched on".to_owned(),
            "what is in the cluster and not in Git is deleted with the next sync",
        )),
        "automated.prune" => Some((
            Level::Caution,
            "pruning is switched off".to_owned(),
            "what is removed from Git runs on, until somebody deletes it",
        )),
        "automated.selfHeal" => {
            let word = if on(after) { "on" } else { "off" };
            let why = if on(after) {
                "what somebody changed by hand in the cluster is set back"
            } else {
                "changes by hand in the cluster stay"
            };
            Some((Level::Caution, format!("self-healing is switched {word}"), why))
        }
        "automated" if change.kind == ChangeKind::Removed => Some((
            Level::Caution,
            "is no longer synced by itself".to_owned(),
            "changes wait until somebody syncs them, and what waits for it in a later wave waits too",
        )),
        "automated" if change.kind == ChangeKind::Added && on(after) => Some((
            Level::Danger,
            "is synced by itself, with pruning".to_owned(),
            "what is in the cluster and not in Git is deleted",
        )),
        "automated" => {
            Some((Level::Caution, "is synced by itself".to_owned(), "changes reach the cluster without anybody"))
        }
        _ if path.starts_with("syncOptions") => {
            let value = if after.is_empty() { before } else { after };
            let word = if change.kind == ChangeKind::Removed { "no longer" } else { "now" };
            let replaces = value.contains("Replace=true") && change.kind != ChangeKind::Removed;
            let level = if replaces { Level::Danger } else { Level::Caution };
            let why = if replaces {
                "objects are deleted and made anew instead of changed"
            } else {
                "see what it means in Argo CD's sync options"
            };
            Some((level, format!("is {word} synced with `{value}`"), why))
        }
        _ => None,
    }
}

fn policy(case: &Case<'_>, out: &mut Vec<Finding>) {
    for (at, component, _, change) in case.changes().filter(|(_, _, _, change)| change.is_of("Application")) {
        if let Some((level, message, why)) = meaning(change) {
            let subject = component.unwrap_or("the platform");
            out.push(Finding::new(&POLICY, level, subject, message).why(why).about(at, change));
        }
    }
}

fn finalizer(case: &Case<'_>, out: &mut Vec<Finding>) {
    let on = |change: &&Change| change.is_of("Application") && change.path.starts_with("metadata.finalizers");
    for (at, component, _, change) in case.changes().filter(|(_, _, _, change)| on(change)) {
        let (message, why) = match change.kind {
            ChangeKind::Removed => ("loses its finalizer", "deleting the Application leaves what it deployed"),
            _ => ("gets a finalizer", "deleting the Application deletes all that it deployed"),
        };
        let subject = component.unwrap_or("the platform");
        out.push(Finding::new(&FINALIZER, Level::Caution, subject, message).why(why).about(at, change));
    }
}

#[cfg(test)]
mod tests {
    use super::{Level, meaning};
    use crate::diff::report::{Change, ChangeKind};
    use crate::diff::value::words;

    #[test]
    fn switches_of_the_sync_mean_something() {
        let level = |path: &str, kind: ChangeKind, before: Option<&str>, after: Option<&str>| {
            let path = format!("spec.syncPolicy.{path}");
            meaning(&Change::new(path, kind, before.map(words), after.map(words))).map(|found| found.0)
        };
        let changed = || ChangeKind::Changed;
        assert_eq!(level("automated.prune", changed(), Some("false"), Some("true")), Some(Level::Danger));
        assert_eq!(level("automated.prune", changed(), Some("true"), Some("false")), Some(Level::Caution));
        assert_eq!(level("automated", ChangeKind::Removed, Some("{prune: true}"), None), Some(Level::Caution));
        assert_eq!(level("automated", ChangeKind::Added, None, Some("{prune: true}")), Some(Level::Danger));
        assert_eq!(level("syncOptions[]", ChangeKind::Added, None, Some("Replace=true")), Some(Level::Danger));
        assert_eq!(level("syncOptions[]", ChangeKind::Removed, Some("Replace=true"), None), Some(Level::Caution));
        assert_eq!(level("retry.limit", changed(), Some("1"), Some("2")), None);
    }
}
