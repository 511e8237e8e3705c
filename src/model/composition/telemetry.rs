//! Where the telemetry of an application goes: the addresses by which its machine reaches the components that keep it.
//!
//! The machine is outside of the cluster. So an address is the URL that is written, the host that the component is exposed
//! at, or the machine that it runs on; what is none of these is reached inside of the cluster only, and a rule says so.

use std::sync::Arc;

use super::{Telemetry, TelemetryTarget};
use crate::diag::Diagnostic;
use crate::model::component::{Component, ComponentId};
use crate::model::context::base_url;
use crate::model::flow::Tenancy;
use crate::model::resolve::{Platform, Resolver, Section};
use crate::model::service::{Endpoint, Serve, Service};
use crate::model::{NOT_SERVED, TAKEN_TWICE, TENANT, Text, Traced, UNKNOWN_COMPONENT, UNKNOWN_VIA};
use crate::source::Spanned;
use crate::spec::composition::TelemetryTarget as Written;
use crate::spec::scalars::Listen;
use crate::spec::{self, FlowKind};
use crate::yaml::{BAD_VALUE, DUPLICATE_KEY, Decoder, Field};

/// Reads the telemetry of a composition.
pub(super) fn read(
    cx: &mut Resolver<'_>,
    platform: &Platform,
    field: &Field<spec::composition::Telemetry>,
) -> Option<Telemetry> {
    let written = field.get()?;
    let fields = &written.value;
    let origin = cx.origins.written("telemetry", written.span);
    let signals = [
        (FlowKind::Traces, "traces", &fields.traces),
        (FlowKind::Logs, "logs", &fields.logs),
        (FlowKind::RemoteWrite, "metrics", &fields.metrics),
    ];
    let mut targets = Vec::new();
    for (signal, word, target) in signals {
        targets.extend(target.get().and_then(|target| self::target(cx, platform, signal, word, target)));
    }
    listens(cx, fields);
    let mut examples = Vec::new();
    for one in fields.examples.value().into_iter().flat_map(|all| &all.0) {
        if examples.contains(&one.value) {
            let message = format!("`{}` is listed twice", one.value.word());
            cx.out.push(Diagnostic::error(DUPLICATE_KEY, one.span, message).help("remove one of them"));
        } else {
            examples.push(one.value);
        }
    }
    examples.sort();
    let scrape = super::scraping::read(cx, fields);
    Some(Telemetry { targets, scrape, origin, examples })
}

/// Each door of the agent has a port of its own. The usual ones are those of the files that are made.
fn listens(cx: &mut Resolver<'_>, fields: &spec::composition::Telemetry) {
    let doors = [("grpc", &fields.grpc, 4317), ("http", &fields.http, 4318), ("ui", &fields.ui, 12345)];
    let port = |field: &Field<Listen>, usual: u16| field.value().map_or(usual, |listen| listen.0.port());
    for (at, (name, field, usual)) in doors.iter().enumerate() {
        for (other, before, usual_before) in doors.iter().take(at) {
            let taken = port(before, *usual_before);
            let Some(span) = field.span().or_else(|| before.span()) else { continue };
            if field.is_broken() || before.is_broken() || port(field, *usual) != taken {
                continue;
            }
            let message = format!("`{name}` and `{other}` of the agent both listen at port {taken}");
            let mut problem = Diagnostic::error(TAKEN_TWICE, span, message);
            if let Some(place) = before.span().filter(|before| *before != span) {
                problem = problem.related(place, "the first one");
            }
            let problem = problem.why("the second one cannot listen there, and the agent does not start");
            cx.out.push(problem.help("give one of them another port"));
        }
    }
}

fn target(
    cx: &mut Resolver<'_>,
    platform: &Platform,
    signal: FlowKind,
    word: &str,
    written: &Spanned<Written>,
) -> Option<TelemetryTarget> {
    let name = written.value.to.get()?;
    let at = platform.components.binary_search_by(|component| component.name.value.cmp(&name.value)).ok();
    let Some((id, to)) = at.and_then(|at| Some((ComponentId(at), platform.components.get(at)?))) else {
        if !cx.is_declared(Section::Components, &name.value) {
            let known = platform.components.iter().map(|component| &*component.name.value);
            cx.out.push(Decoder::unknown_name(UNKNOWN_COMPONENT, name.span, "component", &name.value, known));
        }
        return None;
    };
    let Some(serve) = to.serves.get(&signal) else {
        let message = format!("`{}` does not take {word}", name.value);
        let problem = Diagnostic::error(NOT_SERVED, name.span, message);
        let takers = platform.components.iter().filter(|other| other.serves.contains_key(&signal));
        let takers: Vec<_> = takers.map(|other| format!("`{}`", other.name.value)).collect();
        let help = if takers.is_empty() {
            format!("add a component that takes {word}")
        } else {
            format!("{} would", takers.join(", "))
        };
        cx.out.push(problem.help(help));
        return None;
    };
    let endpoint = self::endpoint(cx, serve, &written.value, &name.value)?;
    let service = to.service_of(endpoint)?;
    has_path(cx, &written.value, &endpoint.path.value);
    let base = base(cx, &written.value, to);
    let outside = base.is_some() || to.on_machines;
    let insecure = base.as_ref().map_or(to.tls.is_none(), |base| base.value.starts_with("http://"));
    let (address, has_scheme) = address(cx, base.as_ref(), service, endpoint, name.span);
    let query = to.serves.get(&FlowKind::Query);
    let from = query.and_then(|query| {
        let service = to.service_of(&query.usual)?;
        // What is written to at a host of its own may be read at that of the exposure.
        let read = written.value.query.get();
        let read = read.map(|url| cx.traced("URL", Arc::from(url.value.0.trim_end_matches('/')), url.span));
        let exposed = read.or_else(|| to.expose.as_ref().and_then(|expose| expose.url.clone()));
        Some(self::address(cx, exposed.or(base).as_ref(), service, &query.usual, name.span).0)
    });
    Some(TelemetryTarget {
        signal,
        to: id,
        address,
        has_scheme,
        query: from,
        datasource: query.and_then(|query| query.datasource.clone()),
        tenant: tenant(cx, &written.value, endpoint, name),
        insecure,
        outside,
        origin: cx.origins.written("telemetry", name.span),
    })
}

