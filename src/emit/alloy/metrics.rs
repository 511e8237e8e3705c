//! Metrics: Alloy's own, pushed by remote write.

use super::Config;
use crate::doc::Key;
use crate::emit::build::text;
use crate::emit::print::block::{Block, Expr};
use crate::model::Flow;

impl Config<'_> {
    /// Alloy's own metrics, to every metrics store; more comes from components that Alloy is told to scrape.
    pub(super) fn metrics(&mut self, flows: &[&Flow]) {
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
}
