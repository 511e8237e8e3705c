//! The plugins of a composition: those that are listed, and those that others cannot work without.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::names::in_catalogue;
use super::{Member, MemberId, MemberNeed, MemberReason};
use crate::diag::Diagnostic;
use crate::model::plugin::{Plugin, PluginId, merged, read_config};
use crate::model::resolve::Resolver;
use crate::model::{MISSING_PLUGIN, PLUGIN_FACTS, Traced};
use crate::source::{OriginId, Span};
use crate::spec::composition::{Composition, Selection};
use crate::yaml::Field;

/// What is read of a composition before its names are known.
pub(super) struct Found<'s> {
    pub(super) members: Vec<Member>,
    /// What the spec says of each, beside it.
    pub(super) selections: Vec<Option<&'s Selection>>,
    /// Whether all of it could be read.
    pub(super) complete: bool,
}

/// Reads the listed plugins, and adds what they need where the composition says so.
pub(super) fn read<'s>(
    cx: &mut Resolver<'_>,
    written: &'s Composition,
    name: &str,
    key: Span,
    plugins: &[Plugin],
) -> Found<'s> {
    let mut found = Found { members: Vec::new(), selections: Vec::new(), complete: !written.plugins.is_broken() };
    let mut listed = BTreeMap::<PluginId, Span>::new();
    for (plugin_name, named) in written.plugins.value().map(|all| &all.0).into_iter().flatten() {
        let (Some(selection), Some(id)) = (&named.value, in_catalogue(cx, plugins, plugin_name, named.key)) else {
            found.complete = false;
            continue;
        };
        let Some(plugin) = plugins.get(id.0) else { continue };
        if let Some(first) = listed.insert(id, named.key) {
            twice(cx, plugin, named.key, first);
            continue;
        }
        agrees(cx, plugin, &selection.value);
        let enabled = match selection.value.enabled.get() {
            Some(flag) => cx.traced("enabled", flag.value, flag.span),
            None => plugin.enabled.clone(),
        };
        let above = read_config(cx, &selection.value.config);
        found.members.push(Member {
            plugin: id,
            name: Traced::new(plugin.name.value.clone(), cx.origins.written("plugin", named.key)),
            version: Traced::new("".into(), plugin.name.origin),
            enabled,
            listed: true,
            config: merged(&plugin.config, above),
            needs: Vec::new(),
        });
        found.selections.push(Some(&selection.value));
    }
    if matches!(written.plugins, Field::Absent) {
        shared(cx, written, plugins, &mut listed, &mut found);
    }
    dependencies(cx, written, (name, key), plugins, &mut found);
    found
}

/// A composition that lists no plugins has those that its nodes share.
fn shared(
    cx: &mut Resolver<'_>,
    written: &Composition,
    plugins: &[Plugin],
    listed: &mut BTreeMap<PluginId, Span>,
    found: &mut Found<'_>,
) {
    let shares = written.scaling.value().and_then(|scaling| scaling.distribution.value());
    let shares = shares.into_iter().flatten().filter_map(Field::value).filter_map(|share| share.plugins.value());
    let mut unknown = BTreeSet::new();
    for (name, named) in shares.flatten() {
        if unknown.contains(name) {
            continue;
        }
        let Some(id) = in_catalogue(cx, plugins, name, named.key) else {
            unknown.insert(name.clone());
            found.complete = false;
            continue;
        };
        let Some(plugin) = plugins.get(id.0).filter(|_| !listed.contains_key(&id)) else { continue };
        listed.insert(id, named.key);
        found.members.push(Member {
            plugin: id,
            name: Traced::new(plugin.name.value.clone(), cx.origins.written("plugin", named.key)),
            version: Traced::new("".into(), plugin.name.origin),
            enabled: plugin.enabled.clone(),
            listed: true,
            config: plugin.config.clone(),
            needs: Vec::new(),
        });
        found.selections.push(None);
    }
}

fn twice(cx: &mut Resolver<'_>, plugin: &Plugin, second: Span, first: Span) {
    let message = format!("`{}` is chosen twice, by its name and by its path", plugin.name.value);
    let problem = Diagnostic::error(crate::yaml::DUPLICATE_KEY, second, message);
    cx.out.push(problem.related(first, "the first one").help("keep one of them"));
}

/// What the composition says about a plugin has to be what the plugin says.
fn agrees(cx: &mut Resolver<'_>, plugin: &Plugin, selection: &Selection) {
    let name = &plugin.name.value;
    let differ = |what: &str, span: Span, here: &str, there: &str, origin: OriginId| -> Diagnostic {
        let message = format!("`{name}` is of {what} `{there}`, and the composition says `{here}`");
        let mut problem = Diagnostic::error(PLUGIN_FACTS, span, message);
        if let Some(place) = cx.origins.written_span(origin) {
            problem = problem.related(place, "what the plugin says");
        }
        problem
    };
    let mut found = Vec::new();
    if let Some(kind) = selection.kind.get().filter(|kind| kind.value != plugin.kind.value) {
        let there = plugin.kind.value.word();
        let problem = differ("type", kind.span, kind.value.word(), there, plugin.kind.origin);
        let problem = problem.help(format!("write `{there}`, or leave it out"));
        found.push(problem.fix(false, format!("change to `{there}`"), kind.span, there));
    }
    if let Some(category) = selection.category.get().filter(|category| category.value != plugin.category.value) {
        let (here, there) = (category.value.word(), plugin.category.value.word());
        let problem = differ("category", category.span, here, there, plugin.category.origin);
        found.push(problem.help(format!("write `category: {there}`, or list it under `{there}_plugins`")));
    }
    if let Some(path) = selection.path.get().filter(|path| path.value != plugin.path.value) {
        let there = &plugin.path.value;
        let message = format!("`{name}` lies in `{there}`, and the composition says `{}`", path.value);
        let problem =
            Diagnostic::error(PLUGIN_FACTS, path.span, message).help(format!("write `{there}`, or leave it out"));
        let place = cx.origins.written_span(plugin.path.origin);
        let problem = place.into_iter().fold(problem, |problem, place| problem.related(place, "what the plugin says"));
        found.push(problem.fix(false, format!("change to `{there}`"), path.span, there.to_string()));
    }
    cx.out.append(&mut found);
}

