//! Fields that Kubernetes does not let change.

use super::{Case, Finding, Level, RiskRule};
use crate::diff::report::{Change, ChangeKind, Object};

/// A field that cannot be changed in place.
pub(super) static RULE: RiskRule = RiskRule {
    name: "immutable-field",
    code: "DV2012",
    summary: "A field changes that the API server refuses to change.",
    documentation: "\
## What it does
Reports a change of a field that the API server refuses to change: the selector of a workload, nearly everything of a StatefulSet,
the template of a Job, most of a volume claim, of a volume and of a storage class, the role of a binding, the cluster IP of a Service, the
type of a Secret, the scope and the kind of a custom definition, the number of a priority class.

## Why it matters
The sync fails, again and again, until somebody deletes the object; and with it, often, its data.

## What to do
Make a new object with another name, or delete the old one at a time of your choosing.
",
    judge,
};

/// Fields of a `StatefulSet` that can change (kubernetes.io, `StatefulSet` basics, updating).
const STATEFUL_SET: &[&str] =
    &["replicas", "ordinals", "template", "updateStrategy", "persistentVolumeClaimRetentionPolicy", "minReadySeconds"];

/// Fields of a `PersistentVolume` that can change: all but where its data are.
const OF_VOLUMES: &[&str] = &[
    "spec.capacity",
    "spec.accessModes",
    "spec.persistentVolumeReclaimPolicy",
    "spec.mountOptions",
    "spec.claimRef",
    "spec.storageClassName",
    "spec.volumeAttributesClassName",
];

fn is_immutable(change: &Change) -> bool {
    let Some(object) = &change.object else { return false };
    if change.is_whole_object() || change.kind == ChangeKind::Reordered {
        return false;
    }
    let path = change.path.as_str();
    let below =
        |prefix: &str| path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
    match object.kind.as_str() {
        "Deployment" | "DaemonSet" | "ReplicaSet" => below("spec.selector"),
        "StatefulSet" => {
            let field = path.strip_prefix("spec.").map(|rest| rest.split(['.', '[']).next().unwrap_or_default());
            field.is_some_and(|field| !STATEFUL_SET.contains(&field))
        }
        "Job" => below("spec.selector") || below("spec.template"),
        "PersistentVolumeClaim" => {
            below("spec") && !below("spec.resources") && !below("spec.volumeAttributesClassName")
        }
        "RoleBinding" | "ClusterRoleBinding" => below("roleRef"),
        "Service" => below("spec.clusterIP") || below("spec.clusterIPs") || below("spec.ipFamilies[0]"),
        "Secret" => path == "type" || below("immutable"),
        "ConfigMap" => below("immutable"),
        "CustomResourceDefinition" => below("spec.scope") || below("spec.group") || path == "spec.names.kind",
        "IngressClass" => below("spec.controller"),
        "PriorityClass" => path == "value" || below("preemptionPolicy"),
        "RuntimeClass" => path == "handler",
        "PersistentVolume" => below("spec") && !OF_VOLUMES.iter().any(|field| below(field)),
        "StorageClass" => {
            below("provisioner") || below("parameters") || below("reclaimPolicy") || below("volumeBindingMode")
        }
        _ => false,
    }
}

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    for (at, component, _, change) in case.changes().filter(|(_, _, _, change)| is_immutable(change)) {
        let object = change.object.as_ref().map(Object::words).unwrap_or_default();
        let message = format!("`{}` of {object} cannot be changed in place", change.path);
        let why = "the sync fails until the object is deleted";
        out.push(
            Finding::new(&RULE, Level::Danger, component.unwrap_or("the platform"), message).why(why).about(at, change),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::is_immutable;
    use crate::diff::report::{Change, ChangeKind, Object};

    #[test]
    fn the_api_server_refuses_these() {
        let check = |kind: &str, path: &str| {
            let object = Object { kind: kind.to_owned(), group: String::new(), namespace: None, name: "x".to_owned() };
            is_immutable(&Change {
                object: Some(object),
                ..Change::new(path.to_owned(), ChangeKind::Changed, None, None)
            })
        };
        assert!(check("Deployment", "spec.selector.matchLabels.app"));
        assert!(!check("Deployment", "spec.template.spec"));
        assert!(check("StatefulSet", "spec.serviceName"));
        assert!(check("StatefulSet", "spec.volumeClaimTemplates[data].spec"));
        assert!(!check("StatefulSet", "spec.replicas"));
        assert!(!check("StatefulSet", "metadata.labels"));
        assert!(check("PersistentVolumeClaim", "spec.storageClassName"));
        assert!(!check("PersistentVolumeClaim", "spec.resources.requests.storage"));
        assert!(check("StorageClass", "parameters.x"));
        assert!(check("ClusterRoleBinding", "roleRef.name"));
        assert!(!check("Service", "spec.ports[http].port"));
        assert!(check("Service", "spec.clusterIP"));
        assert!(check("Job", "spec.template.spec.containers[x].image"));
        assert!(check("PersistentVolumeClaim", "spec.accessModes[]"));
        assert!(
            check("CustomResourceDefinition", "spec.scope") && !check("CustomResourceDefinition", "spec.names.plural")
        );
        assert!(check("PersistentVolume", "spec.nfs.path") && !check("PersistentVolume", "spec.capacity.storage"));
    }
}
