//! What the nodes of a cluster have, where all of it is known.

use crate::lint::subject::Subject;
use crate::model::{Node, Traced};
use crate::spec::scalars::Quantity;
use crate::spec::{ClusterKind, Role};

/// Returns the nodes that pods can run on: those of the spec, unless a cloud adds others.
fn nodes<'a>(subject: &Subject<'a>) -> Vec<&'a Node> {
    if subject.platform.cluster_kind() == ClusterKind::Gke {
        return Vec::new();
    }
    subject.platform.topology.nodes.iter().filter(|node| node.role.value != Role::Machine).collect()
}

/// Returns the memory of each node that pods can run on; nothing where that of one is not known.
pub(super) fn memory<'a>(subject: &Subject<'a>) -> Vec<(&'a Node, &'a Traced<Quantity>)> {
    all(&nodes(subject), |node| node.memory.as_ref())
}

/// Returns the disk that holds a folder, of each node that pods can run on; nothing where that of one is not known.
pub(super) fn disks_below<'a>(subject: &Subject<'a>, folder: &str) -> Vec<(&'a Node, &'a Traced<Quantity>)> {
    all(&nodes(subject), |node| {
        let disk = node.disk_of(folder).filter(|disk| disk.volume_group.is_none())?;
        Some(&disk.size)
    })
}

/// Returns what all nodes have, or nothing.
fn all<'a>(
    nodes: &[&'a Node],
    of: impl Fn(&'a Node) -> Option<&'a Traced<Quantity>>,
) -> Vec<(&'a Node, &'a Traced<Quantity>)> {
    let all: Option<Vec<_>> = nodes.iter().map(|node| Some((*node, of(node)?))).collect();
    all.unwrap_or_default()
}
