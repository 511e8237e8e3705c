//! The order of plugins: what starts before what, in each composition. They stop the other way round.

use super::cycle::{Arrow, cycles};
use super::order::waves;
use super::{CYCLE, Wave};
use crate::diag::Diagnostic;
use crate::model::Platform;
use crate::model::composition::{Composition, MemberId, MemberReason};
use crate::source::OriginId;

/// `from` starts after `to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberEdge {
    /// The plugin that waits.
    pub from: MemberId,
    /// The plugin that comes first.
    pub to: MemberId,
    /// Why.
    pub reason: MemberReason,
    /// The line that caused it.
    pub origin: OriginId,
}

impl Arrow for MemberEdge {
    fn ends(&self) -> (usize, usize) {
        (self.from.0, self.to.0)
    }

    fn is_hard(&self) -> bool {
        true
    }

    fn is_kept(&self) -> bool {
        true
    }
}

/// The order of the plugins of a composition.
#[derive(Clone, Debug, Default)]
pub struct StartOrder {
    /// What waits for what, among those that run.
    pub edges: Vec<MemberEdge>,
    /// The wave of each plugin, by its index.
    pub waves: Vec<Wave>,
    /// Those that run, in the order in which they start: by wave, then by name.
    pub start: Vec<MemberId>,
}

/// Orders the plugins of all compositions, and reports circles.
pub(super) fn order(platform: &Platform, out: &mut Vec<Diagnostic>) -> Vec<StartOrder> {
    platform.compositions.iter().map(|composition| of(platform, composition, out)).collect()
}

fn of(platform: &Platform, composition: &Composition, out: &mut Vec<Diagnostic>) -> StartOrder {
    let runs = |id: MemberId| composition.member(id).is_some_and(|member| member.enabled.value);
    let mut edges = Vec::new();
    for (from, member) in composition.running() {
        for need in member.needs.iter().filter(|need| need.on != from && runs(need.on)) {
            edges.push(MemberEdge { from, to: need.on, reason: need.reason, origin: need.origin });
        }
    }
    edges.sort_by_key(|edge| (edge.from, edge.to, edge.reason));
    edges.dedup_by_key(|edge| (edge.from, edge.to, edge.reason));
    for cycle in cycles(composition.members.len(), &edges) {
        out.push(draw(platform, composition, &cycle));
    }
    let waves = waves(composition.members.len(), &edges);
    let mut start: Vec<MemberId> = composition.running().map(|(id, _)| id).collect();
    let name = |id: MemberId| composition.member(id).map(|member| member.name.value.clone());
    start.sort_by_cached_key(|id| (waves.get(id.0).map_or(0, |wave| wave.number), name(*id)));
    StartOrder { edges, waves, start }
}

fn draw(platform: &Platform, composition: &Composition, cycle: &[&MemberEdge]) -> Diagnostic {
    let name = |id: MemberId| composition.member(id).map_or("", |member| &*member.name.value);
    let mut path: Vec<String> = cycle.iter().map(|edge| format!("`{}`", name(edge.from))).collect();
    path.extend(path.first().cloned());
    let text = |edge: &MemberEdge| format!("`{}` needs `{}` {}", name(edge.from), name(edge.to), edge.reason.phrase());
    let mut places = cycle.iter().filter_map(|edge| Some((platform.origins.written_span(edge.origin)?, text(edge))));
    let composition = &composition.name.value;
    let message = format!("plugins of `{composition}` wait for each other in a circle: {}", path.join(" → "));
    let problem = match places.next() {
        Some((span, label)) => Diagnostic::error(CYCLE, span, message).label(label),
        None => Diagnostic::without_span(CYCLE, message),
    };
    let problem = places.fold(problem, |problem, (span, label)| problem.related(span, label));
    problem
        .why("none of them can be started first")
        .help("take one of these edges away; plugins that only tell each other things use a topic instead")
}
