//! Terraform variables: parallel lists out of the one list of nodes, ordered by the number of the virtual machine.
//!
//! The names of the variables are those of the Detectviz module. The API token is a variable without a value here:
//! whoever runs Terraform takes it from the secret store into the environment.

pub(in crate::emit) mod cloud;
pub(super) mod edge;

use std::sync::Arc;

use super::build::{list, show, some, text};
use super::draft::{Body, Draft, TargetName};
use super::print::Note;
use super::variables::{self, Variable};
use super::{Source, TWO_APIS};
use crate::diag::Diagnostic;
use crate::doc::{Doc, Map};
use crate::model::{Hypervisor, Network, NetworkId, Node, Traced};
use crate::source::{OriginId, Origins};
use crate::spec::{ClusterKind, Role};

/// Returns `terraform.tfvars` and the `variables.tf` that types it. Without a hypervisor or a cloud there is nothing to
/// make.
pub(super) fn drafts(source: &Source<'_>, origins: &mut Origins) -> Vec<Draft> {
    let (hypervisor, cloud) = (source.platform.topology.hypervisors.first(), source.platform.made_cloud());
    if hypervisor.is_none() && cloud.is_none() {
        return Vec::new();
    }
    let mut writer = Writer { source, origins, here: source.platform.name.origin, variables: Vec::new() };
    if let Some(cloud) = cloud {
        writer.cloud(cloud);
    }
    if let Some(hypervisor) = hypervisor {
        writer.hypervisor(hypervisor);
    }
    writer.platform();
    if let Some(cluster) = source.platform.made_cluster() {
        writer.cloud_cluster(cluster);
    }
    if hypervisor.is_some() {
        writer.networks();
        let topology = &source.platform.topology;
        let machines = topology.nodes_of(Role::Machine).any(|node| !node.container);
        let cluster = topology.nodes.iter().any(|node| node.role.value != Role::Machine) || !machines;
        let roles = [
            ("master", Role::ControlPlane, cluster),
            ("worker", Role::Worker, cluster),
            ("machine", Role::Machine, machines),
        ];
        for (prefix, role, _) in roles.into_iter().filter(|(.., wanted)| *wanted) {
            writer.nodes(prefix, role);
        }
    }
    let here = writer.here;
    let variables = writer.variables;
    let mut values = Map::new();
    for variable in &variables {
        if let Some(value) = &variable.value {
            values.set(variable.name.clone(), value.clone());
        }
    }
    let mut header = vec![source.layout.header(here)];
    if let Some(token) = hypervisor.and_then(|hypervisor| hypervisor.token.as_ref()) {
        let note = format!(
            "The API token stands in no file: export TF_VAR_proxmox_api_token_id and TF_VAR_proxmox_api_token_secret\nfrom secret `{}` (keys `id` and `token`) before running Terraform.",
            token.value
        );
        header.push(Note::new(note, token.origin));
    }
    let tfvars = Draft {
        path: source.layout.file("terraform/terraform.tfvars"),
        target: TargetName::Terraform,
        header,
        body: Body::Tfvars(values),
        executable: false,
        origin: here,
    };
    let declarations = Draft {
        path: source.layout.file("terraform/variables.tf"),
        target: TargetName::Terraform,
        header: vec![source.layout.header(here)],
        body: Body::Hcl(variables::items(&variables)),
        executable: false,
        origin: here,
    };
    vec![tfvars, declarations]
}

