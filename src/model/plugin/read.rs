//! Spec to catalogue.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{
    Layer, Plugin, PluginId, PluginNeed, PluginSecurity, Signature, TrustStore, VerificationRule, needs, permissions,
};
use crate::diag::Diagnostic;
use crate::model::resolve::{Platform, Resolver};
use crate::model::{BOUNDS, INCOMPLETE, PLUGIN_FACTS, TAKEN_TWICE, Text, Traced, UNKNOWN_PLUGIN, UNKNOWN_TRUST_STORE};
use crate::source::{Span, Spanned};
use crate::spec::plugin::{Category, TrustStoreKind};
use crate::spec::scalars::Folder;
use crate::spec::{self};
use crate::yaml::{Decoder, Field};

/// Reads the catalogue, the security of plugins and the layers.
pub(in crate::model) fn resolve(cx: &mut Resolver<'_>, spec: &spec::Platform, platform: &mut Platform) {
    platform.plugin_security = security(cx, spec);
    platform.layers = layers(cx, spec);
    let (mut written, mut strangers) = (Vec::new(), Strangers::new());
    let mut complete = !spec.plugins.is_broken();
    for (name, named) in spec.plugins.value().into_iter().flatten() {
        let security = &platform.plugin_security;
        let read = named.value.as_ref().and_then(|plugin| {
            let read = plugin_of(cx, (name, named.key), &plugin.value, security, &mut strangers)?;
            Some((read, plugin))
        });
        let Some((read, plugin)) = read else {
            complete = false;
            continue;
        };
        platform.plugins.push(read);
        written.push(&plugin.value);
    }
    platform.plugin_security.catalogue_complete = complete;
    report(cx, strangers, &platform.plugin_security);
    let names: Vec<(Arc<str>, Arc<str>)> =
        platform.plugins.iter().map(|plugin| (plugin.name.value.clone(), plugin.path.value.clone())).collect();
    one_folder_each(cx, &platform.plugins);
    one_file_each(cx, &platform.plugins);
    permissions::scopes(cx, &names, &platform.plugins);
    for (plugin, written) in platform.plugins.iter_mut().zip(written) {
        let listed = written.dependencies.value().map_or(&[][..], |all| all.0.as_slice());
        for dependency in listed {
            let Some(on) = find(cx, &names, &dependency.name) else { continue };
            let origin = cx.origins.written("dependency", dependency.name.span);
            let range = dependency.range.as_ref().map(|range| cx.traced("range", range.value.clone(), range.span));
            plugin.dependencies.push(PluginNeed { on, range, origin });
        }
    }
    needs::check(cx, &platform.plugins);
}

/// Returns the plugin of a name or path, or reports that there is none.
pub(super) fn find(
    cx: &mut Resolver<'_>,
    names: &[(Arc<str>, Arc<str>)],
    name: &Spanned<Arc<str>>,
) -> Option<PluginId> {
    let wanted = name.value.strip_prefix("plugins/").unwrap_or(&name.value);
    let at = names.iter().position(|(known, _)| **known == *wanted);
    let at = at.or_else(|| names.iter().position(|(_, path)| **path == *wanted));
    if at.is_none() && !is_declared(cx, wanted) {
        let known = names.iter().map(|(name, _)| &**name);
        cx.unknown_name(UNKNOWN_PLUGIN, name.span, "plugin", wanted, known);
    }
    at.map(PluginId)
}

/// The code of a plugin lies in a folder of its own.
fn one_folder_each(cx: &mut Resolver<'_>, plugins: &[Plugin]) {
    let mut seen = BTreeMap::<&str, &Plugin>::new();
    for plugin in plugins {
        let Some(first) = seen.insert(&plugin.path.value, plugin) else { continue };
        let place = |plugin: &Plugin| {
            cx.origins.written_span(plugin.path.origin).or_else(|| cx.origins.written_span(plugin.name.origin))
        };
        let (Some(here), Some(there)) = (place(plugin), place(first)) else { continue };
        let (first, second) = (&first.name.value, &plugin.name.value);
        let message = format!("`{first}` and `{second}` lie in one folder, `{}`", plugin.path.value);
        let problem =
            Diagnostic::error(TAKEN_TWICE, here.max(there), message).related(here.min(there), "the first one");
        let problem = problem.why("whoever names the folder gets one of them, and the other has no code of its own");
        cx.out.push(problem.help("give one of them its own `path`"));
    }
}

