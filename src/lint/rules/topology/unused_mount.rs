//! Disks that nothing keeps data on.

use crate::diag::{Diagnostic, Kind, nearest};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Node;

rule! {
    /// A disk is mounted beside the folder that it was meant for.
    ///
    /// ## What it does
    ///
    /// Compares where the disks of a node are mounted with the folders in which its components keep data. A disk that holds none
    /// of them nor a part of one, and is mounted at nearly the folder of one that has no disk of its own, is reported.
    ///
    /// ## Why it matters
    ///
    /// The data lies on the disk of the system, which is small, and the other one stays empty.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// nodes:
    ///   monitoring: { disks: [{ size: 40Gi }, { size: 200Gi, mount: /var/lib/prometheus-data }] }
    /// components:
    ///   prometheus: { installedBy: systemd, runsOn: monitoring, version: 3.5.0 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// nodes:
    ///   monitoring: { disks: [{ size: 40Gi }, { size: 200Gi, mount: /var/lib/prometheus }] }
    /// components:
    ///   prometheus: { installedBy: systemd, runsOn: monitoring, version: 3.5.0 }
    /// ```
    ///
    /// ## Source
    ///
    /// Prometheus, Storage: the folder of the data is an option of the program.
    pub(super) static RULE = Kind::new("unused-mount", "DV1123"), Topology, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let topology = &subject.platform.topology;
    for node in topology.nodes.iter().filter(|node| node.disks.iter().any(|disk| disk.mount.is_some())) {
        let folders = folders(subject, node);
        for mount in node.disks.iter().filter_map(|disk| disk.mount.as_ref()) {
            let own = &*mount.value;
            // A part of the data, such as its write-ahead log, may have a disk of its own.
            if folders.iter().any(|(_, folder)| lies_in(folder, own) || lies_in(own, folder)) {
                continue;
            }
            let open =
                || folders.iter().filter(|(_, folder)| node.disk_of(folder).is_some_and(|disk| disk.mount.is_none()));
            let meant = open().find(|(_, folder)| own.starts_with(*folder) || folder.starts_with(own));
            let near = || nearest(own, open().map(|(_, folder)| *folder));
            let meant = meant.or_else(|| open().find(|(_, folder)| near() == Some(*folder)));
            let (Some((component, folder)), Some(span)) = (meant, subject.line(mount.origin)) else { continue };
            let message = format!(
                "nothing on `{}` keeps data below `{own}`, and `{component}` keeps its own in `{folder}`",
                node.name.value
            );
            out.push(
                RULE.at(span, message)
                    .why("its data lies on the disk of the system, and this one stays empty")
                    .help(format!("mount it at `{folder}`"))
                    .about(component),
            );
        }
    }
}

/// Returns whether a path is a folder, or below it.
fn lies_in(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns the folders that keep data on a node, each with its component.
fn folders<'a>(subject: &Subject<'a>, node: &Node) -> Vec<(&'a std::sync::Arc<str>, &'a str)> {
    let platform = subject.platform;
    let here = |component: &&crate::model::Component| {
        let mut machines = component.machines.iter().filter_map(|machine| platform.topology.node_of(machine));
        machines.any(|machine| machine.name.value == node.name.value)
    };
    let places = platform.places.iter();
    let found = places.filter_map(|place| Some((platform.components.get(place.component.0).filter(here)?, place)));
    let found = found.map(|(component, place)| (&component.name.value, &*place.path.value));
    // So does a store of backups that is on no share.
    let stores = platform.backups.stores.iter().filter(|store| store.share.is_none());
    let stores = stores.filter_map(|store| {
        let component = platform.components.get(store.component.0).filter(here)?;
        Some((&component.name.value, &*store.path.value))
    });
    found.chain(stores).collect()
}
