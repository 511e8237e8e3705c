//! Hosts, nodes, and what runs where.

use std::collections::BTreeMap;

use super::{Drawing, Line, Mark, Shape, Sketch, View};
use crate::library::Agents;
use crate::lint::scheduling::{Nodes, Pods};
use crate::model::{Component, MachineKind, Node, Part, Platform, Traced, Workload};
use crate::template::Data;

/// Draws the hypervisors with their nodes, and where components may run: what one node only takes stands beside that node's
/// name, and what several take is one box with a line to each.
pub fn topology(platform: &Platform) -> Drawing {
    let title = format!("Topology of {}, {}", platform.name.value, platform.environment.value);
    let mut sketch = Sketch::new(View::Topology, title, true);
    let machines = machines(&mut sketch, platform);
    elsewhere(&mut sketch, platform);
    shares(&mut sketch, platform);
    let running = running(platform);
    if machines.is_empty() {
        namespaces(&mut sketch, platform);
        return sketch.drawing;
    }
    for ((nodes, each), names) in running {
        let word = if each { "each" } else { "on" };
        let id = format!("{word}/{}", nodes.iter().filter_map(|at| name(platform, *at)).collect::<Vec<_>>().join("+"));
        let frame = match nodes.as_slice() {
            [only] => machines.get(*only).and_then(|(_, frame)| *frame),
            _ => None,
        };
        let all = nodes.len() == machines.len() && nodes.len() > 1;
        let head = match nodes.as_slice() {
            [] => "on no node of the spec".to_owned(),
            [only] => format!("on {}", name(platform, *only).unwrap_or_default()),
            _ if all && each => "on each node".to_owned(),
            _ if each => format!("on each of {} nodes", nodes.len()),
            _ if all => "on any node".to_owned(),
            _ => format!("on any of {} nodes", nodes.len()),
        };
        let lines = std::iter::once(head).chain(names).collect();
        let group = sketch.node(id, || (lines, Shape::Box, frame));
        for (machine, _) in nodes.iter().filter_map(|at| machines.get(*at)) {
            sketch.edge(group, *machine, None, Line::Solid);
        }
    }
    backups(&mut sketch, platform);
    let mut drawing = sketch.drawing;
    let text = "dashed: whose backups it keeps";
    drawing.legend.push((Mark::Line(Line::Dashed), text.to_owned()));
    let text = "where the placement of the spec lets pods run";
    drawing.legend.push((Mark::Whole, text.to_owned()));
    drawing
}

/// Draws from where backups are kept to the machines that they are of.
fn backups(sketch: &mut Sketch, platform: &Platform) {
    let backups = &platform.backups;
    for job in &backups.jobs {
        let store = backups.stores.get(job.store.value.0).and_then(|store| platform.components.get(store.component.0));
        let kept = store.into_iter().flat_map(|store| &store.machines);
        let kept = kept.filter_map(|machine| sketch.places.get(&format!("on/{}", machine.name.value)).copied());
        let kept: Vec<usize> = kept.collect();
        for node in job.machines.iter().filter_map(|(at, _)| name(platform, *at)) {
            let Some(machine) = sketch.places.get(&format!("node/{node}")).copied() else { continue };
            for place in &kept {
                sketch.edge(*place, machine, Some(format!("backup {}", job.name.value)), Line::Dashed);
            }
        }
    }
}

fn name(platform: &Platform, at: usize) -> Option<&str> {
    platform.topology.nodes.get(at).map(|node| &*node.name.value)
}

/// Adds the hypervisors and nodes, and returns the drawn node of each machine with the frame that it stands in.
fn machines(sketch: &mut Sketch, platform: &Platform) -> Vec<(usize, Option<usize>)> {
    let topology = &platform.topology;
    let hosts: Vec<usize> = topology.hypervisors.iter().map(|host| sketch.frame(&*host.name.value, None)).collect();
    let add = |node: &Node| {
        let frame = node.host.and_then(|id| hosts.get(id.0).copied());
        let mut lines = vec![node.name.value.to_string(), node.role.value.word().to_owned()];
        lines.extend(node.vmid.as_ref().map(|vmid| format!("{} {}", node.guest(), vmid.value)));
        lines.extend(node.addresses.iter().map(|address| address.ip.value.to_string()));
        (sketch.node(format!("node/{}", node.name.value), || (lines, Shape::Machine, frame)), frame)
    };
    topology.nodes.iter().map(add).collect()
}

