//! Talos: patches of the machine configuration, one a concern and one a machine, the extensions of the image, and the script
//! that makes the configurations (docs.siderolabs.com, "Configuration Patches").
//!
//! The configurations themselves hold the keys of the cluster, so they are made on the machine of a person and stay there.

mod volumes;

use std::net::IpAddr;

use super::Source;
use super::build::{list, lit, map, show, some, text};
use super::draft::{Body, Draft, TargetName};
use super::print::Note;
use crate::doc::Doc;
use crate::model::{Network, Node, Talos};
use crate::source::{OriginId, Origins};
use crate::spec::{ClusterKind, Role, TalosCni};

/// Returns what the machines of the platform's own cluster are told.
pub(super) fn of<'a>(source: &Source<'a>) -> Option<&'a Talos> {
    let cluster = source.platform.own_cluster().filter(|cluster| cluster.kind.value == ClusterKind::Talos)?;
    cluster.talos.as_ref().filter(|_| !source.platform.shares_cluster())
}

/// Returns the files below `talos/`.
pub(super) fn drafts(source: &Source<'_>, origins: &mut Origins) -> Vec<Draft> {
    let Some(talos) = of(source) else { return Vec::new() };
    let mut writer = Writer { source, talos, drafts: Vec::new() };
    writer.patches();
    for node in &source.platform.topology.nodes {
        writer.node(node, origins);
    }
    writer.schematic();
    writer.script();
    writer.drafts
}

/// The patches of all machines, by name, in the order in which they are given.
fn shared(source: &Source<'_>, talos: &Talos) -> Vec<&'static str> {
    let network = node_network(source);
    let mut names = vec!["network"];
    names.extend(network.filter(|network| !network.dns.is_empty()).map(|_| "dns"));
    names.extend((!talos.ntp.is_empty()).then_some("ntp"));
    names.extend(talos.schedules.value.then_some("scheduling"));
    names.extend((talos.cni.value == TalosCni::None || !talos.kube_proxy.value).then_some("cni"));
    names
}

fn node_network<'a>(source: &Source<'a>) -> Option<&'a Network> {
    let topology = &source.platform.topology;
    topology.networks.get(topology.node_network()?.0)
}

struct Writer<'a> {
    source: &'a Source<'a>,
    talos: &'a Talos,
    drafts: Vec<Draft>,
}

