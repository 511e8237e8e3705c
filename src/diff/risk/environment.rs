//! Environments that come and go. They are judged apart from others, because only one side has them.

use super::{Case, Finding, Level, RiskRule};
use crate::emit::Artifact;

/// A new environment.
pub(super) static ADDED: RiskRule = RiskRule {
    name: "environment-added",
    code: "DV2009",
    summary: "An environment is new.",
    documentation: "\
## What it does
Reports an environment that was not there.

## Why it matters
It has machines, addresses and Applications of its own, and shares networks and often Argo CD with the others.

## What to do
Read its section of the spec. Nothing of it is compared, because there is nothing to compare it with.
",
    judge: |_: &Case<'_>, _| {},
};

/// An environment that is gone.
pub(super) static REMOVED: RiskRule = RiskRule {
    name: "environment-removed",
    code: "DV2010",
    summary: "An environment is gone.",
    documentation: "\
## What it does
Reports an environment that is gone.

## Why it matters
All its files are removed. Where Argo CD still follows its root, all that it deployed is deleted; machines stay until Terraform
is told, and Terraform's variables of it are gone too.

## What to do
Destroy its machines and its root Application first, while the files are still there.
",
    judge: |_: &Case<'_>, _| {},
};

/// Returns the finding of an environment that one side has.
pub(in crate::diff) fn finding(name: &std::sync::Arc<str>, added: bool, artifacts: &[Artifact]) -> Finding {
    let files = artifacts.len();
    // Without a root nothing of it is Argo CD's.
    let by_argocd = artifacts.iter().any(|artifact| artifact.path.ends_with("gitops/app-of-apps.yaml"));
    let why = if by_argocd {
        "where Argo CD still follows its root, all that it deployed is deleted"
    } else {
        "what was made of it stays as it is, and nobody looks after it"
    };
    let mut finding = if added {
        Finding::new(&ADDED, Level::Caution, &**name, format!("new environment `{name}`, {files} files"))
    } else {
        Finding::new(&REMOVED, Level::Danger, &**name, format!("environment `{name}` is gone, with {files} files"))
            .why(why)
    };
    finding.environments.push(name.clone());
    finding
}
