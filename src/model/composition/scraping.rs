//! What the agent of a composition reads metrics from.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Scrape, ScrapeTarget};
use crate::diag::Diagnostic;
use crate::model::resolve::Resolver;
use crate::model::{BOUNDS, INCOMPLETE, TAKEN_TWICE, Text, Traced};
use crate::source::{Span, Spanned};
use crate::spec::composition::{Scraping, Telemetry};
use crate::spec::scalars::{Period, Url};
use crate::yaml::{BAD_VALUE, Field};

/// How often metrics are read unless it is written, in milliseconds.
const INTERVAL: (u64, &str) = (15_000, "15s");

/// How long one read may take unless it is written (Prometheus, `scrape_timeout`).
const TIMEOUT: (u64, &str) = (10_000, "10s");

/// Reads what an agent scrapes.
pub(super) fn read(cx: &mut Resolver<'_>, fields: &Telemetry) -> Option<Scrape> {
    let written = fields.scrape.get()?;
    let scraping = &written.value;
    if matches!(fields.metrics, Field::Absent) {
        let problem = Diagnostic::error(INCOMPLETE, written.span, "the agent reads metrics, and nothing keeps them");
        cx.out.push(problem.help("say where they go: `metrics: { to: mimir }`"));
    }
    let (interval, timeout) = times(cx, scraping, written.span);
    let mut targets = Vec::new();
    let mut seen = BTreeMap::<Arc<str>, (Arc<str>, Span)>::new();
    for (name, named) in scraping.targets.value().into_iter().flatten() {
        let Some(url) = &named.value else { continue };
        if let Some((first, place)) = seen.insert(url.value.0.clone(), (name.clone(), url.span)) {
            let message = format!("`{first}` and `{name}` are read at one URL");
            let (first, second) = (place.min(url.span), place.max(url.span));
            let problem = Diagnostic::error(TAKEN_TWICE, second, message).related(first, "the first one");
            let problem = problem.why("the same metrics would be kept twice, by two names");
            cx.out.push(problem.help("give one of them its own URL, or remove it"));
        }
        let own = cx.name("scrape target", name, named.key);
        let target = target(cx, own, url);
        if let Some(target) = &target {
            at_a_door(cx, fields, target, url.span);
        }
        targets.extend(target);
    }
    Some(Scrape { interval, timeout, targets, origin: cx.origins.written("scrape", written.span) })
}

/// The agent takes OTLP at its doors, and answers nobody there who asks for metrics.
fn at_a_door(cx: &mut Resolver<'_>, fields: &Telemetry, target: &ScrapeTarget, span: Span) {
    let Some((host, port)) = target.address.value.rsplit_once(':') else { return };
    if !(host == "localhost" || host.starts_with("127.") || host == "[::1]") {
        return;
    }
    for (word, field, usual) in [("grpc", &fields.grpc, 4317), ("http", &fields.http, 4318)] {
        let door = field.value().map_or(usual, |listen| listen.0.port());
        if field.is_broken() || port.parse() != Ok(door) {
            continue;
        }
        let message = format!("`{}` is read at port {port}, where the agent itself takes OTLP", target.name.value);
        let mut problem = Diagnostic::error(TAKEN_TWICE, span, message);
        if let Some(place) = field.span() {
            problem = problem.related(place, format!("`{word}` of the agent"));
        }
        cx.out.push(problem.help("write the port at which the application shows its metrics"));
    }
}

/// Returns how often metrics are read, and how long one read may take.
fn times(cx: &mut Resolver<'_>, scraping: &Scraping, span: Span) -> (Text, Text) {
    let usual = |(millis, text): (u64, &str)| Period { millis, text: text.into() };
    let interval = scraping.interval.get().map_or_else(|| usual(INTERVAL), |period| period.value.clone());
    let every = match scraping.interval.get() {
        Some(period) => cx.traced("interval", period.value.text.clone(), period.span),
        None => Traced::new(interval.text.clone(), cx.origins.defaulted("metrics are read every 15s", Some(span))),
    };
    let timeout = match scraping.timeout.get() {
        Some(timeout) => {
            if timeout.value.millis > interval.millis {
                let (longest, every) = (&timeout.value.text, &interval.text);
                let message = format!("a read may take {longest}, and the next one begins after {every}");
                let mut problem = Diagnostic::error(BOUNDS, timeout.span, message);
                if let Some(place) = scraping.interval.span() {
                    problem = problem.related(place, "the interval");
                }
                let problem = problem.why("the agent refuses such a configuration and does not start");
                cx.out.push(problem.help("let a read take as long as the time between them at most"));
            }
            cx.traced("timeout", timeout.value.text.clone(), timeout.span)
        }
        // Shorter intervals have shorter reads: the agent refuses a timeout above the interval.
        None if interval.millis < TIMEOUT.0 => {
            let origin = cx.origins.derived("a read takes no longer than the interval", &[every.origin]);
            Traced::new(interval.text, origin)
        }
        None => {
            Traced::new(TIMEOUT.1.into(), cx.origins.defaulted("how long Prometheus waits for an answer", Some(span)))
        }
    };
    (every, timeout)
}

/// Takes a URL apart.
fn target(cx: &mut Resolver<'_>, name: Text, url: &Spanned<Url>) -> Option<ScrapeTarget> {
    let text = &url.value.0;
    let (scheme, rest, port) = if let Some(rest) = text.strip_prefix("https://") {
        ("https", rest, 443)
    } else if let Some(rest) = text.strip_prefix("http://") {
        ("http", rest, 80)
    } else {
        let problem = Diagnostic::error(BAD_VALUE, url.span, format!("metrics cannot be read at `{text}`"));
        cx.out.push(problem.help("begin with http:// or https://"));
        return None;
    };
    let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let address = if has_port { host.to_owned() } else { format!("{host}:{port}") };
    let path = if matches!(path, "" | "/") { "/metrics" } else { path };
    let origin = cx.origins.written("scrape target", url.span);
    Some(ScrapeTarget {
        name,
        url: Traced::new(text.clone(), origin),
        scheme,
        address: Traced::new(address.into(), origin),
        path: Traced::new(path.into(), origin),
    })
}
