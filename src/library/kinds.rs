//! The kinds that Kubernetes itself has, so that misspelt ones are seen and each gets its place in a project.
//!
//! From the API reference of Kubernetes 1.32 (kubernetes.io/docs/reference/kubernetes-api); what a project can allow.

/// The kinds without a namespace.
const CLUSTER: [&str; 34] = [
    "APIService.apiregistration.k8s.io",
    "CSIDriver.storage.k8s.io",
    "CSINode.storage.k8s.io",
    "CertificateSigningRequest.certificates.k8s.io",
    "ClusterRole.rbac.authorization.k8s.io",
    "ClusterRoleBinding.rbac.authorization.k8s.io",
    "ClusterTrustBundle.certificates.k8s.io",
    "CustomResourceDefinition.apiextensions.k8s.io",
    "DeviceClass.resource.k8s.io",
    "FlowSchema.flowcontrol.apiserver.k8s.io",
    "IPAddress.networking.k8s.io",
    "IngressClass.networking.k8s.io",
    "MutatingAdmissionPolicy.admissionregistration.k8s.io",
    "MutatingAdmissionPolicyBinding.admissionregistration.k8s.io",
    "MutatingWebhookConfiguration.admissionregistration.k8s.io",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PriorityClass.scheduling.k8s.io",
    "PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io",
    "ResourceSlice.resource.k8s.io",
    "RuntimeClass.node.k8s.io",
    "SelfSubjectAccessReview.authorization.k8s.io",
    "SelfSubjectReview.authentication.k8s.io",
    "ServiceCIDR.networking.k8s.io",
    "StorageClass.storage.k8s.io",
    "StorageVersion.internal.apiserver.k8s.io",
    "SubjectAccessReview.authorization.k8s.io",
    "TokenReview.authentication.k8s.io",
    "ValidatingAdmissionPolicy.admissionregistration.k8s.io",
    "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io",
    "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
    "VolumeAttachment.storage.k8s.io",
    "VolumeAttributesClass.storage.k8s.io",
];

/// The kinds in a namespace.
const NAMESPACED: [&str; 33] = [
    "Binding",
    "CSIStorageCapacity.storage.k8s.io",
    "ConfigMap",
    "ControllerRevision.apps",
    "CronJob.batch",
    "DaemonSet.apps",
    "Deployment.apps",
    "EndpointSlice.discovery.k8s.io",
    "Endpoints",
    "Event",
    "Event.events.k8s.io",
    "HorizontalPodAutoscaler.autoscaling",
    "Ingress.networking.k8s.io",
    "Job.batch",
    "Lease.coordination.k8s.io",
    "LimitRange",
    "LocalSubjectAccessReview.authorization.k8s.io",
    "NetworkPolicy.networking.k8s.io",
    "PersistentVolumeClaim",
    "Pod",
    "PodDisruptionBudget.policy",
    "PodTemplate",
    "ReplicaSet.apps",
    "ReplicationController",
    "ResourceClaim.resource.k8s.io",
    "ResourceClaimTemplate.resource.k8s.io",
    "ResourceQuota",
    "Role.rbac.authorization.k8s.io",
    "RoleBinding.rbac.authorization.k8s.io",
    "Secret",
    "Service",
    "ServiceAccount",
    "StatefulSet.apps",
];

/// Custom kinds whose groups end as Kubernetes' own do.
const CUSTOM_GROUPS: [&str; 5] =
    ["gateway.networking.k8s.io", "snapshot.storage.k8s.io", "metrics.k8s.io", "autoscaling.k8s.io", "x-k8s.io"];

/// Returns whether a kind of Kubernetes has no namespace; `None` for a custom kind.
pub fn is_cluster_wide(kind: &str) -> Option<bool> {
    if CLUSTER.contains(&kind) {
        return Some(true);
    }
    NAMESPACED.contains(&kind).then_some(false)
}

/// Returns whether `Kind.group` is a kind of Kubernetes itself by its group, whether or not there is such a kind.
pub fn is_built_in(kind: &str) -> bool {
    let group = kind.split_once('.').map_or("", |(_, group)| group);
    let custom = CUSTOM_GROUPS.iter().any(|custom| group == *custom || group.ends_with(&format!(".{custom}")));
    (!group.contains('.') || group.ends_with(".k8s.io")) && !custom
}

/// Iterates over the kinds of Kubernetes.
pub fn built_in() -> impl Iterator<Item = &'static str> {
    CLUSTER.into_iter().chain(NAMESPACED)
}
