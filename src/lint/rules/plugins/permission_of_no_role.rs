//! Permissions of pages that nobody has.

use std::collections::BTreeSet;

use crate::diag::{Diagnostic, Kind, nearest};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::composition::Composition;
use crate::source::Spanned;
use crate::spec::composition::PagePermission;
use crate::yaml::Field;

rule! {
    /// An entry of the navigation asks for a permission that no role has.
    ///
    /// ## What it does
    ///
    /// Compares the permissions of navigation entries, those of the composition and of its running plugins, with
    /// `web.roles`.
    ///
    /// ## Why it matters
    ///
    /// Nobody ever sees the entry.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// compositions:
    ///   pages:
    ///     version: 1.0.0
    ///     web:
    ///       roles: { admin: [dashboard.view] }
    ///       navigation: { dashboard: { title: Dashboard, url: /web/dashboard, permission: dashboards.view } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// compositions:
    ///   pages:
    ///     version: 1.0.0
    ///     web:
    ///       roles: { admin: [dashboard.view] }
    ///       navigation: { dashboard: { title: Dashboard, url: /web/dashboard, permission: dashboard.view } }
    /// ```
    ///
    /// ## Source
    ///
    /// DetectViz, Composable architecture, web UI.
    pub(super) static RULE = Kind::new("page-permission-of-no-role", "DV1908"), Plugins, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for composition in &subject.platform.compositions {
        let Some(web) = composition.written.web.value() else { continue };
        let Some(roles) = web.roles.value() else { continue };
        let granted = roles.values().filter_map(|role| role.value.as_ref()).flat_map(|role| &role.value);
        let granted: BTreeSet<&str> = granted.filter_map(Field::value).map(|permission| &*permission.0).collect();
        let own = web.navigation.value().into_iter().flatten();
        let own = own.filter_map(|(id, named)| Some((id, &named.value.as_ref()?.value)));
        let of_plugins = composition.running().filter_map(|(_, member)| subject.platform.plugins.get(member.plugin.0));
        let of_plugins = of_plugins.flat_map(|plugin| &plugin.navigation).map(|(id, node)| (&id.value, node));
        for (id, node) in own.chain(of_plugins) {
            let Some(asked) = node.permission.get() else { continue };
            if !granted.contains(&*asked.value.0) {
                out.push(finding(composition, id, asked, &granted));
            }
        }
    }
}

fn finding(
    composition: &Composition,
    id: &str,
    asked: &Spanned<PagePermission>,
    granted: &BTreeSet<&str>,
) -> Diagnostic {
    let (wanted, name) = (&asked.value.0, &composition.name.value);
    let problem = RULE.at(asked.span, format!("no role of `{name}` has `{wanted}`, which entry `{id}` asks for"));
    let problem = problem.why("nobody ever sees the entry");
    match nearest(wanted, granted.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("give it to a role of `web.roles`"),
    }
}
