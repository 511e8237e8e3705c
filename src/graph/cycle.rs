//! Hard cycles: found, and drawn edge by edge.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::{CYCLE, Edge, Strength};
use crate::diag::Diagnostic;
use crate::model::{ComponentId, Platform};

/// An edge between things that have numbers: components, or plugins of a composition.
pub(super) trait Arrow {
    /// Returns who waits, and who comes first.
    fn ends(&self) -> (usize, usize);
    /// Returns whether it may not yield.
    fn is_hard(&self) -> bool;
    /// Returns whether it is part of the order.
    fn is_kept(&self) -> bool;
}

impl Arrow for Edge {
    fn ends(&self) -> (usize, usize) {
        (self.from.0, self.to.0)
    }

    fn is_hard(&self) -> bool {
        self.strength == Strength::Hard
    }

    fn is_kept(&self) -> bool {
        self.kept
    }
}

/// Returns the graph of the edges that `keep` takes.
pub(super) fn digraph<E: Arrow>(count: usize, edges: &[E], keep: impl Fn(&E) -> bool) -> DiGraph<(), usize> {
    let mut graph = DiGraph::with_capacity(count, edges.len());
    for _ in 0..count {
        graph.add_node(());
    }
    for (at, edge) in edges.iter().enumerate().filter(|(_, edge)| keep(edge)) {
        let (from, to) = edge.ends();
        graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), at);
    }
    graph
}

/// Reports every knot of hard edges with one cycle through it. Returns whether there was none.
pub(super) fn report(platform: &Platform, edges: &[Edge], out: &mut Vec<Diagnostic>) -> bool {
    let cycles = cycles(platform.components.len(), edges);
    out.extend(cycles.iter().map(|cycle| draw(platform, cycle)));
    cycles.is_empty()
}

/// Returns one cycle of every knot of hard edges.
pub(super) fn cycles<E: Arrow>(count: usize, edges: &[E]) -> Vec<Vec<&E>> {
    let graph = digraph(count, edges, Arrow::is_hard);
    let mut knots: Vec<Vec<usize>> = kosaraju_scc(&graph)
        .into_iter()
        .filter(|knot| knot.len() > 1)
        .map(|knot| {
            let mut members: Vec<usize> = knot.into_iter().map(NodeIndex::index).collect();
            members.sort_unstable();
            members
        })
        .collect();
    knots.sort();
    knots.iter().filter_map(|knot| shortest(knot, edges)).collect()
}

/// Returns the edges of a shortest cycle through the first member, breadth first in the order of the edges.
fn shortest<'a, E: Arrow>(knot: &[usize], edges: &'a [E]) -> Option<Vec<&'a E>> {
    let start = *knot.first()?;
    let inside: std::collections::BTreeSet<usize> = knot.iter().copied().collect();
    let mut leaving = std::collections::BTreeMap::<usize, Vec<&E>>::new();
    for edge in edges.iter().filter(|edge| edge.is_hard() && inside.contains(&edge.ends().1)) {
        leaving.entry(edge.ends().0).or_default().push(edge);
    }
    let mut came_by = std::collections::BTreeMap::<usize, &E>::new();
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for edge in leaving.get(&node).into_iter().flatten() {
            let to = edge.ends().1;
            if to == start {
                return Some(trace(edge, start, &came_by));
            }
            if let std::collections::btree_map::Entry::Vacant(e) = came_by.entry(to) {
                e.insert(edge);
                queue.push_back(to);
            }
        }
    }
    None
}

fn trace<'a, E: Arrow>(last: &'a E, start: usize, came_by: &std::collections::BTreeMap<usize, &'a E>) -> Vec<&'a E> {
    let mut cycle = vec![last];
    let mut at = last.ends().0;
    while at != start {
        let Some(edge) = came_by.get(&at) else { break };
        cycle.push(edge);
        at = edge.ends().0;
    }
    cycle.reverse();
    cycle
}

fn draw(platform: &Platform, cycle: &[&Edge]) -> Diagnostic {
    let name = |id: ComponentId| platform.components.get(id.0).map_or("", |component| &*component.name.value);
    let mut path: Vec<String> = cycle.iter().map(|edge| format!("`{}`", name(edge.from))).collect();
    path.extend(path.first().cloned());
    let text = |edge: &Edge| format!("`{}` needs `{}` {}", name(edge.from), name(edge.to), edge.reason.phrase());
    let place = |edge: &Edge| edge.place.or_else(|| platform.origins.written_span(edge.origin));
    let mut places = cycle.iter().filter_map(|edge| Some((place(edge)?, text(edge))));
    let message = format!("components need each other in a circle: {}", path.join(" → "));
    let problem = match places.next() {
        Some((span, label)) => Diagnostic::error(CYCLE, span, message).label(label),
        None => Diagnostic::without_span(CYCLE, message),
    };
    let problem = places.fold(problem, |problem, (span, label)| problem.related(span, label));
    problem
        .why("none of them can be deployed first, so Argo CD would wait for ever")
        .help("take one of these edges away; what has to be done by hand in between is a `gate`")
}
