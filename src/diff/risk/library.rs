//! The user's library.

use std::collections::{BTreeMap, BTreeSet};

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

/// Most components that are named.
const NAMES: usize = 8;

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    let is_library = |number: &usize| {
        let edit = case.causes.edits.get(*number);
        edit.is_some_and(|placed| placed.edit.file.starts_with("dvgen/"))
    };
    // What a new component is made of is no change of what it was.
    let both = |name: &str| case.base().component(name).is_some() && case.head().component(name).is_some();
    let mut made: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for (_, component, _, change) in case.changes() {
        let Some(name) = component.filter(|name| both(name)) else { continue };
        for number in change.causes.iter().filter(|number| is_library(number)) {
            made.entry(*number).or_default().insert(name);
        }
    }
    for (number, components) in made {
        let Some(placed) = case.causes.edits.get(number) else { continue };
        let mut names = components.iter().take(NAMES).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let more = components.len().saturating_sub(NAMES);
        if more > 0 {
            names = format!("{names} and {more} more");
        }
        let verb = if components.len() == 1 { "is" } else { "are" };
        let message = format!("the library changes, and {names} {verb} made of it");
        out.push(Finding::new(&RULE, Level::Caution, placed.edit.place(), message).because(vec![number]));
    }
}
