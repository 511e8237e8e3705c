//! What objects name and nobody makes.

use crate::diag::{Diagnostic, Kind, did_you_mean, nearest};
use crate::doc::{Doc, Value};
use crate::lint::facts::{ComponentFacts, ObjectFact};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// An object names a ConfigMap, a claim, an account, a role or a workload that nobody makes.
    ///
    /// ## What it does
    ///
    /// Looks at ConfigMaps, PersistentVolumeClaims and ServiceAccounts that the pods of manifests name, at the role and the
    /// accounts of a RoleBinding, and at what a HorizontalPodAutoscaler scales. Where a chart or an operator of the namespace
    /// may make it, only a name is reported that is nearly that of an object of a manifest. Secrets are judged by
    /// `secret-never-made`.
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
            for (account, namespace) in accounts(object) {
                let reference = ("ServiceAccount", account);
                out.extend(judge(subject, facts, object, namespace, reference));
            }
            let Some(namespace) = object.namespace.as_deref() else { continue };
            for (kind, name) in references(object) {
                out.extend(judge(subject, facts, object, namespace, (kind, name)));
            }
        }
    }
}

/// Returns the accounts that a binding names, each with its namespace.
fn accounts(object: &ObjectFact) -> Vec<(&Doc, &str)> {
    if !matches!(&*object.kind, "RoleBinding" | "ClusterRoleBinding") {
        return Vec::new();
    }
    let subjects = object.doc.at(&["subjects"]).and_then(Doc::as_list).into_iter().flatten();
    let accounts = subjects.filter(|subject| word(subject, "kind") == Some("ServiceAccount"));
    let namespace = |subject| word(subject, "namespace").or(object.namespace.as_deref());
    accounts.filter_map(|subject| Some((subject.at(&["name"])?, namespace(subject)?))).collect()
}

fn references(object: &ObjectFact) -> Vec<Reference<'_>> {
    let mut all = Vec::new();
    let path: &[&str] = match &*object.kind {
        "Pod" => &["spec"],
        "CronJob" => &["spec", "jobTemplate", "spec", "template", "spec"],
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" => &["spec", "template", "spec"],
        "RoleBinding" => {
            let role = object.doc.at(&["roleRef"]).filter(|role| word(role, "kind") == Some("Role"));
            all.extend(role.and_then(|role| Some(("Role", role.at(&["name"])?))));
            return all;
        }
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

fn judge(
    subject: &Subject<'_>,
    facts: &ComponentFacts,
    object: &ObjectFact,
    namespace: &str,
    (kind, name): Reference<'_>,
) -> Option<Diagnostic> {
    let text = name.as_str().filter(|text| !text.is_empty() && !ALWAYS.contains(text))?;
    if !facts.is_written(name.origin) || !subject.objects(kind, namespace, text).is_empty() {
        return None;
    }
    // Only those of the component: names of others say little about a slip of the pen here.
    let own = || {
        let here = facts.objects.iter().filter(|other| *other.kind == *kind);
        here.filter(|other| other.namespace.as_deref() == Some(namespace)).map(|other| &*other.name)
    };
    let near = nearest(text, own());
    if near.is_none() && subject.known_services().may_bring(namespace) {
        return None;
    }
    let span = facts.line(name.origin)?;
    let message =
        format!("{}/{} names {kind} `{text}`, which nobody makes in namespace `{namespace}`", object.kind, object.name);
    let mut problem = RULE.at(span, message).why(match kind {
        "Deployment" | "StatefulSet" => "nothing is scaled",
        "Role" => "whoever it is bound to may do nothing",
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
