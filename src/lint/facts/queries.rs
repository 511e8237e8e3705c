//! Rules of Prometheus in manifests and Helm values, and how often samples are taken.

use std::sync::Arc;

use super::{ComponentFacts, Place};
use crate::doc::{Doc, Map};
use crate::source::Span;
use crate::spec::scalars::Duration;

/// The query of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryFact {
    /// The name of the alert, or of the series that is recorded.
    pub name: Arc<str>,
    /// The query.
    pub expr: Arc<str>,
    /// Whether it is one over logs: Loki reads rules of the same form, out of the same objects where Alloy brings them.
    pub logs: bool,
    /// Its line.
    pub span: Span,
    /// The annotations and labels of an alert, each with its line.
    pub texts: Vec<(Arc<str>, Span)>,
}

/// Keys under which somebody says how often samples are taken.
pub(super) const INTERVALS: [&str; 3] = ["interval", "scrapeInterval", "scrape_interval"];

/// Keeps the query of a rule that somebody wrote for Prometheus.
pub(super) fn collect(place: &Place<'_>, facts: &mut ComponentFacts) {
    let times = INTERVALS.iter().filter_map(|key| Duration::parse(&place.map.get(key)?.as_str()?.into()));
    let least = times.map(|time| time.milliseconds).filter(|time| *time > 0).chain(facts.interval).min();
    facts.interval = least;
    let Some(expr) = place.map.get("expr").filter(|expr| place.document.is_written(expr.origin)) else { return };
    let name = ["alert", "record"].into_iter().find_map(|key| place.map.get(key)?.as_str());
    let Some((name, text)) =
        name.zip(expr.as_str()).filter(|(_, text)| is_for_prometheus(place) && !text.contains("{{"))
    else {
        return;
    };
    if let Some(span) = place.document.line(expr.origin) {
        let names = ["annotations", "labels"].into_iter().filter(|_| place.map.get("alert").is_some());
        let texts = names.filter_map(|name| place.map.get(name).and_then(Doc::as_map)).flat_map(Map::iter);
        let texts = texts.filter_map(|(_, text)| Some((text.as_str()?.into(), place.document.line(text.origin)?)));
        let (logs, texts) = (is_over_logs(text), texts.collect());
        facts.queries.push(QueryFact { name: name.into(), expr: text.into(), logs, span, texts });
    }
}

/// Returns whether a query is one over logs: only these have stages and filters, `|` and `{…} != "…"`, outside of texts.
fn is_over_logs(query: &str) -> bool {
    let (mut rest, mut before) = (query, None);
    while let Some(c) = rest.chars().next() {
        let behind = rest.get(c.len_utf8()..).unwrap_or_default();
        rest = match c {
            '|' => return true,
            '"' | '\'' | '`' => behind_text(behind, c),
            '#' => behind.find('\n').and_then(|end| behind.get(end..)).unwrap_or_default(),
            '!' if before == Some('}') => {
                let filter = behind.strip_prefix(['=', '~']).unwrap_or_default();
                if filter.trim_start().starts_with(['"', '`']) {
                    return true;
                }
                behind
            }
            _ => behind,
        };
        before = if c.is_whitespace() { before } else { Some(c) };
    }
    false
}

/// Returns what stands behind a text that is closed by a sign.
fn behind_text(text: &str, close: char) -> &str {
    let mut escaped = false;
    let end = text.char_indices().find(|(_, c)| {
        let ends = *c == close && !escaped;
        escaped = *c == '\\' && !escaped && close != '`';
        ends
    });
    end.and_then(|(at, _)| text.get(at + 1..)).unwrap_or_default()
}

/// Loki has rules of the same form, with queries of its own.
fn is_for_prometheus(place: &Place<'_>) -> bool {
    if place.document.is_object() {
        return place.document.doc.at(&["kind"]).and_then(Doc::as_str) == Some("PrometheusRule");
    }
    place
        .keys
        .iter()
        .any(|key| key.contains("rometheus") || *key == "alerting_rules.yml" || *key == "recording_rules.yml")
}

#[cfg(test)]
mod tests {
    use super::is_over_logs;

    #[test]
    fn queries_over_logs_have_stages_and_filters() {
        let logs = [
            r#"sum(rate({app="web"} |= "error" [5m])) > 1"#,
            r#"count_over_time({app="web"} != "debug" [5m])"#,
            "rate({app=`web`} | json [5m])",
        ];
        for query in logs {
            assert!(is_over_logs(query), "{query}");
        }
        let metrics = [
            r#"rate(http_errors_total{path=~"/a|/b", x!="y"}[5m]) > 1"#,
            r"a{b='c\'|d'} != 1 # a | b",
            r#"up{job="web"} != on (job) b"#,
            r#"label_replace(a, "b", "x|y", "c", `d|e`)"#,
        ];
        for query in metrics {
            assert!(!is_over_logs(query), "{query}");
        }
    }
}
