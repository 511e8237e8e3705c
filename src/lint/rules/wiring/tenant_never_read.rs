//! Tenants that nobody reads.

use super::tenants::{shown, stores};
use crate::diag::{Diagnostic, Kind, nearest};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// A writer puts its data under a tenant that nobody reads.
    ///
    /// ## What it does
    ///
    /// Compares the `tenant` of the flows that write to a store with those of its `query` flows. A flow without `tenant` has the
    /// one that the way in gives it, such as `anonymous` at Mimir's nginx. A store that no flow reads is left alone, and so is
    /// one whose readers ask for a tenant that nobody writes: that is `tenant-never-written`.
    ///
    /// ## Why it matters
    ///
    /// Everything is stored and paid for, and no dashboard shows it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// flows:
    ///   - remoteWrite: { from: prometheus, to: mimir, tenant: ops }
    ///   - remoteWrite: { from: tempo, to: mimir }
    ///   - query:       { from: grafana, to: mimir }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// flows:
    ///   - remoteWrite: { from: prometheus, to: mimir }
    ///   - remoteWrite: { from: tempo, to: mimir }
    ///   - query:       { from: grafana, to: mimir }
    /// ```
    ///
    /// ## Source
    ///
    /// Grafana Mimir, Authentication and authorization.
    pub(super) static RULE = Kind::new("tenant-never-read", "DV1435"), Wiring, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for ((component, _), store) in stores(&subject.platform.flows) {
        let Some(to) = subject.platform.components.get(component.0) else { continue };
        let Some(reader) = store.read.values().next() else { continue };
        if store.read.keys().any(|tenant| !store.written.contains_key(tenant)) {
            continue;
        }
        for (tenant, flow) in store.written.iter().filter(|(tenant, _)| !store.read.contains_key(*tenant)) {
            let place = flow.tenant.as_ref().map_or(flow.origin, |tenant| tenant.origin);
            let (Some(here), Some(there)) = (subject.line(place), subject.line(reader.origin)) else { continue };
            let near = tenant.and_then(|tenant| nearest(tenant, store.read.keys().copied().flatten()));
            let found = RULE
                .at(here, format!("this flow writes {} of `{}`, which nobody reads", shown(flow), to.name.value))
                .related(there, format!("this one reads {}", shown(reader)))
                .why("everything is stored, and no query finds it")
                .about(&to.name.value);
            let found = near.into_iter().fold(found, |found, near| found.help(format!("did you mean `{near}`?")));
            out.push(found.help("write the same `tenant` on both sides, or add a `query` flow with this one"));
        }
    }
}
