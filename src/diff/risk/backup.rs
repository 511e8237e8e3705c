//! What is backed up, where to, and whether it can be restored.

use super::{Case, Finding, Level, RiskRule};
use crate::model::{BackupJob, Component, Flow, Platform};
use crate::source::OriginId;
use crate::spec::FlowKind;

/// Something is backed up less.
pub(super) static RULE: RiskRule = RiskRule {
    name: "backup-lowered",
    code: "DV2076",
    summary: "Something is backed up no more, elsewhere, or at other times.",
    documentation: "\
## What it does
Reports a job of backups, a store or a test of restoring that is gone, a machine that no job backs up any more, another schedule of a job or of a test, another
store or another key of a job, backups that are no longer encrypted, and a database that is no longer archived.

## Why it matters
Nobody notices that a backup is missing until it is needed. What is in the old store is not in the new one, and what was encrypted with the
old key is read with the old key only.

## What to do
See that what is left out needs no backup. Restore one from the new place before the old one is given up, and keep old keys as long as old
backups.
",
    judge,
};

const NONE_AT_ALL: &str = "nothing backs it up any more: what is lost then is lost for good";

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    jobs(case, out);
    stores(case, out);
    tests(case, out);
    flows(case, out);
}

/// Returns the names of the machines of a job.
fn machines<'p>(platform: &'p Platform, job: &BackupJob) -> Vec<(&'p str, OriginId)> {
    let named = |(at, origin): &(usize, OriginId)| Some((&*platform.topology.nodes.get(*at)?.name.value, *origin));
    job.machines.iter().filter_map(named).collect()
}

