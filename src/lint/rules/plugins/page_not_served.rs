//! Entries of the navigation that lead nowhere.

use super::pages::{Entry, entries, plugins, serves};
use crate::diag::{Diagnostic, Kind, is_slip, nearest};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::composition::Composition;
use crate::spec::composition::PagePath;
use crate::yaml::Field;

rule! {
    /// An entry of the navigation leads to a page that nothing serves.
    ///
    /// ## What it does
    ///
    /// Looks at entries whose `url` is a path. Pages are served by the running plugins (their `routes`, or where they have
    /// none what their own entries lead to) and by the framework itself (`web.pages`). Where a composition does not say which
    /// pages the framework has, only paths are reported that a plugin serves which does not run, or that are nearly those of a
    /// page; entries of a plugin that has `routes` are held against these.
    ///
    /// ## Why it matters
    ///
    /// Whoever follows the entry sees an error, and the page that was meant cannot be found.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// compositions:
    ///   pages:
    ///     web:
    ///       pages: [/web/alerts/status]
    ///       navigation: { alerts: { title: Alerts, url: /web/alert/status } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// compositions:
    ///   pages:
    ///     web:
    ///       pages: [/web/alerts/status]
    ///       navigation: { alerts: { title: Alerts, url: /web/alerts/status } }
    /// ```
    ///
    /// ## Source
    ///
    /// DetectViz, Composable architecture, web UI.
    pub(super) static RULE = Kind::new("page-not-served", "DV1920"), Plugins, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for composition in &subject.platform.compositions {
        let pages = composition.written.web.value().map(|web| &web.pages);
        if pages.is_some_and(Field::is_broken) {
            continue;
        }
        let own: Option<Vec<&PagePath>> =
            pages.and_then(Field::value).map(|all| all.iter().filter_map(Field::value).collect());
        for entry in entries(subject, composition) {
            out.extend(judge(subject, composition, own.as_deref(), entry));
        }
    }
}

fn judge<'a>(
    subject: &Subject<'a>,
    composition: &'a Composition,
    own: Option<&[&'a PagePath]>,
    entry: Entry<'a>,
) -> Option<Diagnostic> {
    let url = entry.node.url.get()?;
    let path = url.value.path()?;
    let of_framework = own.into_iter().flatten().any(|page| page.holds(path));
    if of_framework || plugins(subject, composition).any(|plugin| serves(plugin, path)) {
        return None;
    }
    let at = |message: String| {
        let problem = RULE.at(url.span, message);
        problem.why("whoever follows the entry sees an error")
    };
    let (id, name) = (entry.id, &composition.name.value);
    // A plugin that has the page and does not run is the cause.
    if let Some(plugin) = subject.platform.plugins.iter().find(|plugin| serves(plugin, path)) {
        let by = &plugin.name.value;
        let mut problem = at(format!("entry `{id}` of `{name}` leads to a page of `{by}`, which does not run there"));
        if let Some(place) = subject.line(plugin.name.origin) {
            problem = problem.related(place, format!("`{by}` serves `{path}`"));
        }
        return Some(problem.help(format!("add `{by}` to the plugins of the composition, or remove the entry")));
    }
    let known = known(subject, composition, own);
    let near = nearest(path, known.iter().copied()).filter(|near| is_slip(path, near));
    // Of what says nothing about its pages nothing is known.
    let said = own.is_some() || entry.plugin.is_some_and(|plugin| !plugin.routes.is_empty());
    if near.is_none() && !said {
        return None;
    }
    let problem = at(format!("entry `{id}` of `{name}` leads to `{path}`, which nothing serves"));
    Some(match (near, entry.plugin) {
        (Some(near), None) => problem
            .help(format!("did you mean `{near}`?"))
            .help("or add it to `web.pages`, if it is a page of the framework"),
        (Some(near), Some(_)) => problem.help(format!("did you mean `{near}`?")),
        (None, Some(plugin)) => {
            problem.help(format!("add it to `routes` of `{}`, if its code does", plugin.name.value))
        }
        (None, None) => {
            problem.help("lead to a page of a plugin that runs, or add it to `web.pages` if the framework has it")
        }
    })
}

/// Returns the pages that are known by their whole paths.
fn known<'a>(subject: &Subject<'a>, composition: &'a Composition, own: Option<&[&'a PagePath]>) -> Vec<&'a str> {
    let mut all: Vec<&str> = own.into_iter().flatten().map(|page| &*page.0).collect();
    for plugin in plugins(subject, composition) {
        all.extend(plugin.routes.iter().map(|route| &*route.value.0));
        if plugin.routes.is_empty() {
            all.extend(plugin.navigation.iter().filter_map(|(_, node)| node.url.value()?.path()));
        }
    }
    all.retain(|path| !path.contains([':', '*']));
    all
}
