//! Tenants that nobody writes.

use super::tenants::{misspelt, named, shown, stores};
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// A reader asks for a tenant that nobody writes.
    ///
    /// ## What it does
    ///
    /// Compares the `tenant` of `query` flows with those of the flows that write to the same component. A flow without `tenant` has
    /// the one that the way in gives it, such as `anonymous` at Mimir's nginx.
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

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let stores = stores(&subject.platform.flows);
    for ((component, _), store) in &stores {
        let Some(to) = subject.platform.components.get(component.0) else { continue };
        let Some(writer) = store.written.values().next() else { continue };
        let misspelt = misspelt(store);
        let named = |tenant: &str| named(subject.platform, tenant);
        for (asked, flow) in store.read.iter().filter(|(asked, _)| !store.written.contains_key(*asked)) {
            let near = asked.and_then(|asked| Some((named(asked), *misspelt.get(asked)?)));
            // What is written is the wrong one: that is reported where it is.
            if near.is_some_and(|(here, near)| named(near) < here) {
                continue;
            }
            let place = flow.tenant.as_ref().map_or(flow.origin, |tenant| tenant.origin);
            let (Some(here), Some(there)) = (subject.line(place), subject.line(writer.origin)) else { continue };
            let found = RULE
                .at(here, format!("this flow reads {} of `{}`, which nobody writes", shown(flow), to.name.value))
                .related(there, format!("this one writes {}", shown(writer)))
                .why("queries find nothing, and nothing says why")
                .about(&to.name.value);
            let found = near.into_iter().fold(found, |found, (_, near)| found.help(format!("did you mean `{near}`?")));
            out.push(found.help("write the same `tenant` on both sides, or on neither"));
        }
    }
}
