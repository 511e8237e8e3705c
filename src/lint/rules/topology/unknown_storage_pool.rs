//! Storage pools that hypervisors do not list.

use crate::diag::{Diagnostic, Kind, nearest};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{Hypervisor, Text};

rule! {
    /// A disk is to be made in a storage pool that its hypervisor does not list.
    ///
    /// ## What it does
    ///
    /// Where a hypervisor lists its `pools`, compares them with the `storage` of the hypervisor, of disks on it, and of
    /// restore tests.
    ///
    /// ## Why it matters
    ///
    /// Terraform fails half-way, when some machines are made and others are not.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// hypervisors:
    ///   pve: { storage: local-zfs, pools: { local-zfs: { media: ssd } } }
    /// nodes:
    ///   one: { host: pve, disks: [{ size: 20Gi, storage: local-lvm }] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// nodes:
    ///   one: { host: pve, disks: [{ size: 20Gi, storage: local-zfs }] }
    /// ```
    ///
    /// ## Source
    ///
    /// Proxmox VE, Storage.
    pub(super) static RULE =
        Kind::new("unknown-storage-pool", "DV1121"), Topology, Error, fix: Safe, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let topology = &subject.platform.topology;
    for host in &topology.hypervisors {
        out.extend(host.storage.iter().filter_map(|pool| report(subject, host, pool)));
    }
    for node in &topology.nodes {
        let Some(host) = node.host.and_then(|id| topology.hypervisors.get(id.0)) else { continue };
        let inherited = |pool: &&Text| host.storage.as_ref().is_none_or(|own| own.origin != pool.origin);
        let pools = node.disks.iter().filter_map(|disk| disk.storage.as_ref()).filter(inherited);
        out.extend(pools.filter_map(|pool| report(subject, host, pool)));
    }
    for test in &subject.platform.backups.tests {
        let host = topology.nodes.get(test.machine.0).and_then(|node| topology.hypervisors.get(node.host?.0));
        let (Some(host), Some(pool)) = (host, &test.storage) else { continue };
        out.extend(report(subject, host, pool));
    }
}

fn report(subject: &Subject<'_>, host: &Hypervisor, pool: &Text) -> Option<Diagnostic> {
    if host.pools.is_empty() || host.pools.iter().any(|known| known.name.value == pool.value) {
        return None;
    }
    let span = subject.line(pool.origin)?;
    let message = format!("`{}` has no storage pool `{}`", host.name.value, pool.value);
    let problem =
        RULE.at(span, message).why("Terraform fails when it makes the disk, with some machines made and others not");
    let names: Vec<&str> = host.pools.iter().map(|known| &*known.name.value).collect();
    let problem = match nearest(&pool.value, names.iter().copied()) {
        Some(near) => {
            problem.help(format!("did you mean `{near}`?")).fix(true, format!("rename to `{near}`"), span, near)
        }
        None => problem
            .help(format!("it has {}", names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))),
    };
    let place = host.pools.first().and_then(|known| subject.line(known.name.origin));
    Some(place.into_iter().fold(problem, |problem, place| problem.related(place, "the pools of the hypervisor")))
}
