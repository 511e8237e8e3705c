//! What comes before what.

use std::collections::{BTreeMap, BTreeSet};

use super::{Drawing, Edge, Line, Mark, Shape, Sketch, View, WEBHOOK};
use crate::graph::{Graph, Reason, Strength};
use crate::model::{Component, ComponentId, Platform};
use crate::spec::InstalledBy;

/// Draws the order: arrows go from what is there first. What somebody else than Argo CD installs comes before all waves.
pub fn order(platform: &Platform, graph: &Graph) -> Drawing {
    let title = format!("Order of {}, {}", platform.name.value, platform.environment.value);
    let mut sketch = Sketch::new(View::Order, title, false);
    let places = components(&mut sketch, platform, graph);
    let mut steps = BTreeMap::new();
    for (at, component) in platform.components.iter().enumerate() {
        gates(&mut sketch, component, at, &places, &mut steps);
    }
    let late = |id: ComponentId| platform.components.get(id.0).is_some_and(Component::by_argocd);
    let mut before = 0_usize;
    for edge in graph.edges.iter().filter(|edge| !matches!(edge.reason, Reason::Gate(_))) {
        let (Some(first), Some(later)) = (places.get(edge.to.0), places.get(edge.from.0)) else { continue };
        if late(edge.to) && !late(edge.from) {
            before += 1;
            continue;
        }
        let line = match (edge.kept, edge.strength) {
            (false, _) => Line::Dotted,
            (true, Strength::Hard) => Line::Solid,
            (true, Strength::Soft) => Line::Dashed,
        };
        // What waits for a component waits for the steps that its health waits for.
        let first = if edge.kept { steps.get(first).copied().unwrap_or(*first) } else { *first };
        sketch.edge(first, *later, Some(word(&edge.reason)), line);
    }
    let mut drawing = sketch.drawing;
    let implied = reduce(&mut drawing);
    drawing.legend = [
        (Line::Solid, "solid: nothing works without it"),
        (Line::Dashed, "dashed: it works once the other side is up"),
        (Line::Dotted, "dotted, without a head: it would close a circle, and is no part of the order"),
    ]
    .map(|(line, text)| (Mark::Line(line), text.to_owned()))
    .into();
    if implied > 0 {
        drawing.notes.push(implied_note(implied));
    }
    if before > 0 {
        let what = "what is there before Argo CD works in part only until the rest is there";
        drawing.notes.push(format!("{what}: {}", super::left_out(before, "edge")));
    }
    drawing
}

/// Adds the components in the frames of their waves, and returns the node of each.
fn components(sketch: &mut Sketch, platform: &Platform, graph: &Graph) -> Vec<usize> {
    let rank = |at: usize| -> (u32, String) {
        let component = platform.components.get(at);
        match component.map(|component| component.installed_by.value) {
            Some(InstalledBy::Argocd) if platform.waits_in_waves => {
                let wave = graph.waves.get(at).map_or(0, |wave| wave.number);
                (wave + 2, format!("wave {wave}"))
            }
            Some(InstalledBy::Argocd) => (2, "Argo CD, in no order".to_owned()),
            Some(InstalledBy::Ansible) => (1, "installed by Ansible".to_owned()),
            // In the order in which others need them, as the runbook lists them.
            Some(InstalledBy::Systemd | InstalledBy::Compose) => {
                let wave = graph.waves.get(at).map_or(0, |wave| wave.number);
                (wave + 2, format!("step {wave} on machines"))
            }
            Some(InstalledBy::Helm) => (1, "installed with Helm".to_owned()),
            Some(InstalledBy::External) | None => (0, "there already".to_owned()),
        }
    };
    let mut sorted: Vec<_> = (0..platform.components.len()).map(|at| (rank(at), at)).collect();
    sorted.sort();
    let mut places = vec![0; platform.components.len()];
    let mut last: Option<(u32, usize)> = None;
    for ((number, label), at) in sorted {
        let Some(component) = platform.components.get(at) else { continue };
        let frame = match last {
            Some((same, frame)) if same == number => frame,
            _ => {
                let frame = sketch.frame(label, None);
                if let Some(frame) = sketch.drawing.frames.get_mut(frame) {
                    frame.rank = true;
                }
                frame
            }
        };
        last = Some((number, frame));
        let name = component.name.value.to_string();
        let node = sketch.node(format!("component/{name}"), || (vec![name], Shape::Box, Some(frame)));
        if let Some(place) = places.get_mut(at) {
            *place = node;
        }
    }
    places
}

