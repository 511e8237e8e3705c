//! Talos: the image, the configurations, the first start.

use super::Writer;
use crate::emit::page::code;
use crate::emit::talos;
use crate::model::{Component, Node};
use crate::spec::{Role, TalosCni};

impl Writer<'_> {
    /// The machines of a Talos cluster have no shell and no package manager: they are told what they are by a file.
    pub(super) fn talos(&mut self) {
        let source = self.source;
        let platform = source.platform;
        let Some(talos) = talos::of(source) else { return };
        let Some((_, ip)) = platform.topology.api() else { return };
        self.phase("Kubernetes, by Talos", talos.version.origin);
        let folder = self.path("talos/");
        let version = format!("v{}", talos::bare(talos));
        if talos.extensions.is_empty() {
            let text = format!("The machines boot the `nocloud` image of Talos {}, from its releases.", code(&version));
            self.page.text(&text, talos.version.origin);
        } else {
            let text = format!(
                "The machines boot an image of Talos {} with the extensions of {}. The Image Factory answers with the id of\nthe image, and has it at `https://factory.talos.dev/image/ID/{version}/nocloud-amd64.iso`:",
                code(&version),
                code(&format!("{folder}schematic.yaml")),
            );
            self.page.text(&text, talos.version.origin);
            let post =
                format!("curl -sX POST --data-binary @{folder}schematic.yaml https://factory.talos.dev/schematics");
            self.page.commands([(post, talos.version.origin)]);
        }
        self.say(
            "Make the configuration of each machine, outside of the repository: they hold the keys of the cluster.",
        );
        let schematic = if talos.extensions.is_empty() { "" } else { " ID" };
        self.page.commands([(format!("{folder}render.sh ~/talos{schematic}"), talos.version.origin)]);
        self.say("Machines that were just made wait for theirs:");
        let nodes = &platform.topology.nodes;
        let lines: Vec<_> = nodes.iter().filter_map(|node| self.apply(node)).collect();
        self.page.commands(lines);
        let first = platform.topology.nodes_of(Role::ControlPlane).next();
        if let Some((first, address)) = first.and_then(|node| Some((node, self.address(node)?))) {
            let text = format!("Once, on {}, the cluster is begun:", code(&first.name.value));
            self.page.text(&text, first.name.origin);
            let talosctl = "talosctl --talosconfig ~/talos/talosconfig";
            self.page.commands([
                (format!("{talosctl} config endpoint {address}"), first.name.origin),
                (format!("{talosctl} --nodes {address} bootstrap"), first.name.origin),
                (format!("{talosctl} --nodes {address} kubeconfig ~/talos/kubeconfig"), first.name.origin),
                ("export KUBECONFIG=~/talos/kubeconfig".to_owned(), first.name.origin),
            ]);
        }
        if talos.cni.value == TalosCni::None {
            self.network_first();
        }
        let text = format!("the API answers at {ip}, and all nodes are `Ready`:");
        self.check(&text);
        self.commands(&["kubectl get --raw='/readyz?verbose'", "kubectl get nodes -o wide"]);
    }

    fn address(&self, node: &Node) -> Option<String> {
        let network = self.platform().topology.node_network()?;
        Some(node.address(network)?.ip.value.to_string())
    }

    fn apply(&self, node: &Node) -> Option<(String, crate::source::OriginId)> {
        let name = &node.name.value;
        let address = self.address(node)?;
        Some((
            format!("talosctl apply-config --insecure --nodes {address} --file ~/talos/{name}.yaml"),
            node.name.origin,
        ))
    }

    /// Without a network of pods nothing starts, Argo CD neither: what brings it is installed by hand once, with the values
    /// that Argo CD has, which then finds it there.
    fn network_first(&mut self) {
        let platform = self.source.platform;
        let brings = |component: &&Component| {
            component.variant.facts.network.value() == Some(&true) && component.by_argocd() && component.chart.is_some()
        };
        let Some(component) = platform.components.iter().find(brings) else { return };
        let text = format!(
            "Nodes stay `NotReady` until there is a network of pods, and nothing else can start before. {} is installed once by\nhand; Argo CD finds it in place later:",
            code(&component.name.value)
        );
        self.page.text(&text, component.name.origin);
        let line = self.release(component);
        self.page.commands(line);
    }
}
