//! What objects name and nobody makes.

use crate::diag::{Diagnostic, Kind, did_you_mean, nearest};
use crate::doc::{Doc, Value};
use crate::library::Facts;
use crate::lint::facts::{ComponentFacts, ObjectFact};
use crate::lint::rule::{Check, rule};
use crate::lint::services::Services;
use crate::lint::subject::Subject;
use crate::model::Component;

rule! {
    /// An object names a ConfigMap, a claim, an account, a role, a priority or a workload that nobody makes.
    ///
    /// ## What it does
    ///
    /// Looks at ConfigMaps, PersistentVolumeClaims, ServiceAccounts and PriorityClasses that the pods of manifests name, at the
    /// role and the accounts of a RoleBinding or ClusterRoleBinding, and at what a HorizontalPodAutoscaler scales. Where a
    /// chart or an operator may make it, only a name is reported that is nearly that of an object of a manifest; a priority
    /// where manifests have others, and no chart calls one so. Secrets are judged by `secret-never-made`.
    ///
    /// ## Why it matters
    ///
    /// The pods wait for it and never start, or what is named does nothing.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: HorizontalPodAutoscaler
    /// spec: { scaleTargetRef: { kind: Deployment, name: wbe } }      # the Deployment is called web
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: HorizontalPodAutoscaler
    /// spec: { scaleTargetRef: { kind: Deployment, name: web } }
    /// ```
    ///
    /// ## Source
    ///
    /// kube-linter, `dangling-horizontalpodautoscaler`; marvin, issue 116.
    pub(super) static RULE =
        Kind::new("reference-never-made", "DV1432"), Wiring, Warn, fix: Unsafe, Check::Platform(check);
}

/// A reference: the kind of object, and its name.
type Reference<'a> = (&'a str, &'a Doc);

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for facts in subject.facts {
        for object in &facts.objects {
            for (account, name, namespace) in accounts(object) {
                let stray = stray(subject, facts, object, account);
                out.extend(stray.or_else(|| judge(subject, facts, object, namespace, ("ServiceAccount", name))));
            }
            if let Some((kind, name, namespace)) = role(object) {
                out.extend(judge(subject, facts, object, namespace, (kind, name)));
            }
            let Some(own) = object.namespace.as_deref() else { continue };
            for (kind, name) in references(object) {
                let namespace = if kind == PRIORITY { OF_CLUSTER } else { own };
                out.extend(judge(subject, facts, object, namespace, (kind, name)));
            }
        }
    }
}

/// The namespace of objects of the cluster.
const OF_CLUSTER: &str = "";

/// The kind of a priority of pods.
const PRIORITY: &str = "PriorityClass";

/// Returns the accounts that a binding names: where, which, and in which namespace.
fn accounts(object: &ObjectFact) -> Vec<(&Doc, &Doc, &str)> {
    if !matches!(&*object.kind, "RoleBinding" | "ClusterRoleBinding") {
        return Vec::new();
    }
    let subjects = object.doc.at(&["subjects"]).and_then(Doc::as_list).into_iter().flatten();
    let accounts = subjects.filter(|subject| word(subject, "kind") == Some("ServiceAccount"));
    let namespace = |subject| word(subject, "namespace").or(object.namespace.as_deref());
    accounts.filter_map(|subject| Some((subject, subject.at(&["name"])?, namespace(subject)?))).collect()
}

/// Returns the role that a binding names, with its namespace.
fn role(object: &ObjectFact) -> Option<(&str, &Doc, &str)> {
    if !matches!(&*object.kind, "RoleBinding" | "ClusterRoleBinding") {
        return None;
    }
    let role = object.doc.at(&["roleRef"])?;
    match word(role, "kind")? {
        "Role" => Some(("Role", role.at(&["name"])?, object.namespace.as_deref()?)),
        "ClusterRole" => Some(("ClusterRole", role.at(&["name"])?, OF_CLUSTER)),
        _ => None,
    }
}

/// Reports an account in a namespace that is nearly the one where the component has it.
fn stray(subject: &Subject<'_>, facts: &ComponentFacts, object: &ObjectFact, account: &Doc) -> Option<Diagnostic> {
    let place = account.at(&["namespace"]).filter(|place| facts.is_written(place.origin))?;
    let (name, namespace) = (word(account, "name")?, place.as_str()?);
    let known = subject.known_services().has(namespace)
        || Services::is_of_cluster(namespace)
        || !subject.objects("Namespace", OF_CLUSTER, namespace).is_empty();
    let own = facts.objects.iter().filter(|own| &*own.kind == "ServiceAccount" && *own.name == *name);
    let near = nearest(namespace, own.filter_map(|own| own.namespace.as_deref())).filter(|_| !known)?;
    let span = facts.line(place.origin)?;
    let message = format!(
        "{}/{} names ServiceAccount `{name}` of namespace `{namespace}`, which the platform does not have",
        object.kind, object.name
    );
    let problem = RULE.at(span, message).why("nobody may do what the role allows");
    let problem = problem.help(format!("did you mean `{near}`?"));
    let whole = (span.end - span.start) as usize == namespace.len();
    let problem = if whole { problem.fix(false, format!("change to `{near}`"), span, near) } else { problem };
    Some(subject.about(facts, problem))
}

