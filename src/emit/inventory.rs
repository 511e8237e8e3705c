//! `ansible/inventory.ini`: hosts and groups. Variables lie in `group_vars` and `host_vars`, each in one place only.

use super::build::{show, text};
use super::draft::{Body, Draft, TargetName};
use super::print::ini::{Body as Section, Host, Section as IniSection};
use super::{Source, hosts};
use crate::doc::{Doc, Map};
use crate::model::{Machine, MachineKind, Node};
use crate::source::Origins;
use crate::spec::Role;

/// Returns the inventory: the nodes by their roles, hypervisors that something is installed on, and all that have services.
pub(super) fn draft(source: &Source<'_>, origins: &mut Origins) -> Draft {
    let here = source.platform.name.origin;
    let topology = &source.platform.topology;
    let section = |group: &str, body| IniSection { group: Some(group.to_owned()), body, origin: here };
    let installed: Vec<&Machine> = hosts::machines(source).into_iter().map(|(machine, _)| machine).collect();
    let has = |role| topology.nodes_of(role).next().is_some();
    let mut sections = Vec::new();
    let mut of_role = |sections: &mut Vec<IniSection>, group: &str, role| {
        let hosts = topology.nodes_of(role).map(|node| host(source, node, origins)).collect();
        sections.push(section(group, Section::Hosts(hosts)));
    };
    // A platform of machines alone has no cluster.
    if has(Role::ControlPlane) || has(Role::Worker) || !has(Role::Machine) {
        of_role(&mut sections, "masters", Role::ControlPlane);
        of_role(&mut sections, "workers", Role::Worker);
        let children = ["masters", "workers"].map(|group| (group.to_owned(), here));
        sections.push(section("k8s_cluster", Section::Children(children.into())));
    }
    if has(Role::Machine) {
        of_role(&mut sections, "machines", Role::Machine);
    }
    let hypervisors = installed.iter().filter(|machine| matches!(machine.kind, MachineKind::Hypervisor(_)));
    let hypervisors: Vec<Host> = hypervisors.map(|machine| hypervisor(machine)).collect();
    if !hypervisors.is_empty() {
        sections.push(section("hypervisors", Section::Hosts(hypervisors)));
    }
    if !installed.is_empty() {
        let named = |machine: &&Machine| Host {
            name: machine.name.value.to_string(),
            vars: Map::new(),
            origin: machine.name.origin,
        };
        sections.push(section("services", Section::Hosts(installed.iter().map(named).collect())));
    }
    Draft {
        path: source.layout.file("ansible/inventory.ini"),
        target: TargetName::Ansible,
        header: vec![source.layout.header(here)],
        body: Body::Ini(sections),
        executable: false,
        origin: here,
    }
}

fn host(source: &Source<'_>, node: &Node, origins: &mut Origins) -> Host {
    let network = source.platform.topology.node_network();
    let mut vars = Map::new();
    let mut reads = Vec::new();
    if let Some(address) = network.and_then(|id| node.address(id)) {
        reads.push(address.ip.origin);
        vars.set("ansible_host", show(&address.ip));
    }
    reads.push(node.name.origin);
    if let Some(user) = &node.user {
        reads.push(user.origin);
        vars.set("ansible_user", text(user));
    }
    if let Some(key) = &node.ssh_key {
        reads.push(key.origin);
        vars.set("ansible_ssh_private_key_file", text(key));
    }
    Host { name: node.name.value.to_string(), vars, origin: origins.derived("a host of the inventory", &reads) }
}

/// Proxmox has no account but that of root until somebody makes one.
fn hypervisor(machine: &Machine) -> Host {
    let mut vars = Map::new();
    vars.set("ansible_host", text(&machine.address));
    vars.set("ansible_user", Doc::str("root", machine.name.origin));
    Host { name: machine.name.value.to_string(), vars, origin: machine.name.origin }
}
