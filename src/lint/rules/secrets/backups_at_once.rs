//! Backups that begin while something else begins with the same machine or store.

mod calendar;

use self::calendar::Moments;
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{BackupJob, Text};

rule! {
    /// Two things begin in one minute with one machine or one store of backups.
    ///
    /// ## What it does
    ///
    /// Compares the schedules of `backups`: two jobs of one machine; and a job with `verify` and `collect` of its store, where the
    /// spec writes these. Days of the week and of the month are looked at, and hours and minutes as lists, ranges and steps.
    ///
    /// ## Why it matters
    ///
    /// While a machine is backed up it is locked: the second job of the same minute fails. A store that is read from end to
    /// end makes a backup slow, and the machine waits for it while it runs.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// jobs:
    ///   nightly: { store: main, machines: monitoring, schedule: "02:30" }
    ///   monthly: { store: archive, machines: monitoring, schedule: "*-*-01 02:30" }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// jobs:
    ///   nightly: { store: main, machines: monitoring, schedule: "02:30" }
    ///   monthly: { store: archive, machines: monitoring, schedule: "*-*-01 05:00" }
    /// ```
    ///
    /// ## Source
    ///
    /// Proxmox VE, Backup and Restore, "VM is locked"; Calendar Events.
    pub(super) static RULE =
        Kind::new("backups-at-once", "DV1670"), Secrets, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let backups = &subject.platform.backups;
    for (at, job) in backups.jobs.iter().enumerate() {
        for other in backups.jobs.iter().take(at) {
            let both = job.machines.iter().find(|(node, _)| other.machines.iter().any(|(known, _)| known == node));
            let Some(node) = both.and_then(|(node, _)| subject.platform.topology.nodes.get(*node)) else { continue };
            if together(&job.schedule, &other.schedule) {
                let (one, two) = (&other.name.value, &job.name.value);
                let message = format!("`{one}` and `{two}` back up `{}` in the same minute", node.name.value);
                out.extend(report(
                    subject,
                    &job.schedule,
                    &other.schedule,
                    message,
                    "the machine is locked while it is backed up: the second one fails",
                ));
            }
        }
        out.extend(store(subject, job));
    }
}

/// What reads a whole store while a backup is written to it.
fn store(subject: &Subject<'_>, job: &BackupJob) -> Vec<Diagnostic> {
    let Some(store) = subject.platform.backups.stores.get(job.store.value.0) else { return Vec::new() };
    let tasks = [("verified", &store.verify), ("cleaned up", &store.collect)];
    // What nobody wrote is nobody's mistake.
    let written = |schedule: &Text| {
        subject
            .platform
            .origins
            .written_span(schedule.origin)
            .is_some_and(|span| subject.platform.origins.written_span(store.name.origin) != Some(span))
    };
    let tasks = tasks.into_iter().filter(|(_, schedule)| written(schedule) && together(schedule, &job.schedule));
    let report = |(word, schedule): (&str, &Text)| {
        let message = format!("`{}` is {word} in the minute in which `{}` begins", store.name.value, job.name.value);
        let why = "the store is read from end to end, and the machine waits for it while its backup is written";
        report(subject, schedule, &job.schedule, message, why)
    };
    tasks.filter_map(report).collect()
}

fn together(one: &Text, other: &Text) -> bool {
    match (Moments::of(&one.value), Moments::of(&other.value)) {
        (Some(one), Some(other)) => one.meet(&other),
        _ => false,
    }
}

fn report(subject: &Subject<'_>, here: &Text, there: &Text, message: String, why: &'static str) -> Option<Diagnostic> {
    let span = subject.line(here.origin)?;
    let problem = RULE.at(span, message).why(why).help("let one of them begin at another time");
    let line = subject.line(there.origin).filter(|line| *line != span);
    Some(line.into_iter().fold(problem, |problem, line| problem.related(line, "it begins then too")))
}
