//! Helm values against the contract of their chart.

use std::collections::BTreeSet;

use crate::diag::Diagnostic;
use crate::doc::{Doc, Map, Outlined};
use crate::library::contract::{Contracts, Finding, Problem, Reason, Selection, Sound};
use crate::model::Component;
use crate::source::{Origin, OriginId, Origins, Span};

use super::rename::Misspelt;
use super::{MANIFEST_AS_VALUES, VALUES_ROOT};

/// Judges the values of a component: keys and types by the contract of its chart at its version. Returns what the chart
/// does not read at all.
pub fn values(
    (contracts, sound): (&Contracts, &mut Sound),
    component: &Component,
    outlined: Outlined<'_>,
    origins: &Origins,
    out: &mut Vec<Diagnostic>,
) -> Vec<Span> {
    let values = outlined.doc;
    let (Some((repository, chart)), Some(version)) = (&component.chart, &component.version) else { return Vec::new() };
    if let Some(problem) = object(values, &chart.value, origins) {
        out.push(problem);
        return Vec::new();
    }
    let selection = contracts.select(&repository.value, &chart.value, &version.value.text);
    let Some(here) = origins.place(version.origin) else { return Vec::new() };
    out.extend(selection.diagnostic(&chart.value, &version.value.text, here));
    let Some(contract) = selection.contract() else { return Vec::new() };
    let findings = selection.check_once(contracts, outlined, sound);
    let lost = |finding: &&Finding| matches!(finding.problem, Problem::UnknownKey { .. } | Problem::IgnoredKey { .. });
    let mut unread = Vec::new();
    below(values, &findings.iter().filter(lost).map(|finding| finding.origin).collect(), origins, &mut unread);
    for finding in findings {
        let span = origins.place(finding.origin).unwrap_or(here);
        if !contracts.concerns(contract, span) {
            continue;
        }
        let mut problem = if nested(contracts, &selection, component, values, &finding) {
            root(&finding.path, &chart.value, span)
        } else {
            let problem = finding.diagnostic(contract, span);
            match near_key(&finding, origins) {
                Some((near, there)) => {
                    Misspelt { near, origin: finding.origin, span, there }.repair(problem, false, origins)
                }
                None => problem,
            }
        };
        if span != here {
            problem = problem.related(here, format!("chart {} at this version", chart.value));
        }
        out.push(problem);
    }
    unread
}

/// Returns the key beside an unknown one that was probably meant, where the unknown one stands in the spec, with the origins of
/// what it holds already.
fn near_key<'f>(finding: &'f Finding, origins: &Origins) -> Option<(&'f str, &'f [OriginId])> {
    let Problem::UnknownKey { reason: Reason::Closed | Reason::NearMiss | Reason::Assumed, suggestion, there } =
        &finding.problem
    else {
        return None;
    };
    let near = suggestion.as_deref()?;
    matches!(origins.get(finding.origin), Origin::Written { .. }).then_some((near, there.as_slice()))
}

/// Collects the values of keys.
fn below(doc: &Doc, keys: &BTreeSet<OriginId>, origins: &Origins, found: &mut Vec<Span>) {
    for (key, value) in doc.as_map().filter(|_| !keys.is_empty()).into_iter().flat_map(Map::iter) {
        if keys.contains(&key.origin) {
            found.extend(origins.place(value.origin));
        } else {
            below(value, keys, origins, found);
        }
    }
}

/// Reports values that are an object of Kubernetes: no chart reads any of it.
fn object(values: &Doc, chart: &str, origins: &Origins) -> Option<Diagnostic> {
    let version = values.at(&["apiVersion"]).filter(|doc| doc.as_str().is_some())?;
    let kind = values.at(&["kind"])?.as_str()?;
    let span = origins.written_span(version.origin)?;
    let problem =
        Diagnostic::error(MANIFEST_AS_VALUES, span, format!("`values` holds an object, a {kind}, and no values"))
            .why(format!(
                "chart {chart} has no values `apiVersion` and `kind`: Helm passes over all of it, without a word"
            ))
            .help("put the object into a file of its own and name that under `manifests`");
    Some(problem)
}

/// Returns whether an unknown key is the name of the chart, with values of the chart below it.
fn nested(
    contracts: &Contracts,
    selection: &Selection<'_>,
    component: &Component,
    values: &Doc,
    finding: &Finding,
) -> bool {
    let chart = component.chart.as_ref().is_some_and(|(_, chart)| *chart.value == *finding.path);
    let unknown = |finding: &Finding| matches!(finding.problem, Problem::UnknownKey { .. });
    if !unknown(finding) || !(chart || *component.name.value == *finding.path) {
        return false;
    }
    let Some(inner) = values.at(&[&finding.path]).filter(|doc| doc.as_map().is_some_and(|map| !map.is_empty())) else {
        return false;
    };
    !selection.check(contracts, inner).iter().any(|finding| unknown(finding) && !finding.path.contains('.'))
}

fn root(key: &str, chart: &str, span: Span) -> Diagnostic {
    Diagnostic::error(VALUES_ROOT, span, format!("the values of chart {chart} stand under its own name, `{key}`"))
        .why("only a chart around it would hand them on; here Helm passes over all of them, without a word")
        .help(format!("write them in the place of `{key}`"))
}
