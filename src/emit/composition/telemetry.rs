//! The agent of a composition: its configuration, its unit, datasources and examples.
//!
//! One receiver of OTLP takes traces, logs and metrics of every language; a batch of each goes to the component that keeps it.
//! Components are named as in Alloy's reference (grafana.com/docs/alloy).

use super::{Part, datasources, examples, unit};
use crate::doc::{Doc, Key};
use crate::emit::build::text;
use crate::emit::draft::{Body, Draft, TargetName};
use crate::emit::print::block::{Block, Expr, Item};
use crate::emit::print::{LineTable, alloy};
use crate::model::composition::{ScrapeTarget, Telemetry, TelemetryTarget};
use crate::source::{OriginId, Origins, Span};
use crate::spec::FlowKind;
use crate::spec::composition::Telemetry as Written;
use crate::spec::scalars::Listen;
use crate::yaml::Field;

/// What the files of the agent read.
pub(super) struct Agent<'a> {
    pub(super) part: &'a Part<'a>,
    pub(super) telemetry: &'a Telemetry,
    pub(super) written: &'a Written,
    pub(super) here: OriginId,
}

/// Returns the files.
pub(super) fn drafts(part: &Part<'_>, origins: &mut Origins) -> Vec<Draft> {
    let composition = part.composition;
    let (Some(telemetry), Some(written)) = (&composition.telemetry, composition.written.telemetry.value()) else {
        return Vec::new();
    };
    let agent = Agent { part, telemetry, written, here: telemetry.origin };
    let mut drafts = vec![agent.config(origins), unit::draft(&agent, origins)];
    drafts.extend(datasources::drafts(&agent));
    drafts.extend(examples::drafts(&agent, origins));
    drafts
}