/// Adds what runs on hypervisors themselves, and at addresses of which nothing else is known.
fn elsewhere(sketch: &mut Sketch, platform: &Platform) {
    let mut places = BTreeMap::<(MachineKind, &str), Vec<String>>::new();
    for component in platform.components.iter().filter(|one| one.on_machines) {
        for machine in component.machines.iter().filter(|machine| !matches!(machine.kind, MachineKind::Node(_))) {
            places.entry((machine.kind, &*machine.name.value)).or_default().push(shown(component));
        }
    }
    for ((kind, name), components) in places {
        let frame = match kind {
            // The frames of the hypervisors are the first, in their order.
            MachineKind::Hypervisor(at) => Some(at),
            MachineKind::Node(_) | MachineKind::Address(_) => None,
        };
        let lines = std::iter::once(format!("on {name}")).chain(components).collect();
        sketch.node(format!("on/{name}"), || (lines, Shape::Box, frame));
    }
}

/// Adds the nodes that share the work of a composition.
fn shares(sketch: &mut Sketch, platform: &Platform) {
    for composition in platform.compositions.iter().filter(|one| !one.shards.is_empty()) {
        let name = &composition.name.value;
        let frame = sketch.frame(format!("nodes of {name}"), None);
        let mut nodes = BTreeMap::<&str, Vec<String>>::new();
        for shard in &composition.shards {
            let plugin = composition.member(shard.member).map_or("", |member| &*member.name.value);
            nodes.entry(&shard.node.value).or_default().extend([plugin.to_owned(), shard.range.value.to_string()]);
        }
        for (node, work) in nodes {
            let lines = std::iter::once(node.to_owned()).chain(work).collect();
            sketch.node(format!("share/{name}/{node}"), || (lines, Shape::Machine, Some(frame)));
        }
    }
}

/// The nodes that take something, and whether it runs on each of them.
type Place = (Vec<usize>, bool);

/// Returns what runs by the nodes that take it, in the order of the nodes.
fn running(platform: &Platform) -> BTreeMap<Place, Vec<String>> {
    let nodes = Nodes::of(platform);
    let mut running: BTreeMap<Place, Vec<String>> = BTreeMap::new();
    // On machines it runs on each that it names, and nowhere else.
    for component in platform.components.iter().filter(|one| one.on_machines) {
        for machine in &component.machines {
            if let MachineKind::Node(at) = machine.kind {
                running.entry((vec![at], false)).or_default().push(shown(component));
            }
        }
    }
    for component in platform.components.iter().filter(|one| one.by_argocd()) {
        let agents = agents(component);
        if !agents.iter().any(|agent| agent.alone) {
            once(&nodes, component, &mut running);
        }
        for agent in agents {
            let pods = Pods::of_placement(agent.placement);
            let pods = if agent.taints { pods.despite_taints() } else { pods };
            let taking = nodes.taking(&pods);
            // One node only is each and any.
            let each = taking.len() > 1;
            running.entry((taking, each)).or_default().push(agent.name);
        }
    }
    running
}

/// Adds a component that does not run on each node; its parts that other nodes take stand there, by their names.
fn once(nodes: &Nodes<'_>, component: &Component, running: &mut BTreeMap<Place, Vec<String>>) {
    let whole = nodes.taking(&Pods::of_placement(&component.placement));
    let on_each = |part: &&Part| is_agent(component, part).is_none();
    let parts = component.parts.iter().filter(|part| part.enabled.value).filter(on_each);
    let (mut here, mut apart) = (false, false);
    for part in parts {
        let taking = nodes.taking(&Pods::of_placement(&part.placement));
        if taking == whole {
            here = true;
            continue;
        }
        apart = true;
        let name = format!("{} of {}", part.name, component.name.value);
        running.entry((taking, false)).or_default().push(copies(name, part.replicas.as_ref()));
    }
    if here || !apart {
        running.entry((whole, false)).or_default().push(shown(component));
    }
}

