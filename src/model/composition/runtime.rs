//! Names of plugins in what a composition says about running them: topics, pools, buffers, caches, limits, pages, keys.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::check::Use;
use super::names::MemberNames;
use super::{Composition, MemberId, Topic, Watched};
use crate::diag::{Diagnostic, did_you_mean};
use crate::model::plugin::Plugin;
use crate::model::resolve::Resolver;
use crate::model::{BOUNDS, INCOMPLETE, PLUGIN_FACTS, UNKNOWN_SECRET, UNKNOWN_TOPIC, UNUSABLE_NAME};
use crate::source::{OriginId, Span, Spanned};
use crate::spec::composition::{self, Fallback, Included};
use crate::spec::plugin::PluginType;
use crate::yaml::{DUPLICATE_KEY, Decoder, Field, Names};

/// Reads and checks everything that names plugins.
pub(super) struct Runtime<'a, 'r> {
    pub(super) cx: &'a mut Resolver<'r>,
    pub(super) composition: &'a Composition,
    pub(super) plugins: &'a [Plugin],
    pub(super) complete: bool,
    /// The names that were found.
    pub(super) names: BTreeMap<Arc<str>, MemberId>,
    /// What has to run.
    pub(super) uses: Vec<Use>,
}

impl Runtime<'_, '_> {
    pub(super) fn find(&mut self, name: &Spanned<Arc<str>>) -> Option<MemberId> {
        let composition = &self.composition.name.value;
        let members = &self.composition.members;
        let names = MemberNames { composition, plugins: self.plugins, members, complete: self.complete };
        let id = names.find(self.cx, name)?;
        self.names.insert(name.value.clone(), id);
        Some(id)
    }

    pub(super) fn running(&mut self, name: &Spanned<Arc<str>>, what: &str, why: &'static str) -> Option<MemberId> {
        let id = self.find(name)?;
        self.uses.push(Use { member: id, place: name.span, what: what.to_owned(), why });
        Some(id)
    }

    fn keys<T>(&mut self, section: &Field<Names<T>>) {
        let mut listed = Vec::new();
        for (name, named) in section.value().into_iter().flatten() {
            let name = Spanned::new(name.clone(), named.key);
            let id = self.find(&name);
            listed.extend(id.filter(|id| self.once(&listed, *id, &name)));
        }
    }

    /// Returns the plugins that are watched.
    pub(super) fn watched(&mut self) -> Option<Watched> {
        let written = self.composition.written.clone();
        let health = written.health.get()?;
        let period = |field: &Field<crate::spec::scalars::Period>| field.get().cloned();
        if let (Some(interval), Some(timeout)) = (period(&health.value.interval), period(&health.value.timeout))
            && timeout.value.millis >= interval.value.millis
        {
            let message = format!(
                "a check may take {}, and the next one begins after {}",
                timeout.value.text, interval.value.text
            );
            let problem = Diagnostic::error(BOUNDS, timeout.span, message).related(interval.span, "the interval");
            self.cx.out.push(problem.help("let checks take less than the time between them"));
        }
        if health.value.enabled.value() == Some(&false) {
            return None;
        }
        let Some(include) = health.value.plugins.value().and_then(|plugins| plugins.include.get()) else {
            let origin = self.cx.origins.defaulted("all plugins are watched", Some(health.span));
            return Some(Watched { all: true, members: self.all(), origin });
        };
        let origin = self.cx.origins.written("health", include.span);
        match &include.value {
            Included::All => Some(Watched { all: true, members: self.all(), origin }),
            Included::Named(names) => {
                let why = "a plugin that does not run is never healthy";
                if names.is_empty() {
                    let problem = Diagnostic::error(INCOMPLETE, include.span, "the health of no plugin is watched");
                    let problem = problem.why("an application is healthy then, whatever happens to its plugins");
                    self.cx.out.push(problem.help("write `all` or names, or say so: `health: { enabled: false }`"));
                }
                let mut members = Vec::new();
                for name in names {
                    let id = self.running(name, "its health is watched", why);
                    members.extend(id.filter(|id| self.once(&members, *id, name)));
                }
                members.sort();
                Some(Watched { all: false, members, origin })
            }
        }
    }

    /// Returns whether a plugin is not in a list yet, and reports it otherwise.
    pub(super) fn once(&mut self, listed: &[MemberId], id: MemberId, name: &Spanned<Arc<str>>) -> bool {
        let first = !listed.contains(&id);
        if let Some(member) = self.composition.member(id).filter(|_| !first) {
            let message = format!("`{}` is listed twice", member.name.value);
            self.cx.out.push(Diagnostic::error(DUPLICATE_KEY, name.span, message).help("remove one of them"));
        }
        first
    }

    fn all(&self) -> Vec<MemberId> {
        self.composition.running().map(|(id, _)| id).collect()
    }

