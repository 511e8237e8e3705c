//! Topics of a composition against what plugins say of themselves.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Text;
use crate::model::composition::{Composition, MemberId, Topic};
use crate::model::plugin::Plugin;
use crate::source::OriginId;

rule! {
    /// A composition lets a plugin write to a topic, or read one, of which the plugin knows nothing.
    ///
    /// ## What it does
    ///
    /// Compares `publishers` and `subscribers` of topics with `publishes` and `subscribes` of the plugins. A plugin that
    /// names topics names all of them; of one that names none nothing is known, and the composition may say it.
    ///
    /// ## Why it matters
    ///
    /// Naming a plugin does not make it send anything. The topic looks as if somebody wrote to it, and whoever reads it
    /// waits for ever.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// plugins:
    ///   scraper: { path: custom/scraper, version: 1.0.0, type: importer, publishes: [data.metrics] }
    ///   chat: { path: custom/chat, version: 1.0.0, type: integration, subscribes: [alerts.raised] }
    /// compositions:
    ///   alerts:
    ///     plugins: [scraper, chat]
    ///     events: { topics: { data.metrics: {}, alerts.raised: { publishers: [scraper] } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// plugins:
    ///   scraper: { path: custom/scraper, version: 1.0.0, type: importer, publishes: [data.metrics] }
    ///   judge: { path: custom/judge, version: 1.0.0, type: processor, subscribes: [data.metrics], publishes: [alerts.raised] }
    ///   chat: { path: custom/chat, version: 1.0.0, type: integration, subscribes: [alerts.raised] }
    /// compositions:
    ///   alerts:
    ///     plugins: [scraper, judge, chat]
    ///     events: { topics: { data.metrics: {}, alerts.raised: {} } }
    /// ```
    ///
    /// ## Source
    ///
    /// DetectViz, Composable architecture, communication of plugins.
    pub(super) static RULE = Kind::new("topic-side-not-declared", "DV1912"), Plugins, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for composition in &subject.platform.compositions {
        for topic in &composition.topics {
            for (id, origin) in &topic.publishers {
                out.extend(finding(subject, composition, topic, (*id, *origin), true));
            }
            for (id, origin) in &topic.subscribers {
                out.extend(finding(subject, composition, topic, (*id, *origin), false));
            }
        }
    }
}

const fn side(plugin: &Plugin, writes: bool) -> &Vec<Text> {
    if writes { &plugin.publishes } else { &plugin.subscribes }
}

fn finding(
    subject: &Subject<'_>,
    composition: &Composition,
    topic: &Topic,
    (id, origin): (MemberId, OriginId),
    writes: bool,
) -> Option<Diagnostic> {
    let plugin = subject.platform.plugins.get(composition.member(id)?.plugin.0)?;
    let own = side(plugin, writes);
    let is_topic = |one: &&Text| one.value == topic.name.value;
    let silent = plugin.publishes.is_empty() && plugin.subscribes.is_empty();
    if silent || own.iter().any(|one| is_topic(&one)) {
        return None;
    }
    let here = subject.line(origin)?;
    let (name, topic_name) = (&plugin.name.value, &topic.name.value);
    let (verb, field) = if writes { ("writes to", "publishes") } else { ("reads", "subscribes") };
    let listed: Vec<_> = own.iter().map(|one| format!("`{}`", one.value)).collect();
    let listed = if listed.is_empty() { "nothing".to_owned() } else { listed.join(", ") };
    let only = if own.is_empty() { "" } else { "only " };
    let what = if writes { "sends" } else { "listens to" };
    let message = format!("`{name}` {what} {only}{listed}, and the composition says that it {verb} `{topic_name}`");
    let mut problem = RULE.at(here, message);
    let said = own.first().or(plugin.publishes.first()).or(plugin.subscribes.first());
    if let Some(place) = said.and_then(|said| subject.line(said.origin)) {
        problem = problem.related(place, "what the plugin says of itself");
    }
    let problem = problem.why(if writes {
        "naming a plugin does not make it send anything: who reads the topic would wait for ever"
    } else {
        "naming a plugin does not make it listen: the events would reach nobody"
    });
    let others = subject.platform.plugins.iter().filter(|other| side(other, writes).iter().any(|one| is_topic(&one)));
    let others: Vec<_> = others.map(|other| format!("`{}`", other.name.value)).collect();
    let add = format!("add `{topic_name}` to `{field}` of `{name}`");
    Some(if others.is_empty() {
        problem.help(format!("{add}, if its code does"))
    } else {
        problem
            .help(format!("name a plugin that does: {}", others.join(", ")))
            .help(format!("or {add}, if its code does"))
    })
}
