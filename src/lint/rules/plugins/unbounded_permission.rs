//! Permissions without bounds.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::plugin::{Permission, Plugin};
use crate::source::OriginId;
use crate::spec::plugin::TrustLevel;

rule! {
    /// A plugin that is not fully trusted may do something everywhere.
    ///
    /// ## What it does
    ///
    /// Looks at the permissions of plugins that are trusted as `community` or `custom`: one without a `scope` whose
    /// resource is a bare scheme, and scopes of `*` and `/`.
    ///
    /// ## Why it matters
    ///
    /// A plugin that may write everywhere can write its own configuration, and one that may connect anywhere can send what
    /// it reads anywhere.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// plugins:
    ///   csv: { path: community/csv, version: 1.0.0, type: importer, permissions: [{ action: read, resource: "file://" }] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// plugins:
    ///   csv:
    ///     path: community/csv
    ///     version: 1.0.0
    ///     type: importer
    ///     permissions: [{ action: read, resource: "file://", scope: [/var/lib/import] }]
    /// ```
    ///
    /// ## Source
    ///
    /// DetectViz, Composable architecture, permissions of plugins.
    pub(super) static RULE = Kind::new("unbounded-permission", "DV1906"), Plugins, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let strangers = |plugin: &&Plugin| matches!(plugin.trust.value, TrustLevel::Community | TrustLevel::Custom);
    for plugin in subject.platform.plugins.iter().filter(strangers) {
        for permission in &plugin.permissions {
            let bare = permission.resource.value.ends_with("://");
            let wide = permission.scope.iter().find(|scope| matches!(&*scope.value, "*" | "/" | "**"));
            if let Some(scope) = wide {
                out.extend(finding(subject, plugin, permission, scope.origin));
            } else if bare && permission.scope.is_empty() {
                out.extend(finding(subject, plugin, permission, permission.resource.origin));
            }
        }
    }
}

fn finding(subject: &Subject<'_>, plugin: &Plugin, permission: &Permission, at: OriginId) -> Option<Diagnostic> {
    let here = subject.line(at)?;
    let (action, resource) = (permission.action.value.word(), &permission.resource.value);
    let message = format!("plugin `{}` may `{action}` all of `{resource}`", plugin.name.value);
    let problem = RULE.at(here, message).why(format!("it is trusted as `{}` only", plugin.trust.value.word()));
    let example = if resource.starts_with("file") { "[/var/lib/detectviz/import]" } else { "[api.example.org]" };
    Some(problem.help(format!("name what it needs: `scope: {example}`")))
}
