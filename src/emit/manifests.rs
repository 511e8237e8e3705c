//! Manifests that are derived from the platform: namespaces, storage classes, monitors.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Source;
use super::build::{list, lit, map, named, some, text};
use crate::doc::Doc;
use crate::library::PodSecurity;
use crate::model::{Component, ComponentId};
use crate::source::{OriginId, Origins};
use crate::spec::{ClusterKind, FlowKind};

/// Namespaces that are there before anything is deployed.
const BUILT_IN: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/// The label by which a namespace lets its pods do more (kubernetes.io, Pod Security Admission).
const ENFORCE: &str = "pod-security.kubernetes.io/enforce";

/// Returns what pods of a namespace may do where the cluster allows them `baseline` only, as Talos does unless told otherwise
/// (docs.siderolabs.com, "Pod Security").
fn pod_security(source: &Source<'_>, namespace: &str) -> Option<&'static str> {
    if source.platform.cluster_kind() != ClusterKind::Talos {
        return None;
    }
    let within = source.platform.components.iter().filter(|component| *component.namespace.value == *namespace);
    let levels = within.filter_map(|component| component.variant.facts.pod_security.value().copied());
    levels.filter(|level| *level == PodSecurity::Privileged).map(PodSecurity::word).next()
}

/// Returns a Namespace for each that a component of Argo CD lives in.
pub(super) fn namespaces(source: &Source<'_>) -> Vec<Doc> {
    let mut names = BTreeMap::<Arc<str>, OriginId>::new();
    for component in source.platform.components.iter().filter(|component| component.by_argocd()) {
        names.entry(component.namespace.value.clone()).or_insert(component.namespace.origin);
    }
    names.retain(|name, _| !BUILT_IN.contains(&&**name));
    let doc = |(name, origin): (Arc<str>, OriginId)| {
        let mut labels = map(origin, [("app.kubernetes.io/part-of", text(&source.platform.name))]);
        if let Some(level) = pod_security(source, &name) {
            labels.merge(map(origin, [(ENFORCE, lit(origin, level))]));
        }
        // Deleting a namespace deletes everything in it, so a namespace outlives its last component.
        let annotations = map(origin, [("argocd.argoproj.io/sync-options", lit(origin, "Prune=false"))]);
        map(
            origin,
            [
                ("apiVersion", lit(origin, "v1")),
                ("kind", lit(origin, "Namespace")),
                (
                    "metadata",
                    map(origin, [("name", Doc::str(name, origin)), ("labels", labels), ("annotations", annotations)]),
                ),
            ],
        )
    };
    names.into_iter().map(doc).collect()
}

/// Returns the storage classes that a component provides.
pub(super) fn storage_classes(source: &Source<'_>, component: &Component) -> Vec<Doc> {
    let provisioner = component.variant.facts.provisioner.get();
    let Some(provisioner) = provisioner else { return Vec::new() };
    let classes = source.platform.topology.storage_classes.iter();
    let doc = |class: &crate::model::StorageClass| {
        let here = class.name.origin;
        let default = map(
            here,
            [(
                "storageclass.kubernetes.io/is-default-class",
                Doc::str(class.default.value.to_string(), class.default.origin),
            )],
        );
        let parameter = component.variant.facts.device_class_parameter.value();
        let parameters = parameter.map(|name| named(here, [(name.0.clone(), text(&class.device_class))]));
        let mut parameters = parameters.unwrap_or_else(|| map(here, []));
        let facts = &component.variant.facts;
        let shared = [(&facts.server_parameter, &class.server), (&facts.share_parameter, &class.share)];
        for (name, value) in shared.into_iter().filter_map(|(name, value)| Some((name.value()?, value.as_ref()?))) {
            parameters.merge(named(here, [(name.0.clone(), text(value))]));
        }
        // A directory has the file system of the disk or server that it is on.
        let directories = facts.directories.value().copied().unwrap_or(false);
        if facts.share_parameter.get().is_none() && !directories {
            let filesystem = class.filesystem.as_ref().map_or_else(|| lit(here, "xfs"), text);
            parameters.merge(map(here, [("csi.storage.k8s.io/fstype", filesystem)]));
        }
        // It is reached from every node, so that a volume can be made before a pod asks for it.
        let binding = if facts.share_parameter.get().is_some() { "Immediate" } else { "WaitForFirstConsumer" };
        map(
            here,
            [
                ("apiVersion", lit(here, "storage.k8s.io/v1")),
                ("kind", lit(here, "StorageClass")),
                ("metadata", map(here, [("name", text(&class.name)), ("annotations", default)])),
                ("provisioner", Doc::str(provisioner.value.0.clone(), here)),
                ("parameters", parameters),
                ("reclaimPolicy", Doc::str(class.reclaim.value.word(), class.reclaim.origin)),
                ("volumeBindingMode", lit(here, binding)),
                ("allowVolumeExpansion", Doc::bool(!directories, here)),
            ],
        )
    };
    classes.filter(|class| class.is_of(&component.name.value)).map(doc).collect()
}

/// Returns the certificates for several hosts that a component keeps (cert-manager.io/v1).
pub(super) fn certificates(source: &Source<'_>, component: &Component) -> Vec<Doc> {
    let kept = source.platform.certificates.iter().filter(|one| one.component.value == component.name.value);
    let doc = |certificate: &crate::model::Certificate| {
        let here = certificate.name.origin;
        let issuer = map(
            here,
            [
                ("group", lit(here, "cert-manager.io")),
                ("kind", lit(here, "ClusterIssuer")),
                ("name", text(&certificate.issuer)),
            ],
        );
        let spec = map(
            here,
            [
                ("secretName", text(&certificate.secret)),
                ("issuerRef", issuer),
                ("dnsNames", list(here, certificate.hosts.iter().map(text))),
            ],
        );
        map(
            here,
            [
                ("apiVersion", lit(here, "cert-manager.io/v1")),
                ("kind", lit(here, "Certificate")),
                ("metadata", map(here, [("name", text(&certificate.name)), ("namespace", text(&component.namespace))])),
                ("spec", spec),
            ],
        )
    };
    kept.map(doc).collect()
}

/// Returns a `ServiceMonitor` for a component that is scraped and whose chart does not bring one.
pub(super) fn service_monitors(
    source: &Source<'_>,
    id: ComponentId,
    component: &Component,
    origins: &mut Origins,
) -> Vec<Doc> {
    let Some(metrics) = component.metrics.as_ref().filter(|metrics| !metrics.by_chart) else { return Vec::new() };
    let flow = source.flows_to(id).find(|flow| flow.kind == FlowKind::Scrape);
    let (Some(flow), Some(service)) = (flow, metrics.asked.service().and_then(|id| component.service(id))) else {
        return Vec::new();
    };
    let here = origins.derived("a component that is scraped", &[flow.origin, metrics.origin]);
    let port = match (&metrics.port_name, &service.port_name) {
        (Some(name), _) => Doc::str(name.clone(), metrics.origin),
        (None, Some(name)) => text(name),
        (None, None) => return Vec::new(),
    };
    let labels = component
        .labels
        .clone()
        .unwrap_or_else(|| map(here, [("app.kubernetes.io/instance", text(&component.release))]));
    // A label that only one of the Services has would be simpler; charts give all of theirs the same.
    let keep = metrics.only.then(|| {
        let fields = [
            ("sourceLabels", list(here, [lit(here, "__meta_kubernetes_service_name")])),
            ("action", lit(here, "keep")),
            ("regex", text(&service.name)),
        ];
        list(here, [map(here, fields)])
    });
    let path = Doc::str(metrics.path.clone(), metrics.origin);
    let more = metrics.more.iter().map(|name| Doc::str(name.clone(), metrics.origin));
    let endpoint = |port| {
        let fields = [
            ("port", Some(port)),
            ("path", Some(path.clone())),
            ("interval", Some(flow.interval.as_ref().map_or_else(|| lit(here, "30s"), text))),
            ("relabelings", keep.clone()),
        ];
        some(here, fields)
    };
    let endpoints = list(here, std::iter::once(port).chain(more).map(endpoint));
    let spec = some(
        here,
        [
            ("namespaceSelector", Some(map(here, [("matchNames", list(here, [text(&component.namespace)]))]))),
            ("selector", Some(map(here, [("matchLabels", labels)]))),
            ("endpoints", Some(endpoints)),
        ],
    );
    vec![map(
        here,
        [
            ("apiVersion", lit(here, "monitoring.coreos.com/v1")),
            ("kind", lit(here, "ServiceMonitor")),
            ("metadata", map(here, [("name", text(&component.name)), ("namespace", text(&component.namespace))])),
            ("spec", spec),
        ],
    )]
}
