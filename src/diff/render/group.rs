//! Says once what happens to many components alike. Reports for programs keep each finding.

use crate::diff::report::Report;
use crate::diff::risk::Finding;

/// The rules whose findings are one line where there are many of them.
const RULES: &[&str] = &["component-added", "component-removed"];

/// From how many components on they are one.
const LEAST: usize = 4;

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
    groups.into_iter().flat_map(joined).collect()
}

fn is_alike(a: &Finding, b: &Finding) -> bool {
    let same = a.rule.name == b.rule.name && a.level == b.level;
    same && RULES.contains(&a.rule.name) && (&a.why, &a.environments) == (&b.why, &b.environments)
}

fn joined(group: Vec<&Finding>) -> Vec<Finding> {
    let (Some(first), LEAST..) = (group.first(), group.len()) else { return group.into_iter().cloned().collect() };
    let mut one = (*first).clone();
    one.subject = super::words::count(group.len(), "component");
    let names: Vec<String> = group.iter().take(NAMES).map(|finding| format!("`{}`", finding.subject)).collect();
    let more = group.len().saturating_sub(NAMES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    // What each of them says may differ in its version and its namespace.
    let same = group.iter().all(|finding| finding.message == first.message);
    let message = if same { first.message.as_str() } else { "new" };
    one.message = format!("{message}: {}{more}", names.join(", "));
    for cause in group.iter().flat_map(|finding| &finding.causes) {
        if !one.causes.contains(cause) {
            one.causes.push(*cause);
        }
    }
    one.causes.sort_unstable();
    vec![one]
}
