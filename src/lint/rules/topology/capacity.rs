//! What the nodes of a cluster have, where all of it is known.

use super::machine_types;
use crate::lint::subject::Subject;
use crate::model::{Node, Traced};
use crate::source::OriginId;
use crate::spec::scalars::Quantity;
use crate::spec::{ClusterKind, Role};

/// Returns the nodes that pods can run on: those of the spec, unless a cloud adds others.
fn nodes<'a>(subject: &Subject<'a>) -> Vec<&'a Node> {
    if subject.platform.cluster_kind() == ClusterKind::Gke {
        return Vec::new();
    }
    subject.platform.topology.nodes.iter().filter(|node| node.role.value != Role::Machine).collect()
}

/// What pods can run on: a node, or all that a cloud may make of one kind.
pub(super) struct Room {
    /// How many there are at most.
    pub count: u64,
    /// The memory of one, in bytes.
    pub memory: Option<u64>,
    /// The processors of one, in thousandths.
    pub cores: Option<u64>,
    /// Where the memory is written.
    pub memory_at: OriginId,
    /// Where the processors are written.
    pub cores_at: OriginId,
}

/// Returns what pods can run on; nothing where the kind of one is not known.
pub(super) fn rooms(subject: &Subject<'_>) -> Vec<Room> {
    if subject.platform.cluster_kind() == ClusterKind::Gke {
        let cluster = subject.platform.own_cluster();
        // In a region there are as many in each of three zones (cloud.google.com, GKE, regional clusters).
        let zone =
            cluster.and_then(|cluster| cluster.location.as_ref()?.value.rsplit('-').next().map(|end| end.len() == 1));
        let zones = if zone == Some(true) { 1 } else { 3 };
        let pools = cluster.into_iter().flat_map(|cluster| &cluster.node_pools).map(|pool| {
            let machine = machine_types::find(&pool.machine_type.value)?;
            let (at, count) = (pool.machine_type.origin, u64::from(pool.max.value).saturating_mul(zones));
            Some(Room { count, memory: Some(machine.memory), cores: Some(machine.cores), memory_at: at, cores_at: at })
        });
        return pools.collect::<Option<Vec<Room>>>().unwrap_or_default();
    }
    let room = |node: &&Node| Room {
        count: 1,
        memory: node.memory.as_ref().map(|memory| memory.value.bytes),
        cores: node.cores.as_ref().map(|cores| u64::from(cores.value) * 1000),
        memory_at: node.memory.as_ref().map_or(node.name.origin, |memory| memory.origin),
        cores_at: node.cores.as_ref().map_or(node.name.origin, |cores| cores.origin),
    };
    nodes(subject).iter().map(room).collect()
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
