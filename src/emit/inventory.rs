//! `ansible/inventory.ini`: hosts and groups. Variables lie in `group_vars` and `host_vars`, each in one place only.

use super::Source;
use super::build::{show, text};
use super::draft::{Body, Draft, TargetName};
use super::print::ini::{Body as Section, Host, Section as IniSection};
use crate::doc::Map;
use crate::source::Origins;
use crate::spec::Role;

/// Returns the inventory.
pub(super) fn draft(source: &Source<'_>, origins: &mut Origins) -> Draft {
    let here = source.platform.name.origin;
    let topology = &source.platform.topology;
    let network = topology.node_network();
    let mut hosts = |role: Role| {
        let hosts = topology.nodes_of(role).map(|node| {
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
            let origin = origins.derived("a host of the inventory", &reads);
            Host { name: node.name.value.to_string(), vars, origin }
        });
        Section::Hosts(hosts.collect())
    };
    let section = |group: &str, body| IniSection { group: Some(group.to_owned()), body, origin: here };
    let children = ["masters", "workers"].map(|group| (group.to_owned(), here));
    let sections = vec![
        section("masters", hosts(Role::ControlPlane)),
        section("workers", hosts(Role::Worker)),
        section("k8s_cluster", Section::Children(children.into())),
    ];
    Draft {
        path: source.layout.file("ansible/inventory.ini"),
        target: TargetName::Ansible,
        header: vec![source.layout.header(here)],
        body: Body::Ini(sections),
        executable: false,
        origin: here,
    }
}
