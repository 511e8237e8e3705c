//! Stores of backups that only grow.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// Nothing says how many backups a store keeps.
    ///
    /// ## What it does
    ///
    /// Looks for stores of `backups` without a `retention`, or with one that keeps nothing.
    ///
    /// ## Why it matters
    ///
    /// Every backup is kept until the disk is full, and then none is made any more: mostly nobody notices until one is
    /// needed.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// backups:
    ///   stores: { main: { component: pbs } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// backups:
    ///   stores: { main: { component: pbs, retention: { last: 3, daily: 14, weekly: 8 } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Proxmox Backup Server, Maintenance Tasks, Pruning.
    pub(super) static RULE =
        Kind::new("backup-without-retention", "DV1622"), Secrets, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for store in &subject.platform.backups.stores {
        if store.retention.iter().any(|(_, count)| count.value > 0) {
            continue;
        }
        let Some(span) = subject.line(store.name.origin) else { continue };
        let problem = RULE
            .at(span, format!("nothing says how many backups `{}` keeps", store.name.value))
            .why("all are kept until the disk is full, and then none is made any more");
        out.push(problem.help("write for example `retention: { last: 3, daily: 14, weekly: 8 }`"));
    }
}