/// Follows the dependencies of what runs. What nobody listed is added, or reported.
fn dependencies(
    cx: &mut Resolver<'_>,
    written: &Composition,
    (name, key): (&str, Span),
    plugins: &[Plugin],
    found: &mut Found<'_>,
) {
    let resolution = written.dependencies.value();
    let adds = resolution.and_then(|all| all.auto_resolve.value()) == Some(&true);
    let mut at: BTreeMap<PluginId, MemberId> =
        found.members.iter().enumerate().map(|(at, member)| (member.plugin, MemberId(at))).collect();
    let mut next = 0;
    let mut absent = BTreeMap::<PluginId, Vec<(Traced<Arc<str>>, OriginId)>>::new();
    while let Some(member) = found.members.get(next) {
        let (plugin, runs, own) = (plugins.get(member.plugin.0), member.enabled.value, member.name.clone());
        for need in plugin.into_iter().flat_map(|plugin| &plugin.dependencies) {
            let Some(wanted) = plugins.get(need.on.0) else { continue };
            let on = match at.get(&need.on) {
                Some(on) => *on,
                None if !runs => continue,
                None if adds => {
                    let on = MemberId(found.members.len());
                    let reads = [own.origin, need.origin];
                    let origin = cx.origins.derived("a plugin that another one depends on", &reads);
                    found.members.push(added(wanted, need.on, origin));
                    found.selections.push(None);
                    at.insert(need.on, on);
                    on
                }
                None => {
                    absent.entry(need.on).or_default().push((own.clone(), need.origin));
                    continue;
                }
            };
            if let Some(member) = found.members.get_mut(next) {
                member.needs.push(MemberNeed { on, reason: MemberReason::Dependency, origin: need.origin });
            }
        }
        next += 1;
    }
    for (id, users) in absent.into_iter().filter(|_| found.complete) {
        if let Some(wanted) = plugins.get(id.0) {
            missing(cx, (name, key), wanted, &users);
        }
    }
}

fn added(plugin: &Plugin, id: PluginId, origin: OriginId) -> Member {
    Member {
        plugin: id,
        name: Traced::new(plugin.name.value.clone(), origin),
        version: Traced::new("".into(), plugin.name.origin),
        enabled: Traced::new(true, origin),
        listed: false,
        config: plugin.config.clone(),
        needs: Vec::new(),
    }
}

/// A plugin that is not there is reported once, whoever needs it.
fn missing(
    cx: &mut Resolver<'_>,
    (composition, key): (&str, Span),
    wanted: &Plugin,
    users: &[(Traced<Arc<str>>, OriginId)],
) {
    let Some((first, _)) = users.first() else { return };
    let place = cx.origins.written_span(first.origin).unwrap_or(key);
    let wanted = &wanted.name.value;
    let message = match users {
        [(only, _)] => {
            format!("`{}` depends on `{wanted}`, which composition `{composition}` does not have", only.value)
        }
        several => {
            format!("{} plugins depend on `{wanted}`, which composition `{composition}` does not have", several.len())
        }
    };
    let mut problem = Diagnostic::error(MISSING_PLUGIN, place, message);
    for (user, origin) in users {
        if let Some(line) = cx.origins.written_span(*origin) {
            problem = problem.related(line, format!("`{}` depends on it", user.value));
        }
    }
    let why =
        if users.len() == 1 { "the plugin cannot be started without it" } else { "they cannot be started without it" };
    cx.out.push(
        problem
            .why(why)
            .help(format!("add `{wanted}` to the plugins of the composition"))
            .help("or let dvgen add what is missing: `dependencies: { autoResolve: true }`"),
    );
}

/// Adds what the composition itself says about the order.
pub(super) fn ordered(cx: &mut Resolver<'_>, composition: &str, plugins: &[Plugin], found: &mut Found<'_>) {
    let mut more = Vec::new();
    for (at, selection) in found.selections.iter().enumerate() {
        let Some(selection) = selection else { continue };
        for name in selection.depends_on.value().into_iter().flatten().filter_map(Field::get) {
            let names =
                super::names::MemberNames { composition, plugins, members: &found.members, complete: found.complete };
            let Some(on) = names.find(cx, name) else { continue };
            let origin = cx.origins.written("dependsOn", name.span);
            more.push((at, MemberNeed { on, reason: MemberReason::DependsOn, origin }));
        }
    }
    for (at, need) in more {
        if let Some(member) = found.members.get_mut(at) {
            member.needs.push(need);
        }
    }
}
