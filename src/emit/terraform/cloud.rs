//! What Terraform makes in a cloud: enabled APIs, registries of images, the cluster and its machines.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Writer;
use crate::doc::Doc;
use crate::emit::build::{list, map, named, show, some, text};
use crate::model::{Cloud, Cluster, NodePool, Registry, Traced};
use crate::source::OriginId;
use crate::spec::{Dataplane, Does};

impl Writer<'_> {
    /// The project, its APIs and registries. What environments share in a project is made by the base.
    pub(super) fn cloud(&mut self, cloud: &Cloud) {
        self.set("gcp_project_id", "string", "The project of Google Cloud.", text(&cloud.project));
        self.maybe("gcp_region", "The region of what names none.", cloud.region.as_ref());
        let here = cloud.name.origin;
        let apis = self.source.platform.needed_apis(cloud);
        let apis = list(here, apis.into_iter().map(|(name, origin)| Doc::str(name, origin)));
        self.set("gcp_apis", "set(string)", "The APIs that are enabled in the project.", apis);
        if !self.source.platform.is_overlay && !cloud.registries.is_empty() {
            let kind = "map(object({ location = string, format = string, immutable_tags = bool }))";
            let all = named(here, cloud.registries.iter().map(|one| (one.name.value.clone(), registry(one))));
            self.set("artifact_registries", kind, "The registries of images, by name.", all);
        }
        if !self.source.platform.is_overlay {
            self.identities();
        }
    }

    /// Who may act as which account without a key: workflows of the repository, because GitHub signs for them.
    fn identities(&mut self) {
        let mut pools = BTreeMap::<Arc<str>, (Traced<Arc<str>>, Traced<Arc<str>>, BTreeMap<Arc<str>, Doc>)>::new();
        let platform = self.source.platform;
        for (workflow, provider, account) in platform.signed() {
            let Some((pool, name)) = pool_and_provider(&provider.value) else { continue };
            let role = match workflow.does.as_ref().map(|does| does.value) {
                Some(Does::Build) => Some("roles/artifactregistry.writer"),
                Some(Does::Deploy) => Some("roles/container.viewer"),
                _ => None,
            };
            let roles = list(account.origin, role.map(|role| Doc::str(role, account.origin)));
            let traced = |text: &str| Traced::new(Arc::from(text), provider.origin);
            let (.., accounts) = pools.entry(pool.into()).or_insert_with(|| {
                (traced(name), traced(platform.repository_path().unwrap_or_default()), BTreeMap::new())
            });
            accounts.insert(account.value.clone(), roles);
        }
        if pools.is_empty() {
            return;
        }
        let kind =
            "map(object({ provider = string, issuer = string, repository = string, accounts = map(set(string)) }))";
        let text_of = "Pools of identities that GitHub signs for: the repository that is let in, and the accounts with their roles.";
        let here = self.here;
        let all = pools.into_iter().map(|(pool, (provider, repository, accounts))| {
            let fields = [
                ("provider", text(&provider)),
                ("issuer", Doc::str("https://token.actions.githubusercontent.com", provider.origin)),
                ("repository", text(&repository)),
                ("accounts", named(provider.origin, accounts)),
            ];
            (pool, map(provider.origin, fields))
        });
        let all = named(here, all);
        self.set("workload_identity_pools", kind, text_of, all);
    }

    /// Who pods and machines are for Google. Without the server of metadata a pod is what its machine is.
    fn cloud_accounts(&mut self, cluster: &Cluster) {
        let Some(cloud) = self.source.platform.cloud_of(cluster) else { return };
        let pool = Doc::str(workload_pool(cloud), cloud.project.origin);
        let text = "The pool of identities by which Google knows the service accounts of pods (Workload Identity).";
        self.set("gke_workload_pool", "string", text, pool);
        let mode = Doc::str("GKE_METADATA", cluster.kind.origin);
        let text = "What pods of all node pools ask who they are; Workload Identity needs GKE_METADATA.";
        self.set("gke_workload_metadata_mode", "string", text, mode);
        let roles = machine_roles(cloud).into_iter().map(|(role, origin)| Doc::str(role, origin));
        let text = "The roles in the project of the account that the machines of the cluster run as.";
        self.set("gke_machine_roles", "set(string)", text, list(cluster.name.origin, roles));
    }

    /// The cluster and its machines.
    pub(super) fn cloud_cluster(&mut self, cluster: &Cluster) {
        self.maybe("gke_location", "The zone or region of the cluster.", cluster.location.as_ref());
        if let Some(channel) = &cluster.release_channel {
            let word = Doc::str(channel.value.word().to_ascii_uppercase(), channel.origin);
            self.set("gke_release_channel", "string", "How soon new versions of Kubernetes come.", word);
        }
        if let Some(dataplane) = &cluster.dataplane {
            let word = match dataplane.value {
                Dataplane::V2 => "ADVANCED_DATAPATH",
                Dataplane::Legacy => "LEGACY_DATAPATH",
            };
            let text = "What carries the packets of pods; network policies hold with ADVANCED_DATAPATH.";
            self.set("gke_datapath_provider", "string", text, Doc::str(word, dataplane.origin));
        }
        self.cloud_accounts(cluster);
        let here = cluster.name.origin;
        let kind = "map(object({ machine_type = string, min_nodes = number, max_nodes = number, disk_size_gb = optional(number), spot = bool }))";
        let pools = named(here, cluster.node_pools.iter().map(|pool| (pool.name.value.clone(), node_pool(pool))));
        self.set("gke_node_pools", kind, "The machines of the cluster, by the name of the pool.", pools);
        for (variable, network, description) in [
            ("gke_pod_cidr", "pods", "The addresses of pods."),
            ("gke_service_cidr", "services", "The addresses of Services."),
        ] {
            if let Some(network) = self.source.platform.topology.network(network) {
                let cidr = show(&network.cidr);
                self.set(variable, "string", description, cidr);
            }
        }
    }
}

