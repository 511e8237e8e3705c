//! Events in the memory of one program, and several programs.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::composition::{Composition, MemberId, Topic};
use crate::source::OriginId;
use crate::yaml::Field;

rule! {
    /// A composition runs on several nodes, and its events never leave the one that sends them.
    ///
    /// ## What it does
    ///
    /// Looks at compositions with more than one node whose events are carried by the memory of the program, which is so
    /// unless `events.bus` names a plugin. A topic may stay in memory where each node that has a share of a plugin that
    /// writes to it has a share of all plugins that read it.
    ///
    /// ## Why it matters
    ///
    /// Each node is a program of its own. What one publishes reaches nobody on the others, and nothing fails: events are
    /// just fewer than there should be.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// plugins:
    ///   scraper: { path: custom/scraper, version: 1.0.0, type: importer, publishes: [data.metrics] }
    ///   writer: { path: custom/writer, version: 1.0.0, type: exporter, subscribes: [data.metrics] }
    /// compositions:
    ///   wide: { plugins: [scraper, writer], scaling: { strategy: round-robin, nodes: 3 }, events: { bus: memory } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// plugins:
    ///   scraper: { path: custom/scraper, version: 1.0.0, type: importer, publishes: [data.metrics] }
    ///   writer: { path: custom/writer, version: 1.0.0, type: exporter, subscribes: [data.metrics] }
    ///   nats: { path: custom/eventbus/nats, version: 1.0.0, type: integration }
    /// compositions:
    ///   wide: { plugins: [scraper, writer, nats], scaling: { strategy: round-robin, nodes: 3 }, events: { bus: nats } }
    /// ```
    ///
    /// ## Source
    ///
    /// DetectViz, Composable architecture, event bus and horizontal scaling.
    pub(super) static RULE = Kind::new("events-stay-on-node", "DV1911"), Plugins, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for composition in &subject.platform.compositions {
        let events = composition.written.events.value();
        let bus = events.and_then(|events| events.bus.get());
        let broken = events.is_some_and(|events| events.bus.is_broken());
        if broken || bus.is_some_and(|bus| &*bus.value != "memory") {
            continue;
        }
        let Some(nodes) = nodes(composition).filter(|nodes| *nodes > 1) else { continue };
        let lost: Vec<_> =
            composition.topics.iter().filter_map(|topic| Some((topic, lost(composition, topic)?))).collect();
        if let Some((topic, (from, to))) = lost.first().copied() {
            out.extend(finding(subject, composition, nodes, (topic, from, to), &lost));
        }
    }
}

/// Returns how many nodes there are.
fn nodes(composition: &Composition) -> Option<u32> {
    let scaling = composition.written.scaling.value()?;
    let shares = u32::try_from(scaling.distribution.value().map_or(0, Vec::len)).unwrap_or(u32::MAX);
    Some(scaling.nodes.value().map_or(0, |count| count.0).max(shares))
}

/// Returns the nodes that a plugin has shares on.
fn places(composition: &Composition, member: MemberId) -> BTreeSet<&Arc<str>> {
    composition.shards.iter().filter(|shard| shard.member == member).map(|shard| &shard.node.value).collect()
}

/// A writer, and a reader that misses events of it.
type Lost = (MemberId, (MemberId, OriginId));

fn lost(composition: &Composition, topic: &Topic) -> Option<Lost> {
    topic.publishers.iter().find_map(|(from, _)| {
        let sent = places(composition, *from);
        let misses = |to: MemberId| sent.is_empty() || !sent.is_subset(&places(composition, to));
        topic.subscribers.iter().find(|(to, _)| to != from && misses(*to)).map(|to| (*from, *to))
    })
}

fn finding(
    subject: &Subject<'_>,
    composition: &Composition,
    nodes: u32,
    (topic, from, (to, reads)): (&Topic, MemberId, (MemberId, OriginId)),
    lost: &[(&Topic, Lost)],
) -> Option<Diagnostic> {
    let name = |id: MemberId| composition.member(id).map_or("", |member| &*member.name.value);
    let bus = composition.written.events.value().and_then(|events| events.bus.get()).map(|bus| bus.span);
    let scaling = composition.written.scaling.value()?;
    let count = scaling.nodes.span().or(scaling.strategy.span())?;
    let message =
        format!("`{}` runs on {nodes} nodes, and its events stay in the memory of each", composition.name.value);
    let mut problem = RULE.at(bus.unwrap_or(count), message);
    if bus.is_some() {
        problem = problem.related(count, "the nodes");
    }
    if let Some(place) = subject.line(reads) {
        problem = problem.related(place, format!("`{}` reads `{}`", name(to), topic.name.value));
    }
    let more = match lost.len() - 1 {
        0 => String::new(),
        1 => ", and so it is with one more topic".to_owned(),
        more => format!(", and so it is with {more} more topics"),
    };
    let problem = problem.why(format!(
        "what `{}` publishes as `{}` on one node never reaches `{}` on another{more}",
        name(from),
        topic.name.value,
        name(to)
    ));
    let carriers = subject.platform.plugins.iter().filter(|plugin| plugin.path.value.contains("/eventbus/"));
    let carriers: Vec<_> = carriers.map(|plugin| format!("`{}`", plugin.name.value)).collect();
    let known = if carriers.is_empty() { String::new() } else { format!(": {}", carriers.join(", ")) };
    let problem =
        problem.help(format!("let a plugin carry the events between nodes, and name it as `events.bus`{known}"));
    let shared = matches!(scaling.distribution, Field::Given(_)) && !places(composition, from).is_empty();
    Some(if shared {
        problem.help(format!("or give each node that has a share of `{}` one of `{}` too", name(from), name(to)))
    } else {
        problem
    })
}
