//! The name of the platform.

use super::{Case, Finding, Level, RiskRule};
use crate::emit::{Artifact, TargetName};

/// The platform has another name.
pub(super) static RULE: RiskRule = RiskRule {
    name: "platform-renamed",
    code: "DV2080",
    summary: "The platform has another name.",
    documentation: "\
## What it does
Reports a platform with another name, and what is called after it: the root Application of Argo CD, the project on machines that Docker
Compose runs.

## Why it matters
Nobody deletes what has the old name. Two root Applications claim the same children and set back what the other one does; two
Compose projects want the same containers. A project of Argo CD, a realm of Keycloak or a label that is called after the platform is
another one too: who knew the old one finds nothing.

## What to do
Apply the new root and then delete the old one without what it made: `kubectl delete application NAME --cascade=orphan`. On machines,
stop the old project with `docker compose down` before the new one starts.
",
    judge,
};

/// Returns whether a file is the root Application.
fn is_root(artifact: &Artifact) -> bool {
    artifact.path.ends_with("gitops/app-of-apps.yaml")
}

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    let (from, to) = (&case.base().name, &case.head().name);
    if from.value == to.value {
        return;
    }
    let (before, after) = (&case.sides.base.0.artifacts, &case.sides.head.0.artifacts);
    let both = |is: &dyn Fn(&Artifact) -> bool| before.iter().any(is) && after.iter().any(is);
    let composes =
        |artifact: &Artifact| artifact.target == TargetName::Machines && artifact.path.ends_with("/compose.yaml");
    let (level, why) = if both(&is_root) {
        (
            Level::Danger,
            "its root Application has another name, and nobody deletes the old one: both claim the same Applications until somebody deletes it without what it made",
        )
    } else if both(&composes) {
        (
            Level::Danger,
            "its Compose projects have another name, and nobody stops the old ones: their containers are in the way of the new ones",
        )
    } else {
        (
            Level::Caution,
            "what is called after it is made anew, and what has the old name stays until somebody deletes it",
        )
    };
    let message = format!("is called `{}` and no longer `{}`", to.value, from.value);
    let causes = case.because(Some(from.origin), Some(to.origin), None);
    out.push(Finding::new(&RULE, level, "the platform", message).why(why).because(causes));
}
