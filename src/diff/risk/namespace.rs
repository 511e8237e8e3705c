//! Components that move to another namespace or cluster.

use super::component::has_volumes;
use super::{Case, Finding, Level, RiskRule};

/// A component that moves.
pub(super) static RULE: RiskRule = RiskRule {
    name: "namespace-moved",
    code: "DV2008",
    summary: "A component or an object moves to another namespace or cluster.",
    documentation: "\
## What it does
Reports a component whose namespace is another one, or whose Application is sent to another cluster, and an object that moves to another
namespace by itself.

## Why it matters
Nothing moves between namespaces: Argo CD makes everything anew in the new place and prunes the old one. Volumes and what is on
them stay behind or are deleted; Secrets have to be there a second time; the host names of its Services change.

## What to do
Back up and restore the data, or keep the namespace. Plan for the time in between.
",
    judge,
};

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    for (old, new) in case.components() {
        let (from, to) = (&old.namespace, &new.namespace);
        if from.value == to.value {
            continue;
        }
        let name = &*new.name.value;
        let message = format!("moves from namespace `{}` to `{}`", from.value, to.value);
        let volumes = has_volumes(new);
        let why = if volumes {
            "Argo CD makes everything anew there and deletes it here; the data on its volumes does not move"
        } else {
            "Argo CD makes everything anew there and deletes it here; its Services get other host names"
        };
        let causes = case.because(Some(from.origin), Some(to.origin), Some(name));
        let mut finding = Finding::new(&RULE, Level::Danger, name, message).why(why).because(causes);
        for (at, _, change) in case.changes_of(Some(name)) {
            if change.values() == (&*from.value, &*to.value) {
                finding = finding.about(at, change);
            }
        }
        out.push(finding);
    }
    for (at, component, _, change) in case.changes() {
        let path = change.path.as_str();
        if change.is_of("Application") && matches!(path, "spec.destination.server" | "spec.destination.name") {
            let (from, to) = change.values();
            let message = format!("moves from cluster `{from}` to `{to}`");
            let why = "Argo CD makes everything anew there, and forgets what it made in the old cluster";
            let subject = component.unwrap_or("the platform");
            out.push(Finding::new(&RULE, Level::Danger, subject, message).why(why).about(at, change));
        }
    }
}
