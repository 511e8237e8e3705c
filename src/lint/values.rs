//! Helm values against the contract of their chart.

use crate::diag::Diagnostic;
use crate::doc::Doc;
use crate::library::contract::Contracts;
use crate::model::Component;
use crate::source::Origins;

/// Judges the values of a component: keys and types by the contract of its chart at its version.
pub fn values(
    contracts: &Contracts,
    component: &Component,
    values: &Doc,
    origins: &Origins,
    out: &mut Vec<Diagnostic>,
) {
    let (Some((repository, chart)), Some(version)) = (&component.chart, &component.version) else { return };
    let selection = contracts.select(&repository.value, &chart.value, &version.value.text);
    let Some(here) = origins.place(version.origin) else { return };
    out.extend(selection.diagnostic(&chart.value, &version.value.text, here));
    let Some(contract) = selection.contract() else { return };
    for finding in selection.check(contracts, values) {
        let span = origins.place(finding.origin).unwrap_or(here);
        let mut problem = finding.diagnostic(contract, span);
        if span != here {
            problem = problem.related(here, format!("chart {} at this version", chart.value));
        }
        out.push(problem);
    }
}