/// Two plugins are not one file, so their checksums differ.
fn one_file_each(cx: &mut Resolver<'_>, plugins: &[Plugin]) {
    let mut seen = BTreeMap::<&str, (&Plugin, Span)>::new();
    for plugin in plugins {
        let Some(sum) = &plugin.checksum else { continue };
        let Some(here) = cx.origins.written_span(sum.origin) else { continue };
        let Some((first, there)) = seen.insert(&sum.value, (plugin, here)) else { continue };
        let message = format!("`{}` and `{}` have one checksum", first.name.value, plugin.name.value);
        let problem =
            Diagnostic::error(TAKEN_TWICE, here.max(there), message).related(here.min(there), "the first one");
        let problem = problem.why("they are different files: one of them would be refused when it is loaded");
        cx.out.push(problem.help("write the checksum of its own file: `sha256sum FILE`"));
    }
}

/// Returns whether the spec has a plugin of a name, readable or not.
pub(in crate::model) fn is_declared(cx: &Resolver<'_>, name: &str) -> bool {
    let plugins = &cx.spec.plugins;
    plugins.is_broken() || plugins.value().is_some_and(|names| names.contains_key(name))
}

/// Returns a folder without the slashes at its ends.
fn folder(cx: &mut Resolver<'_>, what: &'static str, value: &Folder, span: Span) -> Text {
    cx.traced(what, Arc::from(value.0.trim_matches('/')), span)
}

pub(in crate::model) fn folders(
    cx: &mut Resolver<'_>,
    what: &'static str,
    field: &Field<Vec<Field<Folder>>>,
) -> Vec<Text> {
    let all = field.value().into_iter().flatten().filter_map(Field::get);
    all.map(|one| folder(cx, what, &one.value, one.span)).collect()
}

fn plugin_of(
    cx: &mut Resolver<'_>,
    (name, key): (&Arc<str>, Span),
    written: &spec::plugin::Plugin,
    security: &PluginSecurity,
    strangers: &mut Strangers,
) -> Option<Plugin> {
    let own = cx.name("plugin", name, key);
    let path = match written.path.get() {
        Some(path) => {
            let path = folder(cx, "path", &path.value, path.span);
            Traced::new(path.value.strip_prefix("plugins/").map_or_else(|| path.value.clone(), Arc::from), path.origin)
        }
        None => Traced::new(name.clone(), cx.origins.derived("the name of the plugin", &[own.origin])),
    };
    let category = category(cx, written, &path, key)?;
    let kind = written.kind.get().map(|kind| cx.traced("type", kind.value, kind.span))?;
    let mut releases: Vec<_> =
        written.version.value()?.0.iter().map(|version| (version.value.clone(), version.span)).collect();
    releases.sort_by(|a, b| b.0.number.cmp(&a.0.number));
    let releases = releases.into_iter().map(|(version, span)| cx.traced("version", version, span)).collect();
    let trust = if let Some(trust) = written.trust.get() {
        cx.traced("trust", trust.value, trust.span)
    } else {
        Traced::new(category.value.trust(), cx.origins.derived("the category of the plugin", &[category.origin]))
    };
    let enabled = cx.given_or(&written.enabled, "enabled", true, "plugins run unless they are switched off", key);
    let topics = |cx: &mut Resolver<'_>, field: &Field<Vec<Field<spec::scalars::SimpleName>>>| -> Vec<Text> {
        let all = field.value().into_iter().flatten().filter_map(Field::get);
        all.map(|topic| cx.traced("topic", topic.value.0.clone(), topic.span)).collect()
    };
    let routes = written.routes.value().into_iter().flatten().filter_map(Field::get);
    let routes = routes.map(|route| cx.traced("route", route.value.clone(), route.span)).collect();
    let navigation = written.navigation.value().into_iter().flatten();
    let navigation = navigation.filter_map(|(id, named)| {
        let node = named.value.as_ref()?;
        Some((cx.name("navigation", id, named.key), node.value.clone()))
    });
    let navigation = navigation.collect();
    Some(Plugin {
        name: own,
        kind,
        category,
        releases,
        trust,
        enabled,
        description: cx.word(&written.description, "description"),
        author: cx.word(&written.author, "author"),
        license: cx.word(&written.license, "license"),
        dependencies: Vec::new(),
        imports: folders(cx, "import", &written.imports),
        config: super::read_config(cx, &written.config),
        permissions: permissions::read(cx, written),
        restrictions: permissions::restrictions(cx, name, written),
        signature: signature(cx, written, security, strangers),
        checksum: written.checksum.get().map(|sum| cx.traced("checksum", sum.value.0.clone(), sum.span)),
        limits: written.limits.get().map(|limits| cx.traced("limits", limits.value.clone(), limits.span)),
        publishes: topics(cx, &written.publishes),
        subscribes: topics(cx, &written.subscribes),
        routes,
        navigation,
        path,
    })
}

