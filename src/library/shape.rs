//! Which names templates and facts can read.

use std::sync::Arc;

use super::facts::Facts;
use crate::spec::FlowKind;
use crate::template::Shape;
use crate::yaml::{Names, Node};

/// Returns the names that facts can read: what the spec says of the component itself.
pub fn facts_shape(parts: &[Arc<str>]) -> Shape {
    Shape::map(base(parts))
}

/// Returns the names that templates of values and manifests can read.
pub fn template_shape(facts: &[&Facts], on_machines: bool) -> Shape {
    let parts: Vec<Arc<str>> =
        facts.iter().flat_map(|facts| facts.parts.value().into_iter().flat_map(Names::keys)).cloned().collect();
    let mut fields = base(&parts);
    let keys = |node: fn(&Facts) -> Option<&Node>| {
        let mappings = facts.iter().filter_map(move |facts| node(facts)?.as_mapping());
        mappings.flat_map(|mapping| mapping.entries.iter().map(|entry| entry.key.text.clone()))
    };
    let services = keys(|facts| facts.services.value()).map(|id| (id, service()));
    let secrets = keys(|facts| facts.secrets.value()).map(|id| (id, secret()));
    // Of facts that could not be read nobody knows the names.
    let lost = |is_broken: fn(&Facts) -> bool| facts.iter().any(|facts| is_broken(facts));
    let services = if lost(|facts| facts.services.is_broken()) { Shape::each(service()) } else { Shape::map(services) };
    let secrets = if lost(|facts| facts.secrets.is_broken()) { Shape::each(secret()) } else { Shape::map(secrets) };
    fields.push(("services", services));
    fields.push(("secrets", secrets));
    let exposure = [
        "component",
        "part",
        "name",
        "title",
        "namespace",
        "host",
        "url",
        "access",
        "guard",
        "tunnel",
        "className",
        "service",
    ];
    let mut exposure = scalars(&exposure);
    exposure.push(("open", Shape::list(Shape::Scalar)));
    fields.push(("exposures", Shape::list(Shape::map(exposure))));
    let mut certificate = scalars(&["name", "secret", "issuer"]);
    certificate.push(("hosts", Shape::list(Shape::Scalar)));
    fields.push(("certificates", Shape::list(Shape::map(certificate))));
    let mut tunnel = scalars(&["name", "kind", "component", "team"]);
    let route = scalars(&["host", "protocol", "service", "to", "access", "insecure"]);
    tunnel.push(("routes", Shape::list(Shape::map(route))));
    fields.push(("tunnels", Shape::list(Shape::map(tunnel))));
    let flows = flows();
    fields.push(("flows", flows.clone()));
    fields.push(("served", flows));
    if on_machines {
        fields.extend(machines());
    }
    Shape::map(fields)
}

