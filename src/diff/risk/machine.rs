//! Machines that Terraform makes anew or changes.

use super::{Case, Finding, Level, RiskRule};
use crate::diff::report::{Change, ChangeKind};
use crate::emit::TargetName;
use crate::model::Node;

/// Terraform replaces a machine.
pub(super) static REPLACED: RiskRule = RiskRule {
    name: "machine-replaced",
    code: "DV2014",
    summary: "Terraform destroys a machine or a cluster and makes it anew.",
    documentation: "\
## What it does
Reports machines that get another place in Terraform's lists, another number, another role, another template, another host or another
storage for their disks, and a GKE cluster of another name, place or project.

## Why it matters
The place in the list is the machine's identity in Terraform's state. When one is put in between, each machine behind it
becomes the next one: Terraform destroys it and makes it anew, with an empty disk. One line of the spec does that.

## What to do
Give a new node a number (`vmid`) above those that are there, so that it comes last. Or move the state first: `terraform state mv`.
",
    judge: replaced,
};

/// A machine gets more or less of something.
pub(super) static RESIZED: RiskRule = RiskRule {
    name: "machine-resized",
    code: "DV2015",
    summary: "A machine gets other cores, memory or disks.",
    documentation: "\
## What it does
Reports machines that get other cores, memory or disks.

## Why it matters
Cores and memory need a restart of the machine. A disk can grow; one that is smaller or gone is made anew, without its data.

## What to do
Drain the node before. Never make a disk smaller.
",
    judge: resized,
};

/// Returns role and name out of `worker[app-1]`.
fn machine(change: &Change) -> Option<(&str, &str)> {
    let (role, rest) = change.path.split_once('[')?;
    Some((role, rest.split_once(']')?.0))
}

/// What a GKE cluster cannot change.
const OF_CLUSTERS: &[&str] = &["gke_location", "cluster_name", "gcp_project_id", "gcp_region"];

/// Reports what is made anew because a variable of all of it changes.
fn made_anew(case: &Case<'_>, out: &mut Vec<Finding>) {
    let gke = case.base_artifact("terraform/terraform.tfvars").is_some_and(|text| text.contains("gke_location"));
    let disks = |change: &Change| change.path.ends_with("disk_storages") || change.path.ends_with("].storage");
    let hosts = |change: &Change| change.path.ends_with("].target_nodes");
    let mut moved: Vec<(&str, &str, Finding)> = Vec::new();
    for (at, _, file, change) in case.changes() {
        if file.target != TargetName::Terraform || change.kind != ChangeKind::Changed {
            continue;
        }
        let (from, to) = change.values();
        let path = change.path.as_str();
        let message = format!("`{path}` {from} → {to}");
        if gke && OF_CLUSTERS.contains(&path) {
            let why = "a GKE cluster cannot change that: `terraform apply` destroys it with all that it holds, and makes it anew";
            out.push(Finding::new(&REPLACED, Level::Danger, "the cluster", message).why(why).about(at, change));
        } else if matches!(path, "vm_template_name" | "vm_template_id") {
            let why =
                "machines are clones of it: `terraform apply` destroys them and makes them anew, with empty disks";
            out.push(Finding::new(&REPLACED, Level::Danger, "the machines", message).why(why).about(at, change));
        } else if machine(change).is_some() && (disks(change) || hosts(change)) {
            if let Some((_, _, finding)) = moved.iter_mut().find(|(old, new, _)| (*old, *new) == (from, to)) {
                *finding = finding.clone().about(at, change);
                continue;
            }
            let (message, why) = if hosts(change) {
                let why = "Terraform makes a machine anew at another host, with empty disks, unless its provider is told to migrate: move it in Proxmox first";
                (format!("machines at `{from}` are to run at `{to}`"), why)
            } else {
                let why =
                    "Terraform makes disks in another storage anew, without their data: move them in Proxmox first";
                (format!("disks in `{from}` are to be in `{to}`"), why)
            };
            let finding = Finding::new(&REPLACED, Level::Danger, "the machines", message).why(why);
            moved.push((from, to, finding.about(at, change)));
        }
    }
    out.extend(moved.into_iter().map(|(_, _, finding)| finding));
}

