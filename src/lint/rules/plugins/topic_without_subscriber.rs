//! Data that is read and used by nobody.

use crate::diag::{Diagnostic, Kind, nearest};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::composition::{Composition, Member, MemberId, Topic};
use crate::model::plugin::Plugin;
use crate::spec::plugin::PluginType;

rule! {
    /// An importer sends what it reads, and nobody reads any of its topics.
    ///
    /// ## What it does
    ///
    /// Looks at the topics that running plugins of type `importer` publish: some running plugin of the composition has to
    /// subscribe to one of them. What exporters and processors tell may be of interest to nobody.
    ///
    /// ## Why it matters
    ///
    /// Importers bring data in for others. Without a reader all of it is fetched, and thrown away.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// plugins:
    ///   prometheus: { path: custom/prometheus, version: 1.0.0, type: importer, publishes: [data.metrics.collected] }
    /// compositions:
    ///   store: { version: 1.0.0, plugins: [prometheus] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// plugins:
    ///   prometheus: { path: custom/prometheus, version: 1.0.0, type: importer, publishes: [data.metrics.collected] }
    ///   influxdb: { path: custom/influxdb, version: 1.0.0, type: exporter, subscribes: [data.metrics.collected] }
    /// compositions:
    ///   store: { version: 1.0.0, plugins: [prometheus, influxdb] }
    /// ```
    ///
    /// ## Source
    ///
    /// DetectViz, Composable architecture, flow of data from importers to exporters.
    pub(super) static RULE = Kind::new("topic-without-subscriber", "DV1921"), Plugins, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for composition in &subject.platform.compositions {
        for (id, member) in composition.running() {
            let plugin = subject.platform.plugins.get(member.plugin.0);
            let Some(importer) = plugin.filter(|plugin| plugin.kind.value == PluginType::Importer) else { continue };
            let writes = |topic: &&Topic| topic.publishers.iter().any(|(writer, _)| *writer == id);
            let topics: Vec<&Topic> = composition.topics.iter().filter(writes).collect();
            if topics.iter().all(|topic| topic.subscribers.is_empty()) {
                let first = topics.first().copied();
                out.extend(first.and_then(|topic| finding(subject, (composition, id, member), importer, topic)));
            }
        }
    }
}

fn finding(
    subject: &Subject<'_>,
    (composition, id, member): (&Composition, MemberId, &Member),
    importer: &Plugin,
    topic: &Topic,
) -> Option<Diagnostic> {
    let (name, topic_name) = (&importer.name.value, &topic.name.value);
    // That a reader waits for a topic which nobody sends has been said of one that is spelled so.
    let waited = composition.topics.iter().filter(|other| !other.subscribers.is_empty() && other.publishers.is_empty());
    if nearest(topic_name, waited.map(|other| &*other.name.value)).is_some() {
        return None;
    }
    let here = subject.line(member.name.origin)?;
    let origin = topic.publishers.iter().find(|(writer, _)| *writer == id).map(|(_, origin)| *origin)?;
    let message = format!("`{name}` sends `{topic_name}`, and nothing in `{}` reads it", composition.name.value);
    let mut problem = RULE.at(here, message);
    if let Some(place) = subject.line(origin).filter(|place| *place != here) {
        problem = problem.related(place, "it publishes here");
    }
    let problem = problem.why("what it fetches is thrown away");
    let reads = |plugin: &&Plugin| plugin.subscribes.iter().any(|read| read.value == *topic_name);
    let readers: Vec<_> =
        subject.platform.plugins.iter().filter(reads).map(|plugin| format!("`{}`", plugin.name.value)).collect();
    if !readers.is_empty() {
        return Some(problem.help(format!("add a plugin that reads it: {}", readers.join(", "))));
    }
    Some(problem.help("let a plugin subscribe to it, or leave the importer out"))
}
