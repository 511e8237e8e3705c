//! Plugins that nobody signed.

use super::running;
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::plugin::{Plugin, VerificationRule};

rule! {
    /// A composition loads a plugin without the signature that a verification rule asks for.
    ///
    /// ## What it does
    ///
    /// Looks at the plugins that run in a composition. A rule of `pluginSecurity.verificationRules` that fits their path
    /// may ask for a signature, and for one that somebody vouches for.
    ///
    /// ## Why it matters
    ///
    /// Whoever can put a file beside the program can run code in it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// pluginSecurity:
    ///   trustStores: { community: { type: pgp, keyring: /etc/keys/community.gpg, trustLevel: community } }
    ///   verificationRules: [{ pluginPattern: plugins/community/*, requireSignature: true }]
    /// plugins:
    ///   slack: { path: community/slack, version: 1.0.0, type: integration }
    /// compositions:
    ///   chat: { version: 1.0.0, plugins: [slack] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// pluginSecurity:
    ///   trustStores: { community: { type: pgp, keyring: /etc/keys/community.gpg, trustLevel: community } }
    ///   verificationRules: [{ pluginPattern: plugins/community/*, requireSignature: true }]
    /// plugins:
    ///   slack: { path: community/slack, version: 1.0.0, type: integration, signature: { store: community } }
    /// compositions:
    ///   chat: { version: 1.0.0, plugins: [slack] }
    /// ```
    ///
    /// ## Source
    ///
    /// DetectViz, Composable architecture, signatures of plugins.
    pub(super) static RULE = Kind::new("unsigned-plugin", "DV1903"), Plugins, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for plugin in running(subject) {
        for rule in subject.platform.plugin_security.rules.iter().filter(|rule| rule.is_for(plugin)) {
            out.extend(finding(subject, plugin, rule));
        }
    }
}

fn finding(subject: &Subject<'_>, plugin: &Plugin, rule: &VerificationRule) -> Option<Diagnostic> {
    let required = rule.signature.as_ref().filter(|asked| asked.value);
    // Who takes no signature that nobody vouches for means those that there are, too.
    let refused = rule.self_signed.as_ref().filter(|allowed| !allowed.value);
    let asked = required.or(refused)?;
    let name = &plugin.name.value;
    let problem = match &plugin.signature {
        None if required.is_none() => return None,
        None => RULE.at(subject.line(plugin.name.origin)?, format!("plugin `{name}` is not signed")),
        Some(signature) => {
            let own = signature.self_signed.as_ref().filter(|own| own.value)?;
            if rule.self_signed.as_ref().is_some_and(|allowed| allowed.value) {
                return None;
            }
            RULE.at(subject.line(own.origin)?, format!("nobody vouches for the signature of plugin `{name}`"))
        }
    };
    let place = subject.line(asked.origin)?;
    let problem = problem.related(place, format!("asked for of `{}`", rule.pattern.value));
    let stores: Vec<_> = subject.platform.plugin_security.stores.keys().map(|name| format!("`{name}`")).collect();
    let help = if stores.is_empty() {
        "add a trust store, and name it: `signature: { store: … }`".to_owned()
    } else {
        format!("let somebody sign it whose key is in {}, and write `signature: {{ store: … }}`", stores.join(" or "))
    };
    Some(problem.why("whoever can put a file beside the program could run code in it").help(help))
}
