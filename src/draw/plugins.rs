//! Compositions: which plugins start before which, and which do not start.

use std::collections::{BTreeMap, BTreeSet};

use super::order::{implied_note, reduce};
use super::{Drawing, Line, Mark, Shape, Sketch, View};
use crate::graph::{Graph, StartOrder};
use crate::model::Platform;
use crate::model::composition::{Composition, Member, MemberId, MemberReason};

/// Draws the plugins of all compositions: a frame each, in it the ranks of the start, and what is switched off.
pub fn plugins(platform: &Platform, graph: &Graph) -> Drawing {
    let title = format!("Compositions of {}, {}", platform.name.value, platform.environment.value);
    let mut sketch = Sketch::new(View::Plugins, title, true);
    let all = platform.compositions.iter().zip(&graph.compositions);
    let places: Vec<Vec<Option<usize>>> =
        all.clone().map(|(composition, order)| composed(&mut sketch, platform, composition, order)).collect();
    let implied = reduce(&mut sketch.drawing);
    for ((composition, _), places) in all.zip(&places) {
        events(&mut sketch, composition, places);
    }
    let mut drawing = sketch.drawing;
    drawing.legend = [
        (Mark::Line(Line::Solid), "solid: it starts after; plugins stop the other way round"),
        (Mark::Line(Line::Dashed), "dashed: it reads what the other one publishes, and starts when it likes"),
        (Mark::Off, "a dashed frame: it is switched off"),
    ]
    .map(|(mark, text)| (mark, text.to_owned()))
    .into();
    if implied > 0 {
        drawing.notes.push(implied_note(implied));
    }
    lay(&mut drawing);
    drawing
}

/// One composition grows downwards, as long as a rank of it fits on a page; several stand one below the other.
pub(super) fn lay(drawing: &mut Drawing) {
    let ranks: Vec<usize> = drawing.nodes.iter().filter_map(|node| node.frame).collect();
    let outer = ranks.iter().filter_map(|rank| drawing.frames.get(*rank)).filter_map(|frame| frame.within);
    let compositions: BTreeSet<usize> = outer.collect();
    let widest = ranks.iter().map(|rank| ranks.iter().filter(|other| *other == rank).count()).max();
    drawing.sideways = compositions.len() > 1 || widest.is_some_and(|most| most > WIDE);
}

/// The most plugins that stand side by side.
const WIDE: usize = 4;

/// Returns the name of the node of a plugin.
pub(super) fn id(composition: &Composition, member: &Member) -> String {
    format!("plugin/{}/{}", composition.name.value, member.name.value)
}

/// Adds a composition, and returns the node of each member.
fn composed(
    sketch: &mut Sketch,
    platform: &Platform,
    composition: &Composition,
    order: &StartOrder,
) -> Vec<Option<usize>> {
    let label = match &composition.version {
        Some(version) => format!("{} {}", composition.name.value, version.value),
        None => composition.name.value.to_string(),
    };
    let around = sketch.frame(label, None);
    let mut places = vec![None; composition.members.len()];
    let mut last: Option<(u32, usize)> = None;
    for id in &order.start {
        let wave = order.waves.get(id.0).map_or(0, |wave| wave.number);
        let frame = match last {
            Some((same, frame)) if same == wave => frame,
            _ => rank(sketch, format!("start {}", wave + 1), around),
        };
        last = Some((wave, frame));
        draw(sketch, platform, composition, *id, frame, &mut places);
    }
    let off = (0..composition.members.len()).map(MemberId);
    let off: Vec<MemberId> = off.filter(|id| composition.member(*id).is_some_and(|one| !one.enabled.value)).collect();
    if !off.is_empty() {
        let frame = rank(sketch, "switched off".to_owned(), around);
        for id in off {
            draw(sketch, platform, composition, id, frame, &mut places);
        }
    }
    for edge in &order.edges {
        let (Some(first), Some(later)) = (place(&places, edge.to), place(&places, edge.from)) else { continue };
        let label = match edge.reason {
            MemberReason::Dependency => "dependency",
            MemberReason::DependsOn => "dependsOn",
            MemberReason::Bus => "events",
        };
        sketch.edge(first, later, Some(label.to_owned()), Line::Solid);
    }
    places
}

fn rank(sketch: &mut Sketch, label: String, within: usize) -> usize {
    let frame = sketch.frame(label, Some(within));
    if let Some(frame) = sketch.drawing.frames.get_mut(frame) {
        frame.rank = true;
    }
    frame
}

fn place(places: &[Option<usize>], id: MemberId) -> Option<usize> {
    places.get(id.0).copied().flatten()
}

fn draw(
    sketch: &mut Sketch,
    platform: &Platform,
    composition: &Composition,
    at: MemberId,
    frame: usize,
    places: &mut [Option<usize>],
) {
    let Some(member) = composition.member(at) else { return };
    let mut about = Vec::new();
    if let Some(plugin) = platform.plugins.get(member.plugin.0) {
        about.extend([plugin.category.value.word(), plugin.kind.value.word()]);
    }
    about.push(&*member.version.value);
    let lines = vec![short(composition, member).to_owned(), about.join(" ")];
    let node = sketch.node(id(composition, member), || (lines, Shape::Box, Some(frame)));
    if let Some(node) = sketch.drawing.nodes.get_mut(node) {
        node.off = !member.enabled.value;
    }
    if let Some(place) = places.get_mut(at.0) {
        *place = Some(node);
    }
}

/// Returns as many of the last words of a name as it takes to tell it from all others of the composition.
fn short<'a>(composition: &Composition, member: &'a Member) -> &'a str {
    let name = &*member.name.value;
    let others = composition.members.iter().map(|other| &*other.name.value).filter(|other| *other != name);
    let others: Vec<&str> = others.collect();
    let ends = name.rmatch_indices('/').filter_map(|(at, _)| name.get(at + 1..));
    let taken = |end: &str| {
        others.iter().any(|other| other.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('/')))
    };
    ends.into_iter().find(|end| !taken(end)).unwrap_or(name)
}

/// Adds what goes from one plugin to another by topics.
fn events(sketch: &mut Sketch, composition: &Composition, places: &[Option<usize>]) {
    let mut pairs = BTreeMap::<(usize, usize), Vec<String>>::new();
    for topic in &composition.topics {
        for (from, _) in &topic.publishers {
            for (to, _) in topic.subscribers.iter().filter(|(to, _)| to != from) {
                if let (Some(from), Some(to)) = (place(places, *from), place(places, *to)) {
                    pairs.entry((from, to)).or_default().push(topic.name.value.to_string());
                }
            }
        }
    }
    for ((from, to), topics) in pairs {
        for topic in topics {
            sketch.edge(from, to, Some(topic), Line::Dashed);
        }
    }
}
