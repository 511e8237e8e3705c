//! What dvgen says of the head and did not say of the base.

use std::collections::BTreeMap;

use super::{Case, Finding, Level, RiskRule};
use crate::diag::Diagnostic;
use crate::library::contract::OLDER_CONTRACT;
use crate::source::SourceMap;

/// A new warning or error.
pub(super) static RULE: RiskRule = RiskRule {
    name: "new-problem",
    code: "DV2022",
    summary: "The head has a warning or an error that the base had not.",
    documentation: "\
## What it does
Reports warnings and errors that the head has and the base had not: a value that the new version of a chart does not accept, a
name that is gone.

## Why it matters
With an error nothing is built from this change. A warning that comes with a change is most often about this change: charts ignore a
key that they do not know, silently.

## What to do
Read it in full with `dvgen build --check`, and repair it in the same pull request.
",
    judge: |_: &Case<'_>, _| {},
};

/// That a chart is newer than its contract is no problem of the change: the step between the versions decides, and the
/// values were judged by the nearest contract.
fn level(problem: &Diagnostic) -> Level {
    match (problem.is_error(), problem.kind) {
        (true, _) => Level::Danger,
        (_, OLDER_CONTRACT) => Level::Routine,
        _ => Level::Caution,
    }
}

/// Returns the findings of the diagnostics that only the head has.
pub(in crate::diff) fn fresh(
    base: (&[Diagnostic], &SourceMap),
    head: (&[Diagnostic], &SourceMap),
    mut causes: impl FnMut(&Diagnostic) -> Vec<usize>,
) -> Vec<Finding> {
    // Lines move, so that places say nothing; the same words as often are the same problems.
    let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for problem in base.0 {
        *known.entry((problem.kind.name, &problem.message)).or_default() += 1;
    }
    let mut found = Vec::new();
    for problem in head.0 {
        match known.get_mut(&(problem.kind.name, problem.message.as_str())) {
            Some(left) if *left > 0 => *left -= 1,
            _ => {
                let level = level(problem);
                let place = problem.primary.as_ref().map(|label| head.1.describe(label.span));
                let place = place.unwrap_or_else(|| "the spec".to_owned());
                let word = if problem.is_error() { "error" } else { "warning" };
                let message = format!("{word}[{}]: {}", problem.kind.name, problem.message);
                let mut finding = Finding::new(&RULE, level, place, message).because(causes(problem)).only();
                let advice = problem.why.iter().chain(problem.help.first());
                finding.why = advice.cloned().collect::<Vec<_>>().join("; ");
                found.push(finding);
            }
        }
    }
    found
}
