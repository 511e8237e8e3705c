//! Compositions in the forms that frameworks write them, as trees of the spec's own form.
//!
//! An included file may be a composition (`metadata` and `spec`, or `composition`) or hold `plugin_security`, as `DetectViz`
//! has them: then it holds the sections `compositions` and `pluginSecurity`. Names of fields have `_` there. Everywhere lists of
//! plugins become maps, so that an environment can change one of them. Every node keeps its place.

mod heads;
mod lists;

use std::sync::Arc;

use lists::{by_name, listed_plugins};

use super::WRITTEN_TWICE;
use super::composition::{
    Anomaly, Buffer, Cache, Composition, Events, Health, Keys, NavigationNode, Pool, Reliability, Resolution, Scaling,
    Selection, Tuning, Web,
};
use super::plugin::{Limits, PluginSecurity, TrustStore, VerificationRule};
use crate::diag::{Diagnostic, nearest};
use crate::yaml::{Entry, Key, MISSING_FIELD, Mapping, Node, NodeKind, UNKNOWN_FIELD};

/// The fields whose names have `_` in files of frameworks.
const FIELDS: &[&[&str]] = &[
    Composition::FIELDS,
    Selection::FIELDS,
    Resolution::FIELDS,
    Health::FIELDS,
    Scaling::FIELDS,
    Events::FIELDS,
    Reliability::FIELDS,
    Pool::FIELDS,
    Buffer::FIELDS,
    Cache::FIELDS,
    Tuning::FIELDS,
    Anomaly::FIELDS,
    Limits::FIELDS,
    Keys::FIELDS,
    Web::FIELDS,
    NavigationNode::FIELDS,
    PluginSecurity::FIELDS,
    TrustStore::FIELDS,
    VerificationRule::FIELDS,
];

/// What belongs to a person or a program: nothing below is renamed.
const FREE: [&str; 2] = ["config", "settings"];

/// What the framework calls the keys of a composition.
const KEYS: &str = "key_manager";

/// The lists of plugins by category.
const CATEGORIES: [(&str, &str); 3] =
    [("core_plugins", "core"), ("community_plugins", "community"), ("custom_plugins", "custom")];

/// Brings the sections of a file into the spec's own form.
pub(super) fn normalise(root: &mut Mapping, included: bool, out: &mut Vec<Diagnostic>) {
    if included {
        file(root, out);
    }
    sections(root, out);
    let environments = root.get_mut("environments").and_then(|entry| entry.value.as_mapping_mut());
    for overlay in environments.into_iter().flat_map(|all| &mut all.entries) {
        if let Some(overlay) = overlay.value.as_mapping_mut() {
            sections(overlay, out);
        }
    }
}

/// Lists of plugins become maps.
fn sections(root: &mut Mapping, out: &mut Vec<Diagnostic>) {
    let all = root.get_mut("compositions").and_then(|entry| entry.value.as_mapping_mut());
    for composition in all.into_iter().flat_map(|all| &mut all.entries) {
        let Some(fields) = composition.value.as_mapping_mut() else { continue };
        if let Some(plugins) = fields.get_mut("plugins") {
            listed_plugins(&mut plugins.value, out);
        }
        let shares = fields.get_mut("scaling").and_then(|entry| entry.value.as_mapping_mut());
        let Some(shares) = shares.and_then(|scaling| scaling.get_mut("distribution")) else { continue };
        let NodeKind::Sequence(shares) = &mut shares.value.kind else { continue };
        for share in shares.iter_mut().filter_map(Node::as_mapping_mut) {
            if let Some(plugins) = share.get_mut("plugins") {
                listed_plugins(&mut plugins.value, out);
            }
        }
    }
}

