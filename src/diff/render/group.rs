//! Says once what happens to many components alike. Reports for programs keep each finding.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diff::report::Report;
use crate::diff::risk::{Finding, Level};

/// The rules whose findings are one line where there are many of them, whatever caused each.
const RULES: &[&str] = &["component-added", "component-removed"];

/// From how many components on they are one.
const LEAST: usize = 4;

/// From how many components on that the same edits cause the same.
const SAME: usize = 3;

/// Most components that are named.
const NAMES: usize = 8;

/// Returns the findings, in order, with those of many components joined at the place of the first.
pub(super) fn findings(report: &Report) -> Vec<Finding> {
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    let mut places: BTreeMap<Key<'_>, usize> = BTreeMap::new();
    for finding in &report.findings {
        let keys = keys(finding);
        if let Some(group) = keys.iter().filter_map(|key| places.get(key)).min().and_then(|at| groups.get_mut(*at)) {
            group.push(finding);
            continue;
        }
        for key in keys {
            places.entry(key).or_insert(groups.len());
        }
        groups.push(vec![finding]);
    }
    groups.iter().flat_map(|group| joined(group)).collect()
}

/// Returns what a finding says, apart from whom it is about.
fn phrase(finding: &Finding) -> &str {
    finding.kind.as_deref().unwrap_or(&finding.message)
}

/// What is the same of findings that are alike: two that share one of their keys are.
type Key<'f> = (&'static str, Level, &'f str, Alike<'f>);

/// In what findings of one rule and level are alike.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Alike<'f> {
    /// Of a rule whose findings are one line: where they happen.
    Listed(&'f [Arc<str>]),
    /// What causes them, and what they say.
    Same(&'f [usize], &'f str),
}

fn keys(finding: &Finding) -> Vec<Key<'_>> {
    let key = |alike| (finding.rule.name, finding.level, finding.why.as_str(), alike);
    let listed = RULES.contains(&finding.rule.name).then(|| key(Alike::Listed(&finding.environments)));
    let same = (!finding.causes.is_empty()).then(|| key(Alike::Same(&finding.causes, phrase(finding))));
    listed.into_iter().chain(same).collect()
}

fn joined(group: &[&Finding]) -> Vec<Finding> {
    let each = || group.iter().map(|finding| (*finding).clone()).collect();
    let Some(first) = group.first() else { return Vec::new() };
    let listed = RULES.contains(&first.rule.name);
    let mut known = BTreeSet::new();
    let subjects = group.iter().map(|finding| finding.subject.as_str());
    let subjects: Vec<&str> = subjects.filter(|subject| known.insert(*subject)).collect();
    if subjects.len() < if listed { LEAST } else { SAME } {
        return each();
    }
    let mut one = (*first).clone();
    one.subject = super::words::count(subjects.len(), "component");
    let names: Vec<String> = subjects.iter().take(NAMES).map(|subject| format!("`{subject}`")).collect();
    let more = subjects.len().saturating_sub(NAMES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    // What each of them says may differ in its version and its namespace.
    let same = group.iter().all(|finding| finding.message == first.message);
    let message = if same || !listed { phrase(first) } else { "new" };
    one.message = format!("{message}: {}{more}", names.join(", "));
    for name in group.iter().flat_map(|finding| &finding.environments) {
        if !one.environments.contains(name) {
            one.environments.push(name.clone());
        }
    }
    let causes: BTreeSet<usize> = group.iter().flat_map(|finding| &finding.causes).copied().collect();
    one.causes = causes.into_iter().collect();
    vec![one]
}
