//! `composition.yaml`: what the framework puts together.

use super::shown::{by_plugin, field, whole_names};
use super::{Part, config};
use crate::doc::{Doc, Key, Map};
use crate::emit::build::{list, lit, map, named, some, text, unless_empty};
use crate::emit::draft::Draft;
use crate::emit::free;
use crate::model::composition::{Member, MemberId, MemberReason};
use crate::model::plugin::Plugin;
use crate::source::Origins;
use crate::spec::plugin::Category;

/// Returns the file.
pub(super) fn draft(part: &Part<'_>, origins: &mut Origins) -> Draft {
    let here = part.here;
    let composition = part.composition;
    let metadata = some(
        here,
        [
            ("name", Some(text(&composition.name))),
            ("description", composition.description.as_ref().map(text)),
            ("version", composition.version.as_ref().map(text)),
        ],
    );
    let mut spec = Map::new();
    settings(part, &mut spec, origins);
    if let Some(applications) = field(&composition.written.applications, origins) {
        spec.set("applications", applications);
    }
    plugins(part, &mut spec, origins);
    // Everything is chosen: the framework has nothing to look for.
    let validation = composition.written.dependencies.value().and_then(|all| all.validation.get());
    let validation = match validation {
        Some(flag) => Doc::bool(flag.value, origins.written("composition", flag.span)),
        None => Doc::bool(true, here),
    };
    spec.set("dependencies", map(here, [("validation", validation), ("auto_resolve", Doc::bool(false, here))]));
    sections(part, &mut spec, origins);
    let doc = map(
        here,
        [
            ("apiVersion", lit(here, "v1")),
            ("kind", lit(here, "Composition")),
            ("metadata", metadata),
            ("spec", Doc::map(spec, here)),
        ],
    );
    part.yaml("composition.yaml", doc)
}

/// The framework's own settings stand where it looks for them: at the top.
fn settings(part: &Part<'_>, spec: &mut Map, origins: &mut Origins) {
    for (name, entry) in part.composition.written.settings.value().into_iter().flatten() {
        let Some(value) = &entry.value else { continue };
        let key = Key { text: name.clone().into(), origin: origins.written("setting", entry.key) };
        spec.insert(key, free::doc(origins, &value.value, "setting"));
    }
}

fn plugins(part: &Part<'_>, spec: &mut Map, origins: &mut Origins) {
    let categories = [
        (Category::Core, "core_plugins"),
        (Category::Community, "community_plugins"),
        (Category::Custom, "custom_plugins"),
    ];
    for (category, key) in categories {
        let mut items = Vec::new();
        for (at, member, plugin) in part.members() {
            if plugin.category.value == category {
                items.push(item(part, MemberId(at), member, plugin, origins));
            }
        }
        if !items.is_empty() {
            spec.set(key, list(part.here, items));
        }
    }
}

fn item(part: &Part<'_>, id: MemberId, member: &Member, plugin: &Plugin, origins: &mut Origins) -> Doc {
    let here = member.name.origin;
    let depends = part.order.edges.iter().filter(|edge| edge.from == id && edge.reason != MemberReason::Bus);
    let depends = depends.filter_map(|edge| {
        let name = &part.composition.member(edge.to)?.name.value;
        Some((name.clone(), edge.origin))
    });
    let mut depends: Vec<_> = depends.collect();
    depends.dedup_by(|a, b| a.0 == b.0);
    let depends = depends.into_iter().map(|(name, origin)| Doc::str(name, origin));
    let path = Some(text(&plugin.path)).filter(|_| plugin.path.value != plugin.name.value);
    let limits = part.limits(member, plugin, origins);
    some(
        here,
        [
            ("name", Some(text(&member.name))),
            ("path", path),
            ("type", Some(Doc::str(plugin.kind.value.word(), plugin.kind.origin))),
            ("version", Some(text(&member.version))),
            ("enabled", Some(Doc::bool(member.enabled.value, member.enabled.origin))),
            ("depends_on", unless_empty(list(here, depends))),
            ("config", config::doc(&member.config, origins, here)),
            ("limits", limits),
        ],
    )
}

fn sections(part: &Part<'_>, spec: &mut Map, origins: &mut Origins) {
    let composition = part.composition;
    let written = &composition.written;
    let mut add = |name: &'static str, doc: Option<Doc>| {
        if let Some(doc) = doc {
            spec.set(name, doc);
        }
    };
    add("health", health(part, origins));
    add("scaling", scaling(part, origins));
    add("events", events(part, origins));
    add("pools", by_plugin(&written.pools, composition, origins));
    let mut buffers = field(&written.buffers, origins);
    let mut cache = field(&written.cache, origins);
    for doc in [&mut buffers, &mut cache].into_iter().flatten() {
        whole_names(doc, &["plugin"], composition);
    }
    add("buffers", buffers);
    add("cache", cache);
    add("tuning", field(&written.tuning, origins));
    add("anomalies", by_plugin(&written.anomalies, composition, origins));
    add("key_manager", keys(part, origins));
    add("web", web(part, origins));
}

