//! The machines as a Mermaid drawing, which Git forges show as a picture.

use crate::emit::page::Page;
use crate::model::{Node, Topology};
use crate::source::OriginId;

/// Most nodes of a drawing: with more of them it is a tangle.
const MOST: usize = 24;

/// Draws hypervisors with their nodes, and the networks that nodes have addresses in.
pub(super) fn draw(page: &mut Page, topology: &Topology, here: OriginId) {
    if topology.nodes.is_empty() || topology.nodes.len() > MOST {
        return;
    }
    let mut lines = vec![("flowchart LR".to_owned(), here)];
    for (at, host) in topology.hypervisors.iter().enumerate() {
        let origin = host.name.origin;
        lines.push((format!("  subgraph host{at}[\"{}\"]", quoted(&host.name.value)), origin));
        let on = |(_, node): &(usize, &Node)| node.host.is_some_and(|id| id.0 == at);
        lines.extend(topology.nodes.iter().enumerate().filter(on).map(|(id, node)| boxed("    ", id, node)));
        lines.push(("  end".to_owned(), origin));
    }
    let bare = |(_, node): &(usize, &Node)| node.host.is_none();
    lines.extend(topology.nodes.iter().enumerate().filter(bare).map(|(id, node)| boxed("  ", id, node)));
    for (at, network) in topology.networks.iter().enumerate() {
        let inside: Vec<_> = topology.nodes.iter().enumerate().collect();
        let inside = inside.into_iter().filter_map(|(id, node)| Some((id, node.address(crate::model::NetworkId(at))?)));
        let inside: Vec<_> = inside.collect();
        if inside.is_empty() {
            continue;
        }
        let label = format!("{}<br/>{}", quoted(&network.name.value), network.cidr.value);
        lines.push((format!("  net{at}[/\"{label}\"/]"), network.name.origin));
        let edges = inside
            .iter()
            .map(|(id, address)| (format!("  node{id} ---|\"{}\"| net{at}", address.ip.value), address.ip.origin));
        lines.extend(edges);
    }
    page.fence("mermaid", lines);
}

fn boxed(indent: &str, id: usize, node: &Node) -> (String, OriginId) {
    let vm = node.vmid.as_ref().map(|vmid| format!("<br/>{} {}", node.guest(), vmid.value)).unwrap_or_default();
    let (name, role) = (quoted(&node.name.value), node.role.value.word());
    (format!("{indent}node{id}[\"{name}<br/>{role}{vm}\"]"), node.name.origin)
}

/// Mermaid ends a label at a quote, and reads HTML in it.
fn quoted(text: &str) -> String {
    text.replace('#', "#35;").replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;").replace('`', "#96;")
}
