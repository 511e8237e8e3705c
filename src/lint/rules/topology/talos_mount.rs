//! Data disks that Talos cannot mount where the spec says.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::spec::ClusterKind;

/// Where Talos mounts user volumes (docs.siderolabs.com, `UserVolumeConfig`).
const ROOT: &str = "/var/mnt/";

/// How long the name of a user volume may be: it becomes a label of a partition.
const LONGEST: usize = 34;

rule! {
    /// A disk of a Talos machine is mounted where Talos mounts none.
    ///
    /// ## What it does
    ///
    /// Looks at the `mount` of disks of machines that run Talos: it has to be `/var/mnt/NAME`, with a name of at most 34 letters,
    /// digits and `-`.
    ///
    /// ## Why it matters
    ///
    /// Talos makes data disks user volumes, and mounts each at `/var/mnt` with its name. There is no shell to mount one
    /// elsewhere with, so pods would write to the disk of the system.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// disks: [{ size: 32Gi }, { size: 128Gi, mount: /data }]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// disks: [{ size: 32Gi }, { size: 128Gi, mount: /var/mnt/data }]
    /// ```
    ///
    /// ## Source
    ///
    /// Talos Linux, UserVolumeConfig.
    pub(super) static RULE = Kind::new("talos-mount", "DV1180"), Topology, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    if platform.cluster_kind() != ClusterKind::Talos {
        return;
    }
    for node in &platform.topology.nodes {
        for mount in node.disks.iter().filter_map(|disk| disk.mount.as_ref()) {
            if mounts(&mount.value) {
                continue;
            }
            let Some(span) = subject.line(mount.origin) else { continue };
            let message = format!("Talos mounts no disk of `{}` at `{}`", node.name.value, mount.value);
            let last = mount.value.rsplit('/').find(|part| !part.is_empty()).unwrap_or("data");
            let problem = RULE
                .at(span, message)
                .why("data disks are user volumes, which are mounted at `/var/mnt` with their names and nowhere else")
                .help(format!("write `mount: {ROOT}{last}`, with a name of at most {LONGEST} letters, digits and `-`"));
            // Disks that machines share are one line.
            if !out.iter().any(|known| {
                known.kind == problem.kind && known.primary.as_ref().is_some_and(|label| label.span == span)
            }) {
                out.push(problem);
            }
        }
    }
}

/// Whether Talos can mount a disk there.
pub(super) fn mounts(folder: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let named = |name: &str| !name.is_empty() && name.len() <= LONGEST && name.chars().all(fits);
    folder.strip_prefix(ROOT).is_some_and(named)
}
