//! Logs: of pods by the API server, of nodes from their journal.

use super::Config;
use crate::doc::Key;
use crate::emit::build::text;
use crate::emit::print::block::{Block, Expr};
use crate::model::Flow;

/// What pods are labelled with in Loki: label and the metadata that it is taken from.
const POD_LABELS: [(&str, &str); 5] = [
    ("namespace", "__meta_kubernetes_namespace"),
    ("pod", "__meta_kubernetes_pod_name"),
    ("container", "__meta_kubernetes_pod_container_name"),
    ("app", "__meta_kubernetes_pod_label_app_kubernetes_io_name"),
    ("node", "__meta_kubernetes_pod_node_name"),
];

impl Config<'_> {
    /// Pod logs by the API server and node journals from disk, to every log store.
    pub(super) fn logs(&mut self, flows: &[&Flow]) {
        if flows.is_empty() {
            return;
        }
        let here = self.here;
        let receivers = flows.iter().filter_map(|flow| Some(format!("loki.write.{}.receiver", self.label(flow)?)));
        let receivers: Vec<Expr> = receivers.map(|receiver| Expr::raw(receiver, here)).collect();
        let receivers = Expr::list(receivers, here);
        // Every pod of the DaemonSet reads the pods of its own node, or each line would arrive once a node.
        let own_node = self.raw("\"spec.nodeName=\" + coalesce(sys.env(\"HOSTNAME\"), constants.hostname)");
        let selectors = Block::new("selectors", here).set("role", self.string("pod")).set("field", own_node);
        self.add(
            Block::new("discovery.kubernetes", here).label("pods").set("role", self.string("pod")).with(selectors),
        );
        let mut relabel = Block::new("discovery.relabel", here)
            .label("pods")
            .set("targets", self.raw("discovery.kubernetes.pods.targets"));
        for (label, meta) in POD_LABELS {
            let labels = Expr::list(vec![self.string(meta)], here);
            relabel = relabel
                .with(Block::new("rule", here).set("source_labels", labels).set("target_label", self.string(label)));
        }
        self.add(relabel);
        let pods = Block::new("loki.source.kubernetes", here)
            .label("pods")
            .set("targets", self.raw("discovery.relabel.pods.output"))
            .set("forward_to", receivers.clone());
        self.add(pods);
        self.journal(receivers);
        for flow in flows {
            self.write(flow);
        }
    }

    fn journal(&mut self, receivers: Expr) {
        let here = self.here;
        let rule = |this: &Self, from: &'static str, to: &'static str| {
            let labels = Expr::list(vec![this.string(from)], here);
            Block::new("rule", here).set("source_labels", labels).set("target_label", this.string(to))
        };
        let relabel = Block::new("loki.relabel", here)
            .label("journal")
            .set("forward_to", Expr::list(Vec::new(), here))
            .with(rule(self, "__journal__systemd_unit", "unit"))
            .with(rule(self, "__journal__hostname", "node"));
        self.add(relabel);
        let job = (Key { text: "job".into(), origin: here }, self.string("node-journal"));
        // Without a path it reads the journal wherever the node keeps it, on disk or in memory.
        let source = Block::new("loki.source.journal", here)
            .label("node")
            .set("max_age", self.string("12h"))
            .set("relabel_rules", self.raw("loki.relabel.journal.rules"))
            .set("labels", Expr::object(vec![job], here))
            .set("forward_to", receivers);
        self.add(source);
    }

    fn write(&mut self, flow: &Flow) {
        let Some(label) = self.label(flow) else { return };
        let Some(url) = self.source.contexts.url(flow, self.origins) else { return };
        let mut endpoint = Block::new("endpoint", flow.origin).set("url", text(&url));
        if let Some(tenant) = &flow.tenant {
            endpoint = endpoint.set("tenant_id", text(tenant));
        }
        let write = Block::new("loki.write", flow.origin).label(label).with(endpoint);
        let write = write.set("external_labels", self.external_labels());
        self.add(write);
    }
}
