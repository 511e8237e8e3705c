//! Traces: received by OTLP, told which pod they come from, and passed on.

use super::Config;
use crate::doc::Key;
use crate::emit::build::text;
use crate::emit::print::block::{Block, Expr};
use crate::model::Flow;

/// Where applications send to; the chart's values open the same ports in the Service.
const PROTOCOLS: [(&str, &str); 2] = [("grpc", "0.0.0.0:4317"), ("http", "0.0.0.0:4318")];

/// What each span is told of its pod. Datasources in Grafana go from a trace to its logs by these names.
const POD_ATTRIBUTES: [&str; 4] = ["k8s.namespace.name", "k8s.pod.name", "k8s.container.name", "k8s.node.name"];

impl Config<'_> {
    /// Traces of applications, to every trace store.
    pub(super) fn traces(&mut self, flows: &[&Flow]) {
        if flows.is_empty() {
            return;
        }
        let here = self.here;
        let mut receiver = Block::new("otelcol.receiver.otlp", here).label("traces");
        for (protocol, endpoint) in PROTOCOLS {
            receiver = receiver.with(Block::new(protocol, here).set("endpoint", self.string(endpoint)));
        }
        self.add(receiver.with(self.output(&["otelcol.processor.k8sattributes.traces.input".to_owned()])));
        let attributes = POD_ATTRIBUTES.iter().map(|name| self.string(*name)).collect();
        let extract = Block::new("extract", here).set("metadata", Expr::list(attributes, here));
        let attributes = Block::new("otelcol.processor.k8sattributes", here).label("traces").with(extract);
        self.add(attributes.with(self.output(&["otelcol.processor.batch.traces.input".to_owned()])));
        let exporters: Vec<String> = flows.iter().filter_map(|flow| self.exporter(flow)).collect();
        let inputs: Vec<String> = exporters.iter().map(|exporter| format!("{exporter}.input")).collect();
        self.add(Block::new("otelcol.processor.batch", here).label("traces").with(self.output(&inputs)));
        for flow in flows {
            self.export(flow);
        }
    }

    fn output(&self, inputs: &[String]) -> Block {
        let inputs = inputs.iter().map(|input| self.raw(input.as_str())).collect();
        Block::new("output", self.here).set("traces", Expr::list(inputs, self.here))
    }

    /// Returns the full name of the block that exports a flow: OTLP by gRPC, unless the way in has URLs.
    fn exporter(&self, flow: &Flow) -> Option<String> {
        Some(format!("{}.{}", self.exporter_kind(flow)?, self.label(flow)?))
    }

    fn exporter_kind(&self, flow: &Flow) -> Option<&'static str> {
        let to = self.source.platform.components.get(flow.to.component.0)?;
        let urls = to.service_of(&flow.endpoint)?.scheme.is_some();
        Some(if urls { "otelcol.exporter.otlphttp" } else { "otelcol.exporter.otlp" })
    }

    fn export(&mut self, flow: &Flow) {
        let (Some(kind), Some(label)) = (self.exporter_kind(flow), self.label(flow)) else { return };
        let mut client = Block::new("client", flow.origin);
        if let Some(url) = self.source.contexts.url(flow, self.origins) {
            client = client.set("endpoint", text(&url));
        } else {
            let to = self.source.platform.components.get(flow.to.component.0);
            let Some(service) = to.and_then(|to| to.service_of(&flow.endpoint)) else { return };
            let reads = [flow.origin, service.host.origin, service.port.origin];
            let origin = self.origins.derived("the address of a flow", &reads);
            let address = format!("{}:{}", service.host.value, service.port.value);
            client = client.set("endpoint", Expr::str(address, origin));
        }
        if let Some(tenant) = &flow.tenant {
            let header = Key { text: "X-Scope-OrgID".into(), origin: tenant.origin };
            client = client.set("headers", Expr::object(vec![(header, Expr::from(text(tenant)))], tenant.origin));
        }
        // Inside the cluster nothing has certificates; without this the exporter insists on TLS.
        if kind == "otelcol.exporter.otlp" {
            client = client.with(Block::new("tls", flow.origin).set("insecure", self.raw("true")));
        }
        self.add(Block::new(kind, flow.origin).label(label).with(client));
    }
}
