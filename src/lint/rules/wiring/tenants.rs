//! Which tenants of a store are written, and which are read.

use std::collections::BTreeMap;

use crate::diag::nearest;
use crate::model::{ComponentId, Flow, PartId, Platform, Tenancy};
use crate::spec::FlowKind;
use crate::template::Data;

/// Kinds of flow that put something into a store.
const WRITES: [FlowKind; 3] = [FlowKind::RemoteWrite, FlowKind::Logs, FlowKind::Traces];

/// The flows of one store by tenant, the first of each; `None` is a default tenant whose name is not known.
pub(super) type Flows<'a> = BTreeMap<Option<&'a str>, &'a Flow>;

/// Who writes and who reads a store.
#[derive(Default)]
pub(super) struct Store<'a> {
    /// The flows that write.
    pub(super) written: Flows<'a>,
    /// The flows that read.
    pub(super) read: Flows<'a>,
}

/// Returns the stores that know tenants, by the component and its part.
pub(super) fn stores(flows: &[Flow]) -> BTreeMap<(ComponentId, Option<PartId>), Store<'_>> {
    let mut stores: BTreeMap<_, Store<'_>> = BTreeMap::new();
    for flow in flows.iter().filter(|flow| flow.endpoint.tenant != Tenancy::None) {
        let tenant = flow.tenant.as_ref().map(|tenant| &tenant.value).or(flow.endpoint.default_tenant.as_ref());
        let tenant = tenant.map(|tenant| &**tenant);
        let store = || (flow.to.component, flow.to.part);
        if WRITES.contains(&flow.kind) {
            stores.entry(store()).or_default().written.entry(tenant).or_insert(flow);
        } else if flow.kind == FlowKind::Query {
            stores.entry(store()).or_default().read.entry(tenant).or_insert(flow);
        }
    }
    stores
}

/// Returns the tenants that somebody reads and nobody writes, each with the one that is probably meant: one that is written
/// and that nobody reads.
pub(super) fn misspelt<'a>(store: &Store<'a>) -> BTreeMap<&'a str, &'a str> {
    let alone = |tenant: &&str| !store.read.contains_key(&Some(*tenant));
    // A default tenant is no word of anybody's.
    let written = store.written.iter().filter(|(_, flow)| flow.tenant.is_some());
    let written: Vec<&str> = written.filter_map(|(tenant, _)| *tenant).filter(alone).collect();
    let asked = store.read.keys().copied().flatten().filter(|tenant| !store.written.contains_key(&Some(*tenant)));
    asked.filter_map(|tenant| Some((tenant, nearest(tenant, written.iter().copied())?))).collect()
}

/// Returns how many flows and groups of alerts name a tenant: of two spellings, the one that fewer have is the wrong one.
pub(super) fn named(platform: &Platform, tenant: &str) -> usize {
    let flows = platform.flows.iter().filter(|flow| flow.tenant.as_ref().is_some_and(|name| *name.value == *tenant));
    let groups = platform.alerts.iter().filter_map(|alerts| alerts.data.get("groups")?.as_list()).flatten();
    let of_groups =
        groups.filter(|group| group.get("tenant").and_then(Data::as_str).is_some_and(|name| **name == *tenant));
    flows.count() + of_groups.count()
}

/// Returns the tenant of a flow as a person calls it.
pub(super) fn shown(flow: &Flow) -> String {
    match (&flow.tenant, &flow.endpoint.default_tenant) {
        (Some(tenant), _) => format!("tenant `{}`", tenant.value),
        (None, Some(tenant)) => format!("the default tenant, `{tenant}`,"),
        (None, None) => "the default tenant".to_owned(),
    }
}
