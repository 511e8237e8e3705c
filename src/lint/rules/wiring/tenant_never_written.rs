//! Tenants that nobody writes.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Tenancy;
use crate::source::OriginId;
use crate::spec::FlowKind;

rule! {
    /// A reader asks for a tenant that nobody writes.
    ///
    /// ## What it does
    ///
    /// Compares the `tenant` of `query` flows with those of the flows that write to the same component. A flow without `tenant` has
    /// the default one of the store.
    ///
    /// ## Why it matters
    ///
    /// Queries find nothing, and nothing says why: the data is there, under another name.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// flows:
    ///   - logs:  { from: alloy, to: loki, tenant: platform }
    ///   - query: { from: grafana, to: loki }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// flows:
    ///   - logs:  { from: alloy, to: loki, tenant: platform }
    ///   - query: { from: grafana, to: loki, tenant: platform }
    /// ```
    ///
    /// ## Source
    ///
    /// Grafana Loki, Multi-tenancy.
    pub(super) static RULE = Kind::new("tenant-never-written", "DV1412"), Wiring, Warn, fix: None, Check::Platform(check);
}

/// Kinds of flow that put something into a store.
const WRITES: [FlowKind; 3] = [FlowKind::RemoteWrite, FlowKind::Logs, FlowKind::Traces];

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let flows = &subject.platform.flows;
    let mut written: BTreeMap<_, BTreeMap<Option<&str>, OriginId>> = BTreeMap::new();
    for flow in flows.iter().filter(|flow| WRITES.contains(&flow.kind) && flow.endpoint.tenant != Tenancy::None) {
        let tenant = flow.tenant.as_ref().map(|tenant| &*tenant.value);
        written.entry((flow.to.component, flow.to.part)).or_default().entry(tenant).or_insert(flow.origin);
    }
    for flow in flows.iter().filter(|flow| flow.kind == FlowKind::Query && flow.endpoint.tenant != Tenancy::None) {
        let Some(tenants) = written.get(&(flow.to.component, flow.to.part)) else { continue };
        let asked = flow.tenant.as_ref().map(|tenant| &*tenant.value);
        if tenants.contains_key(&asked) {
            continue;
        }
        let (Some(to), Some((known, origin))) =
            (subject.platform.components.get(flow.to.component.0), tenants.first_key_value())
        else {
            continue;
        };
        let place = flow.tenant.as_ref().map_or(flow.origin, |tenant| tenant.origin);
        let (Some(here), Some(there)) = (subject.line(place), subject.line(*origin)) else { continue };
        let shown = |tenant: Option<&str>| {
            tenant.map_or_else(|| "the default tenant".to_owned(), |it| format!("tenant `{it}`"))
        };
        out.push(
            RULE.at(here, format!("this flow reads {} of `{}`, which nobody writes", shown(asked), to.name.value))
                .related(there, format!("this one writes {}", shown(*known)))
                .why("queries find nothing, and nothing says why")
                .help("write the same `tenant` on both sides, or on neither")
                .about(&to.name.value),
        );
    }
}
