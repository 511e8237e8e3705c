//! Topics that nobody writes to.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, Kind, nearest};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::composition::{Composition, MemberId, Topic};

rule! {
    /// A plugin waits for events that nobody sends, or nobody uses a topic at all.
    ///
    /// ## What it does
    ///
    /// Compares, in each composition, the topics that running plugins subscribe to with those that running plugins publish,
    /// and with `events.topics`. A topic that is written there and used by nobody is reported too.
    ///
    /// ## Why it matters
    ///
    /// It starts, is healthy, and never does anything.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// plugins:
    ///   influxdb: { path: custom/influxdb, version: 1.0.0, type: exporter, subscribes: [data.metrics.collected] }
    /// compositions:
    ///   store: { version: 1.0.0, plugins: [influxdb] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// plugins:
    ///   influxdb: { path: custom/influxdb, version: 1.0.0, type: exporter, subscribes: [data.metrics.collected] }
    ///   prometheus: { path: custom/prometheus, version: 1.0.0, type: importer, publishes: [data.metrics.collected] }
    /// compositions:
    ///   store: { version: 1.0.0, plugins: [influxdb, prometheus] }
    /// ```
    ///
    /// ## Source
    ///
    /// DetectViz, Composable architecture, communication between plugins.
    pub(super) static RULE = Kind::new("topic-without-publisher", "DV1907"), Plugins, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for composition in &subject.platform.compositions {
        for topic in composition.topics.iter().filter(|topic| topic.publishers.is_empty()) {
            match topic.subscribers.first() {
                Some((reader, _)) => out.extend(finding(subject, composition, topic, *reader)),
                None => out.extend(unused(subject, composition, topic)),
            }
        }
    }
}

/// Nobody writes to it and nobody reads it.
fn unused(subject: &Subject<'_>, composition: &Composition, topic: &Topic) -> Option<Diagnostic> {
    let here = subject.line(topic.name.origin)?;
    let name = &topic.name.value;
    let message = format!("nothing in `{}` sends `{name}`, and nothing reads it", composition.name.value);
    let problem = RULE.at(here, message).why("a topic that plugins do not know is most often misspelt");
    let running = composition.running().filter_map(|(_, member)| subject.platform.plugins.get(member.plugin.0));
    let topics: BTreeSet<&str> = running
        .flat_map(|plugin| plugin.publishes.iter().chain(&plugin.subscribes))
        .map(|topic| &*topic.value)
        .collect();
    let near = nearest(name, topics.iter().copied());
    // That a plugin uses a topic which is not declared has been reported, at the plugin.
    if near.is_some_and(|near| !composition.topics.iter().any(|topic| &*topic.name.value == near)) {
        return None;
    }
    Some(match near {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("remove it, or add the plugins that use it"),
    })
}

fn finding(subject: &Subject<'_>, composition: &Composition, topic: &Topic, reader: MemberId) -> Option<Diagnostic> {
    let member = composition.member(reader)?;
    let here = subject.line(member.name.origin)?;
    let (name, topic_name) = (&member.name.value, &topic.name.value);
    let message = format!("`{name}` waits for `{topic_name}`, and nothing in `{}` sends it", composition.name.value);
    let mut problem = RULE.at(here, message);
    if let Some(place) =
        topic.subscribers.first().and_then(|(_, origin)| subject.line(*origin)).filter(|place| *place != here)
    {
        problem = problem.related(place, "it subscribes here");
    }
    let sends =
        subject.platform.plugins.iter().filter(|plugin| plugin.publishes.iter().any(|sent| sent.value == *topic_name));
    let sends: Vec<_> = sends.map(|plugin| format!("`{}`", plugin.name.value)).collect();
    let help = if sends.is_empty() {
        format!(
            "let a plugin publish it, or name who does: `events: {{ topics: {{ {topic_name}: {{ publishers: […] }} }} }}`"
        )
    } else {
        format!("add a plugin that sends it: {}", sends.join(", "))
    };
    Some(problem.why("it starts, is healthy, and never does anything").help(help))
}