/// One module has one Proxmox provider: hypervisors of one platform are nodes of one Proxmox cluster.
pub(super) fn check(source: &Source<'_>, out: &mut Vec<Diagnostic>) {
    let platform = source.platform;
    let [first, others @ ..] = platform.topology.hypervisors.as_slice() else { return };
    let secret = |hypervisor: &Hypervisor| hypervisor.token.as_ref().map(|token| token.value.clone());
    for other in others {
        let (here, there) = (other.endpoint.origin, first.endpoint.origin);
        let same = other.endpoint.value == first.endpoint.value
            && secret(other) == secret(first)
            && other.insecure.value == first.insecure.value
            && other.user.as_ref().map(|user| &user.value) == first.user.as_ref().map(|user| &user.value);
        if let (false, Some(here), Some(there)) = (same, platform.origins.place(here), platform.origins.place(there)) {
            let (name, known) = (&other.name.value, &first.name.value);
            let message = format!("hypervisors `{known}` and `{name}` are reached in different ways");
            let problem = Diagnostic::error(TWO_APIS, here, message)
                .related(there, format!("`{known}` is reached here"))
                .why("the Terraform module has one Proxmox provider, so the machines of one of them would go to the other")
                .help("give nodes of one Proxmox cluster the same `endpoint`, `user`, `token` and `insecure`")
                .help("what belongs to another cluster belongs into a platform of its own");
            out.push(problem);
        }
    }
}

struct Writer<'a> {
    source: &'a Source<'a>,
    origins: &'a mut Origins,
    here: OriginId,
    variables: Vec<Variable>,
}