/// Adds the steps that a person takes after a component, one after the other, with what they name. Those that its health
/// waits for are noted: everything after the component comes after the last of them.
fn gates(sketch: &mut Sketch, component: &Component, at: usize, places: &[usize], steps: &mut BTreeMap<usize, usize>) {
    let place = |id: ComponentId| places.get(id.0).copied();
    let Some(own) = places.get(at).copied() else { return };
    let mut last = own;
    for gate in &component.gates {
        let name = &gate.name.value;
        let lines = vec![format!("by hand: {name}")];
        let step = sketch.node(format!("gate/{}/{name}", component.name.value), || (lines, Shape::Step, None));
        sketch.edge(last, step, None, Line::Solid);
        for first in gate.after.iter().copied().filter_map(place) {
            sketch.edge(first, step, None, Line::Solid);
        }
        for later in gate.before.iter().copied().filter_map(place) {
            sketch.edge(step, later, None, Line::Solid);
        }
        last = step;
    }
    if last != own && component.variant.facts.gated.get().is_some() {
        steps.insert(own, last);
    }
}

/// Returns a reason in few words.
fn word(reason: &Reason) -> String {
    match reason {
        Reason::Requires => "requires".to_owned(),
        Reason::Crd(kind) => kind.split('.').next().unwrap_or(kind).to_owned(),
        Reason::Webhook(kind) => format!("{WEBHOOK}{}", kind.split('.').next().unwrap_or(kind)),
        Reason::StorageClass(name) => format!("storage class {name}"),
        Reason::SecretStore => "secrets".to_owned(),
        Reason::Authority => "certificates".to_owned(),
        Reason::Gate(name) => format!("gate {name}"),
        Reason::Ingress(class) => format!("ingress class {class}"),
        Reason::Tunnel(name) => format!("tunnel {name}"),
        Reason::LoadBalancer => "address".to_owned(),
        Reason::Flow(kind) => (*kind).to_owned(),
    }
}

/// Says how many edges pictures leave out.
pub(super) fn implied_note(count: usize) -> String {
    format!("{} of pictures, as others imply the same; JSON has all", super::left_out(count, "edge"))
}

/// Marks the edges of the order that a longer way implies, and returns how many there are.
pub(super) fn reduce(drawing: &mut Drawing) -> usize {
    let mut next = vec![BTreeSet::new(); drawing.nodes.len()];
    for edge in drawing.edges.iter().filter(|edge| edge.line != Line::Dotted) {
        if let Some(after) = next.get_mut(edge.from) {
            after.insert(edge.to);
        }
    }
    let mut count = 0;
    let marked: Vec<bool> = drawing.edges.iter().map(|edge| edge.line != Line::Dotted && longer(&next, edge)).collect();
    for (edge, implied) in drawing.edges.iter_mut().zip(marked) {
        edge.implied = implied;
        count += usize::from(implied);
    }
    count
}

/// Returns whether there is a way from one end of an edge to the other with a stop on it.
fn longer(next: &[BTreeSet<usize>], edge: &Edge) -> bool {
    let mut open: Vec<usize> =
        next.get(edge.from).into_iter().flatten().copied().filter(|stop| *stop != edge.to).collect();
    let mut seen: BTreeSet<usize> = open.iter().copied().collect();
    while let Some(at) = open.pop() {
        if at == edge.to {
            return true;
        }
        open.extend(next.get(at).into_iter().flatten().filter(|stop| seen.insert(**stop)));
    }
    false
}
