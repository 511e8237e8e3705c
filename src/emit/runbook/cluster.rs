//! Kubernetes: kubeadm, and the labels of nodes.

use super::{Writer, by_hand};
use crate::diag::Diagnostic;
use crate::emit::ansible::endpoint;
use crate::emit::page::code;
use crate::model::ComponentId;
use crate::source::OriginId;
use crate::spec::{InstalledBy, Role};

impl Writer<'_> {
    /// kubeadm makes the cluster.
    pub(super) fn kubernetes(&mut self, out: &mut Vec<Diagnostic>) {
        let platform = self.source.platform;
        let Some(version) = platform.kubernetes().filter(|_| self.has_kubeadm()) else { return };
        self.phase("Kubernetes, by kubeadm", version.origin);
        self.endpoint();
        let first = platform.topology.nodes_of(Role::ControlPlane).next().map(|node| code(&node.name.value));
        let first = first.unwrap_or_default();
        self.say(&format!(
            "Your playbook does all of this. By hand: every node has the container runtime, `kubeadm` and `kubelet`, and the kubelet is\ntold the address between the nodes (`--node-ip`, {} in {}). Copy {} to {first}, and there:",
            code("node_ip"),
            code("host_vars"),
            code(&self.path("ansible/files/")),
        ));
        let mut lines = self.by_hand("beforeInit", out);
        lines.push(("sudo kubeadm init --config kubeadm-config.yaml --upload-certs".to_owned(), self.here));
        lines.push((
            "export KUBECONFIG=~/admin.conf   # yours, with the rights of an administrator".to_owned(),
            self.here,
        ));
        lines.push((
            "sudo install -m 600 -o \"$USER\" /etc/kubernetes/admin.conf \"$KUBECONFIG\"".to_owned(),
            self.here,
        ));
        lines.extend(self.by_hand("afterInit", out));
        self.page.commands(lines);
        let joins = self.by_hand("beforeJoin", out);
        if !joins.is_empty() && platform.topology.nodes_of(Role::ControlPlane).nth(1).is_some() {
            self.say("On each further control plane, before it joins:");
            self.page.commands(joins);
        }
        self.say("Copy `admin.conf` to the machine that you work from, and name it there in `KUBECONFIG`: the phases below need it.");
        if platform.topology.nodes.len() > 1 {
            self.say(
                "Then the other nodes join with the commands that `kubeadm init` printed, control planes with `--control-plane`, one after\nanother. Nodes become ready when the network of pods is installed.",
            );
        }
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

    /// Returns the commands that take the place of the playbook for what Ansible installs without a chart.
    fn by_hand(&mut self, when: &str, out: &mut Vec<Diagnostic>) -> Vec<(String, OriginId)> {
        let platform = self.source.platform;
        let mut lines = Vec::new();
        for (at, component) in platform.components.iter().enumerate() {
            if component.installed_by.value == InstalledBy::Ansible {
                let listed = self.by_hand_of(ComponentId(at), when, out);
                lines.extend(listed.iter().flat_map(by_hand::lines));
            }
        }
        lines
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
        if !self.platform().topology.nodes.iter().any(|node| node.role.value != Role::Machine) {
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
