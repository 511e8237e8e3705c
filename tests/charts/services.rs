//! The Services that rendered objects make, against those that the facts know.

use std::collections::BTreeSet;

use dvgen::model::{Component, Platform, Service};
use serde_json::Value;

/// Components whose Services an operator makes: the object that it makes them for.
const BY_OPERATOR: [(&str, &str); 1] = [("cnpg-cluster", "Cluster")];

/// Services that are there with a flow only: those of Thanos, beside Prometheus.
const BY_FLOW: [(&str, &str); 1] = [("kube-prometheus-stack", "sidecar")];

/// Returns whether a Service is there with a flow only.
pub fn is_by_flow(component: &Component, service: &Service) -> bool {
    BY_FLOW.contains(&(&*component.library, &*service.id))
}

/// Returns the Services of a component that something of the platform goes to, by id: flows, and people.
pub fn used<'a>(platform: &'a Platform, component: &'a Component) -> BTreeSet<&'a str> {
    let own = |id: usize| platform.components.get(id).is_some_and(|other| other.name.value == component.name.value);
    let flows = platform.flows.iter().filter(|flow| own(flow.to.component.0));
    let flows = flows.filter_map(|flow| flow.endpoint.service.as_deref());
    let people = component.exposures().filter_map(|exposure| exposure.service());
    flows.chain(people.map(|service| &*service.id)).collect()
}

/// Returns what the facts announce and the objects do not have, of those Services that are asked for.
pub fn missing(component: &Component, objects: &[Value], asked: impl Fn(&Service) -> bool) -> Vec<String> {
    if let Some((_, kind)) = BY_OPERATOR.iter().find(|(library, _)| **library == *component.library) {
        let there = objects
            .iter()
            .any(|object| object["kind"] == *kind && object["metadata"]["name"] == *component.fullname.value);
        return if there { Vec::new() } else { vec![format!("no {kind} `{}`", component.fullname.value)] };
    }
    let mut complaints = Vec::new();
    for service in component.services.iter().filter(|service| asked(service)) {
        let named = |object: &&Value| object["kind"] == "Service" && object["metadata"]["name"] == *service.name.value;
        let Some(object) = objects.iter().find(named) else {
            complaints.push(format!("no Service `{}`", service.name.value));
            continue;
        };
        let ports = object["spec"]["ports"].as_array().cloned().unwrap_or_default();
        let Some(port) = ports.iter().find(|port| port["port"] == service.port.value) else {
            complaints.push(format!("Service `{}` has no port {}: {ports:?}", service.name.value, service.port.value));
            continue;
        };
        if service.port_name.as_ref().is_some_and(|name| port["name"] != *name.value) {
            complaints.push(format!(
                "Service `{}`: port {} is called {}",
                service.name.value, service.port.value, port["name"]
            ));
        }
    }
    complaints
}

/// Returns what the objects have and the facts do not know: rules would call it wrong.
pub fn unknown(component: &Component, objects: &[Value]) -> Vec<String> {
    let mut complaints = Vec::new();
    for object in objects.iter().filter(|object| object["kind"] == "Service") {
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        let namespace = object["metadata"]["namespace"].as_str().unwrap_or(&component.namespace.value);
        let own = |service: &&Service| *service.name.value == *name && *service.namespace.value == *namespace;
        let known: Vec<&Service> = component.services.iter().filter(own).collect();
        if known.is_empty() && !component.may_make_service(name) {
            complaints.push(format!("makes the Service `{name}`, which is not in the facts"));
        }
        if known.iter().all(|service| service.other_ports.is_none()) {
            continue;
        }
        for port in object["spec"]["ports"].as_array().into_iter().flatten() {
            let fits = |service: &&Service| {
                port["port"] == service.port.value
                    || service.other_ports.iter().flatten().any(|other| port["port"] == *other)
            };
            if !known.iter().any(fits) {
                complaints.push(format!("Service `{name}` has port {}, which is not in the facts", port["port"]));
            }
            // Rules compare names of ports where the facts have no others.
            let numbers = known.iter().any(|service| service.other_ports.iter().flatten().next().is_some());
            let named = |service: &&Service| {
                service.port_name.as_ref().is_none_or(|name| port["name"].is_null() || port["name"] == *name.value)
            };
            if !numbers && !known.iter().any(named) {
                complaints.push(format!("port {} of Service `{name}` is called {}", port["port"], port["name"]));
            }
        }
    }
    complaints
}