impl Writer<'_> {
    fn file(&mut self, name: &str, note: &str, doc: Doc) {
        self.files(name, note, vec![doc]);
    }

    fn files(&mut self, name: &str, note: &str, docs: Vec<Doc>) {
        let Some(doc) = docs.first() else { return };
        let mut header = vec![self.source.layout.header(doc.origin)];
        header.push(Note::new(note, doc.origin));
        let path = self.source.layout.file(&format!("talos/{name}.yaml"));
        let origin = doc.origin;
        let body = Body::Yaml(docs);
        self.drafts.push(Draft { path, target: TargetName::Talos, header, body, executable: false, origin });
    }

    fn patches(&mut self) {
        let (source, talos) = (self.source, self.talos);
        let platform = source.platform;
        let here = platform.cluster_name().origin;
        self.ranges(here);
        if let Some(network) = node_network(source).filter(|network| !network.dns.is_empty()) {
            let servers = list(network.name.origin, network.dns.iter().map(show));
            let doc = machine(network.name.origin, "network", map(network.name.origin, [("nameservers", servers)]));
            self.file("patch-dns", "The name servers of the machines.", doc);
        }
        if let Some(first) = talos.ntp.first() {
            let servers = list(first.origin, talos.ntp.iter().map(text));
            let doc = machine(first.origin, "time", map(first.origin, [("servers", servers)]));
            self.file("patch-ntp", "Where the machines have the time from.", doc);
        }
        if talos.schedules.value {
            let at = talos.schedules.origin;
            let doc = cluster(at, map(at, [("allowSchedulingOnControlPlanes", Doc::bool(true, at))]));
            self.file("patch-scheduling", "Control planes run workloads too.", doc);
        }
        self.cni();
        if let Some(((claim, ip), interface)) = platform.topology.api().zip(node_network(source)) {
            self.vip(&ip, claim.claim.origin, interface);
        }
    }

    /// The ranges of pods and Services, and the domain of the cluster.
    fn ranges(&mut self, here: OriginId) {
        let platform = self.source.platform;
        let range = |name: &str| platform.topology.network(name).map(|net| list(net.name.origin, [show(&net.cidr)]));
        let network = some(
            here,
            [
                ("dnsDomain", Some(text(&platform.domains.cluster))),
                ("podSubnets", range("pods")),
                ("serviceSubnets", range("services")),
            ],
        );
        let doc = cluster(here, map(here, [("network", network)]));
        self.file("patch-network", "The ranges of pods and Services.", doc);
    }

    /// Without a network of Talos' own, nothing that needs one starts before a component brings it.
    fn cni(&mut self) {
        let talos = self.talos;
        let none = talos.cni.value == TalosCni::None;
        if !none && talos.kube_proxy.value {
            return;
        }
        let (at, by) = (talos.cni.origin, talos.kube_proxy.origin);
        let network = none.then(|| map(at, [("cni", map(at, [("name", lit(at, "none"))]))]));
        let proxy = (!talos.kube_proxy.value).then(|| map(by, [("disabled", Doc::bool(true, by))]));
        let inner = some(at, [("network", network), ("proxy", proxy)]);
        // The address of the host's resolver is out of reach for pods whose packets BPF routes.
        let dns = map(at, [("enabled", Doc::bool(true, at)), ("forwardKubeDNSToHost", Doc::bool(false, at))]);
        let features = map(at, [("features", map(at, [("hostDNS", dns)]))]);
        let doc = map(at, [("cluster", inner), ("machine", features)]);
        self.file("patch-cni", "A component brings the network of pods: it is installed before everything else.", doc);
    }

    fn vip(&mut self, ip: &IpAddr, claim: OriginId, network: &Network) {
        let Some(interface) = &network.interface else { return };
        let vip = map(claim, [("ip", Doc::str(ip.to_string(), claim))]);
        let entry = map(claim, [("interface", text(interface)), ("vip", vip)]);
        let doc = machine(claim, "network", map(claim, [("interfaces", list(claim, [entry]))]));
        self.file("patch-vip", "The virtual address of the Kubernetes API; one control plane at a time has it.", doc);
    }

    fn node(&mut self, node: &Node, origins: &mut Origins) {
        let topology = &self.source.platform.topology;
        let here = node.name.origin;
        let mut interfaces = Vec::new();
        for address in &node.addresses {
            let Some(network) = topology.networks.get(address.network.0) else { continue };
            let Some(interface) = &network.interface else { continue };
            let cidr = format!("{}/{}", address.ip.value, network.cidr.value.prefix_len());
            let at = origins.derived("the address of a machine", &[address.ip.origin, network.cidr.origin]);
            let gateway = network.gateway.as_ref().map(|gateway| {
                let all = if gateway.value.is_ipv4() { "0.0.0.0/0" } else { "::/0" };
                let route = [("network", lit(gateway.origin, all)), ("gateway", show(gateway))];
                list(gateway.origin, [map(gateway.origin, route)])
            });
            let entry = [
                ("interface", Some(text(interface))),
                ("dhcp", Some(Doc::bool(false, at))),
                ("addresses", Some(list(at, [Doc::str(cidr, at)]))),
                ("routes", gateway),
                ("mtu", network.mtu.as_ref().map(|mtu| Doc::int(mtu.value, mtu.origin))),
            ];
            interfaces.push(some(at, entry));
        }
        let own = names_apart(self.talos);
        let name = (!own).then(|| text(&node.name));
        let network = some(here, [("hostname", name), ("interfaces", Some(list(here, interfaces)))]);
        let mut docs = vec![machine(here, "network", network)];
        if own {
            let entries = [
                ("apiVersion", lit(here, "v1alpha1")),
                ("kind", lit(here, "HostnameConfig")),
                ("hostname", text(&node.name)),
                ("auto", lit(here, "off")),
            ];
            docs.push(map(here, entries));
        }
        docs.extend(volumes::of(node));
        self.files(
            &format!("nodes/{}", node.name.value),
            "One machine: its name, its addresses, and what its data disks are for.",
            docs,
        );
    }

    /// What the Image Factory puts into the image; it answers with the id of the schematic.
    fn schematic(&mut self) {
        let Some(first) = self.talos.extensions.first() else { return };
        let at = first.origin;
        let names = list(at, self.talos.extensions.iter().map(text));
        let extensions = map(at, [("officialExtensions", names)]);
        let doc = map(at, [("customization", map(at, [("systemExtensions", extensions)]))]);
        let note = "The image of the machines: curl -sX POST --data-binary @schematic.yaml https://factory.talos.dev/schematics";
        self.file("schematic", note, doc);
    }

    fn script(&mut self) {
        let (source, talos) = (self.source, self.talos);
        let platform = source.platform;
        let here = platform.cluster_name().origin;
        let Some((claim, ip)) = platform.topology.api() else { return };
        let image = if talos.extensions.is_empty() {
            format!("ghcr.io/siderolabs/installer:v{}", bare(talos))
        } else {
            format!("factory.talos.dev/nocloud-installer/$SCHEMATIC:v{}", bare(talos))
        };
        let mut lines: Vec<(String, OriginId)> = vec![
            ("#!/bin/sh".to_owned(), here),
            (format!("# {}", source.layout.header(here).text), here),
            ("# Makes the configuration of each machine in the directory that you name, outside of the repository: it holds the".to_owned(), here),
            ("# keys of the cluster. The first run makes secrets.yaml there, later ones use it.".to_owned(), here),
            ("set -eu".to_owned(), here),
        ];
        let usage = if talos.extensions.is_empty() { "DIRECTORY" } else { "DIRECTORY SCHEMATIC" };
        lines.push((format!("OUT=${{1:?usage: $0 {usage}}}"), here));
        if !talos.extensions.is_empty() {
            lines.push((format!("SCHEMATIC=${{2:?usage: $0 {usage}}}"), here));
        }
        lines.push(("cd \"$(dirname \"$0\")\"".to_owned(), here));
        lines.push(("mkdir -p \"$OUT\"".to_owned(), here));
        lines.push(("[ -e \"$OUT/secrets.yaml\" ] || talosctl gen secrets -o \"$OUT/secrets.yaml\"".to_owned(), here));
        lines.push(("machine() {".to_owned(), here));
        lines.push((
            format!("  talosctl gen config {} https://{ip}:6443 \\", platform.cluster_name().value),
            claim.claim.origin,
        ));
        lines.push(("    --with-secrets \"$OUT/secrets.yaml\" \\".to_owned(), here));
        lines.push((format!("    --talos-version v{} \\", bare(talos)), talos.version.origin));
        if let Some(version) = platform.kubernetes() {
            lines.push((
                format!("    --kubernetes-version {} \\", version.value.trim_start_matches('v')),
                version.origin,
            ));
        }
        lines.push((format!("    --install-disk {} \\", talos.disk.value), talos.disk.origin));
        lines.push((format!("    --install-image \"{image}\" \\"), talos.version.origin));
        for name in shared(source, talos) {
            lines.push((format!("    --config-patch @patch-{name}.yaml \\"), here));
        }
        lines.push(("    --config-patch-control-plane @patch-vip.yaml \\".to_owned(), claim.claim.origin));
        lines.push(("    --config-patch \"@nodes/$1.yaml\" \\".to_owned(), here));
        lines.push(("    --output-types \"$2\" --output \"$OUT/$1.yaml\" --force".to_owned(), here));
        lines.push(("}".to_owned(), here));
        for node in &platform.topology.nodes {
            let kind = if node.role.value == Role::ControlPlane { "controlplane" } else { "worker" };
            lines.push((format!("machine {} {kind}", node.name.value), node.name.origin));
        }
        lines.push((
            format!(
                "talosctl gen config {} https://{ip}:6443 --with-secrets \"$OUT/secrets.yaml\" \\",
                platform.cluster_name().value
            ),
            here,
        ));
        lines.push(("  --output-types talosconfig --output \"$OUT/talosconfig\" --force".to_owned(), here));
        let path = source.layout.file("talos/render.sh");
        let (header, body) = (Vec::new(), Body::Lines(lines));
        self.drafts.push(Draft { path, target: TargetName::Talos, header, body, executable: true, origin: here });
    }
}

/// From 1.12 on, what `talosctl gen config` makes gives each machine a name by a document of its own, and with another name in
/// the older place the configuration is refused.
fn names_apart(talos: &Talos) -> bool {
    let mut numbers = bare(talos).split('.').map(|number| number.parse::<u64>().unwrap_or_default());
    (numbers.next(), numbers.next()) >= (Some(1), Some(12))
}

/// The version without its `v`.
pub(super) fn bare(talos: &Talos) -> &str {
    talos.version.value.trim_start_matches('v')
}

fn machine(origin: OriginId, key: &'static str, inner: Doc) -> Doc {
    map(origin, [("machine", map(origin, [(key, inner)]))])
}

fn cluster(origin: OriginId, inner: Doc) -> Doc {
    map(origin, [("cluster", inner)])
}
