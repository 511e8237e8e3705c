//! The order in which Argo CD makes things.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Case, Finding, Level, RiskRule};

/// Components change their waves.
pub(super) static RULE: RiskRule = RiskRule {
    name: "order-changed",
    code: "DV2020",
    summary: "Components come in other waves.",
    documentation: "\
## What it does
Reports components that come in another wave.

## Why it matters
The order decides what is there when something is made for the first time: on a new cluster, and after a disaster. It does not
matter to what runs already, so nothing else shows it.

## What to do
See that the new order is meant: `dvgen why` on the line of the wave tells which edge decides it.
",
    judge,
};

/// Most components that are named.
const NAMED: usize = 6;

/// Returns what is said of components in other waves.
pub(in crate::diff) fn words(moved: &[&str]) -> String {
    let more = moved.len().saturating_sub(NAMED);
    let text = moved.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{text} and {more} more") } else { text }
}

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    let wave = "argocd.argoproj.io/sync-wave";
    let mut moved: Vec<String> = Vec::new();
    let mut causes: BTreeMap<usize, usize> = BTreeMap::new();
    let mut finding = Finding::new(&RULE, Level::Caution, "the platform", "").only();
    for (at, component, _, change) in case.changes().filter(|(_, _, _, change)| change.path.contains(wave)) {
        let (from, to) = change.values();
        let bare = |text: &str| text.trim_matches('"').to_owned();
        moved.push(format!("`{}` {} → {}", component.unwrap_or("the platform"), bare(from), bare(to)));
        finding = finding.about(at, change);
        change.causes.iter().for_each(|cause| *causes.entry(*cause).or_default() += 1);
    }
    if moved.is_empty() {
        return;
    }
    finding.message = format!("other waves: {}", words(&moved.iter().map(String::as_str).collect::<Vec<_>>()));
    finding.parts = moved;
    // The edit that moves most of them comes first.
    finding.causes.sort_by_key(|cause| (Reverse(causes.get(cause).copied()), *cause));
    finding = finding.why("this is the order on a new cluster; what runs does not notice");
    out.push(finding);
}
