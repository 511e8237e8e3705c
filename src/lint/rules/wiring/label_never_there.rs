//! Texts of alerts that name a label which the query does not give.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use regex::Regex;

use super::queries::queries;
use crate::diag::{Diagnostic, Kind, did_you_mean};
use crate::lint::promql;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// The text of an alert names a label that its query does not give.
    ///
    /// ## What it does
    ///
    /// Reads which labels are left of a query that ends in `sum by (…)` or its kin, and compares them with `{{ $labels.… }}` in the
    /// annotations and labels of the alert. Where the labels come from the series themselves nothing is known of them.
    ///
    /// ## Why it matters
    ///
    /// The message says ` uses too much memory`, and not who.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// Full:
    ///   expr: sum by (namespace) (disk_used_bytes) > 1e12
    ///   summary: "{{ $labels.pod }} has written too much"
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// Full:
    ///   expr: sum by (namespace, pod) (disk_used_bytes) > 1e12
    ///   summary: "{{ $labels.pod }} has written too much"
    /// ```
    ///
    /// ## Source
    ///
    /// Prometheus, Alerting rules, templating; Operators, aggregation.
    pub(super) static RULE = Kind::new("label-never-there", "DV1446"), Wiring, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for query in queries(subject).into_iter().filter(|query| !query.logs && !query.texts.is_empty()) {
        let Ok(read) = promql::read(query.expr) else { continue };
        let Some(known) = read.labels else { continue };
        let mut said = BTreeSet::new();
        for (text, span) in &query.texts {
            for label in named(text).filter(|label| !known.contains(label)) {
                if !said.insert((label, *span)) {
                    continue;
                }
                let message = format!("the query of `{}` gives no label `{label}`", query.name);
                let problem =
                    RULE.at(*span, message).why("the text has nothing in its place, and nobody knows whom it is about");
                let given: Vec<String> = known.iter().map(|label| format!("`{label}`")).collect();
                let given = if given.is_empty() {
                    "it gives none at all".to_owned()
                } else {
                    format!("it gives {}", given.join(", "))
                };
                let help = did_you_mean(label, known.iter().copied()).filter(|hint| hint.starts_with("did"));
                let problem = problem.help(help.unwrap_or(given)).help("or add the label to `by` in the query");
                out.push(query.facts.into_iter().fold(problem, |problem, facts| subject.about(facts, problem)));
            }
        }
    }
}

/// Iterates over the labels that a text shows as they are.
fn named(text: &str) -> impl Iterator<Item = &str> {
    static SHOWN: OnceLock<Option<Regex>> = OnceLock::new();
    let shown = SHOWN.get_or_init(|| Regex::new(r"\{\{-?\s*(?:\$labels|\.Labels)\.([A-Za-z_]\w*)\s*-?\}\}").ok());
    shown.iter().flat_map(move |regex| regex.captures_iter(text)).filter_map(|found| Some(found.get(1)?.as_str()))
}
