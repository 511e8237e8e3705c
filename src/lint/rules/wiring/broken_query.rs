//! Queries and texts of alerts that cannot be read.

use super::alerted::{list, text};
use super::queries::{Written, queries};
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::lint::{gotext, promql};
use crate::model::regex_fault;
use crate::source::Span;

rule! {
    /// The query or a text of an alert cannot be read.
    ///
    /// ## What it does
    ///
    /// Reads the queries of alerts and recording rules: those of `alerts`, of each PrometheusRule in `manifests`, and of rules for
    /// Prometheus in `values`. Brackets and texts have to be closed, operators to stand between values, labels to have values;
    /// `rate` and its kin take samples over some time, and all others values. Of queries over logs only brackets, texts,
    /// operators and regular expressions are looked at. What annotations and labels fill in, `{{ … }}`, has to be closed, and to
    /// name functions and variables that Prometheus has. So have the series of tests and their values.
    ///
    /// ## Why it matters
    ///
    /// Prometheus takes no file with such a rule in it: after a restart it does not come up, and nothing is watched.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// alerts: { groups: { machines: { rules: { Busy: { expr: "avg(rate(node_cpu_seconds_total[5m]) > 0.9" } } } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// alerts: { groups: { machines: { rules: { Busy: { expr: "avg(rate(node_cpu_seconds_total[5m])) > 0.9" } } } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Prometheus, Querying basics; Loki, LogQL.
    pub(super) static RULE = Kind::new("broken-query", "DV1473"), Wiring, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let fault_of =
        |query: &Written<'_>| if query.logs { read(query.expr) } else { promql::read(query.expr).map(|_| ()) };
    for query in queries(subject) {
        let mut all: Vec<Diagnostic> = query.texts.iter().filter_map(|text| of_text(&query, text)).collect();
        if let Err(fault) = fault_of(&query) {
            let problem = RULE.at(query.span, format!("the query of `{}` cannot be read: {fault}", query.name));
            all.push(problem.why("no file with such a rule is taken, and nothing of it is watched"));
        }
        let about = |problem| query.facts.into_iter().fold(problem, |problem, facts| subject.about(facts, problem));
        out.extend(all.into_iter().map(about));
    }
    of_tests(subject, out);
}

/// Judges the series of tests: `promtool` runs none of them otherwise.
fn of_tests(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let tests = subject.platform.alerts.as_ref().map_or(&[][..], |alerts| list(&alerts.data, "tests"));
    for test in tests {
        let name = text(test, "name").unwrap_or_default();
        for series in list(test, "series") {
            let written =
                |field: &str| series.get(field).and_then(|data| Some((data.as_str()?, subject.line(data.origin)?)));
            let selected =
                written("series").and_then(|(text, span)| Some((promql::read(text).err()?, "a series", span)));
            let values = written("values").and_then(|(text, span)| Some((promql::values(text)?, "values", span)));
            for (fault, what, span) in selected.into_iter().chain(values) {
                let problem = RULE.at(span, format!("{what} of the test `{name}` cannot be read: {fault}"));
                out.push(problem.why("no test of the file is run, so the playbook stops before anything is restarted"));
            }
        }
    }
}

/// Judges an annotation or a label.
fn of_text(query: &Written<'_>, (text, span): &(&str, Span)) -> Option<Diagnostic> {
    let fault = gotext::fault(text)?;
    let message = format!("a text of `{}` cannot be filled in: {}", query.name, fault.what);
    let problem = RULE.at(*span, message).why("no file with such a rule is taken, and nothing of it is watched");
    Some(fault.meant.into_iter().fold(problem, Diagnostic::help))
}

