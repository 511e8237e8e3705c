//! The project of a cloud, and the cluster in it.

use super::Writer;
use crate::emit::page::code;
use crate::emit::terraform::cloud::{machine_roles, pool_and_provider, workload_pool};
use crate::model::{Cloud, Cluster};
use crate::source::OriginId;
use crate::spec::{ClusterKind, Dataplane};

impl Writer<'_> {
    /// The project, its APIs and registries, then the cluster. Who runs in the cluster of another environment only needs
    /// to reach it.
    pub(super) fn cloud(&mut self) {
        if let Some(cloud) = self.source.platform.made_cloud() {
            self.project(cloud);
        }
        let platform = self.source.platform;
        let own = platform.own_cluster().filter(|own| own.kind.value == ClusterKind::Gke);
        let Some((own, cloud)) = own.and_then(|own| Some((own, platform.cloud_of(own)?))) else { return };
        self.phase(&format!("Cluster {}", own.name.value), own.name.origin);
        if self.source.platform.made_cluster().is_some() {
            self.make(own);
        } else {
            self.page.text("The base environment makes this cluster. It has to be there now.", own.name.origin);
        }
        self.reach(own, cloud);
    }

    fn project(&mut self, cloud: &Cloud) {
        let project = &cloud.project;
        self.phase(&format!("Project {} of Google Cloud", project.value), project.origin);
        self.page.text(
            "Once, by a person who may enable APIs and make clusters in it. An API takes a minute or two until it answers:",
            cloud.name.origin,
        );
        let apis = self.source.platform.needed_apis(cloud);
        let reads: Vec<OriginId> = apis.values().copied().collect();
        let names: Vec<&str> = apis.keys().map(|name| &**name).collect();
        let mut lines = vec![
            ("gcloud auth application-default login   # Terraform uses this login".to_owned(), self.here),
            (format!("gcloud config set project {}", project.value), project.origin),
        ];
        if !names.is_empty() {
            let origin = self.origins.derived("the APIs that the platform needs", &reads);
            lines.push((format!("gcloud services enable {}", names.join(" ")), origin));
        }
        self.page.commands(lines);
        self.check("the project is active, and each API is listed:");
        self.page.commands([
            (format!("gcloud projects describe {} --format='value(lifecycleState)'", project.value), project.origin),
            ("gcloud services list --enabled --format='value(config.name)'".to_owned(), project.origin),
        ]);
    }

    fn make(&mut self, own: &Cluster) {
        let dir = self.path("terraform");
        let run = |command: &str| format!("terraform -chdir={dir} {command}");
        self.say(
            "Terraform makes the registries, the cluster and its machines. A new cluster takes five to ten minutes.",
        );
        self.commands(&[&run("init"), &run("plan"), &run("apply")]);
        if let Some(policies) = own.dataplane.as_ref().filter(|dataplane| dataplane.value == Dataplane::V2) {
            self.page.text(
                "It has Dataplane V2, by which network policies hold. That is chosen when a cluster is made, and never changed.",
                policies.origin,
            );
        }
        self.say("The module is yours; `terraform.tfvars` and `variables.tf` are made by dvgen.");
        let pools: Vec<String> = own
            .node_pools
            .iter()
            .map(|pool| {
                let (min, max) = (pool.min.value, pool.max.value);
                let count = if min == max { min.to_string() } else { format!("{min} to {max}") };
                format!("{}: {count} of {}", code(&pool.name.value), code(&pool.machine_type.value))
            })
            .collect();
        if !pools.is_empty() {
            let reads: Vec<OriginId> = own.node_pools.iter().map(|pool| pool.name.origin).collect();
            let origin = self.origins.derived("the machines of the cluster", &reads);
            self.page.text(&format!("Its machines, by pool: {}.", pools.join("; ")), origin);
        }
        self.accounts(own);
        self.identities();
    }

    /// Who pods and machines are for Google: without that, nothing in the cluster reads a secret or fetches an image.
    fn accounts(&mut self, own: &Cluster) {
        let Some(cloud) = self.source.platform.cloud_of(own) else { return };
        let pool = workload_pool(cloud);
        let roles: Vec<String> = machine_roles(cloud).iter().map(|(role, _)| code(role)).collect();
        let text = format!(
            "Pods are known to Google by their service accounts (Workload Identity): the cluster has the pool {}, and every node\npool the metadata mode `GKE_METADATA`. The machines run as an account of their own, with {}.",
            code(&pool),
            roles.join(" and ")
        );
        self.page.text(&text, cloud.project.origin);
        let Some(location) = &own.location else { return };
        let at = format!("{} --location {} --project {}", own.name.value, location.value, cloud.project.value);
        let reads = [own.name.origin, location.origin, cloud.project.origin];
        let origin = self.origins.derived("how a cluster is reached", &reads);
        self.check(&format!(
            "the pool is {}, and each node pool says `GKE_METADATA` and an account of its own:",
            code(&pool)
        ));
        let pools = format!("gcloud container node-pools list --cluster {at}");
        self.page.commands([
            (
                format!(
                    "gcloud container clusters describe {at} --format='value(workloadIdentityConfig.workloadPool)'"
                ),
                origin,
            ),
            (
                format!("{pools} --format='table(name, config.workloadMetadataConfig.mode, config.serviceAccount)'"),
                origin,
            ),
        ]);
    }

    /// Who acts for the workflows.
    fn identities(&mut self) {
        let platform = self.source.platform;
        let mut all: Vec<_> = platform.signed().map(|(_, provider, account)| (provider, account)).collect();
        all.sort_by(|a, b| (&a.0.value, &a.1.value).cmp(&(&b.0.value, &b.1.value)));
        all.dedup_by(|a, b| a.0.value == b.0.value);
        for (provider, _) in all {
            let Some((pool, name)) = pool_and_provider(&provider.value) else { continue };
            let text = format!(
                "GitHub signs for the workflows, so that no key is kept: Terraform makes the pool {}, its provider {}, which lets in\nthis repository alone, and the accounts of the workflows with what they may do.",
                code(pool),
                code(name)
            );
            self.page.text(&text, provider.origin);
            self.check("the provider is there, with the condition for the repository:");
            let line = format!(
                "gcloud iam workload-identity-pools providers describe {name} --location global --workload-identity-pool {pool}"
            );
            self.page.commands([(line, provider.origin)]);
        }
    }

    fn reach(&mut self, own: &Cluster, cloud: &Cloud) {
        let Some(location) = &own.location else { return };
        let reads = [own.name.origin, location.origin, cloud.project.origin];
        let origin = self.origins.derived("how a cluster is reached", &reads);
        let line = format!(
            "gcloud container clusters get-credentials {} --location {} --project {}",
            own.name.value, location.value, cloud.project.value
        );
        self.page.commands([(line, origin)]);
        self.check("the nodes are `Ready`, and the Kubernetes API says so:");
        self.commands(&["kubectl get --raw='/readyz?verbose'", "kubectl get nodes -o wide"]);
    }
}
