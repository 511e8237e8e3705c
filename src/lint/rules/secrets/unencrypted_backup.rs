//! Backups that others can read.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// Backups leave for a share of another machine, and are not encrypted.
    ///
    /// ## What it does
    ///
    /// Looks at each job of `backups` whose store lies on a share by NFS or SMB, and asks for `encryption`.
    ///
    /// ## Why it matters
    ///
    /// A backup holds all secrets of a machine. Whoever can read the share, or the disks that are taken out of it one day,
    /// has them.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// backups:
    ///   stores: { main: { component: pbs, target: { kind: nfs, server: nas, export: /pbs }, retention: { daily: 7 } } }
    ///   jobs:   { nightly: { store: main, machines: monitoring, schedule: daily } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// backups:
    ///   jobs:
    ///     nightly: { store: main, machines: monitoring, schedule: daily, encryption: { secret: backup/encryption } }
    /// ```
    ///
    /// ## Source
    ///
    /// Proxmox VE, Storage, "Proxmox Backup Server", encryption.
    pub(super) static RULE =
        Kind::new("unencrypted-backup", "DV1621"), Secrets, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let backups = &subject.platform.backups;
    for job in backups.jobs.iter().filter(|job| job.encryption.is_none()) {
        let Some(store) = backups.stores.get(job.store.value.0) else { continue };
        let (Some(share), Some(span)) = (&store.share, subject.line(job.name.origin)) else { continue };
        let message = format!("backups of `{}` leave for `{}` without encryption", job.name.value, share.server.value);
        let mut problem = RULE.at(span, message).why("whoever can read the share has all secrets of the machines");
        if let Some(line) = subject.line(share.server.origin) {
            problem = problem.related(line, "where they lie");
        }
        let help = "name an item with the key in it: `encryption: { secret: backup/encryption }`; keep a copy of the key on paper";
        out.push(problem.help(help));
    }
}
