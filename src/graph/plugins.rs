//! The order of plugins: what starts before what, in each composition. They stop the other way round.

use super::cycle::{Arrow, cycles};
use super::order::waves;
use super::{CYCLE, Wave};
use crate::diag::Diagnostic;
use crate::model::Platform;
use crate::model::composition::{Composition, MemberId, MemberReason};
use crate::model::plugin::PluginId;
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
    let all = platform.compositions.iter().map(|composition| of(platform, composition, out)).collect();
    catalogue(platform, out);
    all
}

/// A plugin of the catalogue that cannot work without another one.
struct Needs {
    from: PluginId,
    to: PluginId,
    origin: OriginId,
}

impl Arrow for Needs {
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

/// Reports circles of plugins that no composition runs: whoever chooses one of them could not start it.
fn catalogue(platform: &Platform, out: &mut Vec<Diagnostic>) {
    let mut edges = Vec::new();
    for (at, plugin) in platform.plugins.iter().enumerate() {
        for need in plugin.dependencies.iter().filter(|need| need.on.0 != at) {
            edges.push(Needs { from: PluginId(at), to: need.on, origin: need.origin });
        }
    }
    edges.sort_by_key(|edge| (edge.from, edge.to));
    edges.dedup_by_key(|edge| (edge.from, edge.to));
    for cycle in cycles(platform.plugins.len(), &edges) {
        let runs =
            |composition: &Composition, id: PluginId| composition.running().any(|(_, member)| member.plugin == id);
        let all = |composition: &&Composition| cycle.iter().all(|edge| runs(composition, edge.from));
        if platform.compositions.iter().any(|composition| all(&composition)) {
            continue;
        }
        let name = |id: PluginId| platform.plugins.get(id.0).map_or("", |plugin| &*plugin.name.value);
        let steps = cycle.iter().map(|edge| {
            let text = format!("`{}` needs `{}` {}", name(edge.from), name(edge.to), MemberReason::Dependency.phrase());
            (name(edge.from), edge.origin, text)
        });
        out.push(drawn(platform, "plugins wait for each other in a circle", steps));
    }
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
    let steps = cycle.iter().map(|edge| {
        let text = format!("`{}` needs `{}` {}", name(edge.from), name(edge.to), edge.reason.phrase());
        (name(edge.from), edge.origin, text)
    });
    let what = format!("plugins of `{}` wait for each other in a circle", composition.name.value);
    drawn(platform, &what, steps)
}

/// Draws a circle: of each step who waits, where that is written, and why.
fn drawn<'a>(platform: &Platform, what: &str, steps: impl Iterator<Item = (&'a str, OriginId, String)>) -> Diagnostic {
    let steps: Vec<_> = steps.collect();
    let mut path: Vec<String> = steps.iter().map(|(name, _, _)| format!("`{name}`")).collect();
    path.extend(path.first().cloned());
    let place = |(_, origin, text)| Some((platform.origins.written_span(origin)?, text));
    let mut places = steps.into_iter().filter_map(place);
    let message = format!("{what}: {}", path.join(" → "));
    let problem = match places.next() {
        Some((span, label)) => Diagnostic::error(CYCLE, span, message).label(label),
        None => Diagnostic::without_span(CYCLE, message),
    };
    let problem = places.fold(problem, |problem, (span, label)| problem.related(span, label));
    problem
        .why("none of them can be started first")
        .help("take one of these edges away; plugins that only tell each other things use a topic instead")
}
