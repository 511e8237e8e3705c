//! How many copies run.

use super::each::{Meaning, each, each_left};
use super::{Case, Finding, Level, RiskRule};
use crate::diff::report::{Change, ChangeKind, FileChange};
use crate::emit::TargetName;
use crate::model::Traced;

/// Another number of copies.
pub(super) static RULE: RiskRule = RiskRule {
    name: "replicas-changed",
    code: "DV2025",
    summary: "A component has another number of copies.",
    documentation: "\
## What it does
Reports another number of copies of a component or of a part of it, other limits of what scales by itself, and a part that is switched off. It looks at
the spec, at values and at manifests.

## Why it matters
None at all is an outage. One is an outage whenever its node is. More copies need room, volumes, and, for some products, a quorum.

## What to do
See that the nodes have room; take members out of a quorum one by one.
",
    judge,
};

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    let start = out.len();
    for (old, new) in case.components() {
        let name = &*new.name.value;
        compare(case, name, name, (old.replicas.as_ref(), new.replicas.as_ref()), out);
        for part in &new.parts {
            let Some(was) = old.parts.iter().find(|was| was.name == part.name) else { continue };
            let subject = format!("{name}, part {}", part.name);
            if was.enabled.value && !part.enabled.value {
                let causes = case.because(Some(was.enabled.origin), Some(part.enabled.origin), Some(name));
                let why = "nothing of it runs any more, and what asks it finds nobody";
                out.push(Finding::new(&RULE, Level::Danger, subject, "is switched off").why(why).because(causes));
                continue;
            }
            compare(case, name, &subject, (was.replicas.as_ref(), part.replicas.as_ref()), out);
        }
    }
    each(case, &RULE, out, |_, change| scaled(change));
    each_left(case, &RULE, (start, out), written);
}

/// Returns whether a number under a key is one of copies.
pub(in crate::diff) fn is_copies(key: &str) -> bool {
    matches!(key, "replicas" | "replicaCount")
}

/// Returns what another number of copies in an output means: not all of them have a field of the spec.
fn written(file: &FileChange, change: &Change) -> Option<Meaning> {
    let is_output = matches!(file.target, TargetName::Values | TargetName::Manifests);
    if !is_output || !is_copies(change.key()) || !matches!(change.kind, ChangeKind::Added | ChangeKind::Changed) {
        return None;
    }
    let (before, after) = change.values();
    let to: u16 = after.parse().ok()?;
    let place = match &change.object {
        Some(object) => format!("{}: `{}`", object.words(), change.path),
        None => format!("`{}`", change.path),
    };
    match before.parse() {
        Ok(from) => {
            let (level, why) = step(from, to);
            Some((level, format!("{place} {from} → {to}"), why))
        }
        Err(_) => (to == 0).then(|| (Level::Danger, format!("{place} is 0"), "nothing of it runs any more")),
    }
}

/// Returns what other limits of what scales by itself mean.
fn scaled(change: &Change) -> Option<Meaning> {
    let (before, after) = change.values();
    let word = match change.path.as_str() {
        "spec.minReplicas" => "least",
        "spec.maxReplicas" => "most",
        _ => return None,
    };
    if !change.is_of("HorizontalPodAutoscaler") || change.kind != ChangeKind::Changed {
        return None;
    }
    let number = |text: &str| text.parse::<u32>().ok();
    let why = match (word, number(before) > number(after)) {
        ("least", true) if after == "1" => "with one copy it is down whenever its node is",
        (_, true) => "those that are left have to carry the load",
        _ => "the nodes need room for them",
    };
    Some((Level::Caution, format!("copies at {word} {before} → {after}"), why))
}

fn compare(
    case: &Case<'_>,
    component: &str,
    subject: &str,
    (old, new): (Option<&Traced<u16>>, Option<&Traced<u16>>),
    out: &mut Vec<Finding>,
) {
    let (from, to) = (old.map_or(1, |count| count.value), new.map_or(1, |count| count.value));
    if from == to {
        return;
    }
    let (level, why) = step(from, to);
    let causes = case.because(old.map(|count| count.origin), new.map(|count| count.origin), Some(component));
    out.push(Finding::new(&RULE, level, subject, format!("copies {from} → {to}")).why(why).because(causes));
}

/// Returns what another number of copies means.
const fn step(from: u16, to: u16) -> (Level, &'static str) {
    match (from, to) {
        (_, 0) => (Level::Danger, "nothing of it runs any more"),
        (from, 1) if from > 2 => (
            Level::Caution,
            "with one copy it is down whenever its node is; if the copies elect a leader, take members out one by one, else the last one waits for the others",
        ),
        (_, 1) => (Level::Caution, "with one copy it is down whenever its node is"),
        (from, to) if to < from => (Level::Caution, "those that are left have to carry the load"),
        _ => (Level::Caution, "the nodes need room for them, and each may have a volume of its own"),
    }
}