/// Returns the way in that is named, or the usual one.
fn endpoint<'s>(cx: &mut Resolver<'_>, serve: &'s Serve, written: &Written, name: &str) -> Option<&'s Endpoint> {
    let Some(via) = written.via.get() else { return Some(&serve.usual) };
    let endpoint = serve.via.get(&via.value.0);
    if endpoint.is_none() {
        let known = serve.via.keys().map(|name| &**name);
        let what = format!("way into `{name}`");
        cx.out.push(Decoder::unknown_name(UNKNOWN_VIA, via.span, &what, &via.value.0, known));
    }
    endpoint
}

/// The path of the protocol is added to what is written, so it stands there only once.
fn has_path(cx: &mut Resolver<'_>, written: &Written, path: &str) {
    let Some(url) = written.url.get().filter(|_| !path.is_empty()) else { return };
    let Some(start) = url.value.0.trim_end_matches('/').strip_suffix(path) else { return };
    let message = format!("the URL has the path of the protocol, `{path}`, which is added to it");
    let problem = Diagnostic::error(BAD_VALUE, url.span, message);
    let problem = problem.why(format!("the agent would write to `{}{path}`, where nobody listens", url.value.0));
    let problem = problem.help(format!("write `{start}`"));
    cx.out.push(problem.fix(false, format!("change to `{start}`"), url.span, start.to_owned()));
}

/// Returns the URL without a path by which the machine reaches a component.
fn base(cx: &mut Resolver<'_>, written: &Written, to: &Component) -> Option<Text> {
    if let Some(url) = written.url.get() {
        return Some(cx.traced("URL", Arc::from(url.value.0.trim_end_matches('/')), url.span));
    }
    if let Some(host) = written.host.get() {
        let origin = cx.origins.written("host", host.span);
        return Some(Traced::new(format!("https://{}", host.value.0).into(), origin));
    }
    to.expose.as_ref().and_then(|expose| expose.url.clone())
}

/// Returns the whole address, and whether it is a URL.
fn address(
    cx: &mut Resolver<'_>,
    base: Option<&Text>,
    service: &Service,
    endpoint: &Endpoint,
    near: crate::source::Span,
) -> (Text, bool) {
    let path = &endpoint.path;
    let mut reads = vec![cx.origins.written("telemetry", near), endpoint.origin, path.origin];
    match (base, base_url(service)) {
        (Some(base), Some(_)) => {
            reads.insert(0, base.origin);
            let origin = cx.origins.derived("the address from outside of the cluster", &reads);
            (Traced::new([&*base.value, &*path.value].concat().into(), origin), true)
        }
        (Some(base), None) => {
            reads.insert(0, base.origin);
            let origin = cx.origins.derived("the address from outside of the cluster", &reads);
            let host = base.value.split_once("://").map_or(&*base.value, |(_, host)| host);
            let port = if base.value.starts_with("http://") { 80 } else { 443 };
            let address = if host.contains(':') { host.to_owned() } else { format!("{host}:{port}") };
            (Traced::new(address.into(), origin), false)
        }
        (None, Some(url)) => {
            let origin = cx.origins.derived("the address of the component itself", &reads);
            (Traced::new([&*url, &*path.value].concat().into(), origin), true)
        }
        (None, None) => {
            let origin = cx.origins.derived("the address of the component itself", &reads);
            (Traced::new(format!("{}:{}", service.host.value, service.port.value).into(), origin), false)
        }
    }
}

/// Returns the tenant, and reports one that is missing or that nobody reads.
fn tenant(cx: &mut Resolver<'_>, written: &Written, endpoint: &Endpoint, name: &Spanned<Arc<str>>) -> Option<Text> {
    let tenant = written.tenant.get().map(|tenant| cx.traced("tenant", tenant.value.0.clone(), tenant.span));
    match (&tenant, endpoint.tenant) {
        (None, Tenancy::Required) => {
            let message = format!("`{}` takes nothing without a tenant", name.value);
            cx.out.push(Diagnostic::error(TENANT, name.span, message).help("name it: `tenant: …`"));
        }
        (Some(given), Tenancy::None) => {
            if let Some(span) = cx.origins.written_span(given.origin) {
                let message = format!("`{}` knows no tenants on this way", name.value);
                cx.out.push(Diagnostic::error(TENANT, span, message).help("remove the tenant"));
            }
        }
        _ => {}
    }
    tenant
}
