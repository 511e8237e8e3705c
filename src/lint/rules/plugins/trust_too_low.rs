//! Levels of trust.

use super::running;
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::plugin::{Plugin, VerificationRule};

rule! {
    /// A composition loads a plugin that is trusted less than it has to be, or more than its signature.
    ///
    /// ## What it does
    ///
    /// Looks at the plugins that run in a composition: a verification rule that fits their path may ask for a level of
    /// trust, and a plugin is trusted at most as far as the trust store that signed it.
    ///
    /// ## Why it matters
    ///
    /// A level that nobody checks is a word. A plugin that calls itself `core` and is signed by the community gets what
    /// only the framework may.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// pluginSecurity:
    ///   trustStores: { community: { type: pgp, keyring: /etc/keys/community.gpg, trustLevel: community } }
    /// plugins:
    ///   slack: { path: community/slack, version: 1.0.0, type: integration, trust: core, signature: { store: community } }
    /// compositions:
    ///   chat: { version: 1.0.0, plugins: [slack] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// pluginSecurity:
    ///   trustStores: { community: { type: pgp, keyring: /etc/keys/community.gpg, trustLevel: community } }
    /// plugins:
    ///   slack: { path: community/slack, version: 1.0.0, type: integration, trust: community, signature: { store: community } }
    /// compositions:
    ///   chat: { version: 1.0.0, plugins: [slack] }
    /// ```
    ///
    /// ## Source
    ///
    /// DetectViz, Composable architecture, levels of trust.
    pub(super) static RULE = Kind::new("plugin-trust-too-low", "DV1904"), Plugins, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let security = &subject.platform.plugin_security;
    let all: Vec<&Plugin> = running(subject).collect();
    for rule in &security.rules {
        let asked = rule.trust.as_ref().map(|asked| asked.value);
        let low = |plugin: &&&Plugin| rule.is_for(plugin) && asked.is_some_and(|asked| plugin.trust.value > asked);
        let (usual, named): (Vec<&Plugin>, Vec<&Plugin>) =
            all.iter().filter(low).partition(|plugin| plugin.trust.value == plugin.category.value.trust());
        // What is trusted as its folder is makes one report: the rule asks too much of the folder.
        match usual.as_slice() {
            [first, second, ..] => out.extend(all_too_low(subject, rule, [first, second])),
            few => out.extend(few.iter().filter_map(|plugin| too_low(subject, plugin, rule))),
        }
        out.extend(named.iter().filter_map(|plugin| too_low(subject, plugin, rule)));
    }
    out.extend(all.iter().filter_map(|plugin| too_high(subject, plugin)));
}

/// A rule that asks more than the folders are trusted that it fits.
fn all_too_low(subject: &Subject<'_>, rule: &VerificationRule, plugins: [&Plugin; 2]) -> Option<Diagnostic> {
    let asked = rule.trust.as_ref()?;
    let here = subject.line(asked.origin)?;
    let (level, pattern) = (asked.value.word(), &rule.pattern.value);
    // How many they are differs between environments.
    let mut problem = RULE.at(here, format!("plugins of `{pattern}` have to be trusted as `{level}`, and are not"));
    let usual = plugins.map(|plugin| plugin.trust.value.word());
    for (plugin, word) in plugins.into_iter().zip(usual) {
        if let Some(place) = subject.line(plugin.name.origin) {
            problem = problem.related(place, format!("trusted as `{word}`"));
        }
    }
    let [usual, _] = usual;
    let problem = problem.why("the framework refuses to load them");
    Some(problem.help(format!(
        "ask for `{usual}`; or let somebody look at them and sign them, and write `trust: {level}` at each"
    )))
}

/// The more a plugin is trusted, the less its level is.
fn too_low(subject: &Subject<'_>, plugin: &Plugin, rule: &VerificationRule) -> Option<Diagnostic> {
    let asked = rule.trust.as_ref().filter(|asked| plugin.trust.value > asked.value)?;
    let here = subject.line(plugin.trust.origin)?;
    let (name, level) = (&plugin.name.value, plugin.trust.value.word());
    let message = format!("plugin `{name}` is trusted as `{level}`, and has to be `{}`", asked.value.word());
    let place = subject.line(asked.origin)?;
    let problem = RULE.at(here, message).related(place, format!("asked for of `{}`", rule.pattern.value));
    Some(problem.why("the framework refuses to load it").help(format!(
        "let somebody look at it and sign it, and write `trust: {}`; or move it out of that folder",
        asked.value.word()
    )))
}

fn too_high(subject: &Subject<'_>, plugin: &Plugin) -> Option<Diagnostic> {
    let signature = plugin.signature.as_ref()?;
    let store = subject.platform.plugin_security.stores.get(&signature.store.value)?;
    if plugin.trust.value >= store.trust.value {
        return None;
    }
    let here = subject.line(plugin.trust.origin)?;
    let (name, store_name) = (&plugin.name.value, &store.name.value);
    let (level, most) = (plugin.trust.value.word(), store.trust.value.word());
    let message =
        format!("plugin `{name}` is trusted as `{level}`, and `{store_name}`, who signed it, vouches for `{most}`");
    let mut problem = RULE.at(here, message);
    let places = [(signature.store.origin, "signed here"), (store.trust.origin, "how far that key is trusted")];
    for (origin, text) in places {
        if let Some(place) = subject.line(origin).filter(|place| *place != here) {
            problem = problem.related(place, text);
        }
    }
    Some(problem.why("it would get what only plugins of that level may have").help(format!("write `trust: {most}`")))
}
