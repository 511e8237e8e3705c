//! The user's library.

use std::collections::BTreeSet;

use super::{Case, Finding, Level, RiskRule};

/// A file of the user's library changed, and outputs with it.
pub(super) static RULE: RiskRule = RiskRule {
    name: "library-changed",
    code: "DV2026",
    summary: "A file in `dvgen/` changes what components are made of.",
    documentation: "\
## What it does
Reports an edit of a file in `dvgen/` that changes the outputs of components, with their names.

## Why it matters
A line of a template or of the facts stands for all components that use it. The spec of none of them changes.

## What to do
Look at one of them in full, and at the others for what they have of their own.
",
    judge,
};

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    for (number, placed) in case.causes.edits.iter().enumerate() {
        if !placed.edit.file.starts_with("dvgen/") {
            continue;
        }
        // What a new component is made of is no change of what it was.
        let both = |name: &str| case.base().component(name).is_some() && case.head().component(name).is_some();
        let caused = case.changes().filter(|(_, _, _, change)| change.causes.contains(&number));
        let components: BTreeSet<&str> =
            caused.filter_map(|(_, component, ..)| component).filter(|name| both(name)).collect();
        if components.is_empty() {
            continue;
        }
        let names = components.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let verb = if components.len() == 1 { "is" } else { "are" };
        let message = format!("the library changes, and {names} {verb} made of it");
        out.push(Finding::new(&RULE, Level::Caution, placed.edit.place(), message).because(vec![number]));
    }
}
