//! Directories on the disks of nodes that ask for more than these have.

use std::collections::BTreeSet;

use super::capacity::disks_below;
use super::talos_mount;
use super::volumes::{Volumes, volumes_by};
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{ComponentId, Node, Traced};
use crate::source::Span;
use crate::spec::ClusterKind;
use crate::spec::scalars::Quantity;

/// How many of the volumes are named.
const NAMED: usize = 5;

rule! {
    /// Volumes that are directories ask for more than the disks of the nodes have.
    ///
    /// ## What it does
    ///
    /// Adds up the volumes of components, and of claims and stateful sets of manifests, whose storage class makes directories on a
    /// disk of a node (`directories` of the facts of what provides it), and compares the sum with the first disk of all
    /// nodes, and each volume with the largest of them. It keeps silent where a node has no disk in the spec, or the first one is
    /// mounted somewhere or in a volume group.
    ///
    /// ## Why it matters
    ///
    /// Nothing holds such a volume to its size: the disk that it shares with the system and the images runs full, and the node
    /// throws pods out.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// nodes:
    ///   one: { role: worker, disks: [{ size: 50Gi }] }
    /// storage: { classes: { local-path: { component: local-path-provisioner, default: true } } }
    /// components:
    ///   prometheus: { storage: { size: 100Gi } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// nodes:
    ///   one: { role: worker, disks: [{ size: 200Gi }] }
    /// storage: { classes: { local-path: { component: local-path-provisioner, default: true } } }
    /// components:
    ///   prometheus: { storage: { size: 100Gi } }
    /// ```
    ///
    /// ## Source
    ///
    /// Local Path Provisioner, README ("No support for the volume capacity limit currently"); Kubernetes, Node-pressure
    /// Eviction.
    pub(super) static RULE =
        Kind::new("directories-exceed-disks", "DV1195"), Topology, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    let talos = platform.cluster_kind() == ClusterKind::Talos;
    let mut mounts = platform.topology.nodes.iter().flat_map(|node| &node.disks).filter_map(|disk| disk.mount.as_ref());
    // Where a disk is mounted in vain, `talos-mount` says so, and what lies on which disk is open.
    if talos && mounts.any(|mount| !talos_mount::mounts(&mount.value)) {
        return;
    }
    for (at, component) in platform.components.iter().enumerate() {
        if component.variant.facts.directories.value() == Some(&true) {
            let place = platform.places.iter().find(|place| place.component == ComponentId(at));
            let folder = place.map_or("/", |place| &*place.path.value);
            judge(subject, &component.name.value, &disks_below(subject, folder), out);
        }
    }
}

/// Compares the volumes of one maker of directories with the disks that they lie on.
fn judge(subject: &Subject<'_>, maker: &str, disks: &[(&Node, &Traced<Quantity>)], out: &mut Vec<Diagnostic>) {
    let Some(largest) = disks.iter().map(|(_, size)| size.value.bytes).max() else { return };
    let classes = subject.platform.topology.storage_classes.iter();
    let classes = classes.filter(|class| class.component.as_ref().is_some_and(|name| &*name.value == maker));
    let classes: BTreeSet<&str> = classes.map(|class| &*class.name.value).collect();
    let mut all = volumes_by(subject, &|class| classes.contains(class).then_some(""));
    let Some(mut volumes) = all.remove("") else { return };
    volumes.sort_by_key(|volumes| (std::cmp::Reverse(volumes.bytes()), volumes.span));
    let mut alone = false;
    for volume in volumes.iter().filter(|volume| volume.size > largest && volume.count > 0) {
        alone = true;
        let (size, most) = (Quantity::show(volume.size), Quantity::show(largest));
        let message = format!("a volume of {} has {size}, and no node has a disk of more than {most}", volume.who);
        out.push(finding(subject, disks, volume, message, &[]));
    }
    let planned = volumes.iter().fold(0_u64, |sum, volume| sum.saturating_add(volume.bytes()));
    let room = disks.iter().fold(0_u64, |sum, (_, size)| sum.saturating_add(size.value.bytes));
    if let Some((first, others)) = volumes.split_first().filter(|_| planned > room && !alone) {
        let (planned, room) = (Quantity::show(planned), Quantity::show(room));
        let message = format!("{planned} of volumes are directories on the disks of the nodes, which have {room}");
        out.push(finding(subject, disks, first, message, others));
    }
}

fn finding(
    subject: &Subject<'_>,
    disks: &[(&Node, &Traced<Quantity>)],
    first: &Volumes<'_>,
    message: String,
    others: &[Volumes<'_>],
) -> Diagnostic {
    let mut problem = RULE
        .at(first.span, message)
        .label(format!("{} {}", first.who, first.shown()))
        .why("nothing holds a directory to its size: the disk runs full, and the node throws pods out");
    for volumes in others.iter().take(NAMED - 1).filter(|volumes| volumes.span != first.span) {
        problem = problem.related(volumes.span, format!("{} {}", volumes.who, volumes.shown()));
    }
    let lines: BTreeSet<Span> = disks.iter().filter_map(|(_, size)| subject.line(size.origin)).collect();
    for line in lines.into_iter().take(2) {
        problem = problem.related(line, "a disk of the nodes");
    }
    problem = problem.help("ask for less, make the disks larger, or use a class with volumes of their own");
    first.about.into_iter().fold(problem, Diagnostic::about)
}