impl Agent<'_> {
    /// Returns where the agent listens.
    pub(super) fn listen(&self, field: &Field<Listen>, default: &'static str, origins: &mut Origins) -> Doc {
        match field.get() {
            Some(listen) => Doc::str(listen.value.0.to_string(), origins.written("telemetry", listen.span)),
            None => Doc::str(default, origins.defaulted("the usual port of OTLP, on this machine only", self.span())),
        }
    }

    pub(super) fn span(&self) -> Option<Span> {
        self.part.composition.written.telemetry.span()
    }

    pub(super) fn label(&self, target: &TelemetryTarget) -> String {
        let to = self.part.source.platform.components.get(target.to.0);
        to.map_or_else(String::new, |to| to.name.value.replace(|char: char| !char.is_ascii_alphanumeric(), "_"))
    }

    fn raw(&self, text: impl Into<String>) -> Expr {
        Expr::raw(text, self.here)
    }

    fn config(&self, origins: &mut Origins) -> Draft {
        let here = self.here;
        let mut items = vec![Item::Comment(self.part.source.layout.header(here)), Item::Blank(here)];
        let mut add = |block: Block| {
            if !matches!(items.last(), Some(Item::Blank(_))) {
                items.push(Item::Blank(here));
            }
            items.push(Item::Block(block));
        };
        add(self.logging(origins));
        let grpc = self.listen(&self.written.grpc, "127.0.0.1:4317", origins);
        let http = self.listen(&self.written.http, "127.0.0.1:4318", origins);
        let receiver = Block::new("otelcol.receiver.otlp", here)
            .label("applications")
            .with(Block::new("grpc", here).set("endpoint", grpc))
            .with(Block::new("http", here).set("endpoint", http));
        add(receiver.with(self.output(|_| "otelcol.processor.batch.applications.input".to_owned())));
        let mut batch = Block::new("otelcol.processor.batch", here).label("applications");
        if let Some(size) = self.written.batch.get() {
            let origin = origins.written("telemetry", size.span);
            batch = batch.set("send_batch_size", Doc::int(i64::from(size.value.0), origin));
        }
        add(batch.with(self.output(|target| format!("{}.{}.input", exporter(target), self.label(target)))));
        for block in self.scrape() {
            add(block);
        }
        for target in &self.telemetry.targets {
            for block in self.export(target) {
                add(block);
            }
        }
        let printed = alloy::print(&items, LineTable::Keep);
        let lines = printed.text.lines().map(str::to_owned).zip(printed.lines).collect();
        let (path, target) = (self.part.path("config.alloy"), TargetName::Compositions);
        Draft { path, target, header: Vec::new(), body: Body::Lines(lines), executable: false, origin: here }
    }

    /// Returns what the agent says of itself.
    fn logging(&self, origins: &mut Origins) -> Block {
        let written = self.written.logging.value();
        let mut word = |word: Option<(&'static str, Span)>, usual: &'static str| match word {
            Some((word, span)) => Doc::str(word, origins.written("logging", span)),
            None => Doc::str(usual, origins.defaulted("how Alloy logs", self.span())),
        };
        let level = written.and_then(|all| all.level.get()).map(|level| (level.value.word(), level.span));
        let format = written.and_then(|all| all.format.get()).map(|format| (format.value.word(), format.span));
        Block::new("logging", self.here).set("level", word(level, "info")).set("format", word(format, "logfmt"))
    }

    /// Returns what the agent reads metrics from: what is written, and itself.
    fn scrape(&self) -> Vec<Block> {
        let metrics = self.telemetry.targets.iter().find(|target| target.signal == FlowKind::RemoteWrite);
        let (Some(scrape), Some(metrics)) = (&self.telemetry.scrape, metrics) else { return Vec::new() };
        let here = scrape.origin;
        let receiver = format!("prometheus.remote_write.{}.receiver", self.label(metrics));
        let block = |label: &str, targets: Expr| {
            Block::new("prometheus.scrape", here)
                .label(label)
                .set("targets", targets)
                .set("forward_to", Expr::list(vec![Expr::raw(receiver.clone(), metrics.origin)], metrics.origin))
                .set("scrape_interval", text(&scrape.interval))
                .set("scrape_timeout", text(&scrape.timeout))
        };
        let field =
            |name: &'static str, value: Doc| (Key { text: name.into(), origin: value.origin }, Expr::from(value));
        let target = |target: &ScrapeTarget| {
            let fields = vec![
                field("__address__", text(&target.address)),
                field("__scheme__", Doc::str(target.scheme, target.url.origin)),
                field("__metrics_path__", text(&target.path)),
                field("job", text(&target.name)),
            ];
            Expr::object(fields, target.name.origin)
        };
        let targets = Expr::list(scrape.targets.iter().map(target).collect(), here);
        vec![
            Block::new("prometheus.exporter.self", here).label("agent"),
            block("agent", Expr::raw("prometheus.exporter.self.agent.targets", here)),
            block("applications", targets),
        ]
    }

    /// Returns where each kind of telemetry goes next.
    fn output(&self, next: impl Fn(&TelemetryTarget) -> String) -> Block {
        let mut output = Block::new("output", self.here);
        for (signal, word) in
            [(FlowKind::RemoteWrite, "metrics"), (FlowKind::Logs, "logs"), (FlowKind::Traces, "traces")]
        {
            let target = self.telemetry.targets.iter().find(|target| target.signal == signal);
            if let Some(target) = target {
                output = output.set(word, Expr::list(vec![self.raw(next(target))], target.origin));
            }
        }
        output
    }

    fn export(&self, target: &TelemetryTarget) -> Vec<Block> {
        let (here, label) = (target.origin, self.label(target));
        let kind = exporter(target);
        let forward = |to: &str| Expr::list(vec![Expr::raw(format!("{to}.{label}.receiver"), here)], here);
        let headers = |endpoint: Block| match &target.tenant {
            Some(tenant) => {
                let header = Key { text: "X-Scope-OrgID".into(), origin: tenant.origin };
                endpoint.set("headers", Expr::object(vec![(header, Expr::from(text(tenant)))], tenant.origin))
            }
            None => endpoint,
        };
        match target.signal {
            FlowKind::Logs => {
                let mut endpoint = Block::new("endpoint", here).set("url", text(&target.address));
                if let Some(tenant) = &target.tenant {
                    endpoint = endpoint.set("tenant_id", text(tenant));
                }
                let write = Block::new("loki.write", here).label(&*label).with(endpoint);
                let write = write.set("external_labels", self.external_labels());
                vec![Block::new(kind, here).label(&*label).set("forward_to", forward("loki.write")), write]
            }
            FlowKind::RemoteWrite => {
                let endpoint = headers(Block::new("endpoint", here).set("url", text(&target.address)));
                let write = Block::new("prometheus.remote_write", here).label(&*label).with(endpoint);
                let write = write.set("external_labels", self.external_labels());
                let exporter = Block::new(kind, here).label(&*label);
                vec![exporter.set("forward_to", forward("prometheus.remote_write")), write]
            }
            _ => {
                let mut client = headers(Block::new("client", here).set("endpoint", text(&target.address)));
                // Without this the exporter insists on TLS.
                if !target.has_scheme && target.insecure {
                    client = client.with(Block::new("tls", here).set("insecure", Doc::bool(true, here)));
                }
                vec![Block::new(kind, here).label(&*label).with(client)]
            }
        }
    }

    fn external_labels(&self) -> Expr {
        let platform = self.part.source.platform;
        let labels = [("composition", &self.part.composition.name), ("environment", &platform.environment)];
        let labels =
            labels.map(|(key, value)| (Key { text: key.into(), origin: value.origin }, Expr::from(text(value))));
        Expr::object(labels.into(), self.here)
    }
}

/// Returns the component of Alloy that passes a kind of telemetry on.
fn exporter(target: &TelemetryTarget) -> &'static str {
    match target.signal {
        FlowKind::Logs => "otelcol.exporter.loki",
        FlowKind::RemoteWrite => "otelcol.exporter.prometheus",
        _ if target.has_scheme => "otelcol.exporter.otlphttp",
        _ => "otelcol.exporter.otlp",
    }
}