/// A file in a framework's form becomes one that holds sections.
fn file(root: &mut Mapping, out: &mut Vec<Diagnostic>) {
    heads::respell(root, out);
    if let Some(mut security) = take(root, "plugin_security") {
        security.key.text = "pluginSecurity".into();
        rename(&mut security.value);
        if let Some(stores) = security.value.as_mapping_mut().and_then(|fields| fields.get_mut("trustStores")) {
            by_name(&mut stores.value, out);
        }
        root.entries.push(security);
    }
    let found = match take(root, "composition") {
        Some(entry) => Some((entry.value.span, short(entry.value))),
        None => take(root, "spec").map(|spec| {
            heads::check(root, out);
            let metadata = take(root, "metadata");
            let start = metadata.as_ref().map_or(spec.key.span, |metadata| metadata.value.span);
            (start.to(spec.value.span), long(metadata, spec, out))
        }),
    };
    let Some((span, mut fields)) = found else { return };
    let Some(name) = take(&mut fields, "name") else {
        let problem = Diagnostic::error(MISSING_FIELD, span.at_start(), "`name` is missing in a composition");
        out.push(problem.help("add `name: …`: its files and its section are called by it"));
        return;
    };
    let Some(text) = name.value.as_scalar().cloned() else { return };
    let value = Node { span, tag: None, kind: NodeKind::Mapping(fields) };
    let entry = Entry { key: Key { text, span: name.value.span }, value };
    if let Some(all) = root.get_mut("compositions").and_then(|section| section.value.as_mapping_mut()) {
        if let Some(first) = all.get(&entry.key.text) {
            let message = format!("composition `{}` is written twice", entry.key.text);
            let problem = Diagnostic::error(WRITTEN_TWICE, entry.key.span, message);
            out.push(problem.related(first.key.span, "the first one").help("keep one of them"));
        } else {
            all.entries.push(entry);
        }
        return;
    }
    let key = Key { text: "compositions".into(), span: name.value.span };
    let kind = NodeKind::Mapping(Mapping { entries: vec![entry] });
    root.entries.push(Entry { key, value: Node { span, tag: None, kind } });
}

/// The short form: everything stands below `composition`.
fn short(mut node: Node) -> Mapping {
    rename(&mut node);
    let NodeKind::Mapping(mut fields) = node.kind else { return Mapping::default() };
    packages(&mut fields);
    fields
}

/// The long form: who it is stands below `metadata`, what it has below `spec`, plugins by category.
fn long(metadata: Option<Entry>, spec: Entry, out: &mut Vec<Diagnostic>) -> Mapping {
    let mut fields = match metadata.map(|entry| entry.value.kind) {
        Some(NodeKind::Mapping(metadata)) => metadata,
        _ => Mapping::default(),
    };
    let span = spec.value.span;
    let NodeKind::Mapping(mut spec) = spec.value.kind else { return fields };
    if let Some(keys) = spec.get_mut(KEYS) {
        keys.key.text = "keys".into();
    }
    misspelt(&mut spec, out);
    if let Some(topics) = spec.get_mut("events").and_then(|entry| entry.value.as_mapping_mut()?.get_mut("topics")) {
        by_name(&mut topics.value, out);
    }
    let (mut plugins, mut limits): (Option<Entry>, _) = (None, Mapping::default());
    for (list, category) in CATEGORIES {
        let Some(mut entry) = take(&mut spec, list) else { continue };
        by_name(&mut entry.value, out);
        let NodeKind::Mapping(listed) = &mut entry.value.kind else { continue };
        for entry in &mut listed.entries {
            let name = entry.key.clone();
            let Some(plugin) = entry.value.as_mapping_mut() else { continue };
            plugin.entries.push(word("category", category, name.span));
            // A plugin that is listed twice has been reported.
            if let Some(own) = take(plugin, "limits").filter(|_| limits.get(&name.text).is_none()) {
                limits.entries.push(Entry { key: Key { text: name.text, span: own.key.span }, value: own.value });
            }
            if let Some(config) = plugin.get_mut("config") {
                lists::references(&mut config.value);
            }
        }
        match plugins.as_mut().map(|all| &mut all.value.kind) {
            Some(NodeKind::Mapping(all)) => lists::join(all, std::mem::take(listed), out),
            _ => {
                plugins = Some(Entry { key: Key { text: "plugins".into(), span: entry.key.span }, value: entry.value });
            }
        }
    }
    spec.entries.extend(plugins);
    // What limits one plugin stands at the plugin there, and in a section of its own here.
    match spec.get_mut("limits").map(|section| &mut section.value.kind) {
        Some(NodeKind::Mapping(all)) => limited(all, limits, out),
        // What is no map is reported where it is read.
        Some(_) => {}
        None => {
            if let Some(first) = limits.entries.first() {
                let key = Key { text: "limits".into(), span: first.key.span };
                spec.entries.push(Entry { key, value: Node { span, tag: None, kind: NodeKind::Mapping(limits) } });
            }
        }
    }
    let mut whole = Node { span, tag: None, kind: NodeKind::Mapping(spec) };
    rename(&mut whole);
    let NodeKind::Mapping(mut spec) = whole.kind else { return fields };
    packages(&mut spec);
    let mut free = Mapping::default();
    for entry in spec.entries {
        let known = Composition::FIELDS.contains(&&*entry.key.text);
        if known { fields.entries.push(entry) } else { free.entries.push(entry) }
    }
    // What only the framework knows is its own: its name of the platform, its infrastructure.
    if let Some(first) = free.entries.first() {
        let key = Key { text: "settings".into(), span: first.key.span };
        fields.entries.push(Entry { key, value: Node { span, tag: None, kind: NodeKind::Mapping(free) } });
    }
    fields
}

