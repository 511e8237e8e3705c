//! What dvgen says of the head and did not say of the base.

use std::collections::BTreeMap;
use std::sync::Arc;

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

Where it says what another finding would say, it is told once, as the problem, with the care that the other one asks for and the edits
that the other one names: a default class that is none any more, a backup that is no longer encrypted or never restored, majors that
Renovate merges by itself, Grafana where everybody is Admin, a host that asks nobody for a login any more.

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

/// Returns a message without its numbers and amounts, such as `10Gi`; names, versions and addresses stay.
fn without_amounts(message: &str) -> String {
    let is_amount = |word: &str| {
        let number = word.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
        word.len() - number.len() <= 3 && !number.is_empty() && number.parse::<f64>().is_ok()
    };
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | '%' | ':');
    let mut out = String::with_capacity(message.len());
    for part in message.split_inclusive(|c: char| !inside(c)) {
        let word = part.trim_end_matches(|c: char| !inside(c));
        let bare = word.trim_end_matches(['.', ':']);
        if is_amount(bare) {
            out.push('#');
            out.push_str(part.get(bare.len()..).unwrap_or_default());
        } else {
            out.push_str(part);
        }
    }
    out
}

/// Returns the findings of the diagnostics that only the head has.
pub(in crate::diff) fn fresh(
    base: (&[Diagnostic], &SourceMap),
    head: (&[Diagnostic], &SourceMap),
    renamed: Option<&(Arc<str>, Arc<str>)>,
    mut causes: impl FnMut(&Diagnostic) -> Option<Vec<usize>>,
) -> Vec<Finding> {
    // Where the base environment has another name, messages call it by that one.
    let now = |message: &str| match renamed {
        Some((before, after)) => message.replace(&format!("`{before}`"), &format!("`{after}`")),
        None => message.to_owned(),
    };
    // Lines move, so that places say nothing; the same words as often are the same problems, also with other amounts.
    let mut known: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for problem in base.0 {
        *known.entry((problem.kind.name, without_amounts(&now(&problem.message)))).or_default() += 1;
    }
    let mut found = Vec::new();
    for problem in head.0 {
        match known.get_mut(&(problem.kind.name, without_amounts(&problem.message))) {
            Some(left) if *left > 0 => *left -= 1,
            _ => {
                let Some(causes) = causes(problem) else { continue };
                let level = level(problem);
                let place = problem.primary.as_ref().map(|label| head.1.describe(label.span));
                let place = place.unwrap_or_else(|| "the spec".to_owned());
                let word = if problem.is_error() { "error" } else { "warning" };
                let message = format!("{word}[{}]: {}", problem.kind.name, problem.message);
                let mut finding = Finding::new(&RULE, level, place, message).because(causes).only();
                let advice = problem.why.iter().chain(problem.help.first());
                finding.why = advice.cloned().collect::<Vec<_>>().join("; ");
                found.push(finding);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{fresh, without_amounts};
    use crate::diag::{Diagnostic, Kind};
    use crate::source::{SourceMap, Span};

    #[test]
    fn what_is_said_of_an_environment_with_another_name_is_not_new() {
        let mut sources = SourceMap::new();
        let file = sources.add("platform.yaml", "a".to_owned());
        let said = |name: &str| {
            let message = format!("nothing reads it (in environment `{name}`)");
            [Diagnostic::error(Kind::new("x", "DV0000"), Span::new(file, 0, 1), message)]
        };
        let (before, after) = (said("production"), said("prod"));
        let new = |renamed: Option<(&str, &str)>| {
            let renamed = renamed.map(|(before, after)| (before.into(), after.into()));
            fresh((&before, &sources), (&after, &sources), renamed.as_ref(), |_| Some(Vec::new())).len()
        };
        assert_eq!((new(None), new(Some(("production", "prod")))), (1, 0));
    }

    #[test]
    fn amounts_are_taken_out_of_messages_and_names_stay() {
        for (message, expected) in [
            ("3 nodes of `web` have 40Gi, not 41.5Gi.", "# nodes of `web` have #, not #."),
            ("`node-1` at 10.0.0.4 runs 1.32.0 with 80%", "`node-1` at 10.0.0.4 runs 1.32.0 with #"),
            ("`replicas: 2` is 2: too few", "`replicas: #` is #: too few"),
        ] {
            assert_eq!(without_amounts(message), expected);
        }
    }
}