/// A category that is not written is the first folder of the path.
fn category(cx: &mut Resolver<'_>, written: &spec::plugin::Plugin, path: &Text, key: Span) -> Option<Traced<Category>> {
    let first = path.value.split('/').next().unwrap_or_default();
    let of_path = Category::from_word(first);
    if let Some(given) = written.category.get() {
        if let Some(other) = of_path.filter(|other| *other != given.value) {
            let message = format!(
                "the path of the plugin is below `{}`, and its category is `{}`",
                other.word(),
                given.value.word()
            );
            let problem = Diagnostic::error(PLUGIN_FACTS, given.span, message)
                .why("trust, verification rules and imports go by the path, and people by the category");
            let problem = cx
                .origins
                .written_span(path.origin)
                .map_or_else(|| problem.clone(), |span| problem.clone().related(span, "the path"));
            cx.out.push(problem.help(format!("write `category: {}`, or move the plugin", other.word())));
        }
        return Some(cx.traced("category", given.value, given.span));
    }
    if written.category.is_broken() {
        return None;
    }
    let Some(category) = of_path else {
        let problem = Diagnostic::error(INCOMPLETE, key, format!("nothing says which category `{}` is of", path.value));
        cx.out.push(
            problem.help("write `category: core`, `community` or `custom`, or a `path` that begins with one of them"),
        );
        return None;
    };
    Some(Traced::new(category, cx.origins.derived("the first folder of its path", &[path.origin])))
}

/// The trust stores that plugins name and nobody declares, with the lines that name them.
type Strangers = BTreeMap<Arc<str>, Vec<Span>>;

/// Reports a trust store that is not there once, however many plugins name it.
fn report(cx: &mut Resolver<'_>, strangers: Strangers, security: &PluginSecurity) {
    for (name, mut places) in strangers {
        places.sort();
        let Some(first) = places.first().copied() else { continue };
        let known = security.stores.keys().map(|name| &**name);
        let mut problem = Decoder::unknown_name(UNKNOWN_TRUST_STORE, first, "trust store", &name, known);
        if let [_, second, rest @ ..] = places.as_slice() {
            let text = if rest.is_empty() {
                "named here too".to_owned()
            } else {
                format!("and here, and {} times more", rest.len())
            };
            problem = problem.related(*second, text);
        }
        cx.out.push(problem.help("trust stores are named under `pluginSecurity.trustStores`"));
    }
}

