//! Says once what happens to many components alike. Reports for programs keep each finding.

use crate::diff::report::Report;
use crate::diff::risk::Finding;

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
    for finding in &report.findings {
        let alike = |group: &&mut Vec<&Finding>| group.first().is_some_and(|first| is_alike(first, finding));
        match groups.iter_mut().find(alike) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups.iter().flat_map(|group| joined(group)).collect()
}

/// Returns what a finding says, apart from whom it is about.
fn phrase(finding: &Finding) -> &str {
    finding.kind.as_deref().unwrap_or(&finding.message)
}

fn is_alike(a: &Finding, b: &Finding) -> bool {
    if (a.rule.name, a.level) != (b.rule.name, b.level) || a.why != b.why {
        return false;
    }
    let listed = RULES.contains(&a.rule.name) && a.environments == b.environments;
    let same = !a.causes.is_empty() && a.causes == b.causes && phrase(a) == phrase(b);
    listed || same
}

fn joined(group: &[&Finding]) -> Vec<Finding> {
    let each = || group.iter().map(|finding| (*finding).clone()).collect();
    let Some(first) = group.first() else { return Vec::new() };
    let listed = RULES.contains(&first.rule.name);
    let mut subjects: Vec<&str> = Vec::new();
    for finding in group {
        if !subjects.contains(&finding.subject.as_str()) {
            subjects.push(&finding.subject);
        }
    }
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
    for cause in group.iter().flat_map(|finding| &finding.causes) {
        if !one.causes.contains(cause) {
            one.causes.push(*cause);
        }
    }
    one.causes.sort_unstable();
    vec![one]
}
