//! Volumes: who keeps data, how much, and what it lies on.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Drawing, Line, Shape, Sketch, View};
use crate::model::{Demand, Disk, Node, Place, Platform, StorageClass};

/// Draws the volumes of components, their storage classes, and where those have their space.
pub fn volumes(platform: &Platform) -> Drawing {
    let title = format!("Volumes of {}, {}", platform.name.value, platform.environment.value);
    let mut sketch = Sketch::new(View::Volumes, title, true);
    let mut frames = BTreeMap::new();
    for demand in &platform.demands {
        let Some(component) = platform.components.get(demand.component.0) else { continue };
        let name = &component.name.value;
        let namespace = &component.namespace.value;
        let frame = *frames.entry(namespace.clone()).or_insert_with(|| sketch.frame(&**namespace, None));
        let part = demand.part.and_then(|id| component.part(id));
        let id = part.map_or_else(|| format!("component/{name}"), |part| format!("component/{name}/{}", part.name));
        let lines = match part {
            Some(part) => vec![part.name.to_string(), format!("of {name}")],
            None => vec![name.to_string()],
        };
        let from = sketch.node(id, || (lines, Shape::Box, Some(frame)));
        let class = class(&mut sketch, platform, demand);
        sketch.edge(from, class, Some(claim(demand)), Line::Solid);
    }
    let mut frames = BTreeMap::new();
    for place in &platform.places {
        folder(&mut sketch, platform, place, &mut frames);
    }
    sketch.drawing
}

/// Draws a folder that keeps data on machines: the disk that it lies on, and the pool of the hypervisor that the disk is of.
fn folder(sketch: &mut Sketch, platform: &Platform, place: &Place, frames: &mut BTreeMap<Arc<str>, usize>) {
    let Some(component) = platform.components.get(place.component.0) else { return };
    let name = &component.name.value;
    for node in component.machines.iter().filter_map(|machine| platform.topology.node_of(machine)) {
        let machine = &node.name.value;
        let Some(on) = node.disk_of(&place.path.value) else { continue };
        let frame = *frames.entry(machine.clone()).or_insert_with(|| sketch.frame(&**machine, None));
        let lines = vec![name.to_string()];
        let from = sketch.node(format!("component/{name}/{machine}"), || (lines, Shape::Box, Some(frame)));
        let mount = on.mount.as_ref().map_or("system disk", |mount| &*mount.value);
        let lines = vec![format!("disk {}", on.size.value.text), mount.to_owned()];
        let id = format!("disk/{machine}/{}", on.device.value);
        let to = sketch.node(id, || (lines, Shape::Store, Some(frame)));
        sketch.edge(from, to, Some(place.path.value.to_string()), Line::Solid);
        pool(sketch, platform, (node, on), to);
    }
}

/// Draws the pool of the hypervisor that a disk is of, with what it stands on.
fn pool(sketch: &mut Sketch, platform: &Platform, (node, disk): (&Node, &Disk), from: usize) {
    let host = node.host.and_then(|id| platform.topology.hypervisors.get(id.0));
    let Some((host, name)) = host.zip(disk.storage.as_ref()) else { return };
    let mut lines = vec![name.value.to_string(), format!("of {}", host.name.value)];
    let known = host.pools.iter().find(|pool| pool.name.value == name.value);
    lines.extend(known.map(|pool| pool.media.value.word().to_owned()));
    let id = format!("pool/{}/{}", host.name.value, name.value);
    let to = sketch.node(id, || (lines, Shape::Store, None));
    sketch.edge(from, to, None, Line::Solid);
}

/// Returns what a claim is: what for, how many, how large.
fn claim(demand: &Demand) -> String {
    let name = demand.name.as_ref().map(|name| name.value.to_string());
    let count = (demand.count.value > 1).then(|| format!("{} ×", demand.count.value));
    let size = demand.size.value.text.to_string();
    name.into_iter().chain(count).chain([size]).collect::<Vec<_>>().join(" ")
}

/// Returns the storage class of a claim, with a line to what it has its space of.
fn class(sketch: &mut Sketch, platform: &Platform, demand: &Demand) -> usize {
    let classes = &platform.topology.storage_classes;
    let known = match &demand.class {
        Some(name) => classes.iter().find(|class| class.name.value == name.value),
        None => classes.iter().find(|class| class.default.value),
    };
    let Some(known) = known else {
        let name = demand.class.as_ref().map_or("default of the cluster", |name| &*name.value);
        return sketch.node(format!("class/{name}"), || (vec![name.to_owned()], Shape::Box, None));
    };
    let name = &known.name.value;
    let mut lines = vec![name.to_string()];
    lines.extend(known.component.as_ref().map(|provider| format!("by {}", provider.value)));
    let node = sketch.node(format!("class/{name}"), || (lines, Shape::Box, None));
    for (id, lines, shape) in space(platform, known) {
        let below = sketch.node(id, || (lines, shape, None));
        sketch.edge(node, below, None, Line::Solid);
    }
    node
}

/// Returns what a storage class has its space of: a share of a server, or a volume group of nodes.
fn space(platform: &Platform, class: &StorageClass) -> Vec<(String, Vec<String>, Shape)> {
    let share = class.share.as_ref().map(|share| {
        let server = class.server.as_ref().map_or("", |server| &*server.value);
        let lines = vec![server.to_owned(), share.value.to_string()];
        (format!("share/{server}/{}", share.value), lines, Shape::Store)
    });
    let group = platform.volume_group_of(&class.name.value).map(|group| {
        let nodes = group.by_node().into_keys().filter_map(|at| platform.topology.nodes.get(at));
        let nodes = nodes.map(|node| node.name.value.to_string());
        let lines = std::iter::once(format!("volume group {}", group.name)).chain(nodes).collect();
        (format!("volume-group/{}", group.name), lines, Shape::Store)
    });
    share.into_iter().chain(group).collect()
}
