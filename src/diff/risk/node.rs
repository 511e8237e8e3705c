//! Nodes that come and go.

use super::{Case, Finding, Level, RiskRule};
use crate::model::{Node, Platform};
use crate::spec::Role;

/// A new node.
pub(super) static ADDED: RiskRule = RiskRule {
    name: "node-added",
    code: "DV2016",
    summary: "A node is new.",
    documentation: "\
## What it does
Reports a node that was not there.

## Why it matters
Terraform makes a machine, and Ansible joins it to the cluster. Pods move only when they are scheduled anew.

## What to do
See that its number is above those of the other machines of its role: else `machine-replaced` says what happens to them.
",
    judge: added,
};

/// A node that is gone.
pub(super) static REMOVED: RiskRule = RiskRule {
    name: "node-removed",
    code: "DV2017",
    summary: "A node is gone.",
    documentation: "\
## What it does
Reports a node that is gone from the spec.

## Why it matters
`terraform apply` destroys the machine, with its disks. Its pods have to find room elsewhere, local volumes are lost, and of the
control plane a majority has to stay: etcd does not forget a member by itself.

## What to do
Drain the node, delete it from the cluster (`kubectl delete node`), for a control plane remove its etcd member; then merge this.
",
    judge: removed,
};

/// Returns how many machines of the control plane there are.
fn masters(platform: &Platform) -> usize {
    platform.topology.nodes.iter().filter(|node| node.role.value == Role::ControlPlane).count()
}

fn missing_in<'a>(nodes: &'a [Node], other: &'a Platform) -> impl Iterator<Item = &'a Node> {
    nodes.iter().filter(|node| other.topology.nodes.iter().all(|known| known.name.value != node.name.value))
}

pub(super) fn word(node: &Node) -> &'static str {
    match node.role.value {
        Role::ControlPlane => "control-plane node",
        Role::Worker => "worker",
        Role::Machine => "machine",
    }
}

fn added(case: &Case<'_>, out: &mut Vec<Finding>) {
    let renamed = |node: &&Node| case.sides.renames.is_node(&node.name.value);
    for node in missing_in(&case.head().topology.nodes, case.base()).filter(|node| !renamed(node)) {
        let number = node.vmid.as_ref().map(|vmid| format!(", virtual machine {}", vmid.value)).unwrap_or_default();
        let causes = case.because(None, Some(node.name.origin), None);
        let message = format!("new {}{number}", word(node));
        out.push(Finding::new(&ADDED, Level::Caution, &*node.name.value, message).because(causes));
    }
}

fn removed(case: &Case<'_>, out: &mut Vec<Finding>) {
    let renamed = |node: &&Node| case.sides.renames.is_node(&node.name.value);
    for node in missing_in(&case.base().topology.nodes, case.head()).filter(|node| !renamed(node)) {
        let number = node.vmid.as_ref().map(|vmid| format!(" {}", vmid.value)).unwrap_or_default();
        let message = format!("{} is gone: Terraform destroys virtual machine{number} with its disks", word(node));
        let left = masters(case.head());
        let why = match node.role.value {
            Role::ControlPlane if left < 3 => {
                let verb = if left == 1 { "is" } else { "are" };
                format!(
                    "{left} of {} control-plane nodes {verb} left, and etcd needs most of its members: remove this one from etcd first, and know that the next loss stops the cluster",
                    masters(case.base())
                )
            }
            Role::ControlPlane => "remove its etcd member before the machine".to_owned(),
            Role::Worker => "drain it first; what is on its local volumes is lost".to_owned(),
            Role::Machine => "move what runs on it first; what is on its disks is lost".to_owned(),
        };
        let causes = case.because(Some(node.name.origin), None, None);
        out.push(Finding::new(&REMOVED, Level::Danger, &*node.name.value, message).why(why).because(causes));
    }
}
