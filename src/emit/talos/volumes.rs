//! User volumes of Talos: data disks that are mounted for pods (docs.siderolabs.com, `UserVolumeConfig`).
//!
//! Talos mounts a user volume at `/var/mnt/NAME`, and the kubelet sees it there; a folder elsewhere it does not see.

use crate::doc::Doc;
use crate::emit::build::{lit, map, text};
use crate::model::{Disk, Node, Text, Traced};

/// Where Talos mounts user volumes.
const ROOT: &str = "/var/mnt/";

/// Returns the volumes of a machine, each a document of its own.
pub(super) fn of(node: &Node) -> Vec<Doc> {
    let mounted: Vec<(&Disk, &Text)> =
        node.data_disks().filter_map(|disk| Some((disk, disk.mount.as_ref()?))).collect();
    // The kernel may give two disks each other's name; where there is one beside the system's, no name is needed.
    let alone = node.data_disks().count() == 1;
    mounted.into_iter().filter_map(|(disk, mount)| volume(disk, mount, alone)).collect()
}

fn volume(disk: &Disk, mount: &Text, alone: bool) -> Option<Doc> {
    let at = mount.origin;
    let name = Traced::new(mount.value.strip_prefix(ROOT)?.into(), at);
    let selector = if alone {
        lit(at, "!system_disk")
    } else {
        Doc::str(format!("disk.dev_path == '{}'", disk.device.value), disk.device.origin)
    };
    let provisioning = [
        ("diskSelector", map(at, [("match", selector)])),
        // It takes all of the disk, and grows with it.
        ("minSize", lit(at, "1GiB")),
        ("grow", Doc::bool(true, at)),
    ];
    Some(map(
        at,
        [
            ("apiVersion", lit(at, "v1alpha1")),
            ("kind", lit(at, "UserVolumeConfig")),
            ("name", text(&name)),
            ("provisioning", map(at, provisioning)),
        ],
    ))
}
