//! Permissions of pages that nobody has.

use std::collections::BTreeSet;

use super::pages::{Entry, entries};
use crate::diag::{Diagnostic, Kind, is_slip, nearest};
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
    /// `web.roles`. A role that has nearly what entries ask for, but for a slip of the pen, is reported too.
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
        let mut wanted = BTreeSet::new();
        for Entry { id, node, .. } in entries(subject, composition) {
            let Some(asked) = node.permission.get() else { continue };
            wanted.insert(asked.value.0.clone());
            if !granted.contains(&*asked.value.0) {
                out.push(finding(composition, id, asked, &granted));
            }
        }
        // What roles lack of the entries has been said; here a role has nearly what another one has.
        let had: BTreeSet<&str> = wanted.iter().map(|name| &**name).filter(|name| granted.contains(name)).collect();
        for (role, named) in roles {
            let all = named.value.iter().flat_map(|role| &role.value).filter_map(Field::get);
            for given in all.filter(|given| !wanted.contains(&given.value.0)) {
                let near = nearest(&given.value.0, had.iter().copied()).filter(|near| is_slip(&given.value.0, near));
                out.extend(near.map(|near| misspelt(role, given, near)));
            }
        }
    }
}

fn misspelt(role: &str, given: &Spanned<PagePermission>, near: &str) -> Diagnostic {
    let message = format!("role `{role}` has `{}`, which nothing asks for", given.value.0);
    RULE.at(given.span, message)
        .why("who has the role does not see the entries that ask for the other one")
        .help(format!("did you mean `{near}`?"))
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
