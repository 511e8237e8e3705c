//! Changes of a great part of the platform.

use std::collections::BTreeSet;

use super::{Case, Finding, Level, RiskRule};
use crate::emit::TargetName;
use crate::model::Component;

/// Very much changes at once.
pub(super) static RULE: RiskRule = RiskRule {
    name: "large-change",
    code: "DV2013",
    summary: "Ten components or more change at once, or sixty objects.",
    documentation: "\
## What it does
Reports a change that touches ten components or more, or sixty objects.

## Why it matters
Argo CD rolls all of it out within minutes. What goes wrong in one place is hard to see among the rest.

## What to do
Cut it in pieces, or merge it when somebody has time to watch.
",
    judge,
};

const COMPONENTS: usize = 10;
const OBJECTS: usize = 60;

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    let real = || case.changes().filter(|(_, _, file, change)| !change.noise && file.target != TargetName::Pages);
    let components: BTreeSet<&str> = real().filter_map(|(_, component, ..)| component).collect();
    let objects: BTreeSet<_> = real().filter_map(|(_, _, _, change)| change.object.as_ref()).collect();
    if components.len() >= COMPONENTS || objects.len() >= OBJECTS {
        let message = format!("{} components and {} objects change at once", components.len(), objects.len());
        let why = if case.head().components.iter().any(Component::by_argocd) {
            "Argo CD rolls all of it out within minutes"
        } else {
            "what goes wrong in one place is hard to see among the rest"
        };
        let finding =
            Finding::new(&RULE, Level::Caution, "the platform", message).why(why).weighing(objects.len()).only();
        // Only its causes: each change has the level that its own rules give it.
        let causes: BTreeSet<usize> = real().flat_map(|(_, _, _, change)| change.causes.iter().copied()).collect();
        out.push(finding.because(causes.into_iter().collect()));
    }
}
