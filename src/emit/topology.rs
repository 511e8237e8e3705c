//! `nodes/topology.md`: the machines, networks and addresses in tables and in one drawing.

use super::Source;
use super::draft::{Draft, TargetName};
use super::page::{Page, code, codes, escaped};
use crate::model::{Claim, Disk, Network, Node, Topology};
use crate::source::{OriginId, Origins};
use crate::spec::Role;

mod drawing;
mod volumes;

/// A row of a table.
type Row = (Vec<String>, OriginId);

/// Returns the page. Without machines and networks there is none.
pub(super) fn draft(source: &Source<'_>, origins: &mut Origins) -> Option<Draft> {
    let platform = source.platform;
    let topology = &platform.topology;
    if topology.nodes.is_empty() && topology.hypervisors.is_empty() && topology.networks.is_empty() {
        return None;
    }
    let here = platform.name.origin;
    let title = format!("Topology of {}, {}", platform.name.value, platform.environment.value);
    let mut page = Page::new(&title, &source.layout.header(here));
    drawing::draw(&mut page, topology, here);
    hypervisors(&mut page, topology, here, origins);
    networks(&mut page, topology, here, origins);
    addresses(&mut page, topology, here, origins);
    nodes(&mut page, source, here, origins);
    storage(&mut page, topology, here, origins);
    volumes::groups(&mut page, platform, here, origins);
    volumes::demands(&mut page, platform, here, origins);
    Some(page.draft(source.layout.file("nodes/topology.md"), TargetName::Pages))
}

fn maybe(text: Option<&str>) -> String {
    text.map(code).unwrap_or_default()
}

fn section(page: &mut Page, title: &str, here: OriginId, head: &[&str], rows: &[Row]) {
    if !rows.is_empty() {
        page.heading(2, title, here);
        page.table(head, rows);
    }
}

fn hypervisors(page: &mut Page, topology: &Topology, here: OriginId, origins: &mut Origins) {
    let rows = topology.hypervisors.iter().map(|host| {
        let template = host.template.as_ref().map(|(name, id)| format!("{} ({})", code(&name.value), id.value));
        let account = host.user.as_ref().map(|user| &*user.value);
        let storage = host.storage.as_ref().map(|storage| &*storage.value);
        let cells = vec![
            code(&host.name.value),
            code(&host.node.value),
            code(&host.host_id.value),
            code(&host.endpoint.value),
            maybe(account),
            host.cores.as_ref().map(|cores| cores.value.to_string()).unwrap_or_default(),
            host.memory.as_ref().map(|memory| memory.value.text.to_string()).unwrap_or_default(),
            maybe(storage),
            template.unwrap_or_default(),
        ];
        let mut reads = vec![host.name.origin, host.node.origin, host.host_id.origin, host.endpoint.origin];
        reads.extend([&host.user, &host.storage].into_iter().flatten().map(|text| text.origin));
        reads.extend(host.cores.as_ref().map(|cores| cores.origin));
        reads.extend(host.memory.as_ref().map(|memory| memory.origin));
        reads.extend(host.template.as_ref().map(|(name, _)| name.origin));
        (cells, origins.derived("a hypervisor in a table", &reads))
    });
    let rows: Vec<Row> = rows.collect();
    let head = ["name", "node of Proxmox", "host id", "API", "account", "cores", "memory", "storage", "template"];
    section(page, "Hypervisors", here, &head, &rows);
}

fn networks(page: &mut Page, topology: &Topology, here: OriginId, origins: &mut Origins) {
    let rows = topology.networks.iter().map(|network| {
        let servers: Vec<String> = network.dns.iter().map(|ip| ip.value.to_string()).collect();
        let cells = vec![
            code(&network.name.value),
            code(&network.cidr.value.to_string()),
            network.gateway.as_ref().map(|ip| code(&ip.value.to_string())).unwrap_or_default(),
            codes(servers.iter().map(String::as_str)),
            maybe(network.bridge.as_ref().map(|text| &*text.value)),
            maybe(network.interface.as_ref().map(|text| &*text.value)),
            network.mtu.as_ref().map(|mtu| mtu.value.to_string()).unwrap_or_default(),
            maybe(network.overlay.map(crate::spec::Overlay::word)),
        ];
        (cells, origins.derived("a network in a table", &network_reads(network)))
    });
    let rows: Vec<Row> = rows.collect();
    let head = ["name", "range", "gateway", "name servers", "bridge", "interface", "MTU", "overlay"];
    section(page, "Networks", here, &head, &rows);
}

fn network_reads(network: &Network) -> Vec<OriginId> {
    let mut reads = vec![network.name.origin, network.cidr.origin];
    reads.extend(network.gateway.as_ref().map(|ip| ip.origin));
    reads.extend(network.dns.iter().map(|ip| ip.origin));
    reads.extend([&network.bridge, &network.interface].into_iter().flatten().map(|text| text.origin));
    reads.extend(network.mtu.as_ref().map(|mtu| mtu.origin));
    reads
}

/// Returns what a claim takes, as the spec writes it.
pub(super) fn claimed(claim: Claim) -> String {
    match claim {
        Claim::One(ip) => ip.to_string(),
        Claim::Range(first, last) => format!("{first}-{last}"),
    }
}

