//! What the variables of Terraform have to be, by the model alone: the names, and the value of each.

use std::collections::BTreeMap;

use dvgen::model::{Hypervisor, Network, NetworkId, Node, Platform};
use dvgen::spec::Role;
use serde_json::{Value, json};

/// Variables with their values.
pub type Variables = BTreeMap<String, Value>;

/// Returns the variables of a platform on hypervisors.
pub fn expected(platform: &Platform) -> Variables {
    let topology = &platform.topology;
    let mut all = Variables::new();
    let hypervisors = &topology.hypervisors;
    let first = hypervisors.first().expect("a hypervisor");
    hypervisor(first, hypervisors.len() == 1, &mut all);
    let shown = |text: &str| Some(json!(text));
    add(&mut all, "cluster_name", shown(&platform.cluster_name().value));
    add(&mut all, "environment", shown(&platform.environment.value));
    add(&mut all, "domain", platform.domains.external.as_ref().and_then(|name| shown(&name.value)));
    add(&mut all, "cluster_domain", platform.domains.node.as_ref().and_then(|name| shown(&name.value)));
    add(&mut all, "kubernetes_version", platform.kubernetes().and_then(|version| shown(&version.value)));
    add(&mut all, "control_plane_vip", topology.api().map(|(_, ip)| json!(ip.to_string())));
    networks(platform, &mut all);
    let machines = topology.nodes.iter().any(|node| node.role.value == Role::Machine);
    let cluster = topology.nodes.iter().any(|node| node.role.value != Role::Machine);
    for (prefix, role, there) in [
        ("master", Role::ControlPlane, cluster || !machines),
        ("worker", Role::Worker, cluster || !machines),
        ("machine", Role::Machine, machines),
    ] {
        if there {
            nodes(platform, prefix, role, &mut all);
        }
    }
    all
}

fn add(all: &mut Variables, name: &str, value: Option<Value>) {
    all.extend(value.map(|value| (name.to_owned(), value)));
}

fn hypervisor(of: &Hypervisor, alone: bool, all: &mut Variables) {
    add(all, "proxmox_api_url", Some(json!(&*of.endpoint.value)));
    add(all, "proxmox_user", of.user.as_ref().map(|user| json!(&*user.value)));
    add(all, "proxmox_tls_insecure", Some(json!(of.insecure.value)));
    if alone {
        add(all, "proxmox_target_node", Some(json!(&*of.node.value)));
        add(all, "proxmox_host_id", Some(json!(&*of.host_id.value)));
        add(all, "proxmox_storage", of.storage.as_ref().map(|pool| json!(&*pool.value)));
        add(all, "vm_template_name", of.template.as_ref().map(|(name, _)| json!(&*name.value)));
        add(all, "vm_template_id", of.template.as_ref().map(|(_, id)| json!(id.value)));
    }
}

fn networks(platform: &Platform, all: &mut Variables) {
    let topology = &platform.topology;
    let network = |id: Option<NetworkId>| -> Option<&Network> { topology.networks.get(id?.0) };
    let (outer, inner) = (topology.node_network(), topology.internal_network());
    if let Some(outer) = network(outer) {
        let servers: Vec<String> = outer.dns.iter().map(|server| server.value.to_string()).collect();
        add(all, "proxmox_bridge", outer.bridge.as_ref().map(|bridge| json!(&*bridge.value)));
        add(all, "gateway", outer.gateway.as_ref().map(|ip| json!(ip.value.to_string())));
        add(all, "nameservers", Some(json!(servers)));
        add(all, "network_prefix", Some(json!(outer.cidr.value.prefix_len())));
        add(all, "proxmox_mtu", outer.mtu.as_ref().map(|mtu| json!(mtu.value)));
    }
    if let Some(inner) = network(inner.filter(|_| inner != outer)) {
        add(all, "k8s_overlay_bridge", inner.bridge.as_ref().map(|bridge| json!(&*bridge.value)));
        add(all, "internal_prefix", Some(json!(inner.cidr.value.prefix_len())));
        add(all, "internal_mtu", inner.mtu.as_ref().map(|mtu| json!(mtu.value)));
    }
    for (variable, name) in [("pod_network_cidr", "pods"), ("service_cidr", "services")] {
        add(all, variable, topology.network(name).map(|network| json!(network.cidr.value.to_string())));
    }
}

/// Adds the columns of the nodes of a role: an entry for each machine that Terraform makes, in the order of their numbers.
fn nodes(platform: &Platform, prefix: &str, role: Role, all: &mut Variables) {
    let topology = &platform.topology;
    let mut nodes: Vec<&Node> = topology.nodes.iter().filter(|node| node.role.value == role).collect();
    // A container is made by somebody on the hypervisor, and not by Terraform.
    nodes.retain(|node| node.host.is_some() && !node.container);
    nodes.sort_by_key(|node| node.vmid.as_ref().map(|vmid| vmid.value));
    let host = |node: &Node| topology.hypervisors.get(node.host?.0);
    let address = |node: &Node, network: Option<NetworkId>| Some(json!(node.address(network?)?.ip.value.to_string()));
    let (outer, inner) = (topology.node_network(), topology.internal_network());
    // Without one of the values there is no column: a shorter list would give the values of one machine to another.
    let mut column = |name: &str, of: &dyn Fn(&Node) -> Option<Value>| {
        let values: Option<Vec<Value>> = nodes.iter().map(|node| of(node)).collect();
        add(all, &format!("{prefix}_{name}"), values.map(Value::Array));
    };
    column("hostnames", &|node| Some(json!(&*node.name.value)));
    column("vm_ids", &|node| Some(json!(node.vmid.as_ref()?.value)));
    column("ips", &|node| address(node, outer));
    if inner != outer {
        column("internal_ips", &|node| address(node, inner));
    }
    column("target_nodes", &|node| Some(json!(&*host(node)?.node.value)));
    if topology.hypervisors.len() > 1 {
        column("host_ids", &|node| Some(json!(&*host(node)?.host_id.value)));
        column("template_ids", &|node| Some(json!(host(node)?.template.as_ref()?.1.value)));
    }
    column("cores", &|node| Some(json!(node.cores.as_ref()?.value)));
    column("memory", &|node| Some(json!(node.memory.as_ref()?.value.bytes / (1024 * 1024))));
    column("system_disk_sizes", &|node| Some(json!(size(node.system_disk()?))));
    column("system_disk_storages", &|node| Some(json!(&*node.system_disk()?.storage.as_ref()?.value)));
    column("data_disks", &|node| Some(node.data_disks().map(data_disk).collect()));
}

/// Proxmox counts disks in GiB.
fn size(disk: &dvgen::model::Disk) -> String {
    format!("{}G", disk.size.value.bytes.div_ceil(1024 * 1024 * 1024))
}

/// Terraform has all attributes of an object: one that is not set is `null`.
fn data_disk(disk: &dvgen::model::Disk) -> Value {
    let text = |text: Option<&str>| text.map_or(Value::Null, Value::from);
    json!({
        "size": size(disk),
        "storage": text(disk.storage.as_ref().map(|pool| &*pool.value)),
        "volume_group": text(disk.volume_group.as_ref().map(|group| &*group.value)),
    })
}
