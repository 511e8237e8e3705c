//! Two datasources of one id or name.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::{Diagnostic, Kind};
use crate::lint::facts::ComponentFacts;
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::source::Span;

rule! {
    /// Two datasources of Grafana have one id or one name.
    ///
    /// ## What it does
    ///
    /// Compares the `uid` and the `name` of the datasources that flows, `values:` and `manifests:` give Grafana, within one
    /// organization. Where a platform has several Grafanas, only those of the same component are compared.
    ///
    /// ## Why it matters
    ///
    /// Grafana does not start with two of one `uid`, and of two with one name the later takes the place of the other.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// flows:
    ///   - query: { from: grafana, to: mimir, uid: metrics }
    ///   - query: { from: grafana, to: loki, uid: metrics }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// flows:
    ///   - query: { from: grafana, to: mimir, uid: metrics }
    ///   - query: { from: grafana, to: loki, uid: logs }
    /// ```
    ///
    /// ## Source
    ///
    /// Grafana, Provision Grafana: data sources.
    pub(super) static RULE = Kind::new("datasource-twice", "DV1442"), Wiring, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let makes = |facts: &&ComponentFacts| facts.datasources.iter().any(|source| !source.written);
    let several = subject.facts.iter().filter(makes).count() > 1;
    let mut seen = BTreeMap::new();
    for (at, facts) in subject.facts.iter().enumerate() {
        // What people wrote is the line to change.
        let (made, own): (Vec<_>, Vec<_>) = facts.datasources.iter().partition(|source| !source.written);
        for source in made.into_iter().chain(own) {
            let grafana = (several.then_some(at), source.organization);
            let parts = [("uid", &source.uid), ("name", &source.name)];
            let parts = parts.into_iter().filter_map(|(word, part)| Some((word, part.as_ref()?)));
            let mut clash = None;
            for (word, (id, span)) in parts {
                let first = *seen.entry((grafana, word, id)).or_insert(*span);
                // Of two flows the later one is the line to change.
                let (first, span) = if source.written { (first, *span) } else { (first.min(*span), first.max(*span)) };
                clash = clash.or_else(|| (first != span).then_some((word, id, span, first)));
            }
            out.extend(clash.map(|clash| subject.about(facts, finding(clash))));
        }
    }
}

fn finding((word, id, span, first): (&str, &Arc<str>, Span, Span)) -> Diagnostic {
    RULE.at(span, format!("two datasources of Grafana have the {word} `{id}`"))
        .related(first, "this one has it already")
        .why(match word {
            "uid" => "Grafana refuses both, and does not start",
            _ => "the later one takes the place of the other, whose dashboards show nothing",
        })
        .help(format!("give each a {word} of its own"))
}
