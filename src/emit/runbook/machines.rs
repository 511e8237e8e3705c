//! The virtual machines, and the hosts in them.

use std::collections::BTreeSet;

use super::Writer;
use crate::emit::page::code;
use crate::model::{Hypervisor, Node};
use crate::source::OriginId;
use crate::spec::{ClusterKind, FlowKind, Role};

impl Writer<'_> {
    /// Terraform makes the virtual machines.
    pub(super) fn machines(&mut self) {
        let topology = &self.source.platform.topology;
        let Some(first) = topology.hypervisors.first() else { return };
        self.phase("Machines, by Terraform", first.name.origin);
        if let Some(user) = &first.user {
            let script = code(&self.path("terraform/proxmox-role.sh"));
            let text = format!(
                "Once, on the Proxmox host: {script} prints the commands that make the account {} with just the\nprivileges that Terraform needs; with `--apply` it runs them. Proxmox shows the token a single time.",
                code(&user.value)
            );
            self.page.text(&text, user.origin);
        }
        self.token(first);
        let dir = self.path("terraform");
        let run = |command: &str| format!("terraform -chdir={dir} {command}");
        self.commands(&[&run("init"), &run("plan"), &run("apply")]);
        self.say(
            "Keep no saved plan (`-out`): the values of variables stand in it. The module is yours; `terraform.tfvars` and\n`variables.tf` are made by dvgen.",
        );
        for host in &topology.hypervisors {
            let on = |node: &&Node| {
                node.host.and_then(|id| topology.hypervisors.get(id.0)).is_some_and(|own| own.name == host.name)
            };
            let nodes: Vec<&Node> = topology.nodes.iter().filter(on).filter(|node| !node.container).collect();
            self.machines_of(host, &nodes);
        }
    }

    /// Tells how the token gets into the environment.
    fn token(&mut self, hypervisor: &Hypervisor) {
        let Some(token) = &hypervisor.token else { return };
        let later =
            if self.inside_store().is_some() { " Before the store is there, type the two values instead." } else { "" };
        self.page.text(&format!("The API token comes through the environment.{later}"), token.origin);
        let line = |variable: &str, key: &str| {
            let value = self.read(token, key);
            (format!("export TF_VAR_proxmox_api_token_{variable}=\"{value}\""), token.origin)
        };
        self.page.commands([line("id", "id"), line("secret", "token")]);
    }

    /// Says what `qm` has to show on a hypervisor.
    fn machines_of(&mut self, host: &Hypervisor, nodes: &[&Node]) {
        if nodes.is_empty() {
            return;
        }
        let text = format!("**Check** on {}, that `qm list` shows these machines, running:", code(&host.node.value));
        self.page.text(&text, host.node.origin);
        let mut rows = Vec::new();
        for node in nodes {
            let memory = node.memory.as_ref().map(|memory| memory.value.mebibytes().to_string()).unwrap_or_default();
            let cells = vec![
                node.vmid.as_ref().map(|vmid| vmid.value.to_string()).unwrap_or_default(),
                code(&node.name.value),
                memory,
                node.cores.as_ref().map(|cores| cores.value.to_string()).unwrap_or_default(),
                code(&host.host_id.value),
            ];
            rows.push((cells, self.origins.derived("a machine to check", &crate::emit::topology::node_reads(node))));
        }
        self.page.table(&["VMID", "NAME", "MEM(MB)", "cores", "host id"], &rows);
        let ids: Vec<(u32, OriginId)> =
            nodes.iter().filter_map(|node| node.vmid.as_ref()).map(|vmid| (vmid.value, vmid.origin)).collect();
        let reads: Vec<OriginId> = ids.iter().map(|(_, origin)| *origin).collect();
        if let [_, ..] = *reads {
            let ids: Vec<String> = ids.iter().map(|(id, _)| id.to_string()).collect();
            let origin = self.origins.derived("the numbers of the virtual machines", &reads);
            self.page.commands([
                ("qm list".to_owned(), origin),
                (
                    format!(
                        "for id in {}; do qm config \"$id\" | grep -E '^(name|cores|memory|net[0-9])'; done",
                        ids.join(" ")
                    ),
                    origin,
                ),
            ]);
        }
    }

    /// Ansible prepares the hosts.
    pub(super) fn hosts(&mut self) {
        if !self.has_nodes() {
            return;
        }
        if self.logs_nobody_in() {
            self.phase("Names", self.here);
            self.names();
            return;
        }
        self.phase("Hosts, by Ansible", self.here);
        let inventory = self.path("ansible/inventory.ini");
        let text = format!(
            "dvgen is the only writer of {}. A Terraform module that writes an inventory of its own has to stop doing so, or\nthe two overwrite each other.",
            code(&inventory)
        );
        self.say(&text);
        self.logins();
        let mut commands = Vec::new();
        if crate::emit::requirements::any(self.source) {
            commands.push(format!("ansible-galaxy collection install -r {}", self.path("ansible/requirements.yml")));
        }
        let group = if self.has_machines() { "all" } else { "k8s_cluster" };
        commands.push(format!("ansible -i {inventory} {group} -m ansible.builtin.ping"));
        let own = self.source.platform.topology.nodes.iter().any(|node| node.role.value != Role::Machine);
        if own || !self.has_machines() {
            commands.push(format!("ansible-playbook -i {inventory} PLAYBOOK.yml"));
        }
        self.commands(&commands.iter().map(String::as_str).collect::<Vec<_>>());
        if !own && self.has_machines() {
            self.volume_groups(&inventory);
            self.names();
            return;
        }
        self.say(
            "The playbooks are yours; `group_vars`, `host_vars` and `files` are made by dvgen, and lock the versions and the\nendpoint of the cluster.",
        );
        self.volume_groups(&inventory);
        self.names();
    }

    /// Machines of Talos have no shell, and nothing that Ansible could do there.
    fn logs_nobody_in(&self) -> bool {
        self.platform().cluster_kind() == ClusterKind::Talos
    }

    fn logins(&mut self) {
        let platform = self.source.platform;
        let network = platform.topology.node_network();
        let mut lines = Vec::new();
        for node in &platform.topology.nodes {
            let Some(address) = network.and_then(|id| node.address(id)) else { continue };
            let key = node.ssh_key.as_ref().map(|key| format!("-i {} ", key.value)).unwrap_or_default();
            let user = node.user.as_ref().map(|user| format!("{}@", user.value)).unwrap_or_default();
            let mut reads = vec![address.ip.origin, node.name.origin];
            reads.extend([&node.user, &node.ssh_key].into_iter().flatten().map(|text| text.origin));
            let origin = self.origins.derived("how a node is reached", &reads);
            lines.push((format!("ssh {key}{user}{} hostname   # {}", address.ip.value, node.name.value), origin));
        }
        if !lines.is_empty() {
            self.check("each node answers with its own name:");
            self.page.commands(lines);
        }
    }

    fn volume_groups(&mut self, inventory: &str) {
        let mut lines = Vec::new();
        for node in &self.source.platform.topology.nodes {
            let mut seen = BTreeSet::new();
            for group in node.disks.iter().filter_map(|disk| disk.volume_group.as_ref()) {
                if !seen.insert(&group.value) {
                    continue;
                }
                let name = &node.name.value;
                let line =
                    format!("ansible -i {inventory} {name} -b -m ansible.builtin.command -a 'vgs {}'", group.value);
                lines.push((line, group.origin));
            }
        }
        if !lines.is_empty() {
            self.check("the volume groups are there:");
            self.page.commands(lines);
        }
    }

    /// Names have to mean something before anything is called by them.
    fn names(&mut self) {
        let zones = crate::emit::dns::zones(self.source, self.origins);
        let hosts = code(&self.path("ansible/files/hosts"));
        let rows: Vec<_> = zones
            .iter()
            .map(|(zone, origin)| (vec![code(zone), code(&self.path(&format!("dns/{zone}.zone")))], *origin))
            .collect();
        if rows.is_empty() {
            return;
        }
        self.say(&format!(
            "These records belong into the DNS of their zones ({} has all of them for dnsmasq):",
            code(&self.path("dns/dnsmasq.conf"))
        ));
        self.page.table(&["zone", "records"], &rows);
        if self.logs_nobody_in() {
            return;
        }
        self.say(&format!(
            "Until they are there, {hosts} goes into `/etc/hosts` of each node, and of the machine that you work from."
        ));
        let platform = self.source.platform;
        let auth = platform.flows.iter().find(|flow| flow.kind == FlowKind::Auth);
        let asked =
            auth.filter(|flow| platform.components.get(flow.from.component.0).is_some_and(|one| !one.on_machines));
        let asked = asked.and_then(|flow| {
            let ends = (platform.components.get(flow.from.component.0)?, platform.components.get(flow.to.component.0)?);
            Some((flow.origin, ends.0, ends.1, ends.1.expose.as_ref()?))
        });
        if let Some((origin, from, to, expose)) = asked {
            let text = format!(
                "Pods read no `/etc/hosts` of nodes: {} asks {} at {}, and for that the DNS has to know the name.",
                code(&from.name.value),
                code(&to.name.value),
                code(&expose.host.value)
            );
            let reads = [origin, expose.host.origin];
            let origin = self.origins.derived("a name that pods look up", &reads);
            self.page.text(&text, origin);
        }
    }
}
