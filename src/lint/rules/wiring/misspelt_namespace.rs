//! Queries of alerts about a namespace that is misspelt.

use std::collections::BTreeSet;

use super::queries::queries;
use crate::diag::{Diagnostic, Kind};
use crate::lint::promql;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// The query of an alert names a namespace that is nearly one of the platform.
    ///
    /// ## What it does
    ///
    /// Reads the label `namespace` in the queries of alerts and recording rules. A value that differs by one letter from a
    /// namespace of the platform, and is none itself, is reported. Other names are left alone: a cluster has namespaces that
    /// no spec knows.
    ///
    /// ## Why it matters
    ///
    /// A query that selects nothing gives no series, and no series is no alert. One that leaves out nothing alerts about what it
    /// was to leave out.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// alerts: { groups: { apps: { rules: { Down: { expr: 'up{namespace="monitorng"} == 0' } } } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// alerts: { groups: { apps: { rules: { Down: { expr: 'up{namespace="monitoring"} == 0' } } } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Prometheus, Querying basics, instant vector selectors.
    pub(super) static RULE = Kind::new("misspelt-namespace", "DV1445"), Wiring, Warn, fix: None, Check::Platform(check);
}

/// The shortest name of which one letter is a slip, and no other word.
const SHORTEST: usize = 5;

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let known: BTreeSet<&str> = subject.known_services().namespaces().collect();
    for query in queries(subject).into_iter().filter(|query| !query.logs) {
        let Ok(read) = promql::read(query.expr) else { continue };
        let values = read.selectors.iter().flat_map(|selector| &selector.matchers);
        let values = values.filter(|(label, sign, _)| *label == "namespace" && matches!(*sign, "=" | "!="));
        for (_, sign, value) in values.filter(|(.., value)| value.len() >= SHORTEST && !known.contains(&**value)) {
            // Stages of one thing are numbered.
            let digits = |name: &str| name.bytes().any(|byte| byte.is_ascii_digit());
            let near = known
                .iter()
                .find(|name| strsim::damerau_levenshtein(name, value) == 1 && !digits(name) && !digits(value));
            let Some(near) = near else { continue };
            let (does, why) = match *sign {
                "=" => ("selects", "a query that selects nothing gives no series, and no series is no alert"),
                _ => ("leaves out", "the alert is about what it was to leave out, too"),
            };
            let of = &query.name;
            let message = format!("the query of `{of}` {does} namespace `{value}`, which the platform does not have");
            let problem = RULE.at(query.span, message).why(why).help(format!("did you mean `{near}`?"));
            out.push(query.facts.into_iter().fold(problem, |problem, facts| subject.about(facts, problem)));
            break;
        }
    }
}