    /// Returns the plugin that carries events, and where it is named.
    pub(super) fn bus(&mut self) -> Option<(MemberId, Span)> {
        let written = self.composition.written.clone();
        let bus = written.events.value()?.bus.get()?;
        // The framework has one of its own.
        if &*bus.value == "memory" {
            return None;
        }
        let id = self.running(bus, "it carries the events", "no event would reach anybody")?;
        let part = "what carries events";
        if !self.is_of(Some(id), bus, PluginType::Integration, part) || !self.does(Some(id), bus, "eventbus", part) {
            return None;
        }
        Some((id, bus.span))
    }

    /// Checks the sections that name plugins and keeps nothing: they are printed as they are written.
    pub(super) fn check(&mut self) {
        let written = self.composition.written.clone();
        self.keys(&written.pools);
        self.keys(&written.anomalies);
        self.keys(&written.limits);
        for (name, named) in written.pools.value().into_iter().flatten() {
            let Some(pool) = &named.value else { continue };
            if let (Some(least), Some(most)) = (pool.value.min_size.get(), pool.value.max_size.get())
                && least.value > most.value.0
            {
                let message =
                    format!("the pool of `{name}` holds at least {} and at most {}", least.value, most.value.0);
                let problem = Diagnostic::error(BOUNDS, least.span, message).related(most.span, "the most");
                self.cx.out.push(problem.help("let `minSize` be `maxSize` or less"));
            }
        }
        for (_, named) in written.buffers.value().into_iter().flatten() {
            if let Some(plugin) = named.value.as_ref().and_then(|buffer| buffer.value.plugin.get()) {
                self.running(plugin, "a buffer is kept for it", "the buffer would stay empty");
            }
        }
        self.cache(&written);
        self.anomalies(&written);
        self.pages(&written);
        self.bounds(&written);
        self.secret_keys(&written);
    }

    /// Without a fallback the cache has to run; one that is switched off has to say what takes its place.
    fn cache(&mut self, written: &composition::Composition) {
        let Some(cache) = written.cache.value() else { return };
        let Some(plugin) = cache.plugin.get() else { return };
        let why = match &cache.fallback {
            Field::Given(fallback) if fallback.value == Fallback::None => {
                Some("nothing takes its place, so whatever asks the cache fails")
            }
            Field::Absent => {
                Some("each node would keep a cache of its own: write `fallback: memory`, if that is meant")
            }
            _ => None,
        };
        let id = match why {
            Some(why) => self.running(plugin, "it keeps the cache", why),
            None => self.find(plugin),
        };
        let part = "what keeps a cache";
        if self.is_of(id, plugin, PluginType::Integration, part) {
            self.does(id, plugin, "cache", part);
        }
    }

    /// Returns whether a plugin is of the type that its part asks for, and reports it otherwise.
    pub(super) fn is_of(
        &mut self,
        id: Option<MemberId>,
        name: &Spanned<Arc<str>>,
        kind: PluginType,
        part: &str,
    ) -> bool {
        let member = id.and_then(|id| self.composition.member(id));
        let Some(plugin) = member.and_then(|member| self.plugins.get(member.plugin.0)) else { return true };
        if plugin.kind.value == kind {
            return true;
        }
        let (is, wanted) = (plugin.kind.value.word(), kind.word());
        let message = format!("`{}` is of type `{is}`, and {part} is of type `{wanted}`", plugin.name.value);
        let mut problem = Diagnostic::error(PLUGIN_FACTS, name.span, message);
        if let Some(place) = self.cx.origins.written_span(plugin.kind.origin) {
            problem = problem.related(place, "what the plugin says");
        }
        self.cx.out.push(problem.help(format!("name a plugin of type `{wanted}`")));
        false
    }

    fn anomalies(&mut self, written: &composition::Composition) {
        for (name, named) in written.anomalies.value().into_iter().flatten() {
            let Some(pattern) = &named.value else { continue };
            let normal = pattern.value.normal_actions.value().into_iter().flatten().filter_map(Field::get);
            let normal: Vec<_> = normal.collect();
            for action in pattern.value.suspicious_actions.value().into_iter().flatten().filter_map(Field::get) {
                if let Some(first) = normal.iter().find(|normal| normal.value == action.value) {
                    let message = format!("`{}` of `{name}` is normal and suspicious", action.value.0);
                    let problem = Diagnostic::error(BOUNDS, action.span, message).related(first.span, "normal");
                    self.cx.out.push(problem.help("keep one of them"));
                }
            }
        }
    }

