//! The part of the page that is about the agent: where applications send, where it goes, how it is installed and tried.

use crate::emit::composition::Part;
use crate::emit::page::{Page, code};
use crate::model::composition::{ScrapeTarget, Telemetry, TelemetryTarget};
use crate::spec::FlowKind;
use crate::spec::composition::{Language, Telemetry as Written};

/// Adds the part of the page.
pub(super) fn add(part: &Part<'_>, page: &mut Page) {
    let (Some(telemetry), Some(written)) = (&part.composition.telemetry, part.composition.written.telemetry.value())
    else {
        return;
    };
    let here = telemetry.origin;
    page.heading(2, "Telemetry", here);
    let ways = [("gRPC", &written.grpc, GRPC), ("HTTP", &written.http, HTTP)].map(|(word, field, default)| {
        field.value().map_or_else(|| Way::of(word, default), |listen| Way::of(word, &listen.0.to_string()))
    });
    let near = ways.iter().map(|way| format!("{} ({})", code(&way.near), way.word)).collect::<Vec<_>>().join(" or ");
    page.text(&format!("Applications on the machine send OTLP to {near}; the agent passes it on."), here);
    let far: Vec<_> =
        ways.iter().filter(|way| way.far).map(|way| format!("{} ({})", code(&way.port), way.word)).collect();
    if !far.is_empty() {
        let far = far.join(" or ");
        page.text(&format!("Applications on other machines send to the address of this one, at port {far}."), here);
    }
    let row = |target: &TelemetryTarget| {
        let signal = word(target);
        let to = part.source.platform.components.get(target.to.0).map_or("", |to| &*to.name.value);
        let tenant = target.tenant.as_ref().map_or_else(String::new, |tenant| code(&tenant.value));
        (vec![signal.to_owned(), code(to), code(&target.address.value), tenant], target.origin)
    };
    let rows: Vec<_> = telemetry.targets.iter().map(row).collect();
    page.table(&["what", "kept by", "address", "tenant"], &rows);
    scraped(telemetry, page);
    page.fence("mermaid", drawing(part, telemetry).into_iter().map(|line| (line, here)));
    install(part, written, page);
    send(telemetry, written, &ways, page);
}

/// What the agent reads by itself.
fn scraped(telemetry: &Telemetry, page: &mut Page) {
    let Some(scrape) = &telemetry.scrape else { return };
    let text = format!("Every {} the agent reads metrics of itself and of these:", scrape.interval.value);
    page.text(&text, scrape.origin);
    let row = |target: &ScrapeTarget| (vec![code(&target.name.value), code(&target.url.value)], target.name.origin);
    let rows: Vec<_> = scrape.targets.iter().map(row).collect();
    page.table(&["job", "URL"], &rows);
}

/// An address at which the agent listens, as applications see it.
struct Way {
    word: &'static str,
    /// The address from the same machine.
    near: String,
    port: String,
    /// Whether other machines reach it.
    far: bool,
}

impl Way {
    fn of(word: &'static str, listen: &str) -> Self {
        let (host, port) = listen.rsplit_once(':').unwrap_or(("", listen));
        let far = !(host.starts_with("127.") || host == "[::1]");
        // Nobody can send to the address that stands for all of them.
        let near = match host {
            "0.0.0.0" => "127.0.0.1",
            "[::]" => "[::1]",
            own => own,
        };
        Self { word, near: format!("{near}:{port}"), port: port.to_owned(), far }
    }
}

/// Where the agent listens unless it is written.
const GRPC: &str = "127.0.0.1:4317";
const HTTP: &str = "127.0.0.1:4318";

/// How the agent is installed, and how one sees that it runs.
fn install(part: &Part<'_>, written: &Written, page: &mut Page) {
    let here = part.here;
    let config = written.config_file.value().map_or("/etc/alloy/config.alloy", |path| &*path.0);
    let ui = written.ui.value().map_or_else(|| "127.0.0.1:12345".to_owned(), |listen| listen.0.to_string());
    page.heading(3, "Install the agent", here);
    page.text(
        "Alloy itself comes from the packages of Grafana. In this folder, on the machine of the application:",
        here,
    );
    let commands = [
        format!("sudo install -D -m 0644 config.alloy {config}"),
        "sudo install -D -m 0644 systemd/alloy.service /etc/systemd/system/alloy.service".to_owned(),
        "sudo systemctl daemon-reload".to_owned(),
        "sudo systemctl enable --now alloy.service".to_owned(),
        format!("curl --fail http://{}/-/ready", Way::of("HTTP", &ui).near),
    ];
    page.commands(commands.into_iter().map(|line| (line, here)));
}

/// How an application is told where to send, and the examples that do.
fn send(telemetry: &Telemetry, written: &Written, ways: &[Way; 2], page: &mut Page) {
    let here = telemetry.origin;
    page.heading(3, "Send", here);
    let [grpc, _] = ways;
    let host = if grpc.far { " HOST is the machine of the agent." } else { "" };
    page.text(&format!("An application needs no more than these, which every SDK of OpenTelemetry reads.{host}"), here);
    let address = if grpc.far { format!("HOST:{}", grpc.port) } else { grpc.near.clone() };
    let service = written.service.value().map_or("NAME", |service| &*service.0);
    let lines = [
        format!("export OTEL_EXPORTER_OTLP_ENDPOINT=http://{address}"),
        "export OTEL_EXPORTER_OTLP_PROTOCOL=grpc".to_owned(),
        format!("export OTEL_SERVICE_NAME={service}"),
    ];
    page.commands(lines.into_iter().map(|line| (line, here)));
    let examples: Vec<&str> = telemetry
        .examples
        .iter()
        .map(|language| match language {
            Language::Go => "(cd examples/go && go mod tidy && go run .)",
            Language::Python => "(cd examples/python && pip install -r requirements.txt && python main.py)",
        })
        .collect();
    if !examples.is_empty() {
        page.text("The examples have both in them, and send one trace:", here);
        page.commands(examples.into_iter().map(|line| (line.to_owned(), here)));
    }
}

/// Draws the way from applications through the agent to what keeps the data, and on to Grafana. Names of the spec have no
/// character that would end a label.
fn drawing(part: &Part<'_>, telemetry: &Telemetry) -> Vec<String> {
    let service = part.composition.written.telemetry.value().and_then(|written| written.service.value());
    let service = service.map_or(&*part.composition.name.value, |service| &*service.0);
    let mut lines = vec!["flowchart TB".to_owned(), format!("  application[\"{service}\"] -->|OTLP| agent[\"Alloy\"]")];
    for language in &telemetry.examples {
        let (id, title) = match language {
            Language::Go => ("go", "Go SDK"),
            Language::Python => ("python", "Python SDK"),
        };
        lines.push(format!("  {id}[\"{title}\"] -->|gRPC| agent"));
    }
    for (at, target) in telemetry.targets.iter().enumerate() {
        let to = part.source.platform.components.get(target.to.0).map_or("", |to| &*to.name.value);
        lines.push(format!("  agent -->|{}| store{at}[(\"{to}\")]", word(target)));
        if target.query.is_some() {
            lines.push(format!("  store{at} --> grafana[\"Grafana\"]"));
        }
    }
    lines
}

fn word(target: &TelemetryTarget) -> &'static str {
    match target.signal {
        FlowKind::RemoteWrite => "metrics",
        other => other.word(),
    }
}