fn references(object: &ObjectFact) -> Vec<Reference<'_>> {
    let mut all = Vec::new();
    let path: &[&str] = match &*object.kind {
        "Pod" => &["spec"],
        "CronJob" => &["spec", "jobTemplate", "spec", "template", "spec"],
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" => &["spec", "template", "spec"],
        "HorizontalPodAutoscaler" => {
            let target = object.doc.at(&["spec", "scaleTargetRef"]);
            let kind = target.and_then(|target| word(target, "kind"));
            if let Some(kind) = kind.filter(|kind| matches!(*kind, "Deployment" | "StatefulSet")) {
                all.extend(target.and_then(|target| Some((kind, target.at(&["name"])?))));
            }
            return all;
        }
        _ => return all,
    };
    if let Some(pod) = object.doc.at(path) {
        all.extend(pod.at(&["serviceAccountName"]).map(|name| ("ServiceAccount", name)));
        all.extend(pod.at(&["priorityClassName"]).map(|name| (PRIORITY, name)));
        gather(pod, &mut all);
    }
    all
}

fn word<'a>(doc: &'a Doc, key: &str) -> Option<&'a str> {
    doc.at(&[key])?.as_str()
}

/// Finds what volumes and variables name.
fn gather<'a>(doc: &'a Doc, all: &mut Vec<Reference<'a>>) {
    match &doc.value {
        Value::List(items) => items.iter().for_each(|item| gather(item, all)),
        Value::Map(map) => {
            for (key, value) in map.iter() {
                let optional = matches!(value.at(&["optional"]).map(|flag| &flag.value), Some(Value::Bool(true)));
                let found = match &*key.text {
                    "configMap" | "configMapRef" | "configMapKeyRef" => ("ConfigMap", value.at(&["name"])),
                    "persistentVolumeClaim" => ("PersistentVolumeClaim", value.at(&["claimName"])),
                    _ => {
                        gather(value, all);
                        continue;
                    }
                };
                all.extend(found.1.filter(|_| !optional).map(|name| (found.0, name)));
            }
        }
        _ => {}
    }
}

/// What every namespace has.
const ALWAYS: [&str; 2] = ["kube-root-ca.crt", "default"];

/// Returns whether every cluster has an object (kubernetes.io, "Using RBAC Authorization", "Pod Priority and Preemption").
fn is_always_there(kind: &str, name: &str) -> bool {
    match kind {
        "ClusterRole" => matches!(name, "admin" | "cluster-admin" | "edit" | "view") || name.starts_with("system:"),
        PRIORITY => name.starts_with("system-"),
        _ => ALWAYS.contains(&name),
    }
}

/// Returns whether all priorities of pods are those of manifests, as far as a name goes.
fn has_all_priorities(subject: &Subject<'_>, name: &str) -> bool {
    let is_class = |kind: &str| kind == "PriorityClass.scheduling.k8s.io";
    let brings = |component: &Component| {
        let own = component.kinds.as_ref().map(|kinds| kinds.iter().any(|kind| is_class(&kind.value)));
        let facts = component.variant.facts.kinds.value();
        match own.or(facts.map(|kinds| Facts::words(&kinds.cluster).any(is_class))) {
            // A chart calls its own after itself.
            Some(brings) => {
                let names = [&component.name.value, &component.release.value, &component.fullname.value];
                brings && names.into_iter().any(|own| name.contains(&**own))
            }
            None => component.chart.is_some() || component.variant.unknown && !component.by_argocd(),
        }
    };
    subject.objects_of(PRIORITY).next().is_some() && !subject.platform.components.iter().any(brings)
}

fn judge(
    subject: &Subject<'_>,
    facts: &ComponentFacts,
    object: &ObjectFact,
    namespace: &str,
    (kind, name): Reference<'_>,
) -> Option<Diagnostic> {
    let text = name.as_str().filter(|text| !text.is_empty() && !is_always_there(kind, text))?;
    if !facts.is_written(name.origin) || !subject.objects(kind, namespace, text).is_empty() {
        return None;
    }
    // Only those of the component: names of others say little about a slip of the pen here.
    let own = || {
        let here = facts.objects.iter().filter(|other| *other.kind == *kind);
        here.filter(|other| other.namespace.as_deref().unwrap_or(OF_CLUSTER) == namespace).map(|other| &*other.name)
    };
    let near = nearest(text, own());
    let certain = || match kind {
        PRIORITY => has_all_priorities(subject, text),
        _ => !subject.known_services().may_bring(namespace),
    };
    if near.is_none() && !certain() {
        return None;
    }
    let span = facts.line(name.origin)?;
    let place = if namespace == OF_CLUSTER { String::new() } else { format!(" in namespace `{namespace}`") };
    let message = format!("{}/{} names {kind} `{text}`, which nobody makes{place}", object.kind, object.name);
    let mut problem = RULE.at(span, message).why(match kind {
        "Deployment" | "StatefulSet" => "nothing is scaled",
        "Role" | "ClusterRole" => "whoever it is bound to may do nothing",
        PRIORITY => "the server refuses the pods; the workload is there, and has none",
        "ServiceAccount" if object.kind.ends_with("Binding") => "nobody may do what the role allows",
        _ => "the pods wait for it and never start",
    });
    problem = match did_you_mean(text, own()) {
        Some(help) => problem.help(help),
        None => problem.help(format!("add the {kind} to `manifests` of the component")),
    };
    if let Some(near) = near.filter(|_| (span.end - span.start) as usize == text.len()) {
        problem = problem.fix(false, format!("change to `{near}`"), span, near);
    }
    Some(subject.about(facts, problem))
}
