//! The queries of the platform: those of `alerts`, and those that people wrote into manifests and Helm values.

use super::alerted::{list, text};
use crate::lint::facts::ComponentFacts;
use crate::lint::subject::Subject;
use crate::source::Span;
use crate::spec::FlowKind;
use crate::template::Data;

/// A query that somebody wrote.
pub(super) struct Written<'a> {
    /// The alert, or the series that is recorded.
    pub(super) name: &'a str,
    /// The query.
    pub(super) expr: &'a str,
    /// Its line.
    pub(super) span: Span,
    /// Whether it is one over logs.
    pub(super) logs: bool,
    /// What it was found in, unless it is one of `alerts`.
    pub(super) facts: Option<&'a ComponentFacts>,
}

/// Returns the queries, those of `alerts` first.
pub(super) fn queries<'a>(subject: &Subject<'a>) -> Vec<Written<'a>> {
    let mut all = Vec::new();
    let groups = subject.platform.alerts.as_ref().map_or(&[][..], |alerts| list(&alerts.data, "groups"));
    for group in groups {
        let logs = over_logs(subject, group);
        for rule in ["records", "rules"].into_iter().flat_map(|name| list(group, name)) {
            let Some((query, name)) = rule.get("expr").zip(text(rule, "name")) else { continue };
            let Some((span, expr)) = subject.line(query.origin).zip(query.as_str()) else { continue };
            all.push(Written { name, expr, span, logs, facts: None });
        }
    }
    for facts in subject.facts {
        all.extend(facts.queries.iter().map(|query| Written {
            name: &query.name,
            expr: &query.expr,
            span: query.span,
            logs: false,
            facts: Some(facts),
        }));
    }
    all
}

/// Returns whether a group is judged by what keeps logs.
fn over_logs(subject: &Subject<'_>, group: &Data) -> bool {
    let judge = text(group, "by").and_then(|name| subject.platform.component(name));
    judge.is_some_and(|judge| {
        let serve = judge.serves.get(&FlowKind::Query).and_then(|serve| serve.datasource.as_ref());
        serve.is_none_or(|kind| &*kind.value != "prometheus")
    }) || judge.is_none() && text(group, "by").is_some()
}
