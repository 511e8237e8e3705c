//! Components and nodes that have another name, and nothing else that says so.

use super::component::has_volumes;
use super::{Case, Finding, Level, RiskRule, node};
use crate::diff::report::{Change, ChangeKind, Edit};
use crate::emit::TargetName;
use crate::model::{Component, Node};
use crate::spec::Role;

/// A component has another name.
pub(super) static COMPONENT: RiskRule = RiskRule {
    name: "component-renamed",
    code: "DV2050",
    summary: "A component has another name, and so everything that is called by it.",
    documentation: "\
## What it does
Reports a component that has another name in the spec, is made of the same entry of the library in the same namespace, and says the same
for the most part. It is compared with what it was, not reported as one that went and one that came.

## Why it matters
Argo CD knows no renames. The Application with the old name goes, with what it deployed; the one with the new name makes everything anew,
with empty volumes. The release of Helm and what the chart calls its objects follow the name, and so do Services, secrets and hosts.

## What to do
Keep the name: a title is for people, and `release` and `fullname` keep what objects are called. Else save the data, and plan for
the time in between.
",
    judge: components,
};

/// A node has another name.
pub(super) static NODE: RiskRule = RiskRule {
    name: "node-renamed",
    code: "DV2051",
    summary: "A node has another name.",
    documentation: "\
## What it does
Reports a node that has another name and the same virtual machine, or the same address.

## Why it matters
Terraform keeps the machine where its place in the list stays. Kubernetes knows a node by its name: under the new one the kubelet joins
as another node, without labels and taints, and the old one stays as one that is not ready. Local volumes and the member of
etcd are bound to the old name, and so are certificates.

## What to do
Drain the node, delete it from the cluster, reset it with `kubeadm reset`, rename it and join it again, one node after the other.
",
    judge: nodes,
};

fn components(case: &Case<'_>, out: &mut Vec<Finding>) {
    for (old, new) in case.components().filter(|(old, new)| old.name.value != new.name.value) {
        let name = &*new.name.value;
        let (before, after) = (&old.name.value, &new.name.value);
        let (level, message, why) = if old.by_argocd() {
            by_argocd(case, old, new)
        } else {
            let why = "what was installed under the old name stays on the machines until somebody removes it";
            (Level::Caution, format!("was `{before}` before"), why.to_owned())
        };
        let causes = causes(case, before, after);
        let mut finding = Finding::new(&COMPONENT, level, name, message).why(why).because(causes);
        for (at, _, change) in case.changes_of(Some(name)) {
            // What repeats the name.
            let (from, to) = change.values();
            if from.replace(&**before, after) == to {
                finding = finding.covering(at);
            }
        }
        out.push(finding);
    }
}

/// Returns the edits that give something another name, of the base and of an overlay; else those of both names.
fn causes(case: &Case<'_>, before: &str, after: &str) -> Vec<usize> {
    let environment = &*case.head().environment.value;
    let is_it = |edit: &Edit| {
        let here =
            !matches!(edit.path.as_slice(), [section, name, ..] if section == "environments" && name != environment);
        let of = |name: &str| edit.path.last().is_some_and(|last| last == name);
        let renamed = edit.renamed && edit.before.as_deref() == Some(before) && edit.after.as_deref() == Some(after);
        here && (renamed || of(before) && edit.after.is_none() || of(after) && edit.before.is_none())
    };
    let edits = case.causes.edits.iter().enumerate();
    edits.filter(|(_, placed)| is_it(&placed.edit)).map(|(at, _)| at).collect()
}

fn by_argocd(case: &Case<'_>, old: &Component, new: &Component) -> (Level, String, String) {
    let (before, after) = (&old.name.value, &new.name.value);
    let keeps = old.fullname.value == new.fullname.value && old.release.value == new.release.value;
    let volumes = has_volumes(old);
    if !case.root_prunes() {
        let message = format!("was `{before}` before: Argo CD makes `{after}` anew, and `{before}` stays beside it");
        let why = if keeps {
            "both claim the same objects, until somebody deletes the old Application without what it deployed"
        } else {
            "the root does not prune: both run until somebody deletes the old one, and the new one starts without its data"
        };
        return (if volumes { Level::Danger } else { Level::Caution }, message, why.to_owned());
    }
    let message =
        format!("was `{before}` before: Argo CD deletes `{before}` and all that it deployed, and makes `{after}` anew");
    let why = match (keeps, volumes) {
        (true, _) => {
            "its objects keep their names, so what the old Application deletes is what the new one has just taken over"
        }
        (false, true) => "its volumes are deleted or left behind, and the new ones are empty: save the data first",
        (false, false) => "nothing of it runs in between, and whatever knows its old names no longer finds it",
    };
    (Level::Danger, message, why.to_owned())
}

fn nodes(case: &Case<'_>, out: &mut Vec<Finding>) {
    for (before, after) in &case.sides.renames.nodes {
        let find = |nodes: &'_ [Node], name: &str| nodes.iter().find(|node| &*node.name.value == name).cloned();
        let Some(new) = find(&case.head().topology.nodes, after) else { continue };
        let terraform = case.changes().filter(|(_, _, file, _)| file.target == TargetName::Terraform);
        let of = |change: &Change| change.path.contains(&format!("[{after}]"));
        let moves =
            terraform.filter(|(_, _, _, change)| of(change)).any(|(.., change)| change.kind == ChangeKind::Moved);
        let machine = match (&new.vmid, moves) {
            (Some(vmid), false) => format!(": Terraform renames virtual machine {} and keeps it", vmid.value),
            (Some(vmid), true) => {
                format!(", still as virtual machine {}, at another place in Terraform's list", vmid.value)
            }
            (None, _) => String::new(),
        };
        let message = format!("{} was `{before}` before{machine}", node::word(&new));
        let (level, why) = match new.role.value {
            Role::ControlPlane => (
                Level::Danger,
                "Kubernetes and etcd know it by the old name: remove the member of etcd, reset the node and join it again",
            ),
            Role::Worker => (
                Level::Danger,
                "Kubernetes takes it for another node: drain the old one, delete it and join it again; local volumes are bound to the old name",
            ),
            Role::Machine => (Level::Caution, "whatever knows its old name no longer finds it"),
        };
        let causes = causes(case, before, after);
        out.push(Finding::new(&NODE, level, &**after, message).why(why).because(causes));
    }
}