fn replaced(case: &Case<'_>, out: &mut Vec<Finding>) {
    made_anew(case, out);
    let variables = || case.changes().filter(|(_, _, file, _)| file.target == TargetName::Terraform);
    let moved = || variables().filter(|(_, _, _, change)| change.kind == ChangeKind::Moved);
    // A machine with another number is another one, wherever it stands.
    let number = |node: &Node| node.vmid.as_ref().map(|vmid| vmid.value);
    let renumbered: Vec<&str> =
        nodes(case).filter(|(old, new)| number(old) != number(new)).map(|(_, new)| &*new.name.value).collect();
    for (at, _, _, change) in moved() {
        let Some((role, name)) = machine(change) else { continue };
        if renumbered.contains(&name) {
            continue;
        }
        let (from, to) = change.values();
        let message = format!("Terraform's {role} list holds it at {to} and no longer at {from}");
        let why = format!(
            "Terraform takes it for another machine: `terraform apply` destroys `{name}` and makes it anew, with empty disks"
        );
        out.push(Finding::new(&REPLACED, Level::Danger, name, message).why(why).about(at, change));
    }
    for (old, new) in nodes(case) {
        let name = &*new.name.value;
        let (from, to) = (old.vmid.as_ref(), new.vmid.as_ref());
        if let (Some(from), Some(to)) = (from, to)
            && from.value != to.value
        {
            let message = format!("virtual machine {} becomes {}", from.value, to.value);
            let causes = case.because(Some(from.origin), Some(to.origin), None);
            let why = "the number is the machine: it is destroyed and made anew, with empty disks";
            let mut finding = Finding::new(&REPLACED, Level::Danger, name, message).why(why).because(causes);
            for (at, ..) in moved().filter(|(.., change)| machine(change).is_some_and(|(_, moved)| moved == name)) {
                finding = finding.covering(at);
            }
            out.push(finding);
        }
        if old.role.value != new.role.value {
            let message = "has another role in the cluster".to_owned();
            let causes = case.because(Some(old.role.origin), Some(new.role.origin), None);
            let why = "kubeadm cannot change the role of a node: it has to be drained, reset and joined again";
            out.push(Finding::new(&REPLACED, Level::Danger, name, message).why(why).because(causes));
        }
    }
}

/// Iterates over the nodes that are on both sides, also under another name.
pub(super) fn nodes<'a>(case: &Case<'a>) -> impl Iterator<Item = (&'a Node, &'a Node)> {
    let (base, head, renames) = (case.base(), case.head(), &case.sides.renames.nodes);
    let find = move |name: &str| head.topology.nodes.iter().find(|node| &*node.name.value == name);
    base.topology.nodes.iter().filter_map(move |old| {
        let name = &old.name.value;
        let name = renames.iter().find(|(before, _)| before == name).map_or(name, |(_, after)| after);
        Some((old, find(name)?))
    })
}

fn resized(case: &Case<'_>, out: &mut Vec<Finding>) {
    for (old, new) in nodes(case) {
        let name = &*new.name.value;
        let mut parts = Vec::new();
        let mut causes = Vec::new();
        let mut note = |text: String, from, to| {
            parts.push(text);
            causes.extend(case.because(Some(from), Some(to), None));
        };
        if let (Some(from), Some(to)) = (&old.cores, &new.cores)
            && from.value != to.value
        {
            note(format!("cores {} → {}", from.value, to.value), from.origin, to.origin);
        }
        if let (Some(from), Some(to)) = (&old.memory, &new.memory)
            && from.value.bytes != to.value.bytes
        {
            note(format!("memory {} → {}", from.value.text, to.value.text), from.origin, to.origin);
        }
        if !parts.is_empty() {
            let finding = Finding::new(&RESIZED, Level::Caution, name, parts.join(", "));
            out.push(finding.why("the machine restarts: drain the node first").because(causes));
        }
        disks(case, old, new, out);
    }
}

fn disks(case: &Case<'_>, old: &Node, new: &Node, out: &mut Vec<Finding>) {
    let name = &*new.name.value;
    for (at, from) in old.disks.iter().enumerate() {
        let Some(to) = new.disks.get(at) else {
            let message = format!("disk {at} of {} is gone", from.size.value.text);
            let causes = case.because(Some(from.size.origin), None, None);
            let why = "Terraform removes it with the data on it";
            out.push(Finding::new(&RESIZED, Level::Danger, name, message).why(why).because(causes));
            continue;
        };
        let (was, is) = (&from.size.value, &to.size.value);
        if was.bytes == is.bytes {
            continue;
        }
        let message = format!("disk {at} {} → {}", was.text, is.text);
        let causes = case.because(Some(from.size.origin), Some(to.size.origin), None);
        let (level, why) = if is.bytes < was.bytes {
            (Level::Danger, "a disk cannot shrink: it is made anew, without its data")
        } else {
            (Level::Caution, "the file system on it does not grow by itself")
        };
        out.push(Finding::new(&RESIZED, level, name, message).why(why).because(causes));
    }
}
