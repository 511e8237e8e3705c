//! What no other rule knows.

use std::collections::BTreeMap;

use super::{At, Case, Finding, Level, RiskRule};
use crate::diff::report::{Change, FileChange, Object};

/// A change that no other rule speaks of.
pub(super) static RULE: RiskRule = RiskRule {
    name: "other-change",
    code: "DV2001",
    summary: "Something changes that no other rule knows.",
    documentation: "\
## What it does
Counts the changes of outputs that no other rule knows, for each component.

## Why it matters
Only what is known to need no look is routine. A value that somebody set may be all that is meant, or all that breaks.

## What to do
Read the changes of the component: each names the line of the spec that caused it.
",
    judge: |_: &Case<'_>, _| {},
};

/// Most paths that one finding names.
const NAMED: usize = 3;

/// Returns where a change is.
fn place(file: &FileChange, change: &Change) -> String {
    match (&change.object, change.path.as_str()) {
        (Some(object), "") => object.words(),
        (Some(object), path) => format!("{}: {path}", object.words()),
        (None, "") => file.path.clone(),
        (None, path) => path.to_owned(),
    }
}

/// Returns the object or the file that a change is in.
fn whole(file: &FileChange, change: &Change) -> String {
    change.object.as_ref().map_or_else(|| file.path.clone(), Object::words)
}

fn distinct(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in names {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

/// Makes one finding of what is left of each component.
pub(super) fn judge_rest<'a>(
    changes: impl Iterator<Item = (At, Option<&'a str>, &'a FileChange, &'a Change)>,
) -> Vec<Finding> {
    let mut all: BTreeMap<Option<&str>, Vec<(At, &FileChange, &Change)>> = BTreeMap::new();
    for (at, component, file, change) in changes {
        all.entry(component).or_default().push((at, file, change));
    }
    let finding = |(component, changes): (Option<&str>, Vec<(At, &FileChange, &Change)>)| {
        let mut names = distinct(changes.iter().map(|(_, file, change)| place(file, change)));
        if names.len() > NAMED {
            names = distinct(changes.iter().map(|(_, file, change)| whole(file, change)));
        }
        let more = names.len().saturating_sub(NAMED);
        let mut text = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        if more > 0 {
            text = format!("{text} and {more} more");
        }
        let noun = if changes.len() == 1 { "change" } else { "changes" };
        let message = format!("{} other {noun}: {text}", changes.len());
        let subject = component.unwrap_or("the platform");
        let start = Finding::new(&RULE, Level::Caution, subject, message).weighing(changes.len()).only();
        changes.into_iter().fold(start, |finding, (at, _, change)| finding.about(at, change))
    };
    all.into_iter().map(finding).collect()
}