/// Returns what the facts say of a part that runs on each node.
fn is_agent<'a>(component: &'a Component, part: &Part) -> Option<&'a Agents> {
    component.variant.facts.parts.value()?.get(&part.name)?.value.as_ref()?.value.agents.value()
}

/// What runs on each node.
struct Agent<'a> {
    name: String,
    placement: &'a Data,
    alone: bool,
    taints: bool,
}

/// Returns what of a component runs on each node.
fn agents(component: &Component) -> Vec<Agent<'_>> {
    let (name, facts, placement) = (&component.name.value, &component.variant.facts, &component.placement);
    let own = |agents: &Agents, name| Agent {
        name,
        placement,
        alone: agents.alone.value() == Some(&true),
        taints: agents.taints.value() == Some(&true),
    };
    if component.workload.as_ref().is_some_and(Workload::is_on_each_node) {
        return vec![Agent { name: name.to_string(), placement, alone: true, taints: false }];
    }
    let whole = facts.agents.value().map(|agents| match agents.alone.value() {
        Some(true) => own(agents, name.to_string()),
        _ => own(agents, format!("agents of {name}")),
    });
    let parts = component.parts.iter().filter(|part| part.enabled.value);
    let parts = parts.filter_map(|part| {
        let agents = is_agent(component, part)?;
        Some(Agent { alone: false, placement: &part.placement, ..own(agents, format!("{} of {name}", part.name)) })
    });
    whole.into_iter().chain(parts).collect()
}

/// Returns a component as the drawing names it: with the number of its copies, if it is written; with the fewest and the most
/// where they follow the load, and what of it.
fn shown(component: &Component) -> String {
    let name = &component.name.value;
    if let Some(scaled) = component.workload.as_ref().and_then(scaled) {
        return format!("{name} × {scaled}");
    }
    copies(name.to_string(), component.replicas.as_ref())
}

fn copies(name: String, replicas: Option<&Traced<u16>>) -> String {
    match replicas {
        Some(replicas) if replicas.value > 1 => format!("{name} × {}", replicas.value),
        _ => name,
    }
}

/// Without nodes of its own a platform is drawn by namespace. What others install is there already, wherever that is.
fn namespaces(sketch: &mut Sketch, platform: &Platform) {
    let name = platform.cluster.as_ref().map_or(&platform.name, |cluster| cluster);
    let mut cluster = None;
    let mut frames = BTreeMap::new();
    for component in platform.components.iter().filter(|one| !one.on_machines) {
        let namespace = Some(&component.namespace.value).filter(|_| component.is_installed());
        let frame = *frames.entry(namespace).or_insert_with(|| match namespace {
            Some(namespace) => {
                let around = *cluster.get_or_insert_with(|| sketch.frame(&*name.value, None));
                sketch.frame(&**namespace, Some(around))
            }
            None => sketch.frame("there already", None),
        });
        let id = format!("component/{}", component.name.value);
        sketch.node(id, || (vec![shown(component)], Shape::Box, Some(frame)));
    }
}

/// Returns how the number of copies follows the load.
fn scaled(workload: &Workload) -> Option<String> {
    let scale = workload.data.get("autoscale")?;
    let number = |field: &str| scale.get(field).and_then(Data::as_int);
    let (fewest, most) = (number("min")?, number("max")?);
    let marks = [("CPU", number("cpu")), ("memory", number("memory"))];
    let marks: Vec<String> = marks.into_iter().filter_map(|(what, mark)| Some(format!("{what} {} %", mark?))).collect();
    Some(format!("{fewest} to {most}: {}", marks.join(", ")))
}