fn signature(
    cx: &mut Resolver<'_>,
    written: &spec::plugin::Plugin,
    security: &PluginSecurity,
    strangers: &mut Strangers,
) -> Option<Signature> {
    let fields = written.signature.value()?;
    let store = fields.store.get()?;
    let declared = cx.spec.plugin_security.is_broken()
        || cx.spec.plugin_security.value().is_some_and(|all| {
            all.trust_stores.is_broken() || all.trust_stores.value().is_some_and(|all| all.contains_key(&store.value))
        });
    if !security.stores.contains_key(&store.value) && !declared {
        strangers.entry(store.value.clone()).or_default().push(store.span);
    }
    let self_signed = fields.self_signed.get().map(|flag| cx.traced("signature", flag.value, flag.span));
    Some(Signature { store: cx.traced("trust store", store.value.clone(), store.span), self_signed })
}

fn security(cx: &mut Resolver<'_>, spec: &spec::Platform) -> PluginSecurity {
    let mut security = PluginSecurity::default();
    let Some(written) = spec.plugin_security.value() else { return security };
    for (name, named) in written.trust_stores.value().into_iter().flatten() {
        let Some(store) = &named.value else { continue };
        let (Some(kind), Some(trust)) = (store.value.kind.get(), store.value.trust_level.get()) else { continue };
        let (file, other, field) = match kind.value {
            TrustStoreKind::Certificate => (&store.value.path, &store.value.keyring, "path"),
            TrustStoreKind::Pgp => (&store.value.keyring, &store.value.path, "keyring"),
        };
        if file.get().is_none() && !file.is_broken() {
            let message = format!("trust store `{name}` of type `{}` has no `{field}`", kind.value.word());
            let place = other.span().unwrap_or(named.key);
            cx.out.push(
                Diagnostic::error(INCOMPLETE, place, message)
                    .help(format!("write `{field}: …`, the file with its keys")),
            );
        }
        let entry = TrustStore {
            name: cx.name("trust store", name, named.key),
            kind: cx.traced("trust store", kind.value, kind.span),
            file: cx.word(file, "trust store"),
            trust: cx.traced("trust", trust.value, trust.span),
        };
        let same = |other: &&TrustStore| match (&other.file, &entry.file) {
            (Some(other), Some(own)) => other.value == own.value,
            _ => false,
        };
        let twice = security.stores.values().find(same).filter(|other| other.trust.value != entry.trust.value);
        if let Some((other, span)) = twice.zip(cx.origins.written_span(entry.trust.origin)) {
            let (first, second) = (&other.name.value, &entry.name.value);
            let message = format!("`{first}` and `{second}` hold the same keys, and are trusted differently");
            let place = cx.origins.written_span(other.trust.origin).unwrap_or(span);
            let problem =
                Diagnostic::error(BOUNDS, span.max(place), message).related(span.min(place), "the other level");
            let problem = problem.why("a plugin that these keys signed would be trusted as far as it likes");
            cx.out.push(problem.help("keep one of the stores, or give each a file of its own"));
        }
        security.stores.insert(name.clone(), entry);
    }
    for rule in written.verification_rules.value().into_iter().flatten().filter_map(Field::get) {
        let Some(pattern) = rule.value.plugin_pattern.get() else { continue };
        let flag = |cx: &mut Resolver<'_>, field: &Field<bool>| {
            field.get().map(|flag| cx.traced("verification rule", flag.value, flag.span))
        };
        security.rules.push(VerificationRule {
            pattern: cx.traced("pattern", pattern.value.0.clone(), pattern.span),
            trust: rule.value.required_trust_level.get().map(|level| cx.traced("trust", level.value, level.span)),
            signature: flag(cx, &rule.value.require_signature),
            self_signed: flag(cx, &rule.value.allow_self_signed),
        });
    }
    security
}

fn layers(cx: &mut Resolver<'_>, spec: &spec::Platform) -> Vec<Layer> {
    let mut all = Vec::new();
    for (name, named) in spec.layers.value().into_iter().flatten() {
        let Some(layer) = &named.value else { continue };
        all.push(Layer {
            folder: cx.name("layer", name, named.key),
            imports: folders(cx, "import", &layer.value.imports),
            forbids: folders(cx, "import", &layer.value.forbids),
            why: cx.word(&layer.value.why, "layer"),
        });
    }
    all
}
