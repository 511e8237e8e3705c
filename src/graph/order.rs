//! From edges to waves.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::NodeIndex;

use super::cycle::{Arrow, digraph};
use super::{Edge, Strength, Wave};

/// Decides which soft edges stay: in the order of the edges (by name), each stays unless it would close a cycle. Pushes come
/// last, so that they yield: a pod that cannot push is ready, and one without its database is not, nor is its wave.
///
/// Only edges inside a knot of all edges can close one, so the search stays inside knots.
pub(super) fn settle(count: usize, edges: &mut [Edge]) {
    let graph = digraph(count, edges, |_| true);
    let mut knot_of = vec![usize::MAX; count];
    for (number, knot) in kosaraju_scc(&graph).into_iter().enumerate().filter(|(_, knot)| knot.len() > 1) {
        for node in knot {
            if let Some(slot) = knot_of.get_mut(node.index()) {
                *slot = number;
            }
        }
    }
    let knot = |node: usize| knot_of.get(node).copied().filter(|number| *number != usize::MAX);
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); count];
    let add = |next: &mut Vec<Vec<usize>>, edge: &Edge| {
        if let Some(list) = next.get_mut(edge.from.0) {
            list.push(edge.to.0);
        }
    };
    for edge in edges.iter().filter(|edge| edge.strength == Strength::Hard) {
        add(&mut next, edge);
    }
    let mut soft: Vec<&mut Edge> = edges.iter_mut().filter(|edge| edge.strength == Strength::Soft).collect();
    soft.sort_by_key(|edge| edge.reason.is_push());
    for edge in soft {
        let together = knot(edge.from.0).is_some() && knot(edge.from.0) == knot(edge.to.0);
        edge.kept = !(together && reaches(&next, edge.to.0, edge.from.0, &|node| knot(node) == knot(edge.from.0)));
        if edge.kept {
            add(&mut next, edge);
        }
    }
}

fn reaches(next: &[Vec<usize>], from: usize, to: usize, inside: &dyn Fn(usize) -> bool) -> bool {
    let mut seen = std::collections::BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(node) = open.pop() {
        if node == to {
            return true;
        }
        let following = next.get(node).into_iter().flatten().copied();
        open.extend(following.filter(|node| inside(*node) && seen.insert(*node)));
    }
    false
}

/// Returns the wave of everything: one more than the latest of those that come first.
pub(super) fn waves<E: Arrow>(count: usize, edges: &[E]) -> Vec<Wave> {
    let mut waves = vec![Wave { number: 0, decided_by: None }; count];
    let graph = digraph(count, edges, Arrow::is_kept);
    let Ok(order) = petgraph::algo::toposort(&graph, None) else { return waves };
    let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (at, edge) in edges.iter().enumerate().filter(|(_, edge)| edge.is_kept()) {
        if let Some(list) = leaving.get_mut(edge.ends().0) {
            list.push(at);
        }
    }
    // Dependencies come last in topological order, because edges point at them.
    for node in order.into_iter().rev().map(NodeIndex::index) {
        let mut best = Wave { number: 0, decided_by: None };
        for at in leaving.get(node).into_iter().flatten() {
            let Some(below) = edges.get(*at).and_then(|edge| waves.get(edge.ends().1)) else { continue };
            if below.number + 1 > best.number {
                best = Wave { number: below.number + 1, decided_by: Some(*at) };
            }
        }
        if let Some(slot) = waves.get_mut(node) {
            *slot = best;
        }
    }
    waves
}
