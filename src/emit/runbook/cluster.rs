//! Kubernetes: kubeadm, and the labels of nodes.

use super::Writer;
use crate::emit::ansible::api;
use crate::emit::page::code;
use crate::spec::Role;

impl Writer<'_> {
    /// kubeadm makes the cluster.
    pub(super) fn kubernetes(&mut self) {
        let platform = self.source.platform;
        let Some(version) = platform.kubernetes().filter(|_| self.has_cluster()) else { return };
        self.phase("Kubernetes, by kubeadm", version.origin);
        let config = self.path("ansible/files/kubeadm-config.yaml");
        let text =
            format!("Your playbook does this; by hand it is {}, copied to the first node, and there:", code(&config));
        self.say(&text);
        self.commands(&["sudo kubeadm init --config kubeadm-config.yaml --upload-certs"]);
        self.endpoint();
        self.say(
            "Then the other nodes join with the commands that `kubeadm init` printed, masters with `--control-plane`, one after\nanother. Nodes become ready when the network of pods is installed.",
        );
        let nodes = platform.topology.nodes.len();
        let nodes = if nodes == 1 { "the node is".to_owned() } else { format!("all {nodes} nodes are") };
        let text =
            format!("{nodes} `Ready`, with version {}:", code(&format!("v{}", version.value.trim_start_matches('v'))));
        self.page.text(&format!("**Check:** {text}"), version.origin);
        self.commands(&[
            "kubectl get --raw='/readyz?verbose'",
            "kubectl get nodes -o wide",
            "kubectl -n kube-system get pods",
        ]);
    }

    /// The endpoint is a name; the address behind it is there only once somebody answers for it.
    fn endpoint(&mut self) {
        let platform = self.source.platform;
        let Some((name, ip)) = api(self.source) else { return };
        let network = platform.topology.node_network();
        let first = platform.topology.nodes_of(Role::ControlPlane).next();
        let Some(first) = first else { return };
        let Some(address) = network.and_then(|id| first.address(id)) else { return };
        let reads = [name.origin, ip.origin, address.ip.origin];
        let origin = self.origins.derived("the endpoint of the cluster", &reads);
        let text = format!(
            "The endpoint is {}. Nobody answers at {} before the first control plane runs, and `kubeadm init` would wait\nin vain: either the static pod of the virtual address is on {} before, or the name means {} ({}) in\n`/etc/hosts` of that node until the virtual address answers.",
            code(&name.value),
            code(&ip.value),
            code(&first.name.value),
            code(&address.ip.value.to_string()),
            code("control_plane_bootstrap_ip"),
        );
        self.page.text(&text, origin);
    }

    /// Labels are set once nodes are there.
    pub(super) fn labels(&mut self) {
        if !self.has_nodes() {
            return;
        }
        self.phase("Labels of nodes", self.here);
        let script = self.path("scripts/render-node-labels.sh");
        self.commands(&[&script, &format!("{script} --apply")]);
        self.say("Without `--apply` the script prints what it would do.");
        let platform = self.source.platform;
        if let Some(host) = platform.topology.hypervisors.first() {
            let label = platform.host_label();
            let text = format!("each node has the id of its hypervisor in {}:", code(&label));
            self.page.text(&format!("**Check:** {text}"), host.host_id.origin);
            self.commands(&[&format!("kubectl get nodes -L {label}")]);
        }
    }
}
