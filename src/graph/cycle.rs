//! Hard cycles: found, and drawn edge by edge.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::{CYCLE, Edge, Strength};
use crate::diag::Diagnostic;
use crate::model::{ComponentId, Platform};

/// Returns the graph of the edges that `keep` takes.
pub(super) fn digraph(count: usize, edges: &[Edge], keep: impl Fn(&Edge) -> bool) -> DiGraph<(), usize> {
    let mut graph = DiGraph::with_capacity(count, edges.len());
    for _ in 0..count {
        graph.add_node(());
    }
    for (at, edge) in edges.iter().enumerate().filter(|(_, edge)| keep(edge)) {
        graph.add_edge(NodeIndex::new(edge.from.0), NodeIndex::new(edge.to.0), at);
    }
    graph
}

/// Reports every knot of hard edges with one cycle through it. Returns whether there was none.
pub(super) fn report(platform: &Platform, edges: &[Edge], out: &mut Vec<Diagnostic>) -> bool {
    let graph = digraph(platform.components.len(), edges, |edge| edge.strength == Strength::Hard);
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
    for knot in &knots {
        if let Some(cycle) = shortest(knot, edges) {
            out.push(draw(platform, &cycle));
        }
    }
    knots.is_empty()
}

/// Returns the edges of a shortest cycle through the first member, breadth first in the order of the edges.
fn shortest<'a>(knot: &[usize], edges: &'a [Edge]) -> Option<Vec<&'a Edge>> {
    let start = *knot.first()?;
    let inside: std::collections::BTreeSet<usize> = knot.iter().copied().collect();
    let mut leaving = std::collections::BTreeMap::<usize, Vec<&Edge>>::new();
    for edge in edges.iter().filter(|edge| edge.strength == Strength::Hard && inside.contains(&edge.to.0)) {
        leaving.entry(edge.from.0).or_default().push(edge);
    }
    let mut came_by = std::collections::BTreeMap::<usize, &Edge>::new();
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for edge in leaving.get(&node).into_iter().flatten() {
            if edge.to.0 == start {
                return Some(trace(edge, start, &came_by));
            }
            if let std::collections::btree_map::Entry::Vacant(e) = came_by.entry(edge.to.0) {
                e.insert(edge);
                queue.push_back(edge.to.0);
            }
        }
    }
    None
}

fn trace<'a>(last: &'a Edge, start: usize, came_by: &std::collections::BTreeMap<usize, &'a Edge>) -> Vec<&'a Edge> {
    let mut cycle = vec![last];
    let mut at = last.from.0;
    while at != start {
        let Some(edge) = came_by.get(&at) else { break };
        cycle.push(edge);
        at = edge.from.0;
    }
    cycle.reverse();
    cycle
}

fn draw(platform: &Platform, cycle: &[&Edge]) -> Diagnostic {
    let name = |id: ComponentId| platform.components.get(id.0).map_or("", |component| &*component.name.value);
    let mut path: Vec<String> = cycle.iter().map(|edge| format!("`{}`", name(edge.from))).collect();
    path.extend(path.first().cloned());
    let text = |edge: &Edge| format!("`{}` needs `{}` {}", name(edge.from), name(edge.to), edge.reason.phrase());
    let mut places = cycle.iter().filter_map(|edge| Some((platform.origins.written_span(edge.origin)?, text(edge))));
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
