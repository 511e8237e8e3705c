//! Backups of the machine that keeps them.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::MachineKind;

rule! {
    /// A machine that keeps backups is backed up into itself.
    ///
    /// ## What it does
    ///
    /// Looks at each job of `backups`: none of its machines may be the one that runs the component of its store.
    ///
    /// ## Why it matters
    ///
    /// When the machine is lost, its backup is lost with it: nobody can restore it without itself. And while it is frozen
    /// for its own snapshot it cannot take the data.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   pbs: { library: proxmox-backup-server, installedBy: ansible, runsOn: backup }
    /// backups:
    ///   stores: { main: { component: pbs, retention: { daily: 7 } } }
    ///   jobs:   { nightly: { store: main, machines: [monitoring, backup], schedule: daily } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// backups:
    ///   jobs:   { nightly: { store: main, machines: [monitoring], schedule: daily } }
    /// ```
    ///
    /// ## Source
    ///
    /// Proxmox Backup Server, Installation, "Recommended Server System Requirements".
    pub(super) static RULE =
        Kind::new("backup-in-own-store", "DV1620"), Secrets, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let backups = &subject.platform.backups;
    for job in &backups.jobs {
        let Some(store) = backups.stores.get(job.store.value.0) else { continue };
        let Some(keeper) = subject.platform.components.get(store.component.0) else { continue };
        let keeps = |node: usize| keeper.machines.iter().any(|machine| machine.kind == MachineKind::Node(node));
        for (node, origin) in job.machines.iter().filter(|(node, _)| keeps(*node)) {
            let (Some(span), Some(node)) = (subject.line(*origin), subject.platform.topology.nodes.get(*node)) else {
                continue;
            };
            let (machine, name) = (&node.name.value, &keeper.name.value);
            let message = format!("`{machine}` is backed up into `{}`, which it keeps itself", store.name.value);
            let mut problem = RULE
                .at(span, message)
                .why("when it is lost, its backup is lost with it, and while it is frozen it cannot take the data");
            if let Some(line) = keeper.machines.first().and_then(|machine| subject.line(machine.name.origin)) {
                problem = problem.related(line, format!("`{name}` runs here"));
            }
            out.push(problem.help("leave it out, or back it up to another store").about(name));
        }
    }
}
