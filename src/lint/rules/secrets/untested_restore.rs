//! Backups that nobody has ever restored.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// Of a backup job nothing is ever restored.
    ///
    /// ## What it does
    ///
    /// Looks for jobs of `backups` to which no restore test belongs, where the platform has restore tests for others. A
    /// platform without any is reported once.
    ///
    /// ## Why it matters
    ///
    /// A backup is one when a machine came up from it. Keys that are lost and disks that were left out show in a restore
    /// only.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// backups:
    ///   jobs: { nightly: { store: main, machines: monitoring, schedule: daily } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// backups:
    ///   restoreTests:
    ///     monitoring: { job: nightly, machine: monitoring, schedule: sun 06:00, vmid: 9901 }
    /// ```
    ///
    /// ## Source
    ///
    /// NIST SP 800-34 Rev. 1, 3.5.
    pub(super) static RULE =
        Kind::new("untested-restore", "DV1623"), Secrets, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let backups = &subject.platform.backups;
    let none = backups.tests.is_empty();
    let tested = |at: usize| backups.tests.iter().any(|test| test.job.0 == at);
    let untested = backups.jobs.iter().enumerate().filter(|(at, _)| !tested(*at));
    for (_, job) in untested.take(if none { 1 } else { usize::MAX }) {
        let Some(span) = subject.line(job.name.origin) else { continue };
        let name = &job.name.value;
        let message = if none {
            "no backup is ever restored".to_owned()
        } else {
            format!("no backup of `{name}` is ever restored")
        };
        let problem = RULE.at(span, message).why("whether it is a backup shows when a machine comes up from it");
        let help = format!(
            "add one: `restoreTests: {{ <name>: {{ job: {name}, machine: <node>, schedule: sun 06:00, vmid: <free number> }} }}`"
        );
        out.push(problem.help(help));
    }
}
