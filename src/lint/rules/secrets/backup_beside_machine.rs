//! Backups that are lost together with what they are of.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{BackupJob, BackupStore, HypervisorId, MachineKind, Node, Topology};
use crate::source::{OriginId, Span};

rule! {
    /// Backups of a machine lie on the host that the machine runs on, or on a machine of the same host.
    ///
    /// ## What it does
    ///
    /// Looks at each job of `backups`: where its store lies, on a disk of the machine that keeps it or on the share of a server,
    /// and where its machines run. A share that the machine itself gives out, or its hypervisor, is reported too.
    ///
    /// ## Why it matters
    ///
    /// When the host burns, is stolen or loses its pool, the machine and all its backups go together.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// nodes:
    ///   monitoring: { role: machine, host: pve, vmid: 201 }
    ///   backup:     { role: machine, host: pve, vmid: 202 }
    /// components:
    ///   pbs: { library: proxmox-backup-server, installedBy: ansible, runsOn: backup }
    /// backups:
    ///   stores: { main: { component: pbs, retention: { daily: 7 } } }
    ///   jobs:   { nightly: { store: main, machines: monitoring, schedule: daily } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// backups:
    ///   stores: { main: { component: pbs, target: { kind: nfs, server: 192.168.0.20, export: /pbs }, retention: { daily: 7 } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Proxmox Backup Server, Installation, "Recommended Server System Requirements"; NIST SP 800-34, 3.4.2.
    pub(super) static RULE =
        Kind::new("backup-beside-machine", "DV1693"), Secrets, Warn, fix: None, Check::Platform(check);
}

/// Where a store lies.
struct Lies {
    /// On which hypervisor, if that is known.
    host: Option<HypervisorId>,
    /// At which machine, if it is one of the spec.
    machine: Option<usize>,
    origin: OriginId,
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let backups = &subject.platform.backups;
    for job in &backups.jobs {
        let Some(store) = backups.stores.get(job.store.value.0) else { continue };
        let Some(lies) = lies(subject, store) else { continue };
        out.extend(judge(subject, job, store, &lies));
    }
}

fn lies(subject: &Subject<'_>, store: &BackupStore) -> Option<Lies> {
    let topology = &subject.platform.topology;
    if let Some(share) = &store.share {
        let server = &*share.server.value;
        let of = |node: &Node| node.addresses.iter().any(|address| address.ip.value.to_string() == server);
        if let Some(at) = topology.nodes.iter().position(of) {
            let host = topology.nodes.get(at).and_then(|node| node.host);
            return Some(Lies { host, machine: Some(at), origin: share.server.origin });
        }
        let host = topology.hosts().find(|(_, host)| &*host.address.value == server)?;
        return Some(Lies { host: Some(host.0), machine: None, origin: share.server.origin });
    }
    let keeper = subject.platform.components.get(store.component.0)?;
    let machine = keeper.machines.first()?;
    match machine.kind {
        MachineKind::Node(at) => {
            let host = topology.nodes.get(at)?.host;
            Some(Lies { host, machine: Some(at), origin: machine.name.origin })
        }
        MachineKind::Hypervisor(at) => {
            Some(Lies { host: Some(HypervisorId(at)), machine: None, origin: machine.name.origin })
        }
        MachineKind::Address(_) => None,
    }
}

fn judge(subject: &Subject<'_>, job: &BackupJob, store: &BackupStore, lies: &Lies) -> Option<Diagnostic> {
    let topology: &Topology = &subject.platform.topology;
    // A machine that is backed up into itself is reported where it keeps the store.
    let itself = |at: usize| lies.machine == Some(at);
    let found = job.machines.iter().find(|(at, _)| {
        let node = topology.nodes.get(*at);
        let same = node.and_then(|node| node.host).is_some_and(|host| lies.host == Some(host));
        if itself(*at) { store.share.is_some() } else { same }
    });
    let (at, origin) = found?;
    let (node, span): (&Node, Span) = (topology.nodes.get(*at)?, subject.line(*origin)?);
    let (machine, name) = (&node.name.value, &store.name.value);
    let message = match lies.host.and_then(|host| topology.hypervisors.get(host.0)) {
        _ if itself(*at) => format!("backups of `{machine}` lie on a share of its own"),
        Some(host) => format!("backups of `{machine}` lie on `{}`, where it runs itself", host.name.value),
        None => return None,
    };
    let mut problem =
        RULE.at(span, message).why("when that is lost, the machine and all its backups are lost together");
    if let Some(line) = subject.line(lies.origin).filter(|line| *line != span) {
        problem = problem.related(line, format!("where store `{name}` lies"));
    }
    Some(problem.help(
        "give the store a `target` on another machine, or let another hypervisor carry the machine that keeps it",
    ))
}
