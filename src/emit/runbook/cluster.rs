//! Kubernetes: kubeadm, and the labels of nodes.

use super::Writer;
use crate::emit::ansible::endpoint;
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
        let Some(((claim, ip), endpoint)) = platform.topology.api().zip(endpoint(self.source)) else { return };
        let Some(first) = platform.topology.nodes_of(Role::ControlPlane).next() else { return };
        let Some(address) = platform.topology.node_network().and_then(|id| first.address(id)) else { return };
        let reads = [endpoint.origin, claim.claim.origin, address.ip.origin];
        let origin = self.origins.derived("the endpoint of the cluster", &reads);
        let name = if platform.domains.external.is_some() {
            format!(
                ", or the name means {}\n({}) in `/etc/hosts` of that node until the virtual address answers",
                code(&address.ip.value.to_string()),
                code("control_plane_bootstrap_ip"),
            )
        } else {
            String::new()
        };
        let text = format!(
            "The endpoint is {}. Nobody answers at {} before the first control plane runs, and `kubeadm init`\nwould wait in vain: the static pod of the virtual address has to be on {} before{name}.",
            code(endpoint.as_str().unwrap_or_default()),
            code(&ip.to_string()),
            code(&first.name.value),
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