fn health(part: &Part<'_>, origins: &mut Origins) -> Option<Doc> {
    let health = part.composition.written.health.get()?;
    let here = origins.written("health", health.span);
    let include = part.composition.watched.as_ref().map(|watched| {
        let include = if watched.all {
            lit(watched.origin, "all")
        } else {
            list(
                watched.origin,
                watched.members.iter().filter_map(|id| Some(text(&part.composition.member(*id)?.name))),
            )
        };
        map(here, [("include", include)])
    });
    let enabled = match health.value.enabled.get() {
        Some(flag) => Doc::bool(flag.value, origins.written("health", flag.span)),
        None => Doc::bool(true, here),
    };
    Some(some(
        here,
        [
            ("enabled", Some(enabled)),
            ("interval", field(&health.value.interval, origins)),
            ("timeout", field(&health.value.timeout, origins)),
            ("plugins", include),
        ],
    ))
}

fn scaling(part: &Part<'_>, origins: &mut Origins) -> Option<Doc> {
    let scaling = part.composition.written.scaling.get()?;
    let here = origins.written("scaling", scaling.span);
    let strategy = scaling.value.strategy.get()?;
    let strategy = Doc::str(strategy.value.word(), origins.written("scaling", strategy.span));
    let mut nodes: Vec<(Doc, Vec<Doc>)> = Vec::new();
    for shard in &part.composition.shards {
        let Some(member) = part.composition.member(shard.member) else { continue };
        let fields = map(
            shard.name.origin,
            [("shard", text(&shard.name)), ("range", Doc::str(shard.range.value.to_string(), shard.range.origin))],
        );
        let entry = named(shard.name.origin, [(member.name.value.clone(), fields)]);
        match nodes.last_mut().filter(|(node, _)| node.as_str() == Some(&shard.node.value)) {
            Some((_, plugins)) => plugins.push(entry),
            None => nodes.push((text(&shard.node), vec![entry])),
        }
    }
    let count = match scaling.value.nodes.get() {
        Some(count) => Doc::int(i64::from(count.value.0), origins.written("scaling", count.span)),
        None => Doc::int(i64::try_from(nodes.len()).unwrap_or(0), here),
    };
    let distribution = nodes.into_iter().map(|(node, plugins)| {
        let here = node.origin;
        map(here, [("node", node), ("plugins", list(here, plugins))])
    });
    let distribution = unless_empty(list(here, distribution));
    Some(some(here, [("strategy", Some(strategy)), ("nodes", Some(count)), ("distribution", distribution)]))
}

fn events(part: &Part<'_>, origins: &mut Origins) -> Option<Doc> {
    let composition = part.composition;
    let events = composition.written.events.get();
    if events.is_none() && composition.topics.is_empty() {
        return None;
    }
    let here = events.map_or(part.here, |events| origins.written("events", events.span));
    let side = |side: &[(MemberId, crate::source::OriginId)]| {
        let names =
            side.iter().filter_map(|(id, origin)| Some(Doc::str(composition.member(*id)?.name.value.clone(), *origin)));
        unless_empty(list(here, names))
    };
    let topics = composition.topics.iter().map(|topic| {
        some(
            topic.name.origin,
            [
                ("name", Some(text(&topic.name))),
                ("carries", topic.carries.as_ref().map(|data| Doc::str(data.value.word(), data.origin))),
                ("publishers", side(&topic.publishers)),
                ("subscribers", side(&topic.subscribers)),
            ],
        )
    });
    let topics = unless_empty(list(here, topics));
    let bus = match events.and_then(|events| events.value.bus.get()) {
        Some(bus) => Doc::str(composition.called(&bus.value).to_owned(), origins.written("events", bus.span)),
        None => lit(here, "memory"),
    };
    let reliability = events.and_then(|events| field(&events.value.reliability, origins));
    Some(some(here, [("bus", Some(bus)), ("reliability", reliability), ("topics", topics)]))
}

fn keys(part: &Part<'_>, origins: &mut Origins) -> Option<Doc> {
    let keys = part.composition.written.keys.get()?;
    let here = origins.written("keys", keys.span);
    let store = part.source.platform.secret_store.as_ref();
    let kind = store.map(|store| Doc::str(store.kind.word(), store.origin));
    Some(some(
        here,
        [
            ("type", kind),
            ("key_prefix", field(&keys.value.key_prefix, origins)),
            ("ids", field(&keys.value.ids, origins)),
        ],
    ))
}

fn web(part: &Part<'_>, origins: &mut Origins) -> Option<Doc> {
    let composition = part.composition;
    let web = composition.written.web.get();
    let mut navigation = Map::new();
    if let Some(Doc { value: crate::doc::Value::Map(own), .. }) =
        web.and_then(|web| field(&web.value.navigation, origins))
    {
        for (key, doc) in own {
            navigation.insert(key, doc);
        }
    }
    for (_, member, plugin) in part.members() {
        for (id, node) in plugin.navigation.iter().filter(|_| member.enabled.value) {
            let Some(span) = part.source.platform.origins.written_span(id.origin) else { continue };
            navigation.set(id.value.clone(), super::shown::Shown::shown(node, origins, span));
        }
    }
    let here = web.map_or(part.here, |web| origins.written("web", web.span));
    let roles = web.and_then(|web| field(&web.value.roles, origins));
    let pages = web.and_then(|web| field(&web.value.pages, origins));
    let mut themes = web.and_then(|web| field(&web.value.themes, origins));
    if let Some(themes) = &mut themes {
        whole_names(themes, &["default", "available"], composition);
    }
    let navigation = unless_empty(Doc::map(navigation, here));
    unless_empty(some(here, [("roles", roles), ("pages", pages), ("navigation", navigation), ("themes", themes)]))
}
