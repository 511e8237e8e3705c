//! Data on disks that are not made for it.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{Disk, Node, Place, Pool, Wanted};
use crate::spec::{Media, Redundancy};

rule! {
    /// A component keeps its data on a storage pool that does not suit it.
    ///
    /// ## What it does
    ///
    /// Looks at components on machines whose facts say what their data wants: flash, or a pool that outlives a disk. It
    /// finds the disk of the node that holds the folder (the one that is mounted nearest above it, or that of the system),
    /// and compares with what `pools` of the hypervisor says of the disk's storage pool. Where nothing is said of a pool,
    /// nothing is reported.
    ///
    /// ## Why it matters
    ///
    /// Prometheus on turning disks falls behind with its log and lets queries wait. Logs on a single disk are gone with it,
    /// unless an object store keeps them.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// hypervisors:
    ///   pve: { pools: { tank: { media: hdd } } }
    /// nodes:
    ///   monitoring: { disks: [{ size: 20Gi }, { size: 200Gi, storage: tank, mount: /var/lib/prometheus }] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// nodes:
    ///   monitoring: { disks: [{ size: 20Gi }, { size: 200Gi, storage: flash, mount: /var/lib/prometheus }] }
    /// ```
    ///
    /// ## Source
    ///
    /// Prometheus, Storage; Grafana Loki, Storage.
    pub(super) static RULE =
        Kind::new("unfit-storage-pool", "DV1120"), Topology, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let topology = &subject.platform.topology;
    for place in subject.platform.places.iter().filter(|place| !place.wanted.is_empty()) {
        let Some(component) = subject.platform.components.get(place.component.0) else { continue };
        for node in component.machines.iter().filter_map(|machine| topology.node_of(machine)) {
            let Some(host) = node.host.and_then(|id| topology.hypervisors.get(id.0)) else { continue };
            let Some(disk) = node.disk_of(&place.path.value) else { continue };
            let pool =
                disk.storage.as_ref().and_then(|name| host.pools.iter().find(|pool| pool.name.value == name.value));
            let Some(pool) = pool else { continue };
            if let Some(lacks) = place.wanted.iter().find_map(|wanted| lacks(*wanted, pool)) {
                out.extend(report(subject, place, (node, disk), pool, lacks));
            }
        }
    }
}

/// Returns what a pool is, where that is not what is wanted.
fn lacks(wanted: Wanted, pool: &Pool) -> Option<&'static str> {
    match (wanted, pool.media.value, pool.redundancy.value) {
        (Wanted::Ssd, Media::Hdd, _) => Some("turning disks"),
        (Wanted::Safe, _, Redundancy::None) => Some("a pool that does not outlive a disk"),
        _ => None,
    }
}

fn report(
    subject: &Subject<'_>,
    place: &Place,
    (node, disk): (&Node, &Disk),
    pool: &Pool,
    lacks: &str,
) -> Option<Diagnostic> {
    let component = subject.platform.components.get(place.component.0)?;
    let (name, folder) = (&component.name.value, &place.path.value);
    // A disk that names no pool has that of the hypervisor: then it is the disk that has to name one.
    let host = node.host.and_then(|id| subject.platform.topology.hypervisors.get(id.0))?;
    let inherited = host.storage.as_ref().map(|own| own.origin);
    let own = disk.storage.as_ref().map(|own| own.origin).filter(|own| Some(*own) != inherited);
    let written = own.or_else(|| disk.mount.as_ref().map(|mount| mount.origin)).unwrap_or(disk.size.origin);
    let span = subject.line(written)?;
    let message = format!("`{name}` keeps `{folder}` on {lacks}, pool `{}` of `{}`", pool.name.value, node.name.value);
    let mut problem = RULE.at(span, message);
    if !place.why.is_empty() {
        problem = problem.why(place.why.to_string());
    }
    if let Some(line) = subject.line(pool.name.origin) {
        problem = problem.related(line, "what the pool stands on");
    }
    let help = if disk.mount.is_some() {
        "give the disk another `storage`".to_owned()
    } else {
        format!("give the node a disk of its own for it: `{{ size: …, storage: <pool>, mount: {folder} }}`")
    };
    Some(problem.help(help).about(name))
}
