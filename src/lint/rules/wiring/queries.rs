//! The queries of the platform: those of `alerts`, and those that people wrote into manifests and Helm values.

use super::alerted::{list, text};
use crate::lint::facts::ComponentFacts;
use crate::lint::subject::Subject;
use crate::source::Span;
use crate::spec::FlowKind;
use crate::template::{Data, DataMap};

/// A query that somebody wrote.
pub(super) struct Written<'a> {
    /// The alert, or the series that is recorded.
    pub(super) name: &'a str,
    /// The query.
    pub(super) expr: &'a str,
    /// Its line.
    pub(super) span: Span,
    /// The annotations and labels, each with its line.
    pub(super) texts: Vec<(&'a str, Span)>,
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
            all.push(Written { name, expr, span, texts: texts(subject, rule), logs, facts: None });
        }
    }
    for facts in subject.facts {
        all.extend(facts.queries.iter().map(|query| Written {
            name: &query.name,
            expr: &query.expr,
            span: query.span,
            texts: query.texts.iter().map(|(text, span)| (&**text, *span)).collect(),
            logs: query.logs,
            facts: Some(facts),
        }));
    }
    all
}

fn texts<'a>(subject: &Subject<'a>, rule: &'a Data) -> Vec<(&'a str, Span)> {
    // Labels of what is recorded are taken as they are.
    let names = ["annotations", "labels"].into_iter().filter(|_| rule.get("annotations").is_some());
    let all = names.filter_map(|name| rule.get(name).and_then(Data::as_map)).flat_map(DataMap::iter);
    all.filter_map(|(_, text)| Some((&**text.as_str()?, subject.line(text.origin)?))).collect()
}

/// Returns whether a group is judged by what keeps logs.
fn over_logs(subject: &Subject<'_>, group: &Data) -> bool {
    let judge = text(group, "by").and_then(|name| subject.platform.component(name));
    judge.is_some_and(|judge| {
        let serve = judge.serves.get(&FlowKind::Query).and_then(|serve| serve.datasource.as_ref());
        serve.is_none_or(|kind| &*kind.value != "prometheus")
    }) || judge.is_none() && text(group, "by").is_some()
}