/// Returns the pool of identities by which Google knows the service accounts of pods. A project has one, for all clusters.
pub(in crate::emit) fn workload_pool(cloud: &Cloud) -> String {
    format!("{}.svc.id.goog", cloud.project.value)
}

/// Returns what the account of the machines may do: tell logs and metrics, and fetch images of the project.
pub(in crate::emit) fn machine_roles(cloud: &Cloud) -> Vec<(&'static str, OriginId)> {
    let images = cloud.registries.first().map(|registry| ("roles/artifactregistry.reader", registry.name.origin));
    let roles = [("roles/container.defaultNodeServiceAccount", cloud.name.origin)];
    images.into_iter().chain(roles).collect()
}

/// Returns the version as GKE takes it (cloud.google.com, "GKE versioning", version aliases): a minor version means its newest
/// patch in the channel, while a single patch is there for a few weeks. One with `-gke.` is meant as it is.
pub(super) fn version(version: &Traced<Arc<str>>) -> Doc {
    let bare = version.value.trim_start_matches('v');
    let minor = || bare.split('.').take(2).collect::<Vec<_>>().join(".");
    let text = if bare.contains("-gke.") { bare.to_owned() } else { minor() };
    Doc::str(text, version.origin)
}

/// Returns pool and provider of `projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER`.
pub(in crate::emit) fn pool_and_provider(provider: &str) -> Option<(&str, &str)> {
    let (_, rest) = provider.split_once("/workloadIdentityPools/")?;
    rest.split_once("/providers/")
}

fn registry(registry: &Registry) -> Doc {
    map(
        registry.name.origin,
        [
            ("location", text(&registry.location)),
            ("format", Doc::str(registry.format.value.word().to_ascii_uppercase(), registry.format.origin)),
            ("immutable_tags", Doc::bool(registry.immutable_tags.value, registry.immutable_tags.origin)),
        ],
    )
}

fn node_pool(pool: &NodePool) -> Doc {
    let disk = pool.disk.as_ref();
    let disk = disk.and_then(|disk| Some(Doc::int(i64::try_from(disk.value.gibibytes()).ok()?, disk.origin)));
    some(
        pool.name.origin,
        [
            ("machine_type", Some(text(&pool.machine_type))),
            ("min_nodes", Some(Doc::int(pool.min.value, pool.min.origin))),
            ("max_nodes", Some(Doc::int(pool.max.value, pool.max.origin))),
            ("disk_size_gb", disk),
            ("spot", Some(Doc::bool(pool.spot.value, pool.spot.origin))),
        ],
    )
}
