//! The ports of a component's pods that a network policy names, where they are known: those of a workload.
//!
//! A policy names a port as the container does. Which port of a chart's pods stands behind a Service is not in the facts, so
//! whoever may come to those may come to all ports.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::doc::Doc;
use crate::emit::build::{list, some};
use crate::model::{Component, Flow};
use crate::source::OriginId;
use crate::spec::ServiceType;
use crate::template::{Data, DataValue};

/// The ports that somebody may come to, by name; `None` stands for all of them.
pub(super) type Allowed = Option<BTreeSet<Arc<str>>>;

/// Returns the ports that are behind the Service, without those that stay inside the cluster.
pub(super) fn open(component: &Component) -> Allowed {
    component.workload.as_ref()?;
    let ports = ports(component).iter().filter(|port| !is_internal(port));
    Some(ports.filter_map(|port| port.get("name")?.as_str().cloned()).collect())
}

/// Returns whether the ports that are open are to be reached from outside of the cluster.
pub(super) fn is_outside(component: &Component) -> bool {
    let service = component.workload.as_ref().and_then(|workload| workload.data.get("service"));
    let kind = service.and_then(|service| service.get("type")).and_then(Data::as_str);
    kind.is_some_and(|kind| **kind != *ServiceType::ClusterIp.word())
}

/// Returns the port that a flow comes to.
pub(super) fn of(component: &Component, flow: &Flow) -> Allowed {
    let port = port(component, flow.endpoint.service.as_deref()?)?;
    Some(BTreeSet::from([port.get("name")?.as_str()?.clone()]))
}

/// Returns the ports that either names.
pub(super) fn both(one: Allowed, other: Allowed) -> Allowed {
    let mut all = one?;
    all.extend(other?);
    Some(all)
}

/// Returns the ports of a rule, as the policy has them; nothing for all of them.
pub(super) fn rule(component: &Component, allowed: &Allowed, here: OriginId) -> Option<Doc> {
    let ports = allowed.as_ref()?.iter().filter_map(|name| port(component, name));
    let ports = ports.filter_map(|port| {
        let name = port.get("name")?;
        // TCP is what Kubernetes takes where nothing is said.
        let protocol = port.get("protocol").and_then(|it| Some(Doc::str(it.as_str()?.clone(), it.origin)));
        let name = Doc::str(name.as_str()?.clone(), name.origin);
        Some(some(port.origin, [("port", Some(name)), ("protocol", protocol)]))
    });
    Some(list(here, ports))
}

fn ports(component: &Component) -> &[Data] {
    let ports = component.workload.as_ref().and_then(|workload| workload.data.get("ports"));
    ports.and_then(Data::as_list).unwrap_or_default()
}

fn port<'a>(component: &'a Component, name: &str) -> Option<&'a Data> {
    ports(component).iter().find(|port| port.get("name").and_then(Data::as_str).is_some_and(|own| **own == *name))
}

fn is_internal(port: &Data) -> bool {
    matches!(port.get("internal").map(|internal| &internal.value), Some(DataValue::Bool(true)))
}
