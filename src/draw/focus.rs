//! One thing and what it has to do with.

use std::collections::BTreeSet;

use super::{Drawing, Line, View};

/// Keeps of a drawing what has to do with a component, a plugin or a composition, a layer, a station of the delivery: of an order everything that comes
/// before it and everything that waits for it, of volumes and secrets
/// too, of flows, layers and a delivery those that start or end at it, of a topology where it runs.
pub fn focus(drawing: &mut Drawing, name: &str) {
    let own = match drawing.view {
        View::Plugins => members(drawing, name),
        View::Layers => of_id(drawing, &format!("layer/{name}")),
        View::Delivery => stations(drawing, name),
        View::Order | View::Flows | View::Topology | View::Volumes | View::Secrets => seeds(drawing, name),
    };
    let kept = match drawing.view {
        View::Order | View::Plugins | View::Volumes | View::Secrets => {
            let before = reach(drawing, &own, |edge| (edge.to, edge.from));
            let after = reach(drawing, &own, |edge| (edge.from, edge.to));
            before.union(&after).copied().collect()
        }
        View::Flows | View::Topology | View::Layers | View::Delivery => neighbours(drawing, &own),
    };
    if drawing.view == View::Topology {
        alone(drawing, &own, name);
    }
    let near = matches!(drawing.view, View::Flows | View::Topology | View::Layers | View::Delivery);
    cut(drawing, &kept, |from, to| !near || own.contains(&from) || own.contains(&to));
    if drawing.view == View::Plugins {
        super::plugins::lay(drawing);
    }
}

fn of_id(drawing: &Drawing, id: &str) -> BTreeSet<usize> {
    drawing.nodes.iter().enumerate().filter(|(_, node)| node.id == id).map(|(at, _)| at).collect()
}

/// Returns what changes come by and has a name: a workflow, a branch, a registry, a component, a cluster.
fn stations(drawing: &Drawing, name: &str) -> BTreeSet<usize> {
    let is = |node: &super::Node| super::delivery::station(node) == Some(name);
    drawing.nodes.iter().enumerate().filter(|(_, node)| is(node)).map(|(at, _)| at).collect()
}

/// Returns a plugin in all compositions that have it, or all plugins of a composition.
fn members(drawing: &Drawing, name: &str) -> BTreeSet<usize> {
    drawing.nodes.iter().enumerate().filter(|(_, node)| is_member(node, name)).map(|(at, _)| at).collect()
}

/// Returns whether a node is a plugin, or one of a composition.
fn is_member(node: &super::Node, name: &str) -> bool {
    let parts = node.id.strip_prefix("plugin/").and_then(|rest| rest.split_once('/'));
    parts.is_some_and(|(composition, plugin)| composition == name || plugin == name)
}

/// Returns the nodes that are the component, or that name it; a composition is its agent and its shares of work.
fn seeds(drawing: &Drawing, component: &str) -> BTreeSet<usize> {
    let id = format!("component/{component}");
    let part = format!("{id}/");
    let (agent, share) = (format!("agent/{component}"), format!("share/{component}/"));
    let names = |lines: &[String]| lines.iter().skip(1).any(|line| is_named(line, component));
    let is = |node: &super::Node| {
        let own = node.id == id || node.id.starts_with(&part);
        own || is_member(node, component)
            || node.id == agent
            || node.id.starts_with(&share)
            || (is_place(node) && names(&node.lines))
    };
    drawing.nodes.iter().enumerate().filter(|(_, node)| is(node)).map(|(at, _)| at).collect()
}

/// Returns whether a node stands for what runs somewhere.
fn is_place(node: &super::Node) -> bool {
    node.id.starts_with("on/") || node.id.starts_with("each/")
}

/// Returns whether a line of a place names a component, or something of it.
fn is_named(line: &str, component: &str) -> bool {
    let of = line.rsplit_once(" of ").is_some_and(|(_, whole)| whole == component);
    of || line.strip_prefix(component).is_some_and(|rest| rest.is_empty() || rest.starts_with(" × "))
}

/// Leaves out what runs in the same places.
fn alone(drawing: &mut Drawing, own: &BTreeSet<usize>, component: &str) {
    let places = drawing.nodes.iter_mut().enumerate().filter(|(at, node)| own.contains(at) && is_place(node));
    for (_, node) in places {
        let mut first = true;
        node.lines.retain(|line| std::mem::take(&mut first) || is_named(line, component));
    }
}

fn reach(drawing: &Drawing, own: &BTreeSet<usize>, ends: impl Fn(&super::Edge) -> (usize, usize)) -> BTreeSet<usize> {
    let mut next = vec![Vec::new(); drawing.nodes.len()];
    for edge in drawing.edges.iter().filter(|edge| edge.line != Line::Dotted) {
        let (from, to) = ends(edge);
        if let Some(after) = next.get_mut(from) {
            after.push(to);
        }
    }
    let mut seen = own.clone();
    let mut open: Vec<usize> = own.iter().copied().collect();
    while let Some(at) = open.pop() {
        open.extend(next.get(at).into_iter().flatten().filter(|other| seen.insert(**other)));
    }
    seen
}

fn neighbours(drawing: &Drawing, own: &BTreeSet<usize>) -> BTreeSet<usize> {
    let near = drawing.edges.iter().filter(|edge| own.contains(&edge.from) || own.contains(&edge.to));
    near.flat_map(|edge| [edge.from, edge.to]).chain(own.iter().copied()).collect()
}

/// Leaves out all other nodes, the edges between them, and frames with nothing in them.
fn cut(drawing: &mut Drawing, kept: &BTreeSet<usize>, edges: impl Fn(usize, usize) -> bool) {
    let places: Vec<Option<usize>> = {
        let mut next = 0..;
        (0..drawing.nodes.len()).map(|at| if kept.contains(&at) { next.next() } else { None }).collect()
    };
    let place = |at: usize| places.get(at).copied().flatten();
    drawing.edges.retain_mut(|edge| {
        let stays = edges(edge.from, edge.to);
        match (place(edge.from), place(edge.to)) {
            (Some(from), Some(to)) if stays => {
                (edge.from, edge.to) = (from, to);
                true
            }
            _ => false,
        }
    });
    let mut at = 0;
    drawing.nodes.retain(|_| {
        at += 1;
        kept.contains(&(at - 1))
    });
    // The numbers of what was left out are those of the whole drawing.
    drawing.notes.clear();
}
