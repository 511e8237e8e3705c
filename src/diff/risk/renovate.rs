//! What the bot may do.

use super::{Case, Finding, Level, RiskRule};
use crate::emit::TargetName;

/// The bot merges by itself, or no longer looks at something.
pub(super) static RULE: RiskRule = RiskRule {
    name: "bot-changed",
    code: "DV2024",
    summary: "Renovate may merge by itself, or leaves something alone.",
    documentation: "\
## What it does
Reports that Renovate is allowed to merge by itself, or told to leave something alone.

## Why it matters
What merges by itself is seen by nobody. What the bot leaves alone grows old in silence.

## What to do
Let only routine changes merge by themselves: `dvgen diff --fail-on caution` as a required check.
",
    judge,
};

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    for (at, _, _, change) in case.changes().filter(|(_, _, file, _)| file.target == TargetName::Renovate) {
        let last = change.path.rsplit('.').next().unwrap_or_default();
        let (_, after) = change.values();
        let merges = last == "automerge" && after == "true" || after.contains("automerge: true");
        let sleeps = last == "enabled" && after == "false" || after.contains("enabled: false");
        let message = match (merges, sleeps) {
            (true, _) => "Renovate may merge by itself",
            (_, true) => "Renovate leaves something alone",
            _ => continue,
        };
        out.push(Finding::new(&RULE, Level::Caution, "renovate", message).about(at, change).only());
    }
}
