//! Workflows that build and deploy.

use super::each::{Meaning, each_of};
use super::{Case, Finding, Level, RiskRule};
use crate::diff::report::{Change, ChangeKind, FileChange};
use crate::emit::TargetName;

/// A workflow deploys without approval, or may do more.
pub(super) static RULE: RiskRule = RiskRule {
    name: "pipeline-changed",
    code: "DV2058",
    summary: "A workflow deploys without approval, may do more, or judges in another way.",
    documentation: "\
## What it does
Reports workflows whose jobs lose the environment that somebody has to approve, get more permissions, start at other events, or let another
risk pass.

## Why it matters
The environment of a job is what asks a person, and what holds back its secrets. Without it the job runs with the next push. A token
that may write is what an attacker looks for in a workflow.

## What to do
Keep the environment, and its reviewers in the settings of the repository. Give each job only the permissions that it needs.
",
    judge,
};

fn meaning(change: &Change) -> Option<Meaning> {
    let keys: Vec<&str> = change.path.split('.').collect();
    let (before, after) = change.values();
    match keys.as_slice() {
        ["jobs", _, "environment", ..] if change.kind == ChangeKind::Removed => Some((
            Level::Danger,
            "runs without the environment that has to be approved".to_owned(),
            "the next push deploys, and nobody is asked",
        )),
        ["jobs", _, "environment", ..] => Some((
            Level::Caution,
            "runs in another environment".to_owned(),
            "other people approve it, and other secrets are there",
        )),
        ["permissions", ..] | ["jobs", _, "permissions", ..] if after.contains("write") => {
            Some((Level::Caution, "may write more than before".to_owned(), "see that the job needs it"))
        }
        ["on", ..] => {
            let why = "see who can cause them: with some of them strangers can";
            Some((Level::Caution, "starts at other events".to_owned(), why))
        }
        [.., "with", "service_account"] if change.kind == ChangeKind::Changed => {
            let message = format!("acts as `{after}` and no longer as `{before}`");
            Some((Level::Caution, message, "see what that account may do"))
        }
        [.., "env", "RISK"] if change.kind == ChangeKind::Changed => {
            let message = format!("fails from risk `{after}` on, and no longer from `{before}`");
            let looser = risk(after) > risk(before);
            let why =
                if looser { "what it held back before passes now" } else { "what passed before is held back now" };
            Some((Level::Caution, message, why))
        }
        _ => None,
    }
}

fn risk(word: &str) -> Option<Level> {
    word.parse().ok()
}

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    let path = |file: &'_ FileChange| Some(file.path.clone());
    each_of(case, &RULE, out, path, |file, change| if file.target == TargetName::Ci { meaning(change) } else { None });
}

#[cfg(test)]
mod tests {
    use super::{Level, meaning};
    use crate::diff::report::{Change, ChangeKind};
    use crate::diff::value::words;

    #[test]
    fn what_workflows_may_do_is_known() {
        let level = |path: &str, kind: ChangeKind, after: &str| {
            meaning(&Change::new(path.to_owned(), kind, None, Some(words(after)))).map(|found| found.0)
        };
        assert_eq!(level("jobs.deploy.environment", ChangeKind::Removed, ""), Some(Level::Danger));
        assert_eq!(level("jobs.deploy.environment", ChangeKind::Added, "production"), Some(Level::Caution));
        assert_eq!(level("jobs.build.permissions.contents", ChangeKind::Changed, "write"), Some(Level::Caution));
        assert_eq!(level("jobs.build.permissions.contents", ChangeKind::Changed, "read"), None);
        assert_eq!(level("on.push.branches[]", ChangeKind::Added, "main"), Some(Level::Caution));
        assert_eq!(level("jobs.build.steps[0].run", ChangeKind::Changed, "x"), None);
    }
}
