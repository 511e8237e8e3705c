//! Entries of the navigation that lead to one page.

use std::collections::BTreeMap;

use super::pages::{Entry, entries};
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::composition::Composition;

rule! {
    /// Two entries of the navigation lead to one page.
    ///
    /// ## What it does
    ///
    /// Compares the `url` of the entries of each composition, its own and those of its running plugins.
    ///
    /// ## Why it matters
    ///
    /// One of the two was meant to lead somewhere else, most often after it was copied: that page cannot be reached. Where they
    /// ask for different permissions, who may not see the one sees the other.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// compositions:
    ///   pages:
    ///     web:
    ///       navigation:
    ///         alerts: { title: Alerts, url: /web/alerts }
    ///         rules: { title: Rules, url: /web/alerts }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// compositions:
    ///   pages:
    ///     web:
    ///       navigation:
    ///         alerts: { title: Alerts, url: /web/alerts }
    ///         rules: { title: Rules, url: /web/rules }
    /// ```
    ///
    /// ## Source
    ///
    /// DetectViz, Composable architecture, web UI.
    pub(super) static RULE = Kind::new("navigation-url-twice", "DV1919"), Plugins, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for composition in &subject.platform.compositions {
        let mut seen = BTreeMap::<&str, Entry<'_>>::new();
        // What a plugin brings was there before what the composition adds.
        let mut all = entries(subject, composition);
        all.sort_by_key(|entry| (entry.plugin.is_none(), entry.id.clone()));
        for entry in all {
            let Some(url) = entry.node.url.value() else { continue };
            let page = match url.0.trim_end_matches('/') {
                "" => "/",
                page => page,
            };
            // Of two entries with one name it has been said already.
            match seen.get(page) {
                Some(first) if first.id != entry.id => out.extend(finding(composition, *first, entry)),
                Some(_) => {}
                None => {
                    seen.insert(page, entry);
                }
            }
        }
    }
}

fn finding(composition: &Composition, first: Entry<'_>, second: Entry<'_>) -> Option<Diagnostic> {
    let (there, here) = (first.node.url.get()?, second.node.url.get()?);
    let message = format!(
        "entries `{}` and `{}` of `{}` lead to one page, `{}`",
        first.id, second.id, composition.name.value, here.value.0
    );
    let text = first.plugin.map_or_else(
        || format!("entry `{}`", first.id),
        |plugin| format!("entry `{}`, of plugin `{}`", first.id, plugin.name.value),
    );
    let problem = RULE.at(here.span, message).related(there.span, text);
    let permission = |entry: Entry<'_>| entry.node.permission.value().map(|permission| permission.0.clone());
    let problem = if permission(first) == permission(second) {
        problem.why("the page that one of them was meant for cannot be reached")
    } else {
        problem.why("they ask for different permissions: who may not see the one sees the page by the other")
    };
    Some(problem.help("let one of them lead to its own page, or remove it"))
}