    /// Keys are items of the secret store.
    fn secret_keys(&mut self, written: &composition::Composition) {
        let Some(keys) = written.keys.value() else { return };
        let (Some(prefix), Some(ids)) = (keys.key_prefix.get(), keys.ids.value()) else { return };
        let store = self.cx.spec.secrets.value().and_then(|secrets| secrets.store.value()?.kind.get());
        if let Some((said, is)) = keys.kind.get().zip(store).filter(|(said, is)| said.value != is.value) {
            let (said, there) = ((said.value.word(), said.span), is.value.word());
            let message = format!("keys are kept in the secret store, which is `{there}` and not `{}`", said.0);
            let problem = Diagnostic::error(PLUGIN_FACTS, said.1, message).related(is.span, "the secret store");
            let problem = problem.help(format!("write `{there}`, or leave it out"));
            self.cx.out.push(problem.fix(false, format!("change to `{there}`"), said.1, there));
        }
        let items = self.cx.spec.secrets.value().and_then(|secrets| secrets.items.value());
        for id in ids.iter().filter_map(Field::get) {
            let below = [prefix.value.0.trim_end_matches('/'), "/"].concat();
            let path = [&*below, &*id.value.0].concat();
            if items.is_none_or(|items| !items.contains_key(&path)) && !self.cx.spec.secrets.is_broken() {
                let all = || items.into_iter().flat_map(Names::keys).map(|name| &**name);
                // A repair has to be the last word only, as it is written here.
                let words: Vec<&str> = all().filter_map(|name| name.strip_prefix(&*below)).collect();
                let problem = if words.is_empty() {
                    let message = format!("there is no secret item `{path}`");
                    let problem = Diagnostic::error(UNKNOWN_SECRET, id.span, message);
                    did_you_mean(&path, all()).into_iter().fold(problem, Diagnostic::help)
                } else {
                    let what = format!("secret item below `{}` that is called", prefix.value.0);
                    Decoder::unknown_name(UNKNOWN_SECRET, id.span, &what, &id.value.0, words.into_iter())
                };
                let problem = problem.related(prefix.span, "the path that its name stands below");
                self.cx.out.push(problem.help(format!("add `{path}: [key]` to `secrets.items`")));
            }
        }
        if matches!(self.cx.spec.secrets.value().map(|secrets| &secrets.store), None | Some(Field::Absent)) {
            let problem =
                Diagnostic::error(INCOMPLETE, prefix.span, "keys are kept in the secret store, and there is none");
            self.cx.out.push(
                problem.help("say where secrets are kept: `secrets: { store: { kind: vault, component: vault } }`"),
            );
        }
    }

    /// Returns the topics, with who writes and who reads.
    pub(super) fn topics(&mut self) -> Vec<Topic> {
        let written = self.composition.written.clone();
        let mut all = BTreeMap::<Arc<str>, Topic>::new();
        let declared = written.events.value().and_then(|events| events.topics.value());
        for (name, named) in declared.into_iter().flatten() {
            let Some(topic) = &named.value else { continue };
            if name.contains('/') {
                let problem =
                    Diagnostic::error(UNUSABLE_NAME, named.key, format!("`{name}` cannot be the name of a topic"));
                self.cx.out.push(problem.help("write words with `.` in between, for example data.metrics.collected"));
            }
            let carries = topic.value.carries.get().map(|data| self.cx.traced("topic", data.value, data.span));
            let publishers = self.side(&topic.value.publishers, "it writes to a topic");
            let subscribers = self.side(&topic.value.subscribers, "it reads a topic");
            let entry = Topic { name: self.cx.name("topic", name, named.key), carries, publishers, subscribers };
            all.insert(name.clone(), entry);
        }
        let composition = self.composition;
        for (id, member) in composition.running() {
            let Some(plugin) = self.plugins.get(member.plugin.0) else { continue };
            for (topics, writes) in [(&plugin.publishes, true), (&plugin.subscribes, false)] {
                for topic in topics {
                    if let Some(declared) = declared.filter(|names| !names.contains_key(&topic.value)) {
                        self.unknown_topic(topic, declared, &written);
                        continue;
                    }
                    let fresh = || Topic {
                        name: topic.clone(),
                        carries: None,
                        publishers: Vec::new(),
                        subscribers: Vec::new(),
                    };
                    let entry = all.entry(topic.value.clone()).or_insert_with(fresh);
                    let side = if writes { &mut entry.publishers } else { &mut entry.subscribers };
                    if !side.iter().any(|(known, _)| *known == id) {
                        side.push((id, topic.origin));
                    }
                }
            }
        }
        all.into_values().collect()
    }

    fn side(&mut self, names: &Field<Vec<Field<Arc<str>>>>, what: &str) -> Vec<(MemberId, OriginId)> {
        let mut all = Vec::new();
        for name in names.value().into_iter().flatten().filter_map(Field::get) {
            let id = self.running(name, what, "its events would be missing");
            let listed: Vec<MemberId> = all.iter().map(|(id, _)| *id).collect();
            let id = id.filter(|id| self.once(&listed, *id, name));
            all.extend(id.map(|id| (id, self.cx.origins.written("topic", name.span))));
        }
        all
    }

    fn unknown_topic(
        &mut self,
        topic: &crate::model::Text,
        declared: &Names<composition::Topic>,
        written: &composition::Composition,
    ) {
        let place: Option<Span> = self.cx.origins.written_span(topic.origin);
        let Some(span) = place else { return };
        let mut problem =
            Decoder::unknown_name(UNKNOWN_TOPIC, span, "topic", &topic.value, declared.keys().map(|name| &**name));
        if let Some(section) = written.events.value().and_then(|events| events.topics.span()) {
            problem = problem.related(section, format!("the topics of composition `{}`", self.composition.name.value));
        }
        self.cx.out.push(problem.why("an event of an unknown topic reaches nobody"));
    }
}
