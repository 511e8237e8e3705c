//! The Services of a platform: what facts announce, what manifests hold, and where a name that is in neither is a wrong one.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{ComponentFacts, ObjectFact};
use crate::doc::{Doc, Value};
use crate::model::{Component, ComponentId, Platform};
use crate::source::Span;

/// Namespaces that the cluster itself keeps Services in.
const OF_CLUSTER: [&str; 2] = ["default", "kube-system"];

/// A Service, by all that is known of it.
#[derive(Debug, Default)]
pub(in crate::lint) struct Known {
    /// The component that it belongs to.
    pub(in crate::lint) component: Option<ComponentId>,
    /// Its ports.
    pub(in crate::lint) ports: BTreeSet<u16>,
    /// The names of its ports.
    pub(in crate::lint) port_names: BTreeSet<String>,
    /// Whether the ports are all there are.
    pub(in crate::lint) closed: bool,
    /// Whether the facts know further ports by their number only.
    pub(in crate::lint) nameless: bool,
    /// Where it is said.
    pub(in crate::lint) span: Option<Span>,
}

/// The Services of a platform.
#[derive(Debug, Default)]
pub(in crate::lint) struct Services<'a> {
    /// By namespace and name.
    all: BTreeMap<&'a str, BTreeMap<&'a str, Known>>,
    /// The namespaces of the platform, each with the components in it.
    namespaces: BTreeMap<&'a str, Vec<&'a Component>>,
    /// The names of custom objects of manifests: their operators may make Services that are called after them.
    custom: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// The namespaces of each name.
    homes: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Services<'a> {
    pub(in crate::lint) fn new(platform: &'a Platform, facts: &'a [ComponentFacts]) -> Self {
        let mut services = Self::default();
        for (at, component) in platform.components.iter().enumerate() {
            services.namespaces.entry(&component.namespace.value).or_default().push(component);
            for service in &component.services {
                let known = services.all.entry(&service.namespace.value).or_default().entry(&service.name.value);
                let known = known.or_default();
                known.component = Some(ComponentId(at));
                known.ports.insert(service.port.value);
                known.port_names.extend(service.port_name.as_ref().map(|name| name.value.to_string()));
                known.closed |= service.other_ports.is_some() && component.facts_hold();
                known.nameless |= service.port_name.is_none() || service.other_ports.iter().flatten().next().is_some();
                known.ports.extend(service.other_ports.iter().flatten());
                known.span = platform.origins.written_span(component.name.origin);
            }
        }
        for facts in facts {
            for object in &facts.objects {
                services.object(facts, object);
            }
        }
        for (namespace, all) in &services.all {
            for name in all.keys() {
                services.homes.entry(name).or_default().push(namespace);
            }
        }
        services
    }

    fn object(&mut self, facts: &ComponentFacts, object: &'a ObjectFact) {
        let Some(namespace) = object.namespace.as_deref() else { return };
        if object.api_version.contains('.') && !object.api_version.contains(".k8s.io/") {
            self.custom.entry(namespace).or_default().insert(&object.name);
        }
        if &*object.kind != "Service" {
            return;
        }
        let known = self.all.entry(namespace).or_default().entry(&object.name).or_default();
        known.component = known.component.or(facts.component);
        known.closed = true;
        for port in object.doc.at(&["spec", "ports"]).and_then(Doc::as_list).into_iter().flatten() {
            if let Some(Value::Int(number)) = port.at(&["port"]).map(|port| &port.value) {
                known.ports.extend(u16::try_from(*number));
            }
            known.port_names.extend(port.at(&["name"]).and_then(Doc::as_str).map(str::to_owned));
        }
        // What another name of the DNS stands for has every port of that one.
        let external = object.doc.at(&["spec", "type"]).and_then(Doc::as_str) == Some("ExternalName");
        known.closed &= !external;
        known.span = facts.line_at(object, &[&["metadata", "name"]]);
    }

    /// Returns a Service.
    pub(in crate::lint) fn get(&self, namespace: &str, name: &str) -> Option<&Known> {
        self.all.get(namespace)?.get(name)
    }

    /// Iterates over the names of a namespace.
    pub(in crate::lint) fn names(&self, namespace: &str) -> impl Iterator<Item = &'a str> {
        self.all.get(namespace).into_iter().flat_map(|all| all.keys().copied())
    }

    /// Returns the namespaces that hold a Service of a name.
    pub(in crate::lint) fn homes(&self, name: &str) -> &[&'a str] {
        self.homes.get(name).map_or(&[], Vec::as_slice)
    }

    /// Iterates over the namespaces of the platform.
    pub(in crate::lint) fn namespaces(&self) -> impl Iterator<Item = &'a str> {
        self.namespaces.keys().copied()
    }

    /// Returns the components of a namespace.
    pub(in crate::lint) fn components(&self, namespace: &str) -> &[&'a Component] {
        self.namespaces.get(namespace).map_or(&[], Vec::as_slice)
    }

    /// Returns whether a namespace is one that the cluster itself keeps Services in.
    pub(in crate::lint) fn is_of_cluster(namespace: &str) -> bool {
        OF_CLUSTER.contains(&namespace)
    }

    /// Returns whether a namespace is one of the platform.
    pub(in crate::lint) fn has(&self, namespace: &str) -> bool {
        self.namespaces.contains_key(namespace)
    }

    /// Returns whether somebody may make objects in a namespace that no manifest shows: a chart, an operator, the cluster.
    pub(in crate::lint) fn may_bring(&self, namespace: &str) -> bool {
        let Some(components) = self.namespaces.get(namespace) else { return true };
        OF_CLUSTER.contains(&namespace)
            || self.custom.contains_key(namespace)
            || components.iter().any(|component| component.chart.is_some() || !component.by_argocd())
    }

    /// Returns whether a name that is not known may be there all the same.
    pub(in crate::lint) fn may_be(&self, namespace: &str, name: &str) -> bool {
        if OF_CLUSTER.contains(&namespace) {
            return true;
        }
        let Some(components) = self.namespaces.get(namespace) else { return true };
        let custom = self.custom.get(namespace).into_iter().flatten();
        components.iter().any(|component| component.may_make_service(name))
            || custom.into_iter().any(|own| name.strip_prefix(own).is_some_and(|rest| rest.starts_with('-')))
    }
}
