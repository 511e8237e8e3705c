//! What no longer runs at its times.

use super::each::{Meaning, each};
use super::{Case, Finding, Level, RiskRule};
use crate::diff::report::{Change, ChangeKind, Object};

/// Something that runs at certain times is suspended.
pub(super) static RULE: RiskRule = RiskRule {
    name: "runs-suspended",
    code: "DV2091",
    summary: "Something that runs at certain times no longer does.",
    documentation: "\
## What it does
Reports `suspend: true`, where it was not: on a CronJob, a scheduled backup, a workflow, in the values of a chart.

## Why it matters
Nothing fails, and nobody is told: the backup, the rotation or the clean-up just does not happen any more.

## What to do
Say in the pull request until when, and watch the age of what it makes.
",
    judge,
};

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    each(case, &RULE, out, |_, change| meaning(change));
}

fn meaning(change: &Change) -> Option<Meaning> {
    let is_new = matches!(change.kind, ChangeKind::Added | ChangeKind::Changed);
    if !is_new || change.key() != "suspend" || change.values().1 != "true" {
        return None;
    }
    let place = change.object.as_ref().map_or_else(|| format!("`{}`", change.path), Object::words);
    if change.is_of("ScheduledBackup") {
        return Some((Level::Danger, format!("{place} is suspended"), "no backup is made any more, and nothing fails"));
    }
    Some((Level::Caution, format!("{place} is suspended"), "what it does at its times is not done, and nothing fails"))
}
