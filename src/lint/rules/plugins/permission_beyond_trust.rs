//! Permissions against levels of trust.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, Parameter, Setting, rule};
use crate::lint::subject::Subject;
use crate::model::plugin::{Permission, Plugin};
use crate::spec::plugin::TrustLevel;

rule! {
    /// A plugin may do more than somebody may who is trusted as little.
    ///
    /// ## What it does
    ///
    /// Compares the permissions of plugins with what their level of trust allows. `core` may do everything; for the others
    /// a platform can set the actions.
    ///
    /// ## Why it matters
    ///
    /// The level is the promise that a mistake of a stranger's plugin stays small. A permission beyond it breaks that
    /// promise.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// plugins:
    ///   runner:
    ///     path: community/runner
    ///     version: 1.0.0
    ///     type: tool
    ///     permissions: [{ action: execute, resource: "file://", scope: [/usr/bin/git] }]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// plugins:
    ///   runner:
    ///     path: community/runner
    ///     version: 1.0.0
    ///     type: tool
    ///     trust: verified
    ///     permissions: [{ action: execute, resource: "file://", scope: [/usr/bin/git] }]
    /// ```
    ///
    /// ## Source
    ///
    /// DetectViz, Composable architecture, permissions of plugins.
    pub(super) static RULE = Kind::new("permission-beyond-trust", "DV1905"), Plugins, Error, fix: None, Check::Platform(check),
        parameters: &[
            Parameter {
                name: "verified",
                about: "what plugins may do that somebody has looked at.",
                default: Setting::Some(&["read", "write", "execute", "network"], &ACTIONS),
            },
            Parameter {
                name: "community",
                about: "what plugins of the community may do.",
                default: Setting::Some(&["read", "write", "network"], &ACTIONS),
            },
            Parameter { name: "custom", about: "what plugins may do that nobody has looked at.", default: Setting::Some(&["read"], &ACTIONS) },
        ];
}

/// What a permission allows.
const ACTIONS: [&str; 4] = ["read", "write", "execute", "network"];

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let words = |name: &str| subject.words(&RULE, name);
    let (verified, community, custom) = (words("verified"), words("community"), words("custom"));
    let running: BTreeSet<&str> = super::running(subject).map(|plugin| &*plugin.name.value).collect();
    for plugin in &subject.platform.plugins {
        // Of a plugin that is trusted too little it is said elsewhere; here it counts as what it has to be.
        let rules = &subject.platform.plugin_security.rules;
        let asked = rules.iter().filter(|rule| rule.is_for(plugin)).filter_map(|rule| Some(rule.trust.as_ref()?.value));
        let runs = || running.contains(&*plugin.name.value);
        let level = asked.min().filter(|asked| *asked < plugin.trust.value && runs()).unwrap_or(plugin.trust.value);
        let allowed = match level {
            TrustLevel::Core => continue,
            TrustLevel::Verified => &verified,
            TrustLevel::Community => &community,
            TrustLevel::Custom => &custom,
        };
        for permission in &plugin.permissions {
            if !allowed.iter().any(|word| **word == *permission.action.value.word()) {
                out.extend(finding(subject, plugin, permission, allowed));
            }
        }
    }
}

fn finding(
    subject: &Subject<'_>,
    plugin: &Plugin,
    permission: &Permission,
    allowed: &[Arc<str>],
) -> Option<Diagnostic> {
    let here = subject.line(permission.action.origin)?;
    let (name, level, action) = (&plugin.name.value, plugin.trust.value.word(), permission.action.value.word());
    let message = format!("plugin `{name}` is trusted as `{level}` and may `{action}`");
    let mut problem = RULE.at(here, message);
    if let Some(place) = subject.line(plugin.trust.origin).filter(|place| *place != here) {
        problem = problem.related(place, format!("trusted as `{level}`"));
    }
    let may: Vec<_> = allowed.iter().map(|word| format!("`{word}`")).collect();
    let may = if may.is_empty() { "nothing".to_owned() } else { may.join(", ") };
    let problem = problem.why(format!("a plugin of this level may {may}"));
    Some(problem.help("take the permission away, or let somebody look at the plugin and raise its `trust`"))
}