fn addresses(page: &mut Page, topology: &Topology, here: OriginId, origins: &mut Origins) {
    let rows = topology.addresses.iter().map(|address| {
        let owner = address.owner.as_ref();
        let cells = vec![
            code(&address.name.value),
            code(&claimed(address.claim.value)),
            address.purpose.word().to_owned(),
            owner.map(|owner| escaped(&owner.value)).unwrap_or_default(),
        ];
        let mut reads = vec![address.name.origin, address.claim.origin];
        reads.extend(owner.map(|owner| owner.origin));
        (cells, origins.derived("an address in a table", &reads))
    });
    let rows: Vec<Row> = rows.collect();
    section(page, "Addresses", here, &["name", "address", "purpose", "owner"], &rows);
}

fn nodes(page: &mut Page, source: &Source<'_>, here: OriginId, origins: &mut Origins) {
    let topology = &source.platform.topology;
    let networks: Vec<_> = topology.networks.iter().enumerate().collect();
    let mut head = vec!["name", "role", "on", "VM"];
    head.extend(networks.iter().map(|(_, network)| &*network.name.value));
    head.extend(["cores", "memory", "disks"]);
    let rows = topology.nodes.iter().map(|node| {
        let host = node.host.and_then(|id| topology.hypervisors.get(id.0));
        let mut cells = vec![
            code(&node.name.value),
            node.role.value.word().to_owned(),
            maybe(host.map(|host| &*host.name.value)),
            node.vmid.as_ref().map(|vmid| vmid.value.to_string()).unwrap_or_default(),
        ];
        cells.extend(networks.iter().map(|(at, _)| {
            let address = node.address(crate::model::NetworkId(*at));
            address.map(|address| code(&address.ip.value.to_string())).unwrap_or_default()
        }));
        let disks: Vec<String> = node.disks.iter().map(disk).collect();
        cells.extend([
            node.cores.as_ref().map(|cores| cores.value.to_string()).unwrap_or_default(),
            node.memory.as_ref().map(|memory| memory.value.text.to_string()).unwrap_or_default(),
            disks.join(", "),
        ]);
        (cells, origins.derived("a node in a table", &node_reads(node)))
    });
    let rows: Vec<Row> = rows.collect();
    section(page, "Nodes", here, &head, &rows);
    labels(page, source, here);
}

fn disk(disk: &Disk) -> String {
    let size = &disk.size.value.text;
    match &disk.volume_group {
        Some(group) => format!("{size} {} for {}", code(&disk.device.value), code(&group.value)),
        None => size.to_string(),
    }
}

/// Returns everything that a row about a node reads.
pub(super) fn node_reads(node: &Node) -> Vec<OriginId> {
    let mut reads = vec![node.name.origin, node.role.origin];
    reads.extend(node.vmid.as_ref().map(|vmid| vmid.origin));
    reads.extend(node.addresses.iter().map(|address| address.ip.origin));
    reads.extend(node.cores.as_ref().map(|cores| cores.origin));
    reads.extend(node.memory.as_ref().map(|memory| memory.origin));
    for disk in &node.disks {
        reads.push(disk.size.origin);
        reads.extend(disk.volume_group.as_ref().map(|group| group.origin));
    }
    reads
}

fn labels(page: &mut Page, source: &Source<'_>, here: OriginId) {
    let mut rows: Vec<Row> = Vec::new();
    // A machine outside of Kubernetes has nobody who could ask for its labels.
    for node in source.platform.topology.nodes.iter().filter(|node| node.role.value != Role::Machine) {
        let labels = super::labels::of(source.platform, node);
        for (key, value) in labels.as_map().into_iter().flat_map(crate::doc::Map::iter) {
            let text = value.as_str().map(code).unwrap_or_default();
            rows.push((vec![code(&node.name.value), code(&key.text), text], value.origin));
        }
    }
    if !rows.is_empty() {
        page.heading(2, "Labels of nodes", here);
        page.text("`scripts/render-node-labels.sh` sets them.", here);
        page.table(&["node", "label", "value"], &rows);
    }
}

fn storage(page: &mut Page, topology: &Topology, here: OriginId, origins: &mut Origins) {
    let rows = topology.storage_classes.iter().map(|class| {
        let group = class.volume_group.as_ref();
        let filesystem = class.filesystem.as_ref();
        let cells = vec![
            code(&class.name.value),
            class.component.as_ref().map_or_else(|| "external".to_owned(), |name| code(&name.value)),
            maybe(group.map(|group| &*group.value)),
            code(&class.device_class.value),
            maybe(filesystem.map(|text| &*text.value)),
            if class.default.value { "yes".to_owned() } else { String::new() },
        ];
        let mut reads = vec![class.name.origin, class.default.origin];
        reads.extend([class.component.as_ref(), group, filesystem].into_iter().flatten().map(|text| text.origin));
        (cells, origins.derived("a storage class in a table", &reads))
    });
    let rows: Vec<Row> = rows.collect();
    let head = ["name", "component", "volume group", "device class", "file system", "default"];
    section(page, "Storage classes", here, &head, &rows);
}
