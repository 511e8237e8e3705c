//! Objects that are gone.

use super::{At, Case, Finding, Level, RiskRule, namespace};
use crate::diff::report::{Change, ChangeKind, FileChange, Object};
use crate::doc::Doc;
use crate::emit::TargetName;
use crate::model::Component;

/// An object that Argo CD deletes.
pub(super) static REMOVED: RiskRule = RiskRule {
    name: "object-removed",
    code: "DV2019",
    summary: "A Kubernetes object of a component that stays is gone.",
    documentation: "\
## What it does
Reports Kubernetes objects that are gone, of components that stay. One that moves to another namespace is gone from the old one.

## Why it matters
Argo CD prunes them. With some of them more goes: with a namespace all that is in it, with a definition of a custom kind all its
objects, with a volume claim its data; without a network policy pods can be reached from anywhere.

## What to do
For data: make a backup, or keep the object with `argocd.argoproj.io/sync-options: Prune=false`.
",
    judge,
};

/// Kinds with which more is lost than the object, and what.
const LOSSES: &[(&str, &str)] = &[
    ("Namespace", "all that is in it goes with it"),
    ("CustomResourceDefinition", "all objects of its kind go with it"),
    ("PersistentVolumeClaim", "the data on the volume goes with it"),
    ("StatefulSet", "its pods go, and its volumes may"),
    ("Cluster", "the database and its volumes go with it"),
    ("Database", "what becomes of the data depends on its reclaim policy"),
    ("NetworkPolicy", "the pods can then be reached from anywhere in the cluster"),
    ("CiliumNetworkPolicy", "the pods can then be reached from anywhere in the cluster"),
    ("StorageClass", "volumes of its class cannot be made any more"),
    ("ClusterSecretStore", "no secret is read any more"),
    ("SecretStore", "no secret is read any more"),
    ("IPAddressPool", "Services lose their addresses"),
];

/// Kinds without which something else is missing, and what.
const MISSED: &[(&str, &str)] = &[
    ("PodDisruptionBudget", "the drain of a node may take all its pods at once"),
    ("HorizontalPodAutoscaler", "the number of its pods stays as it is, whatever they have to do"),
    ("ServiceMonitor", "its metrics are read no more, and alerts that ask for them find nothing"),
    ("PodMonitor", "its metrics are read no more, and alerts that ask for them find nothing"),
    ("Probe", "nobody looks any more whether it answers"),
    ("PrometheusRule", "its alerts come no more"),
    ("Ingress", "it can no longer be reached at its hosts"),
    ("Certificate", "its Secret stays and is never renewed"),
    ("ExternalSecret", "the Secret that it made goes with it"),
];

/// Returns whether Argo CD leaves an object alone that is gone from Git; the namespaces that dvgen makes say so.
fn is_kept(object: &Doc) -> bool {
    let options = object.at(&["metadata", "annotations", "argocd.argoproj.io/sync-options"]).and_then(Doc::as_str);
    options
        .is_some_and(|options| options.split(',').any(|option| matches!(option.trim(), "Prune=false" | "Delete=false")))
}

/// Returns how much is lost with an object, and why.
fn loss(case: &Case<'_>, object: &Object, file: &FileChange, change: &Change) -> (Level, Option<&'static str>) {
    // What Ansible or a person applied, Argo CD does not know.
    let synced = matches!(file.target, TargetName::Argocd | TargetName::Manifests);
    let of = |all: &[(&str, &'static str)]| all.iter().find(|(kind, _)| *kind == object.kind).map(|(_, loss)| *loss);
    match of(LOSSES) {
        _ if !synced => (Level::Caution, Some("whoever applied it has to delete it: Argo CD knows nothing of it")),
        _ if case.object(file, change).is_some_and(is_kept) => {
            (Level::Caution, Some("Argo CD does not prune it: it stays, until somebody deletes it"))
        }
        Some(loss) => (Level::Danger, Some(loss)),
        None => (Level::Caution, of(MISSED)),
    }
}

/// Kinds that run something, or by whose name something is called.
const CALLED: &[&str] = &["Deployment", "DaemonSet", "Job", "CronJob", "Service"];

/// Returns what it means that an object has another namespace, and its component has not.
fn moved(
    case: &Case<'_>,
    (at, component): (At, Option<&str>),
    (file, change): (&FileChange, &Change),
) -> Option<Finding> {
    let (from, to) = change.values();
    let object = change.object.as_ref().filter(|_| change.path == "metadata.namespace" && !from.is_empty())?;
    let told = |(old, new): (&Component, &Component)| (&*old.namespace.value, &*new.namespace.value) == (from, to);
    if case.components().any(told) {
        return None;
    }
    let to = if to.is_empty() { "that of its Application".to_owned() } else { format!("`{to}`") };
    let was = Object { namespace: Some(from.to_owned()), ..object.clone() };
    let subject = component.unwrap_or("the platform");
    let (level, loss) = loss(case, object, file, change);
    let finding = if let Some(why) = loss {
        let message = format!("{} is gone: it moves to namespace {to}", was.words());
        Finding::new(&REMOVED, level, subject, message).why(why)
    } else {
        let (level, who) = if CALLED.contains(&object.kind.as_str()) {
            (Level::Danger, "whoever calls it by the old namespace finds nobody")
        } else {
            (level, "pods of the old namespace no longer find it")
        };
        let why = format!("Argo CD makes it anew there and deletes it here; {who}");
        Finding::new(&namespace::RULE, level, subject, format!("{} moves to namespace {to}", was.words())).why(why)
    };
    Some(finding.about(at, change).only())
}

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    for (at, component, file, change) in case.changes() {
        out.extend(moved(case, (at, component), (file, change)));
        let Some(object) =
            change.object.as_ref().filter(|_| change.kind == ChangeKind::Removed && change.path.is_empty())
        else {
            continue;
        };
        // What goes with a component is said once; an Application or a project goes with what it is of.
        let stays = component.is_none_or(|name| case.head().component(name).is_some());
        if !stays || (component.is_none() && object.group == "argoproj.io") {
            continue;
        }
        let (level, why) = loss(case, object, file, change);
        let why = why.unwrap_or("Argo CD deletes it");
        let subject = component.unwrap_or("the platform");
        let mut finding = Finding::new(&REMOVED, level, subject, format!("{} is gone", object.words()));
        finding = finding.why(why).kind(format!("{} is gone", object.kind)).about(at, change);
        // An Application that read nothing else loses a source with its network policy.
        finding.by_cause = object.kind == "NetworkPolicy" && level == Level::Danger;
        out.push(finding);
    }
}