impl Writer<'_> {
    fn set(&mut self, name: &str, kind: &'static str, description: &'static str, value: Doc) {
        let value = Some(value);
        let origin = value.as_ref().map_or(self.here, |value| value.origin);
        self.variables.push(Variable { name: name.into(), kind, description, value, sensitive: false, origin });
    }

    fn maybe(&mut self, name: &str, description: &'static str, value: Option<&Traced<Arc<str>>>) {
        if let Some(value) = value {
            self.set(name, "string", description, text(value));
        }
    }

    fn hypervisor(&mut self, hypervisor: &Hypervisor) {
        self.set("proxmox_api_url", "string", "The Proxmox API.", text(&hypervisor.endpoint));
        if let Some(token) = &hypervisor.token {
            for (name, description) in [
                ("proxmox_api_token_id", "The id of the API token; from the secret store, by the environment."),
                ("proxmox_api_token_secret", "The secret of the API token; from the secret store, by the environment."),
            ] {
                let (value, sensitive, origin) = (None, true, token.origin);
                self.variables.push(Variable {
                    name: name.into(),
                    kind: "string",
                    description,
                    value,
                    sensitive,
                    origin,
                });
            }
        }
        self.maybe("proxmox_user", "The account that Terraform uses.", hypervisor.user.as_ref());
        let insecure = Doc::bool(hypervisor.insecure.value, hypervisor.insecure.origin);
        self.set("proxmox_tls_insecure", "bool", "Whether the certificate of the API is not checked.", insecure);
        if self.source.platform.topology.hypervisors.len() > 1 {
            // What differs between hypervisors is a list with an entry for each machine.
            return;
        }
        self.set("proxmox_target_node", "string", "The node name that Proxmox knows.", text(&hypervisor.node));
        self.set("proxmox_host_id", "string", "The id that nodes are labelled with.", text(&hypervisor.host_id));
        self.maybe("proxmox_storage", "The storage pool of virtual disks.", hypervisor.storage.as_ref());
        if let Some((name, id)) = &hypervisor.template {
            self.set("vm_template_name", "string", "The template that virtual machines are cloned from.", text(name));
            self.set("vm_template_id", "number", "The id of the template.", Doc::int(id.value, id.origin));
        }
    }

    fn platform(&mut self) {
        let platform = self.source.platform;
        self.set("cluster_name", "string", "The name of the cluster.", text(platform.cluster_name()));
        self.set("environment", "string", "The environment.", text(&platform.environment));
        self.maybe("domain", "The domain that people use.", platform.domains.external.as_ref());
        self.maybe("cluster_domain", "The domain of the nodes.", platform.domains.node.as_ref());
        match (platform.cluster_kind(), platform.kubernetes()) {
            (ClusterKind::Gke, Some(version)) => {
                let text = "The version of Kubernetes, as Google names it: with `1.33` the newest of 1.33 that the channel has.";
                self.set("kubernetes_version", "string", text, cloud::version(version));
            }
            (_, version) => self.maybe("kubernetes_version", "The version of Kubernetes.", version),
        }
        if let Some((address, ip)) = platform.topology.api() {
            let vip = Doc::str(ip.to_string(), address.claim.origin);
            self.set("control_plane_vip", "string", "The virtual address of the Kubernetes API.", vip);
        }
    }

    fn network(&self, id: Option<NetworkId>) -> Option<&Network> {
        self.source.platform.topology.networks.get(id?.0)
    }

    fn networks(&mut self) {
        let topology = &self.source.platform.topology;
        let (outer, inner) = (topology.node_network(), topology.internal_network());
        if let Some(network) = self.network(outer).cloned() {
            self.maybe("proxmox_bridge", "The bridge of the node network.", network.bridge.as_ref());
            if let Some(gateway) = &network.gateway {
                self.set("gateway", "string", "The default gateway of the nodes.", show(gateway));
            }
            let servers = list(network.name.origin, network.dns.iter().map(show));
            self.set("nameservers", "list(string)", "The name servers of the nodes.", servers);
            let prefix = Doc::int(network.cidr.value.prefix_len(), network.cidr.origin);
            self.set("network_prefix", "number", "The length of the node network's prefix.", prefix);
            if let Some(mtu) = &network.mtu {
                self.set(
                    "proxmox_mtu",
                    "number",
                    "The largest packet of the node network.",
                    Doc::int(mtu.value, mtu.origin),
                );
            }
        }
        if let Some(network) = self.network(inner.filter(|_| inner != outer)).cloned() {
            self.maybe("k8s_overlay_bridge", "The bridge between the nodes.", network.bridge.as_ref());
            if let Some(mtu) = &network.mtu {
                let mtu = Doc::int(mtu.value, mtu.origin);
                self.set("internal_mtu", "number", "The largest packet of the internal network.", mtu);
            }
            let prefix = Doc::int(network.cidr.value.prefix_len(), network.cidr.origin);
            self.set("internal_prefix", "number", "The length of the internal network's prefix.", prefix);
        }
        for (variable, name, description) in [
            ("pod_network_cidr", "pods", "The addresses of pods."),
            ("service_cidr", "services", "The addresses of Services."),
        ] {
            if let Some(network) = self.source.platform.topology.network(name) {
                let cidr = show(&network.cidr);
                self.set(variable, "string", description, cidr);
            }
        }
    }

    /// One list a field, all in the order of the nodes: an index is a virtual machine. Nodes without a host and containers are not
    /// made by Terraform, and those with one have every field: the model sees to both.
    fn nodes(&mut self, prefix: &str, role: Role) {
        let topology = &self.source.platform.topology;
        let nodes: Vec<&Node> = topology.nodes_of(role).filter(|node| node.host.is_some() && !node.container).collect();
        let (outer, inner) = (topology.node_network(), topology.internal_network());
        let host = |node: &Node| node.host.and_then(|id| topology.hypervisors.get(id.0));
        self.strings(prefix, "hostnames", "The names.", &nodes, |node| Some(text(&node.name)));
        self.numbers(prefix, "vm_ids", "The numbers of the virtual machines.", &nodes, |node| {
            node.vmid.as_ref().map(|vmid| Doc::int(vmid.value, vmid.origin))
        });
        let address = |network: Option<NetworkId>| move |node: &Node| Some(show(&node.address(network?)?.ip));
        self.strings(prefix, "ips", "The addresses in the node network.", &nodes, address(outer));
        if inner != outer {
            let description = "The addresses in the internal network.";
            self.strings(prefix, "internal_ips", description, &nodes, address(inner));
        }
        self.strings(prefix, "target_nodes", "The Proxmox nodes that they run on.", &nodes, |node| {
            Some(text(&host(node)?.node))
        });
        if topology.hypervisors.len() > 1 {
            self.per_host(prefix, &nodes);
        }
        self.numbers(prefix, "cores", "Processor cores.", &nodes, |node| {
            node.cores.as_ref().map(|cores| Doc::int(cores.value, cores.origin))
        });
        self.numbers(prefix, "memory", "Memory in MiB.", &nodes, |node| {
            let memory = node.memory.as_ref()?;
            Some(Doc::int(i64::try_from(memory.value.mebibytes()).ok()?, memory.origin))
        });
        self.strings(prefix, "system_disk_sizes", "The sizes of the system disks.", &nodes, |node| {
            Some(size(&node.system_disk()?.size))
        });
        self.strings(prefix, "system_disk_storages", "The storage pools of the system disks.", &nodes, |node| {
            node.system_disk()?.storage.as_ref().map(text)
        });
        let kind = "list(list(object({ size = string, storage = string, volume_group = optional(string) })))";
        let description = "The data disks, a list for each machine, in the order of their slots.";
        self.column(prefix, "data_disks", kind, description, &nodes, |node| Some(data_disks(node)));
    }

    /// What one hypervisor says once, and several say each for its own machines.
    fn per_host(&mut self, prefix: &str, nodes: &[&Node]) {
        let topology = &self.source.platform.topology;
        let host = |node: &Node| node.host.and_then(|id| topology.hypervisors.get(id.0));
        self.strings(prefix, "host_ids", "The ids that they are labelled with.", nodes, |node| {
            Some(text(&host(node)?.host_id))
        });
        self.numbers(prefix, "template_ids", "The templates that they are cloned from.", nodes, |node| {
            host(node)?.template.as_ref().map(|(_, id)| Doc::int(id.value, id.origin))
        });
    }

    fn strings(
        &mut self,
        prefix: &str,
        field: &str,
        description: &'static str,
        nodes: &[&Node],
        value: impl Fn(&Node) -> Option<Doc>,
    ) {
        self.column(prefix, field, "list(string)", description, nodes, value);
    }

    fn numbers(
        &mut self,
        prefix: &str,
        field: &str,
        description: &'static str,
        nodes: &[&Node],
        value: impl Fn(&Node) -> Option<Doc>,
    ) {
        self.column(prefix, field, "list(number)", description, nodes, value);
    }

    /// Sets a list with one entry a node. A field that not all nodes have is left out: a shorter list would give the
    /// values of one machine to another.
    fn column(
        &mut self,
        prefix: &str,
        field: &str,
        kind: &'static str,
        description: &'static str,
        nodes: &[&Node],
        value: impl Fn(&Node) -> Option<Doc>,
    ) {
        let Some(items) = nodes.iter().map(|node| value(node)).collect::<Option<Vec<Doc>>>() else { return };
        let name = format!("{prefix}_{field}");
        let mut reads: Vec<OriginId> = items.iter().map(|item| item.origin).collect();
        if reads.is_empty() {
            // That there is no such node is a fact of the whole spec.
            reads.push(self.source.platform.name.origin);
        }
        let origin = self.origins.derived("one entry a node, in the order of the virtual machines", &reads);
        self.set(&name, kind, description, list(origin, items));
    }
}

/// Proxmox counts in units of 1024 and writes them as one letter.
fn size(size: &Traced<crate::spec::scalars::Quantity>) -> Doc {
    Doc::str(format!("{}G", size.value.gibibytes()), size.origin)
}

fn data_disks(node: &Node) -> Doc {
    let disks = node.data_disks().map(|disk| {
        let entries = [
            ("size", Some(size(&disk.size))),
            ("storage", disk.storage.as_ref().map(text)),
            ("volume_group", disk.volume_group.as_ref().map(text)),
        ];
        some(disk.volume_group.as_ref().map_or(disk.size.origin, |group| group.origin), entries)
    });
    list(node.name.origin, disks)
}
