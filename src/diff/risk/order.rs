//! The order in which Argo CD makes things.

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

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    let wave = "argocd.argoproj.io/sync-wave";
    let mut moved: Vec<String> = Vec::new();
    let mut finding = Finding::new(&RULE, Level::Caution, "the platform", "").only();
    for (at, component, _, change) in case.changes().filter(|(_, _, _, change)| change.path.contains(wave)) {
        let (from, to) = change.values();
        let bare = |text: &str| text.trim_matches('"').to_owned();
        moved.push(format!("`{}` {} → {}", component.unwrap_or("the platform"), bare(from), bare(to)));
        finding = finding.about(at, change);
    }
    if moved.is_empty() {
        return;
    }
    let more = moved.len().saturating_sub(NAMED);
    let mut text = moved.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if more > 0 {
        text = format!("{text} and {more} more");
    }
    finding.message = format!("other waves: {text}");
    finding = finding.why("this is the order on a new cluster; what runs does not notice");
    out.push(finding);
}
