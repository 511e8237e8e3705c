//! Plugins that no verification rule is for.

use std::collections::BTreeMap;

use super::patterns::{may_wait, meant};
use super::running;
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::plugin::{Plugin, fits};

rule! {
    /// A composition loads a plugin that no verification rule is for, although there are rules.
    ///
    /// ## What it does
    ///
    /// Looks at the plugins that run in a composition. Where `pluginSecurity.verificationRules` has rules, the path of each
    /// plugin has to fit one of them; plugins of one category are reported together.
    ///
    /// ## Why it matters
    ///
    /// Nothing is asked of it: neither a level of trust nor a signature. Plugins of one's own are the ones that are forgotten
    /// most easily.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// pluginSecurity:
    ///   verificationRules: [{ pluginPattern: plugins/community/*, requiredTrustLevel: community }]
    /// plugins:
    ///   slack: { path: community/slack, version: 1.0.0, type: integration }
    ///   pager: { path: custom/pager, version: 1.0.0, type: integration }
    /// compositions:
    ///   chat: { version: 1.0.0, plugins: [slack, pager] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// pluginSecurity:
    ///   verificationRules:
    ///     - { pluginPattern: plugins/community/*, requiredTrustLevel: community }
    ///     - { pluginPattern: plugins/custom/*, requiredTrustLevel: custom }
    /// plugins:
    ///   slack: { path: community/slack, version: 1.0.0, type: integration }
    ///   pager: { path: custom/pager, version: 1.0.0, type: integration }
    /// compositions:
    ///   chat: { version: 1.0.0, plugins: [slack, pager] }
    /// ```
    ///
    /// ## Source
    ///
    /// DetectViz, Composable architecture, sources of plugins.
    pub(super) static RULE = Kind::new("plugin-not-verified", "DV1916"), Plugins, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    let rules = &platform.plugin_security.rules;
    if rules.is_empty() {
        return;
    }
    // A rule that is misspelt is reported as such, and not once more for what it was meant for.
    let idle = rules.iter().filter(|rule| !may_wait(&rule.pattern.value));
    let idle = idle.filter(|rule| !platform.plugins.iter().any(|plugin| rule.is_for(plugin)));
    let meant: Vec<String> = idle.filter_map(|rule| meant(&platform.plugins, &rule.pattern.value)).collect();
    let mut missing = BTreeMap::<&str, Vec<&Plugin>>::new();
    for plugin in running(subject) {
        let package = plugin.package();
        let verified = rules.iter().any(|rule| rule.is_for(plugin));
        if !verified && !meant.iter().any(|pattern| fits(pattern, &package)) {
            missing.entry(plugin.category.value.word()).or_default().push(plugin);
        }
    }
    for (category, plugins) in missing {
        out.extend(finding(subject, category, &plugins));
    }
}

fn finding(subject: &Subject<'_>, category: &str, plugins: &[&Plugin]) -> Option<Diagnostic> {
    let first = plugins.first()?;
    let here = subject.line(first.path.origin)?;
    let message = match plugins {
        [only] => {
            format!("no verification rule is for plugin `{}`, which lies in `{}`", only.name.value, only.package())
        }
        _ => format!("no verification rule is for several plugins of category `{category}`"),
    };
    let mut problem = RULE.at(here, message);
    let second = plugins.get(1).and_then(|plugin| subject.line(plugin.path.origin));
    if let Some(place) = second.filter(|place| *place != here) {
        problem = problem.related(place, "nor for this one");
    }
    let rule = subject.platform.plugin_security.rules.last()?;
    if let Some(place) = subject.line(rule.pattern.origin) {
        problem = problem.related(place, "the rules, none of which fits");
    }
    let folder = match first.package().split('/').take(2).collect::<Vec<_>>().as_slice() {
        [root, second] => format!("{root}/{second}/*"),
        _ => first.package(),
    };
    let problem = problem.why("neither trust nor a signature is asked of it: whatever lies there is loaded");
    Some(problem.help(format!(
        "add a rule: `{{ pluginPattern: {folder}, requiredTrustLevel: {category}, requireSignature: true }}`"
    )))
}