fn backed_up(platform: &Platform) -> Vec<&str> {
    platform.backups.jobs.iter().flat_map(|job| machines(platform, job)).map(|(name, _)| name).collect()
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn jobs(case: &Case<'_>, out: &mut Vec<Finding>) {
    let (base, head) = (case.base(), case.head());
    let after = backed_up(head);
    // A machine that is gone needs no backup.
    let stays = |name: &str| head.topology.nodes.iter().any(|node| &*node.name.value == name);
    for old in &base.backups.jobs {
        let subject = format!("backup job {}", old.name.value);
        let covered = machines(base, old);
        let Some(new) = head.backups.jobs.iter().find(|new| new.name.value == old.name.value) else {
            let names: Vec<&str> = covered.iter().map(|(name, _)| *name).collect();
            let left: Vec<&str> = names.iter().copied().filter(|name| stays(name)).collect();
            let alone: Vec<&str> = left.iter().copied().filter(|name| !after.contains(name)).collect();
            let message = format!("is gone: it backed up {}", list(&names));
            let (level, why) = without_job((names.len(), left.len()), &alone);
            let causes = case.because(Some(old.name.origin), None, None);
            out.push(Finding::new(&RULE, level, subject, message).why(why).because(causes));
            continue;
        };
        let left = machines(head, new);
        for (name, origin) in
            covered.iter().filter(|(name, _)| stays(name) && left.iter().all(|(other, _)| other != name))
        {
            let (level, why) = if after.contains(name) {
                (Level::Caution, "other jobs still back it up, into their stores and at their times only")
            } else {
                (Level::Danger, NONE_AT_ALL)
            };
            let causes = case.because(Some(*origin), None, None);
            let message = format!("no longer backs up `{name}`");
            out.push(Finding::new(&RULE, level, subject.as_str(), message).why(why).because(causes));
        }
        changed(case, &subject, (old, new), out);
    }
}

/// Returns what a job that is gone means: of how many machines it was, how many of them stay, and which of those nothing else backs up.
fn without_job((all, left): (usize, usize), alone: &[&str]) -> (Level, String) {
    let others = "into their stores and at their times only";
    match (left, alone.len()) {
        (0, _) => {
            let why = "they are gone too: see whether what it wrote of them is needed still, since no job adds to it";
            (Level::Caution, why.to_owned())
        }
        (_, 0) if left == all => (Level::Danger, format!("other jobs still do, {others}")),
        (_, 0) => (Level::Danger, format!("other jobs still back up those that stay, {others}")),
        (_, count) if count == all => (Level::Danger, NONE_AT_ALL.to_owned()),
        _ => (Level::Danger, format!("nothing backs up {} any more: what is lost then is lost for good", list(alone))),
    }
}

fn changed(case: &Case<'_>, subject: &str, (old, new): (&BackupJob, &BackupJob), out: &mut Vec<Finding>) {
    let store = |platform: &Platform, job: &BackupJob| {
        platform.backups.stores.get(job.store.value.0).map(|s| s.name.value.clone())
    };
    let (from, to) = (store(case.base(), old), store(case.head(), new));
    let mut push = |level, message: String, why: &str, from: Option<OriginId>, to: Option<OriginId>| {
        let causes = case.because(from, to, None);
        out.push(Finding::new(&RULE, level, subject, message).why(why).because(causes));
    };
    if let (Some(from), Some(to)) = (from, to)
        && from != to
    {
        let why = "it starts anew there, and what is in the old store is pruned as that one says";
        push(
            Level::Caution,
            format!("goes to `{to}` and no longer to `{from}`"),
            why,
            Some(old.store.origin),
            Some(new.store.origin),
        );
    }
    if old.schedule.value != new.schedule.value {
        let message = format!("runs `{}` and no longer `{}`", new.schedule.value, old.schedule.value);
        let why = "what was written since the last one is lost with the machine: see how old it may be now";
        push(Level::Caution, message, why, Some(old.schedule.origin), Some(new.schedule.origin));
    }
    match (&old.encryption, &new.encryption) {
        (Some(from), None) => {
            let why = "whoever can read the store or its share has all secrets of the machines";
            push(Level::Danger, "is no longer encrypted".to_owned(), why, Some(from.origin), None);
        }
        (Some(from), Some(to)) if from.value != to.value => {
            let message = format!("is encrypted with the key of `{}` and no longer of `{}`", to.value, from.value);
            let why = "backups that are there are read with the old key only: keep it as long as them";
            push(Level::Caution, message, why, Some(from.origin), Some(to.origin));
        }
        _ => {}
    }
}

fn stores(case: &Case<'_>, out: &mut Vec<Finding>) {
    let after = &case.head().backups.stores;
    for old in &case.base().backups.stores {
        let subject = format!("backup store {}", old.name.value);
        let mut push = |level, message: String, why: &str, causes| {
            out.push(Finding::new(&RULE, level, subject.as_str(), message).why(why).because(causes));
        };
        let Some(new) = after.iter().find(|new| new.name.value == old.name.value) else {
            let why = "what is in it is neither pruned nor verified any more, and nobody can restore it until it is added again";
            push(Level::Danger, "is gone".to_owned(), why, case.because(Some(old.name.origin), None, None));
            continue;
        };
        if old.verify.value != new.verify.value {
            let message = format!("is verified `{}` and no longer `{}`", new.verify.value, old.verify.value);
            let why = "a backup that rotted is found when it is verified next";
            push(Level::Caution, message, why, case.because(Some(old.verify.origin), Some(new.verify.origin), None));
        }
    }
}

fn tests(case: &Case<'_>, out: &mut Vec<Finding>) {
    let after = &case.head().backups.tests;
    for new in after {
        let Some(old) = case.base().backups.tests.iter().find(|old| old.name.value == new.name.value) else { continue };
        if old.schedule.value != new.schedule.value {
            let subject = format!("restore test {}", new.name.value);
            let message = format!("runs `{}` and no longer `{}`", new.schedule.value, old.schedule.value);
            let why = "a backup from which nothing comes up is found when it runs next: see how long that may take";
            let causes = case.because(Some(old.schedule.origin), Some(new.schedule.origin), None);
            out.push(Finding::new(&RULE, Level::Caution, subject, message).why(why).because(causes));
        }
    }
    for old in case.base().backups.tests.iter().filter(|old| after.iter().all(|new| new.name.value != old.name.value)) {
        let subject = format!("restore test {}", old.name.value);
        let why = "whether it is a backup shows when a machine comes up from it, and nobody tries that any more";
        let causes = case.because(Some(old.name.origin), None, None);
        out.push(Finding::new(&RULE, Level::Caution, subject, "is gone").why(why).because(causes));
    }
}

/// Reports components that are archived by a flow no more, or elsewhere.
fn flows(case: &Case<'_>, out: &mut Vec<Finding>) {
    fn component(platform: &Platform, at: usize) -> Option<&Component> {
        platform.components.get(at)
    }
    fn of(platform: &Platform) -> impl Iterator<Item = (&Component, &Component, &Flow)> {
        let backups = platform.flows.iter().filter(|flow| flow.kind == FlowKind::Backup);
        backups.filter_map(|flow| {
            let from = component(platform, flow.from.component.0)?;
            Some((from, component(platform, flow.to.component.0)?, flow))
        })
    }
    let name = |old: &std::sync::Arc<str>| case.sides.renames.after(old).unwrap_or(old).clone();
    for (from, to, flow) in of(case.base()) {
        let (who, store) = (name(&from.name.value), name(&to.name.value));
        if case.head().component(&who).is_none() {
            continue;
        }
        let left: Vec<_> = of(case.head()).filter(|(other, ..)| other.name.value == who).collect();
        if left.iter().any(|(_, other, _)| other.name.value == store) {
            continue;
        }
        let (message, why, origin) = match left.first() {
            None => (format!("is no longer backed up to `{store}`"), NONE_AT_ALL, None),
            Some((_, other, flow)) => (
                format!("is backed up to `{}` and no longer to `{store}`", other.name.value),
                "its archive starts anew there: what is in the old one is needed to restore what was before",
                Some(flow.to.origin),
            ),
        };
        let causes = case.because(Some(flow.to.origin), origin, Some(&who));
        out.push(Finding::new(&RULE, Level::Danger, &*who, message).why(why).because(causes));
    }
}

#[cfg(test)]
mod tests {
    use super::without_job;
    use crate::diff::risk::Level;

    #[test]
    fn a_job_that_is_gone_is_judged_by_who_still_needs_it() {
        let said = |all, left, alone: &[&str]| without_job((all, left), alone);
        assert_eq!(said(2, 0, &[]).0, Level::Caution);
        assert!(!said(2, 0, &[]).1.contains("other jobs"), "{}", said(2, 0, &[]).1);
        assert!(said(2, 2, &[]).1.starts_with("other jobs still do"));
        assert!(said(2, 1, &[]).1.starts_with("other jobs still back up those that stay"));
        assert!(said(2, 2, &["a"]).1.starts_with("nothing backs up `a` any more"));
        assert_eq!(said(1, 1, &["a"]).0, Level::Danger);
    }
}
