//! What hosts and volume groups hold, and what is asked of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Hypervisor, HypervisorId, Node, Topology};
use crate::model::Traced;
use crate::spec::scalars::Quantity;

/// A volume group: the disks of one name on all nodes that have some.
#[derive(Clone, Debug)]
pub struct VolumeGroup {
    /// Its name.
    pub name: Arc<str>,
    /// The disks, each with the index of its node in [`Topology::nodes`].
    pub disks: Vec<(usize, Traced<Quantity>)>,
}

impl VolumeGroup {
    /// Returns the bytes on all nodes together. One volume has to fit on one node.
    pub fn capacity(&self) -> u64 {
        self.disks.iter().fold(0, |sum, (_, size)| sum.saturating_add(size.value.bytes))
    }

    /// Returns the nodes that have it, each once, with its bytes there.
    pub fn by_node(&self) -> BTreeMap<usize, u64> {
        let mut nodes = BTreeMap::<usize, u64>::new();
        for (node, size) in &self.disks {
            let sum = nodes.entry(*node).or_default();
            *sum = sum.saturating_add(size.value.bytes);
        }
        nodes
    }
}

impl Topology {
    /// Returns the virtual machines of a hypervisor.
    pub fn machines_of(&self, id: HypervisorId) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(move |node| node.host == Some(id))
    }

    /// Returns the hypervisors, each with its index.
    pub fn hosts(&self) -> impl Iterator<Item = (HypervisorId, &Hypervisor)> {
        self.hypervisors.iter().enumerate().map(|(at, host)| (HypervisorId(at), host))
    }

    /// Collects the volume groups, by name.
    pub(super) fn find_volume_groups(&mut self) {
        let mut groups = BTreeMap::<Arc<str>, Vec<(usize, Traced<Quantity>)>>::new();
        for (at, node) in self.nodes.iter().enumerate() {
            for disk in &node.disks {
                if let Some(group) = &disk.volume_group {
                    groups.entry(group.value.clone()).or_default().push((at, disk.size.clone()));
                }
            }
        }
        self.volume_groups = groups.into_iter().map(|(name, disks)| VolumeGroup { name, disks }).collect();
    }
}
