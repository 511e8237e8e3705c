//! Alloy's configuration, in a `ConfigMap` of our own.
//!
//! The chart passes an inline configuration through Helm's `tpl`, which empties every `{{ … }}` in it without a
//! word; a `ConfigMap` of ours is taken as it is. Components are named as in Alloy's reference (grafana.com/docs/alloy).

use std::sync::Arc;

use super::Source;
use super::build::{lit, map, text};
use super::print::block::{Block, Expr, Item};
use super::print::{LineTable, alloy};
use crate::doc::{Doc, Key, Value};
use crate::model::{Component, ComponentId, Flow};
use crate::source::{OriginId, Origins};
use crate::spec::FlowKind;

/// The key of the `ConfigMap`; the chart's values name it too.
const KEY: &str = "config.alloy";

/// What pods are labelled with in Loki: label and the metadata that it is taken from.
const POD_LABELS: [(&str, &str); 5] = [
    ("namespace", "__meta_kubernetes_namespace"),
    ("pod", "__meta_kubernetes_pod_name"),
    ("container", "__meta_kubernetes_pod_container_name"),
    ("app", "__meta_kubernetes_pod_label_app_kubernetes_io_name"),
    ("node", "__meta_kubernetes_pod_node_name"),
];

/// Returns the `ConfigMap` of a component whose facts ask for it.
pub(super) fn config_map(
    source: &Source<'_>,
    id: ComponentId,
    component: &Component,
    origins: &mut Origins,
) -> Option<Doc> {
    let builds = component.variant.facts.builds.value()?;
    if &*builds.0 != "alloy" {
        return None;
    }
    let here = component.name.origin;
    let mut config = Config { source, here, origins, items: Vec::new() };
    let of = |kind| -> Vec<&Flow> { source.flows_from(id).filter(|flow| flow.kind == kind).collect() };
    config.logs(&of(FlowKind::Logs));
    config.metrics(&of(FlowKind::RemoteWrite));
    let printed = alloy::print(&config.items, LineTable::Keep);
    let lines = printed.text.lines().map(Arc::from).zip(printed.lines).collect();
    let name = Doc::str(format!("{}-config", component.fullname.value), component.fullname.origin);
    Some(map(
        here,
        [
            ("apiVersion", lit(here, "v1")),
            ("kind", lit(here, "ConfigMap")),
            ("metadata", map(here, [("name", name), ("namespace", text(&component.namespace))])),
            ("data", map(here, [(KEY, Doc::new(Value::Text(lines), here))])),
        ],
    ))
}

struct Config<'a> {
    source: &'a Source<'a>,
    here: OriginId,
    origins: &'a mut Origins,
    items: Vec<Item>,
}

impl Config<'_> {
    fn add(&mut self, block: Block) {
        if !self.items.is_empty() {
            self.items.push(Item::Blank(self.here));
        }
        self.items.push(Item::Block(block));
    }

    fn string(&self, text: &str) -> Expr {
        Expr::str(text, self.here)
    }

    fn raw(&self, text: impl Into<String>) -> Expr {
        Expr::raw(text, self.here)
    }

    /// Pod logs by the API server and node journals from disk, to every log store.
    fn logs(&mut self, flows: &[&Flow]) {
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
        let rule = |this: &Self, from: &str, to: &str| {
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

    /// Alloy's own metrics, to every metrics store; more comes from components that Alloy is told to scrape.
    fn metrics(&mut self, flows: &[&Flow]) {
        if flows.is_empty() {
            return;
        }
        let here = self.here;
        let receivers =
            flows.iter().filter_map(|flow| Some(format!("prometheus.remote_write.{}.receiver", self.label(flow)?)));
        let receivers: Vec<Expr> = receivers.map(|receiver| Expr::raw(receiver, here)).collect();
        self.add(Block::new("prometheus.exporter.self", here).label("alloy"));
        let scrape = Block::new("prometheus.scrape", here)
            .label("alloy")
            .set("targets", self.raw("prometheus.exporter.self.alloy.targets"))
            .set("forward_to", Expr::list(receivers, here));
        self.add(scrape);
        for flow in flows {
            self.remote_write(flow);
        }
    }

    fn remote_write(&mut self, flow: &Flow) {
        let Some(label) = self.label(flow) else { return };
        let Some(url) = self.source.contexts.url(flow, self.origins) else { return };
        let mut endpoint = Block::new("endpoint", flow.origin).set("url", text(&url));
        if let Some(tenant) = &flow.tenant {
            let header = Key { text: "X-Scope-OrgID".into(), origin: tenant.origin };
            endpoint = endpoint.set("headers", Expr::object(vec![(header, Expr::from(text(tenant)))], tenant.origin));
        }
        let write = Block::new("prometheus.remote_write", flow.origin).label(label).with(endpoint);
        let write = write.set("external_labels", self.external_labels());
        self.add(write);
    }

    fn external_labels(&self) -> Expr {
        let platform = self.source.platform;
        let external = [("cluster", &platform.name), ("environment", &platform.environment)]
            .map(|(key, value)| (Key { text: key.into(), origin: value.origin }, Expr::from(text(value))));
        Expr::object(external.into(), self.here)
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

    /// Returns the label of the block that writes to the other side: an identifier.
    fn label(&self, flow: &Flow) -> Option<String> {
        let to = self.source.platform.components.get(flow.to.component.0)?;
        Some(to.name.value.replace('-', "_"))
    }
}
