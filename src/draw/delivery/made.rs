//! What a person makes once, so that changes have a way: a project of a cloud, machines, a cluster, and Argo CD in it.

use super::Canvas;
use crate::draw::{Line, Shape};
use crate::model::{Cloud, Registry};
use crate::spec::{ClusterKind, Role};

impl Canvas<'_> {
    /// Draws the steps of the runbook up to the point where changes come by themselves.
    pub(super) fn made(&mut self) {
        let platform = self.platform;
        if let Some(cloud) = platform.made_cloud() {
            self.project(cloud);
        }
        let nodes = self.nodes();
        if self.has_kubernetes() {
            self.kubernetes(nodes);
            self.root();
        }
    }

    fn terraform(&mut self) -> usize {
        let branch = self.branch(&self.repository.revision.value);
        let step = self.step("terraform", vec!["terraform apply".to_owned()]);
        self.sketch.edge(branch, step, Some("terraform.tfvars".to_owned()), Line::Dashed);
        step
    }

    /// The project and its APIs, then what Terraform makes in it: the registries belong to the base.
    fn project(&mut self, cloud: &Cloud) {
        let platform = self.platform;
        let name = &cloud.project.value;
        let apis = platform.needed_apis(cloud).into_keys();
        let apis = apis.map(|api| api.split('.').next().unwrap_or_default().to_owned());
        let lines = std::iter::once(format!("enable APIs of {name}")).chain(apis).collect();
        let project = self.step(&format!("project/{name}"), lines);
        let terraform = self.terraform();
        self.sketch.edge(project, terraform, None, Line::Dashed);
        for registry in cloud.registries.iter().filter(|_| !platform.is_overlay) {
            let node = self.registry_of(cloud, registry);
            self.sketch.edge(terraform, node, None, Line::Dashed);
        }
        if platform.made_cluster().is_some() {
            let cluster = self.cluster();
            self.sketch.edge(terraform, cluster, None, Line::Dashed);
        }
    }

    /// Returns the node of a registry of a cloud.
    pub(super) fn registry_of(&mut self, cloud: &Cloud, registry: &Registry) -> usize {
        let frame = self.named_frame(format!("project {}", cloud.project.value));
        let lines = vec![registry.name.value.to_string(), registry.host.value.to_string()];
        self.sketch.node(format!("registry/{}", registry.name.value), || (lines, Shape::Store, Some(frame)))
    }

    /// Draws the machines that Terraform makes, and returns those that become the cluster.
    fn nodes(&mut self) -> Option<usize> {
        let platform = self.platform;
        let topology = &platform.topology;
        let cluster = topology.nodes.iter().filter(|node| node.role.value != Role::Machine);
        let cluster: Vec<String> = cluster.map(|node| node.name.value.to_string()).collect();
        let nodes =
            (!cluster.is_empty()).then(|| self.sketch.node("nodes".to_owned(), || (cluster, Shape::Machine, None)));
        let hosts = !topology.hypervisors.is_empty();
        if let Some(node) = nodes.filter(|_| hosts) {
            let terraform = self.terraform();
            self.sketch.edge(terraform, node, None, Line::Dashed);
        }
        let made: Vec<String> = topology.nodes_of(Role::Machine).map(|node| node.name.value.to_string()).collect();
        if let Some(machines) = self.machines().filter(|_| hosts && !made.is_empty()) {
            let terraform = self.terraform();
            // Hosts and what others run are among the machines, and are there already.
            self.sketch.edge(terraform, machines, Some(made.join(", ")), Line::Dashed);
        }
        nodes
    }

    /// Draws how nodes become a cluster.
    fn kubernetes(&mut self, nodes: Option<usize>) {
        let by = match self.platform.cluster_kind() {
            ClusterKind::Kubeadm => "Ansible, kubeadm",
            ClusterKind::Talos => "talosctl",
            ClusterKind::Gke | ClusterKind::None => return,
        };
        let Some(nodes) = nodes else { return };
        let step = self.step("kubernetes", vec![by.to_owned()]);
        let cluster = self.cluster();
        self.sketch.edge(nodes, step, None, Line::Dashed);
        self.sketch.edge(step, cluster, None, Line::Dashed);
    }

    /// Draws how Argo CD gets to know of the environment.
    fn root(&mut self) {
        let own = self.platform.argocd.and_then(|id| self.platform.components.get(id.0));
        let own = own.filter(|one| one.is_installed() && one.chart.is_some());
        let Some(argocd) = self.argocd_node() else { return };
        let install = own.map(|own| format!("helm install {}", own.release.value));
        let apply = "kubectl apply app-of-apps.yaml".to_owned();
        let step = self.step("root", install.into_iter().chain([apply]).collect());
        self.sketch.edge(step, argocd, None, Line::Dashed);
    }
}
