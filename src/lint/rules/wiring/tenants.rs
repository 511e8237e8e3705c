//! Which tenants of a store are written, and which are read.

use std::collections::BTreeMap;

use crate::model::{ComponentId, Flow, PartId, Tenancy};
use crate::spec::FlowKind;

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

/// Returns the tenant of a flow as a person calls it.
pub(super) fn shown(flow: &Flow) -> String {
    match (&flow.tenant, &flow.endpoint.default_tenant) {
        (Some(tenant), _) => format!("tenant `{}`", tenant.value),
        (None, Some(tenant)) => format!("the default tenant, `{tenant}`,"),
        (None, None) => "the default tenant".to_owned(),
    }
}
