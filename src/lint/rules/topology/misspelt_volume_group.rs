//! Volume groups of disks that are nearly, and not quite, those of storage classes.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Diagnostic, Edit, Kind, nearest};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::VolumeGroup;

rule! {
    /// A disk is in a volume group that no storage class uses, and one uses nearly the same name.
    ///
    /// ## What it does
    ///
    /// Compares the volume groups of disks that no storage class is in with those that storage classes are in. Names that differ
    /// in their numbers only (`data1`, `data2`) are several groups, and meant.
    ///
    /// ## Why it matters
    ///
    /// The disk is left out: volumes find less space than there is, or no node at all. What follows from that (too little
    /// space, too few nodes) is not reported as well.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// nodes:
    ///   one: { role: worker, disks: [{ size: 20Gi }, { size: 250Gi, volumeGroup: topolvm-gv }] }
    /// storage: { classes: { topolvm: { component: topolvm, volumeGroup: topolvm-vg } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// nodes:
    ///   one: { role: worker, disks: [{ size: 20Gi }, { size: 250Gi, volumeGroup: topolvm-vg }] }
    /// storage: { classes: { topolvm: { component: topolvm, volumeGroup: topolvm-vg } } }
    /// ```
    ///
    /// ## Source
    ///
    /// TopoLVM, "LVMd" (device classes).
    pub(super) static RULE =
        Kind::new("misspelt-volume-group", "DV1194"), Topology, Error, fix: Unsafe, Check::Platform(check);
}

/// Returns the volume groups that are probably misspelt, by the name that is meant.
pub(super) fn misspelt<'a>(subject: &Subject<'a>) -> BTreeMap<&'a str, Vec<&'a VolumeGroup>> {
    let topology = &subject.platform.topology;
    let classes = topology.storage_classes.iter().filter_map(|class| class.volume_group.as_ref());
    // A class whose group is on no node is reported itself.
    let there: BTreeSet<&str> = topology.volume_groups.iter().map(|group| &*group.name).collect();
    let used: BTreeSet<&str> = classes.map(|group| &*group.value).filter(|name| there.contains(name)).collect();
    let without_numbers = |name: &str| name.chars().filter(|char| !char.is_ascii_digit()).collect::<String>();
    let mut all: BTreeMap<&str, Vec<&VolumeGroup>> = BTreeMap::new();
    for group in topology.volume_groups.iter().filter(|group| !used.contains(&*group.name)) {
        let near = nearest(&group.name, used.iter().copied());
        if let Some(near) = near.filter(|near| without_numbers(near) != without_numbers(&group.name)) {
            all.entry(near).or_default().push(group);
        }
    }
    all
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (meant, groups) in misspelt(subject) {
        for group in groups {
            let disks = subject.platform.topology.nodes.iter().flat_map(|node| &node.disks);
            let named = disks.filter_map(|disk| disk.volume_group.as_ref()).filter(|name| *name.value == *group.name);
            let mut lines: Vec<_> = named.filter_map(|name| subject.line(name.origin)).collect();
            lines.sort();
            lines.dedup();
            let Some((first, others)) = lines.split_first() else { continue };
            let message = format!("no storage class is in volume group `{}`", group.name);
            let mut problem = RULE
                .at(*first, message)
                .why("the disk is left out: volumes find less space than there is, or no node at all")
                .help(format!("did you mean `{meant}`?"))
                .fix(false, format!("change to `{meant}`"), *first, meant);
            for line in others.iter().take(3) {
                problem = problem.related(*line, "here too");
            }
            if let Some(fix) = &mut problem.fix {
                fix.edits.extend(others.iter().map(|span| Edit { span: *span, text: meant.to_owned() }));
            }
            out.push(problem);
        }
    }
}
