//! Outputs of the base that are not what this dvgen makes of it.

use super::{Case, Finding, Level, RiskRule};

/// The committed outputs of the base are not what it gives.
pub(super) static RULE: RiskRule = RiskRule {
    name: "outputs-not-built",
    code: "DV2056",
    summary: "The next build changes outputs that this change does not touch.",
    documentation: "\
## What it does
Compares the outputs that are committed at the base with what this dvgen makes of the base, by `.dvgen/lock`. It reports how many are
others, and names some.

## Why it matters
Both sides of a review are compiled by the same dvgen. What another version of dvgen does otherwise is so the same on both sides, and
no edit shows it. It reaches the cluster with the next build all the same; and so does what somebody forgot to build.

## What to do
Build the base first, in a change of its own, and look at the differences of its files: `dvgen build` on the branch that this one
started from.
",
    judge: |_: &Case<'_>, _| {},
};

/// Most files that are named.
const NAMED: usize = 3;

/// Returns the finding about files that are not as they are committed.
pub(in crate::diff) fn finding(files: &[String], all: usize) -> Option<Finding> {
    if files.is_empty() {
        return None;
    }
    let mut names = files.iter().take(NAMED).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let more = files.len().saturating_sub(NAMED);
    if more > 0 {
        names = format!("{names} and {more} more");
    }
    let verb = if files.len() == 1 { "is" } else { "are" };
    let message = format!("{} of {all} outputs at the base {verb} not what it gives: {names}", files.len());
    let why = "they were not built, or another version of dvgen wrote them: the next build changes them too, and no edit here is why";
    Some(Finding::new(&RULE, Level::Caution, "the base", message).why(why).only())
}