/// Returns what is wrong with a query over logs, if that shows in its brackets, texts and operators.
fn read(query: &str) -> Result<(), String> {
    let (mut open, mut operator) = (Vec::new(), None::<String>);
    let (mut rest, mut before) = (query, "");
    while let Some(c) = rest.chars().next() {
        let length = token(rest, c)?;
        let (word, behind) = rest.split_at(length.min(rest.len()));
        rest = behind;
        if matches!(c, '"' | '\'' | '`') && (before.ends_with('~') || before == "regexp") {
            regex(word)?;
        }
        before = if c.is_whitespace() { before } else { word };
        match c {
            c if c.is_whitespace() || c == '#' => continue,
            '(' | '[' | '{' => open.push(c),
            ')' | ']' | '}' => {
                let wanted = match c {
                    ')' => '(',
                    ']' => '[',
                    _ => '{',
                };
                if open.pop() != Some(wanted) {
                    return Err(format!("`{c}` closes nothing"));
                }
            }
            _ => {}
        }
        if open.last().is_some_and(|last| *last != '(') {
            operator = None;
            continue;
        }
        let binary = matches!(c, '*' | '/' | '%' | '^' | '=' | '!' | '<' | '>');
        match (&operator, binary) {
            (Some(first), true) => return Err(format!("`{word}` follows upon `{first}`")),
            (_, true) => operator = Some(word.to_owned()),
            // A sign may stand before a value, and `bool` belongs to its operator.
            (Some(_), false) if matches!(c, '+' | '-') || word == "bool" => {}
            (Some(first), false) if c == ')' || c == ',' => return Err(format!("nothing follows upon `{first}`")),
            _ => operator = None,
        }
    }
    match (open.last(), operator) {
        (Some(bracket), _) => Err(format!("`{bracket}` is not closed")),
        (None, Some(operator)) => Err(format!("nothing follows upon `{operator}`")),
        (None, None) if query.trim().is_empty() => Err("it is empty".to_owned()),
        (None, None) => Ok(()),
    }
}

/// Says what is wrong with a regular expression in its quotes.
fn regex(quoted: &str) -> Result<(), String> {
    match regex_fault(&promql::unquoted(quoted)) {
        Some(fault) => Err(format!("{quoted} is no regular expression: {fault}")),
        None => Ok(()),
    }
}

/// Returns the length of what a text begins with: a word, an operator, a text in quotes, a comment, or one sign.
fn token(rest: &str, first: char) -> Result<usize, String> {
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '.');
    Ok(match first {
        '#' => rest.find('\n').unwrap_or(rest.len()),
        '"' | '\'' | '`' => {
            let mut escaped = false;
            let end = rest.char_indices().skip(1).find(|(_, c)| {
                let ends = *c == first && !escaped;
                escaped = *c == '\\' && !escaped && first != '`';
                ends
            });
            end.ok_or_else(|| format!("`{first}` is not closed"))?.0 + 1
        }
        c if word(c) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
        '=' | '!' | '<' | '>' => {
            let two = rest.chars().nth(1).filter(|c| matches!(c, '=' | '~' | '>'));
            1 + usize::from(two.is_some())
        }
        c => c.len_utf8(),
    })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn good_queries_are_read() {
        let good = [
            "up == 0",
            r#"sum by (job) (rate(a:b{c=~"x|y", d!="}"}[5m:1m] offset -5m)) > bool -1"#,
            r#"a / on (node) group_left b or vector(1) # "not closed"#,
            r#"{job="x"} |= "error" != "debug" | json | level=~"err.*""#,
            "-a ^ -2 % 3 unless b",
            r#"count_over_time({a="b"} |~ `x"y` [1h]) > 5"#,
        ];
        for query in good {
            assert_eq!(read(query), Ok(()), "{query}");
        }
        for query in ["avg(a > 0.9", "a > > 1", "a)", "a >", "sum(a >) ", "rate(a[5m)", r#"a{b="c}"#, " ", "a == == b"]
            .into_iter()
            .chain([r#"{a=~"("}"#, r#"rate({a="b"} |~ `x)` [1m])"#, r#"{a="b"} | regexp "(?P<x>""#])
        {
            assert!(read(query).is_err(), "{query}");
        }
    }
}
