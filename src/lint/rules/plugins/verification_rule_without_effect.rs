//! Verification rules that verify nothing.

use super::patterns::{may_wait, meant};
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::plugin::VerificationRule;

rule! {
    /// A verification rule fits no plugin, or asks nothing of those that it fits.
    ///
    /// ## What it does
    ///
    /// Compares the patterns of `pluginSecurity.verificationRules` with the paths of all plugins, from the root of the code.
    /// A `*` at the end stands for all that is below; the folder of a category, `plugins/custom/*`, may be empty still. A rule
    /// asks for something when it names a level of trust, requires a signature, or does not take one that nobody vouches for.
    ///
    /// ## Why it matters
    ///
    /// The rule looks like a lock and is none: plugins that it was written for are loaded without it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// pluginSecurity:
    ///   verificationRules: [{ pluginPattern: plugins/comunity/*, requiredTrustLevel: community }]
    /// plugins:
    ///   slack: { path: community/slack, version: 1.0.0, type: integration }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// pluginSecurity:
    ///   verificationRules: [{ pluginPattern: plugins/community/*, requiredTrustLevel: community }]
    /// plugins:
    ///   slack: { path: community/slack, version: 1.0.0, type: integration }
    /// ```
    ///
    /// ## Source
    ///
    /// DetectViz, Composable architecture, sources of plugins.
    pub(super) static RULE = Kind::new("verification-rule-without-effect", "DV1915"), Plugins, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    for rule in &platform.plugin_security.rules {
        let fits = may_wait(&rule.pattern.value) || platform.plugins.iter().any(|plugin| rule.is_for(plugin));
        let problem = if fits || !platform.plugin_security.catalogue_complete {
            (!rule.asks()).then(|| nothing(subject, rule))
        } else {
            Some(nobody(subject, rule))
        };
        out.extend(problem.flatten());
    }
}

fn nobody(subject: &Subject<'_>, rule: &VerificationRule) -> Option<Diagnostic> {
    let pattern = &rule.pattern.value;
    let here = subject.line(rule.pattern.origin)?;
    let problem = RULE.at(here, format!("no plugin lies in `{pattern}`, so the rule verifies nothing"));
    let problem = problem.why("what it was written for is loaded without being looked at");
    Some(match meant(&subject.platform.plugins, pattern) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("write a folder of plugins, from the root of the code, or remove the rule"),
    })
}

fn nothing(subject: &Subject<'_>, rule: &VerificationRule) -> Option<Diagnostic> {
    let here = subject.line(rule.pattern.origin)?;
    let message = format!("the rule for `{}` asks nothing of its plugins", rule.pattern.value);
    let problem = RULE.at(here, message).why("they are loaded as if there were no rule");
    Some(problem.help("write `requiredTrustLevel: …` or `requireSignature: true`, or remove the rule"))
}
