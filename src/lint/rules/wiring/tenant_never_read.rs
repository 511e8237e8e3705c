//! Tenants that nobody reads.

use std::collections::BTreeSet;

use super::tenants::{misspelt, named, shown, stores};
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
    /// one whose readers ask for a tenant that nobody writes: that is `tenant-never-written`, unless what is written is nearly
    /// that name, and fewer lines have it.
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
    pub(super) static RULE = Kind::new("tenant-never-read", "DV1435"), Wiring, Warn, fix: Unsafe, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for ((component, _), store) in stores(&subject.platform.flows) {
        let Some(to) = subject.platform.components.get(component.0) else { continue };
        let Some(any) = store.read.values().next() else { continue };
        let named = |tenant: &str| named(subject.platform, tenant);
        let misspelt: BTreeSet<&str> = misspelt(&store)
            .into_iter()
            .filter(|(asked, near)| named(near) < named(asked))
            .map(|(_, near)| near)
            .collect();
        let asked = store.read.keys().any(|tenant| !store.written.contains_key(tenant));
        for (tenant, flow) in store.written.iter().filter(|(tenant, _)| !store.read.contains_key(*tenant)) {
            if asked && tenant.is_none_or(|tenant| !misspelt.contains(tenant)) {
                continue;
            }
            let place = flow.tenant.as_ref().map_or(flow.origin, |tenant| tenant.origin);
            let near = tenant.and_then(|tenant| nearest(tenant, store.read.keys().copied().flatten()));
            let reader = near.and_then(|near| store.read.get(&Some(near))).unwrap_or(any);
            let (Some(here), Some(there)) = (subject.line(place), subject.line(reader.origin)) else { continue };
            let found = RULE
                .at(here, format!("this flow writes {} of `{}`, which nobody reads", shown(flow), to.name.value))
                .related(there, format!("this one reads {}", shown(reader)))
                .why("everything is stored, and no query finds it")
                .about(&to.name.value);
            let fix = |found: Diagnostic, near: &str| {
                let found = found.help(format!("did you mean `{near}`?"));
                if asked { found.fix(false, format!("change to `{near}`"), here, near) } else { found }
            };
            let found = near.into_iter().fold(found, fix);
            out.push(found.help("write the same `tenant` on both sides, or add a `query` flow with this one"));
        }
    }
}
