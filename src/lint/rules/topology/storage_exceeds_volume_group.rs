//! More volumes than volume groups have room for.

use super::misspelt_volume_group::misspelt;
use super::volumes::{Volumes, volumes};
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::VolumeGroup;
use crate::spec::scalars::Quantity;

/// How many of the volumes are named.
const NAMED: usize = 5;

rule! {
    /// More volumes are planned than a volume group has room for.
    ///
    /// ## What it does
    ///
    /// Adds up the volumes of components in each volume group, with those of claims and stateful sets of manifests. It compares
    /// the sum with the disks of the nodes, less what the component of the storage class leaves free (`spare` of its facts),
    /// and each volume with the largest of them.
    ///
    /// ## Why it matters
    ///
    /// The last volumes find no space. Their claims wait for ever, and which ones these are depends on the order of the day.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// nodes:
    ///   one: { role: worker, disks: [{ size: 100Gi }, { size: 250Gi, volumeGroup: topolvm-vg }] }
    /// components:
    ///   minio: { storage: { size: 200Gi } }
    ///   tempo: { storage: { size: 100Gi } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// nodes:
    ///   one: { role: worker, disks: [{ size: 100Gi }, { size: 500Gi, volumeGroup: topolvm-vg }] }
    /// components:
    ///   minio: { storage: { size: 200Gi } }
    ///   tempo: { storage: { size: 100Gi } }
    /// ```
    ///
    /// ## Source
    ///
    /// TopoLVM, "Limitations" and `spare-gb` of device classes.
    pub(super) static RULE =
        Kind::new("storage-exceeds-volume-group", "DV1107"), Topology, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let all = volumes(subject);
    let misspelt = misspelt(subject);
    // A disk whose group is misspelt is reported as that.
    let sure = |group: &&VolumeGroup| !misspelt.contains_key(&*group.name);
    for group in subject.platform.topology.volume_groups.iter().filter(sure) {
        let Some(volumes) = all.get(&*group.name) else { continue };
        let (nodes, spare) = (group.by_node(), spare(subject, group));
        let room = |bytes: &u64| bytes.saturating_sub(spare);
        let (capacity, largest) = (nodes.values().map(room).sum::<u64>(), nodes.values().map(room).max().unwrap_or(0));
        let mut alone = false;
        for volume in volumes.iter().filter(|volume| volume.size > largest && volume.count > 0) {
            alone = true;
            let (size, most) = (Quantity::show(volume.size), Quantity::show(largest));
            let message =
                format!("a volume of {} has {size}, and no node has more than {most} in `{}`", volume.who, group.name);
            let problem =
                RULE.at(volume.span, message).why("a volume lies on one node as a whole: it would find no space");
            out.push(disks(subject, group, volume.about.into_iter().fold(problem, Diagnostic::about)));
        }
        let planned = volumes.iter().fold(0_u64, |sum, volume| sum.saturating_add(volume.bytes()));
        if planned > capacity && !alone {
            out.extend(too_many(subject, group, volumes, planned, capacity));
        }
    }
}

/// Returns what the component of its storage classes leaves free on each node.
fn spare(subject: &Subject<'_>, group: &VolumeGroup) -> u64 {
    let classes = subject.platform.topology.storage_classes.iter();
    let classes = classes.filter(|class| class.volume_group.as_ref().is_some_and(|name| name.value == group.name));
    let facts = classes.filter_map(|class| subject.platform.component(&class.component.as_ref()?.value));
    facts.filter_map(|one| one.variant.facts.spare.value()).map(|spare| spare.bytes).max().unwrap_or(0)
}

fn too_many(
    subject: &Subject<'_>,
    group: &VolumeGroup,
    volumes: &[Volumes<'_>],
    planned: u64,
    capacity: u64,
) -> Option<Diagnostic> {
    let mut sorted: Vec<&Volumes<'_>> = volumes.iter().collect();
    sorted.sort_by_key(|volumes| (std::cmp::Reverse(volumes.bytes()), volumes.span));
    let first = sorted.first()?;
    let (planned, room) = (Quantity::show(planned), Quantity::show(capacity));
    let message = format!("{planned} of volumes are planned in volume group `{}`, which has {room}", group.name);
    let mut problem = RULE
        .at(first.span, message)
        .label(format!("{} {}", first.who, first.shown()))
        .why("the last of them find no space, and which ones these are depends on who comes first");
    for volumes in sorted.iter().take(NAMED).skip(1).filter(|volumes| volumes.span != first.span) {
        problem = problem.related(volumes.span, format!("{} {}", volumes.who, volumes.shown()));
    }
    Some(disks(subject, group, problem))
}

/// Shows the disks, and says what to do.
fn disks(subject: &Subject<'_>, group: &VolumeGroup, mut problem: Diagnostic) -> Diagnostic {
    let mut lines: Vec<_> = group.disks.iter().filter_map(|(_, size)| subject.line(size.origin)).collect();
    lines.sort();
    lines.dedup();
    for line in lines.into_iter().take(2) {
        problem = problem.related(line, "a disk of the group");
    }
    problem = problem.help("ask for less, or make the disks of the group larger");
    match spare(subject, group) {
        0 => problem,
        spare => problem.help(format!("of its room on each node {} are left free", Quantity::show(spare))),
    }
}