fn scalars(names: &[&'static str]) -> Vec<(&'static str, Shape)> {
    names.iter().map(|name| (*name, Shape::Scalar)).collect()
}

fn base(parts: &[Arc<str>]) -> Vec<(&'static str, Shape)> {
    let mut fields =
        scalars(&["name", "release", "fullname", "namespace", "version", "major", "replicas", "installedBy"]);
    let part = || {
        let mut fields = scalars(&["replicas", "retention", "enabled"]);
        fields.push(("storage", Shape::map(scalars(&["class", "size"]))));
        fields.push(("placement", placement()));
        fields.push(("expose", expose()));
        Shape::map(fields)
    };
    fields.push(("platform", Shape::map(scalars(&["name", "environment", "hostLabel", "hostLabelMeta"]))));
    fields.push(("domains", Shape::map(scalars(&["external", "cluster", "node"]))));
    fields.push(("versions", Shape::each(Shape::Scalar)));
    fields.push(("parts", Shape::map(parts.iter().map(|name| (name.clone(), part())))));
    fields.push(("settings", Shape::each(Shape::Any)));
    fields.push(("expose", expose()));
    fields.push(("storage", Shape::map(scalars(&["class", "size"]))));
    fields.push(("databases", Shape::list(Shape::Scalar)));
    fields.push(("instances", Shape::list(Shape::map(scalars(&["name", "host", "address", "hypervisor"])))));
    fields.push(("repository", Shape::map(scalars(&["url", "revision", "path", "outputs"]))));
    fields.push(("placement", placement()));
    let mut node = scalars(&["name", "role", "host"]);
    node.push(("labels", Shape::each(Shape::Scalar)));
    node.push(("addresses", Shape::each(Shape::Scalar)));
    fields.push(("nodes", Shape::list(Shape::map(node))));
    let mut hypervisor = scalars(&["name", "node", "hostId", "address", "user", "token", "insecure"]);
    hypervisor.push(("metrics", Shape::map(scalars(&["to", "bucket", "token"]))));
    fields.push(("hypervisors", Shape::list(Shape::map(hypervisor))));
    let network = scalars(&["name", "cidr", "prefix", "gateway", "bridge", "interface", "mtu", "overlay"]);
    fields.push(("networks", Shape::each(Shape::map(network))));
    let address = scalars(&["name", "purpose", "owner", "first", "last", "network"]);
    fields.push(("addresses", Shape::list(Shape::map(address))));
    let class =
        scalars(&["name", "component", "volumeGroup", "deviceClass", "default", "filesystem", "server", "share"]);
    fields.push(("storageClasses", Shape::list(Shape::map(class))));
    fields.push(("cluster", Shape::map(scalars(&["name", "kind"]))));
    fields.push(("workload", Shape::Any));
    fields.push(("alerts", Shape::Any));
    let store = scalars(&[
        "kind",
        "component",
        "name",
        "mount",
        "version",
        "vault",
        "project",
        "by",
        "namespace",
        "server",
        "role",
    ]);
    fields.push(("secretStore", Shape::map(store)));
    fields
}

fn placement() -> Shape {
    Shape::map([
        ("nodeSelector", Shape::each(Shape::Scalar)),
        ("tolerations", Shape::list(Shape::Any)),
        ("nodes", Shape::Any),
        ("affinity", Shape::Any),
        ("strict", Shape::Any),
        ("apart", Shape::Scalar),
        ("spread", Shape::list(Shape::Any)),
    ])
}

fn expose() -> Shape {
    let mut fields =
        scalars(&["host", "issuer", "className", "tlsSecret", "url", "access", "tunnel", "ingress", "guard"]);
    fields.push(("annotations", Shape::each(Shape::Scalar)));
    fields.push(("open", Shape::list(Shape::Scalar)));
    Shape::map(fields)
}

/// What only what runs on machines can read.
fn machines() -> Vec<(&'static str, Shape)> {
    let mut component = scalars(&["name", "title", "host", "port", "path", "scheme", "metrics"]);
    component.push(("labels", Shape::each(Shape::Scalar)));
    component.push(("units", Shape::list(Shape::Scalar)));
    let mut node = scalars(&["name", "host", "address", "hypervisor", "proxmox", "kind"]);
    node.push(("labels", Shape::each(Shape::Scalar)));
    node.push(("components", Shape::list(Shape::map(component))));
    let tls = scalars(&["folder", "ca", "certificate", "key", "serves"]);
    vec![("node", Shape::map(node)), ("tls", Shape::map(tls)), ("backups", Shape::Any)]
}

fn service() -> Shape {
    Shape::map(scalars(&["name", "namespace", "host", "port", "portName", "url"]))
}

fn secret() -> Shape {
    let mut fields = scalars(&["name", "item", "title", "folder"]);
    fields.push(("keys", Shape::each(Shape::Scalar)));
    Shape::map(fields)
}

fn flows() -> Shape {
    let end = || {
        let mut fields = scalars(&["name", "component", "title", "namespace", "release", "part", "replicas"]);
        fields.push(("callbacks", Shape::list(Shape::Scalar)));
        fields.push(("extensions", Shape::list(Shape::Scalar)));
        fields.push(("expose", expose()));
        Shape::map(fields)
    };
    let names = [
        "kind",
        "url",
        "base",
        "host",
        "port",
        "portName",
        "scheme",
        "path",
        "tenant",
        "name",
        "part",
        "datasource",
        "interval",
        "uid",
        "tls",
    ];
    let mut fields = scalars(&names);
    fields.push(("secret", secret()));
    let oidc = ["issuer", "authorize", "token", "userinfo", "logout", "keys"];
    fields.push(("oidc", Shape::map(scalars(&oidc))));
    fields.push(("tells", Shape::each(Shape::Scalar)));
    fields.push(("options", Shape::each(Shape::Any)));
    let endpoint = scalars(&["node", "hypervisor", "host", "port", "address", "url"]);
    fields.push(("endpoints", Shape::list(Shape::map(endpoint))));
    fields.push(("targets", Shape::list(Shape::map(scalars(&["name", "address", "hostId"])))));
    fields.push(("from", end()));
    fields.push(("to", end()));
    // All kinds share one shape: a copy of a list is none of its items.
    let flows = Shape::list(Shape::map(fields));
    Shape::map(FlowKind::WORDS.iter().map(|word| (*word, flows.clone())))
}
