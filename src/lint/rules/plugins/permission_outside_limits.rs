//! Permissions that the limits of a composition take away.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Text;
use crate::model::composition::{Composition, Member};
use crate::model::plugin::{Plugin, is_below};
use crate::source::Span;
use crate::spec::plugin::{Action, Limits};
use crate::yaml::Field;

rule! {
    /// The limits of a plugin forbid what the plugin works with.
    ///
    /// ## What it does
    ///
    /// Compares the scope of the permissions of plugins that run with their limits, those of the composition or else their
    /// own: a host that is among the `blockedHosts`, a path that is below none of the `allowedPaths`.
    ///
    /// ## Why it matters
    ///
    /// The plugin starts and is healthy, and whatever it does is refused.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// plugins:
    ///   scraper:
    ///     path: community/scraper
    ///     version: 1.0.0
    ///     type: importer
    ///     permissions: [{ action: network, resource: "http://", scope: [metrics.example.org] }]
    /// compositions:
    ///   watch: { plugins: [scraper], limits: { scraper: { blockedHosts: [metrics.example.org] } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// plugins:
    ///   scraper:
    ///     path: community/scraper
    ///     version: 1.0.0
    ///     type: importer
    ///     permissions: [{ action: network, resource: "http://", scope: [metrics.example.org] }]
    /// compositions:
    ///   watch: { plugins: [scraper], limits: { scraper: { blockedHosts: [metadata.google.internal] } } }
    /// ```
    ///
    /// ## Source
    ///
    /// DetectViz, Composable architecture, permissions and limits of plugins.
    pub(super) static RULE = Kind::new("permission-outside-limits", "DV1914"), Plugins, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for composition in &subject.platform.compositions {
        for (_, member) in composition.running() {
            let Some(plugin) = subject.platform.plugins.get(member.plugin.0) else { continue };
            let Some(limits) = limits(composition, member, plugin) else { continue };
            for permission in &plugin.permissions {
                let found = permission.scope.iter().filter_map(|scope| match permission.action.value {
                    Action::Network => blocked(limits, scope).map(|span| (scope, span, true)),
                    _ if permission.resource.value.starts_with("file://") => {
                        outside(limits, scope).map(|span| (scope, span, false))
                    }
                    _ => None,
                });
                out.extend(found.filter_map(|found| finding(subject, plugin, found)));
            }
        }
    }
}

/// Returns what a plugin may use at most.
fn limits<'a>(composition: &'a Composition, member: &Member, plugin: &'a Plugin) -> Option<&'a Limits> {
    let own = composition.written.limits.value().into_iter().flatten();
    let mut own = own.filter(|(name, _)| composition.called(name) == &*member.name.value);
    let own = own.find_map(|(_, named)| Some(&named.value.as_ref()?.value));
    own.or_else(|| plugin.limits.as_ref().map(|limits| &limits.value))
}

/// Returns the line that blocks a host.
fn blocked(limits: &Limits, host: &Text) -> Option<Span> {
    let hosts = limits.blocked_hosts.value().into_iter().flatten().filter_map(Field::get);
    hosts.into_iter().find(|blocked| *blocked.value.0 == *host.value).map(|blocked| blocked.span)
}

/// Returns the line of the paths, if none of them is a path or around it.
fn outside(limits: &Limits, path: &Text) -> Option<Span> {
    let allowed = limits.allowed_paths.get()?;
    let around = |folder: &Field<crate::spec::scalars::MachinePath>| {
        folder.value().is_none_or(|folder| is_below(&path.value, &folder.0))
    };
    (!allowed.value.iter().any(around)).then_some(allowed.span)
}

fn finding(subject: &Subject<'_>, plugin: &Plugin, (scope, span, is_host): (&Text, Span, bool)) -> Option<Diagnostic> {
    let (name, what) = (&plugin.name.value, &scope.value);
    let message = if is_host {
        format!("plugin `{name}` works with `{what}`, and may not connect to it")
    } else {
        format!("plugin `{name}` works with `{what}`, which lies in no folder that it may open")
    };
    let problem = RULE.at(span, message).related(subject.line(scope.origin)?, "what it is for");
    let problem = problem.why("it starts and is healthy, and whatever it does is refused");
    Some(problem.help(if is_host {
        "take the host out of `blockedHosts`, or leave the plugin out of the composition"
    } else {
        "add the folder to `allowedPaths`, or leave the plugin out of the composition"
    }))
}
