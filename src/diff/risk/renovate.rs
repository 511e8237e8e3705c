//! What the bot may do.

use super::{Case, Finding, Level, RiskRule};
use crate::diff::report::Change;
use crate::emit::TargetName;
use crate::pipeline::Environment;

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

/// Returns how often the configuration says something.
fn count(environment: &Environment, words: &str) -> usize {
    let configuration = environment.artifacts.iter().filter(|artifact| artifact.target == TargetName::Renovate);
    configuration.map(|artifact| artifact.text.matches(words).count()).sum()
}

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    let more = |words: &str| count(case.sides.head.0, words) > count(case.sides.base.0, words);
    let kinds = [
        ("automerge", "\"automerge\": true", "Renovate may merge by itself"),
        ("enabled", "\"enabled\": false", "Renovate leaves something alone"),
    ];
    for (field, _, message) in kinds.into_iter().filter(|(_, words, _)| more(words)) {
        let changes =
            || case.changes().filter(|(_, _, file, change)| file.target == TargetName::Renovate && !change.noise);
        // A rule that is new as a whole is shown in a few words, in which the field may not be.
        let exact = |change: &Change| change.path.rsplit('.').next() == Some(field);
        let any = changes().any(|(.., change)| exact(change));
        let off = changes().any(|(.., change)| change.path == "enabled");
        let message =
            if off && field == "enabled" { "Renovate is switched off: nothing is raised any more" } else { message };
        let finding = Finding::new(&RULE, Level::Caution, "renovate", message).only();
        let about = changes().filter(|(.., change)| !any || exact(change));
        out.push(about.fold(finding, |finding, (at, _, _, change)| finding.about(at, change)));
    }
}
