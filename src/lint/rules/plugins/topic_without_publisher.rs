//! Topics that nobody writes to.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::composition::{Composition, MemberId, Topic};

rule! {
    /// A plugin waits for events that nobody sends.
    ///
    /// ## What it does
    ///
    /// Compares, in each composition, the topics that running plugins subscribe to with those that running plugins publish,
    /// and with `events.topics`.
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
            if let Some((reader, _)) = topic.subscribers.first() {
                out.extend(finding(subject, composition, topic, *reader));
            }
        }
    }
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
