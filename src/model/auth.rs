//! Flows of the kind `auth`: a browser is sent from one host to the other and back, so both ends need one.

use super::component::Component;
use super::resolve::{Platform, Resolver};
use super::{NO_HOST, Tunnel};
use crate::diag::Diagnostic;
use crate::source::OriginId;
use crate::spec::FlowKind;
use crate::yaml::Field;

/// Reports ends of `auth` flows that no browser reaches.
pub(super) fn check(cx: &mut Resolver<'_>, platform: &Platform) {
    let flows = || platform.flows.iter().filter(|flow| flow.kind == FlowKind::Auth);
    let mut said = std::collections::BTreeSet::new();
    for flow in flows() {
        let ends = (platform.components.get(flow.from.component.0), platform.components.get(flow.to.component.0));
        let (Some(from), Some(to)) = ends else { continue };
        // Who only asks whether somebody is signed in sends no browser away, and gets none back.
        let asks = flow.endpoint.anonymous;
        // The other side is one thing, however many components sign in there.
        if to.expose.is_none() && said.insert(flow.to.component) {
            let why =
                "its address is the name of the issuer in every token, and browsers and servers have to agree on it";
            report(cx, to, flow.to.origin, "signs people in", why);
        }
        if !asks && from.expose.is_none() && !has_callback(platform, from) && said.insert(flow.from.component) {
            if let Some(tunnel) = platform.tunnels.iter().find(|tunnel| tunnel.component.value == from.name.value) {
                no_team(cx, tunnel, flow.from.origin);
            } else {
                let why = "after signing in, the browser is sent back to its host";
                report(cx, from, flow.from.origin, "lets people sign in", why);
            }
        }
    }
}

/// A component whose way back lies at somebody else's host, such as the outer end of a tunnel, needs none of its own. A
/// tunnel that names an unknown component has been reported, and may mean this one.
fn has_callback(platform: &Platform, component: &Component) -> bool {
    let means = |named: &str| named == &*component.name.value || platform.component(named).is_none();
    platform.tunnels.iter().any(|tunnel| tunnel.team.is_some() && means(&tunnel.component.value))
}

/// The outer end of a tunnel lets people sign in at the host of its team.
fn no_team(cx: &mut Resolver<'_>, tunnel: &Tunnel, end: OriginId) {
    let Some(span) = cx.origins.written_span(tunnel.name.origin) else { return };
    let message = format!("tunnel `{}` lets people sign in, and has no `team`", tunnel.name.value);
    let problem = Diagnostic::error(NO_HOST, span, message)
        .why("after signing in, the browser is sent back to the host of the team");
    let problem = match cx.origins.written_span(end) {
        Some(place) => problem.related(place, "the flow that needs it"),
        None => problem,
    };
    cx.out.push(problem.help("write `team: NAME`, as in NAME.cloudflareaccess.com"));
}

fn report(cx: &mut Resolver<'_>, component: &Component, end: OriginId, does: &str, why: &str) {
    let name = &component.name.value;
    // A broken `expose` is there, and has been reported.
    let written = cx.spec.components.value().and_then(|all| all.get(name)).and_then(|named| named.value.as_ref());
    let broken = |expose: &Field<Box<crate::spec::Expose>>| {
        expose.is_broken() || expose.value().is_some_and(|expose| expose.host.is_broken())
    };
    if written.is_some_and(|written| broken(&written.value.expose)) {
        return;
    }
    let (Some(span), place) = (cx.origins.written_span(component.name.origin), cx.origins.written_span(end)) else {
        return;
    };
    let problem = Diagnostic::error(NO_HOST, span, format!("`{name}` {does}, and has no host")).why(why);
    let problem = match place {
        Some(place) => problem.related(place, "the flow that needs it"),
        None => problem,
    };
    let host = cx.spec.domains.value().and_then(|domains| domains.external.value());
    let host = host.map_or_else(|| "example.com".to_owned(), |domain| domain.0.to_string());
    cx.out.push(problem.help(format!("write `expose: {{ host: {name}.{host}, issuer: … }}`")));
}
