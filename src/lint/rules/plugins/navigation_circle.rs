//! Entries of the navigation that stand below themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::pages::entries;
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::composition::Composition;
use crate::source::Span;

rule! {
    /// Entries of the navigation stand below each other in a circle.
    ///
    /// ## What it does
    ///
    /// Follows the `parent` of each entry, those of the composition and those of its running plugins.
    ///
    /// ## Why it matters
    ///
    /// None of them has a place below the top, so no page shows them.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// compositions:
    ///   pages:
    ///     web:
    ///       navigation:
    ///         alerts: { title: Alerts, url: /web/alerts, parent: rules }
    ///         rules: { title: Rules, url: /web/rules, parent: alerts }
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
    ///         rules: { title: Rules, url: /web/rules, parent: alerts }
    /// ```
    ///
    /// ## Source
    ///
    /// DetectViz, Composable architecture, web UI.
    pub(super) static RULE = Kind::new("navigation-circle", "DV1913"), Plugins, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for composition in &subject.platform.compositions {
        let parents = parents(subject, composition);
        let mut done = BTreeSet::new();
        for start in parents.keys().copied() {
            if let Some(circle) = circle(&parents, start, &mut done) {
                out.extend(finding(composition, &circle));
            }
        }
    }
}

/// Returns the entries that stand below others: the name of each, and the line that says below which.
fn parents<'a>(subject: &Subject<'a>, composition: &'a Composition) -> BTreeMap<&'a str, (&'a str, Span)> {
    let all = entries(subject, composition).into_iter().map(|entry| (&**entry.id, entry.node));
    all.filter_map(|(id, node)| node.parent.get().map(|parent| (id, (&*parent.value, parent.span)))).collect()
}

/// Returns a circle that an entry leads into, if none of it has been seen.
fn circle<'a>(
    parents: &BTreeMap<&'a str, (&'a str, Span)>,
    start: &'a str,
    done: &mut BTreeSet<&'a str>,
) -> Option<Vec<(&'a str, Span)>> {
    let mut way: Vec<(&str, Span)> = Vec::new();
    let mut at = start;
    while let Some((parent, span)) = parents.get(at) {
        if let Some(first) = way.iter().position(|(name, _)| *name == at) {
            return Some(way.split_off(first));
        }
        if !done.insert(at) {
            return None;
        }
        way.push((at, *span));
        at = parent;
    }
    None
}

fn finding(composition: &Composition, circle: &[(&str, Span)]) -> Option<Diagnostic> {
    let ((_, first), rest) = circle.split_first()?;
    let mut names: Vec<String> = circle.iter().map(|(name, _)| format!("`{name}`")).collect();
    names.extend(names.first().cloned());
    let name = &composition.name.value;
    let message = match rest {
        [] => format!("entry {} of `{name}` stands below itself", names.first()?),
        _ => format!("entries of `{name}` stand below each other in a circle: {}", names.join(" → ")),
    };
    let problem = rest.iter().fold(RULE.at(*first, message), |problem, (_, span)| problem.related(*span, "and so on"));
    Some(problem.why("none of them has a place below the top, so no page shows them").help("take one `parent` away"))
}