/// Adds what the plugins say of their limits to what the section says.
fn limited(section: &mut Mapping, own: Mapping, out: &mut Vec<Diagnostic>) {
    for entry in own.entries {
        let Some(first) = section.get(&entry.key.text) else {
            section.entries.push(entry);
            continue;
        };
        let message = format!("the limits of `{}` are written at the plugin and in `limits`", entry.key.text);
        let problem = Diagnostic::error(WRITTEN_TWICE, entry.key.span, message);
        out.push(problem.related(first.key.span, "here they are too").help("keep one of them"));
    }
}

/// What is nearly a part of a composition is one, and no setting of the framework.
fn misspelt(spec: &mut Mapping, out: &mut Vec<Diagnostic>) {
    let lists = || CATEGORIES.iter().map(|(list, _)| *list);
    for entry in &mut spec.entries {
        let name = &entry.key.text;
        if Composition::FIELDS.contains(&&**name) || known(name).is_some() || lists().any(|list| *list == **name) {
            continue;
        }
        let Some(near) = nearest(name, lists().chain(Composition::FIELDS.iter().copied())) else { continue };
        let message = format!("`{name}` is not a part of a composition");
        let problem = Diagnostic::error(UNKNOWN_FIELD, entry.key.span, message).help(format!("did you mean `{near}`?"));
        out.push(problem.fix(true, format!("rename to `{near}`"), entry.key.span, near));
        entry.key.text = near.into();
    }
}

/// A list of dependencies names packages; a map says how plugins are resolved.
fn packages(fields: &mut Mapping) {
    if let Some(entry) = fields.get_mut("dependencies").filter(|entry| entry.value.as_sequence().is_some()) {
        entry.key.text = "imports".into();
    }
}

/// Gives fields their names in the spec.
fn rename(node: &mut Node) {
    match &mut node.kind {
        NodeKind::Sequence(items) => items.iter_mut().for_each(rename),
        NodeKind::Mapping(mapping) => {
            for entry in &mut mapping.entries {
                if let Some(name) = known(&entry.key.text) {
                    entry.key.text = name.into();
                }
                if !FREE.contains(&&*entry.key.text) {
                    rename(&mut entry.value);
                }
            }
        }
        NodeKind::Scalar { .. } => {}
    }
}

/// Returns the field of the spec that a name with `_` stands for.
fn known(name: &Arc<str>) -> Option<&'static str> {
    if !name.contains('_') {
        return None;
    }
    let mut parts = name.split('_');
    let mut camel = parts.next()?.to_owned();
    for part in parts {
        let mut letters = part.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    FIELDS.iter().flat_map(|fields| fields.iter()).copied().find(|field| *field == camel)
}

fn take(mapping: &mut Mapping, name: &str) -> Option<Entry> {
    let at = mapping.entries.iter().position(|entry| &*entry.key.text == name)?;
    Some(mapping.entries.remove(at))
}

fn word(key: &str, text: &str, span: crate::source::Span) -> Entry {
    let kind = NodeKind::Scalar { text: text.into(), style: crate::yaml::Style::Plain };
    Entry { key: Key { text: key.into(), span }, value: Node { span, tag: None, kind } }
}
