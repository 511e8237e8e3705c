//! What volume groups hold, and the volumes that are planned in them.

use super::{Row, maybe, section};
use crate::emit::page::{Page, code, codes};
use crate::model::{Demand, Platform, VolumeGroup};
use crate::source::{OriginId, Origins};
use crate::spec::scalars::Quantity;

/// Draws the volume groups: where they are, what they hold, and what is planned.
pub(super) fn groups(page: &mut Page, platform: &Platform, here: OriginId, origins: &mut Origins) {
    let rows = platform.topology.volume_groups.iter().map(|group| {
        let names = group.by_node().into_keys().filter_map(|at| platform.topology.nodes.get(at));
        let planned = platform.demands_on(group).fold(0_u64, |sum, demand| sum.saturating_add(demand.bytes()));
        let cells = vec![
            code(&group.name),
            codes(names.map(|node| &*node.name.value)),
            Quantity::show(group.capacity()),
            Quantity::show(planned),
        ];
        (cells, origins.derived("a volume group in a table", &reads(platform, group)))
    });
    let rows: Vec<Row> = rows.collect();
    section(page, "Volume groups", here, &["name", "nodes", "capacity", "planned"], &rows);
}

fn reads(platform: &Platform, group: &VolumeGroup) -> Vec<OriginId> {
    let disks = group.disks.iter().map(|(_, size)| size.origin);
    disks.chain(platform.demands_on(group).flat_map(|demand| [demand.size.origin, demand.count.origin])).collect()
}

/// Draws the volumes of components.
pub(super) fn demands(page: &mut Page, platform: &Platform, here: OriginId, origins: &mut Origins) {
    let rows = platform.demands.iter().filter_map(|demand| row(platform, demand, origins));
    let rows: Vec<Row> = rows.collect();
    let head = ["component", "volumes", "number", "size of each", "storage class", "volume group"];
    section(page, "Volumes", here, &head, &rows);
}

fn row(platform: &Platform, demand: &Demand, origins: &mut Origins) -> Option<Row> {
    let component = platform.components.get(demand.component.0)?;
    let part = demand.part.and_then(|part| component.part(part)).map(|part| &part.name);
    let class = demand.class.as_ref();
    let group = class.and_then(|class| platform.volume_group_of(&class.value));
    let cells = vec![
        code(&component.name.value),
        maybe(part.or_else(|| demand.name.as_ref().map(|name| &name.value)).map(|name| &**name)),
        demand.count.value.to_string(),
        demand.size.value.text.to_string(),
        maybe(class.map(|class| &*class.value)),
        maybe(group.map(|group| &*group.name)),
    ];
    let mut reads = vec![component.name.origin, demand.size.origin, demand.count.origin];
    reads.extend(class.map(|class| class.origin));
    Some((cells, origins.derived("volumes in a table", &reads)))
}
