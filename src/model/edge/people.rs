//! People at a door: whether who stands there can ask somebody who knows them, and is told whom to let in.

use crate::diag::Diagnostic;
use crate::model::component::{Component, ComponentId, Expose, Exposure};
use crate::model::flow::Flow;
use crate::model::resolve::{Platform, Resolver};
use crate::model::{Guard, IDENTITY, INCOMPLETE, Text, Tunnel};
use crate::source::{OriginId, Span};
use crate::spec::{Access, ClusterKind, FlowKind, Purpose};
use crate::yaml::Field;

/// Judges the doors, once it is known who signs people in at each host.
pub(in crate::model) fn check(cx: &mut Resolver<'_>, platform: &Platform) {
    for exposure in platform.exposures() {
        circle(cx, platform, &exposure);
    }
    for tunnel in &platform.tunnels {
        let asking = asking(platform, tunnel);
        let Some((first, host)) = asking.first() else { continue };
        nobody_named(cx, tunnel, host);
        match provider(platform, &tunnel.component.value, false) {
            Some((flow, provider)) => out_of_reach(cx, platform, tunnel, flow, provider),
            None => no_provider(cx, platform, tunnel, *first, host),
        }
    }
}

/// Returns the hosts of a tunnel where its outer end signs people in, each with the line that says so.
fn asking<'a>(platform: &'a Platform, tunnel: &'a Tunnel) -> Vec<(OriginId, &'a Text)> {
    let exposed = platform.exposures().map(|exposure| exposure.expose);
    let ours = exposed.filter(|expose| expose.tunnel.as_ref().is_some_and(|name| name.value == tunnel.name.value));
    let exposed = ours.filter(|expose| expose.guard == Guard::Tunnel);
    let exposed = exposed.filter_map(|expose| Some((expose.access.as_ref()?.origin, &expose.host)));
    let routes = tunnel.routes.iter().filter(|route| route.access.value == Access::Identity);
    routes.map(|route| (route.access.origin, &route.host)).chain(exposed).collect()
}

/// Returns whom a component asks who somebody is; `forward` if it asks about each request of others.
fn provider<'a>(platform: &'a Platform, name: &str, forward: bool) -> Option<(&'a Flow, &'a Component)> {
    let at = ComponentId(platform.components.iter().position(|one| *one.name.value == *name)?);
    let mut flows = platform.flows.iter().filter(|flow| flow.kind == FlowKind::Auth);
    let flow = flows.find(|flow| flow.from.component == at && flow.endpoint.anonymous == forward)?;
    Some((flow, platform.components.get(flow.to.component.0)?))
}

/// Whether something that could not be read may be what is missing.
pub(super) fn is_unsettled(cx: &Resolver<'_>, platform: &Platform) -> bool {
    let flows = platform.flows.len() < cx.spec.flows.value().map_or(0, Vec::len);
    cx.spec.flows.is_broken() || flows || !platform.complete
}

fn no_provider(cx: &mut Resolver<'_>, platform: &Platform, tunnel: &Tunnel, at: OriginId, host: &Text) {
    let end = &tunnel.component.value;
    let Some(span) = cx.origins.written_span(at).filter(|_| platform.component(end).is_some()) else { return };
    if is_unsettled(cx, platform) {
        return;
    }
    let message = format!("nobody signs people in at `{}`", host.value);
    let why = format!("tunnel `{}` has no identity provider, so nobody could tell who comes in", tunnel.name.value);
    let help = format!("let the component of the tunnel ask one: `auth: {{ from: {end}, to: <identity provider> }}`");
    cx.out.push(Diagnostic::error(IDENTITY, span, message).why(why).help(help));
}

/// Who is asked cannot stand behind the door itself.
fn circle(cx: &mut Resolver<'_>, platform: &Platform, exposure: &Exposure<'_>) {
    let (component, expose) = (exposure.component, exposure.expose);
    let Some(door) = door(platform, expose) else { return };
    let asked = provider(platform, &door, expose.guard == Guard::Ingress);
    let Some((flow, _)) = asked.filter(|(_, provider)| provider.name.value == component.name.value) else { return };
    let access = expose.access.as_ref().and_then(|access| cx.origins.written_span(access.origin));
    let Some(span) = access else { return };
    let name = &component.name.value;
    let message = format!("`{name}` is asked who comes in, and stands behind that door itself");
    let problem = Diagnostic::error(IDENTITY, span, message)
        .why(format!("to sign in somebody has to reach `{name}`, and `{door}` lets in nobody who is not signed in"));
    let asks = cx.origins.written_span(flow.origin);
    let problem = asks.into_iter().fold(problem, |problem, asks| problem.related(asks, "it is asked by this flow"));
    cx.out.push(problem.help("write `access: public`: an identity provider asks for a login itself"));
}

/// Returns the component that stands before a host, and signs people in for it.
fn door(platform: &Platform, expose: &Expose) -> Option<std::sync::Arc<str>> {
    match expose.guard {
        Guard::Tunnel => Some(platform.tunnel(&expose.tunnel.as_ref()?.value)?.component.value.clone()),
        Guard::Ingress => {
            let class = expose.class.as_ref()?;
            Some(controller(platform, &class.value)?.name.value.clone())
        }
        Guard::None | Guard::Own => None,
    }
}

fn controller<'a>(platform: &'a Platform, class: &str) -> Option<&'a Component> {
    let answers = |one: &&Component| one.ingress.as_ref().is_some_and(|own| *own.class.value == *class);
    platform.components.iter().find(answers)
}

/// Access lets in whom its policy names; without a domain nobody is named.
fn nobody_named(cx: &mut Resolver<'_>, tunnel: &Tunnel, host: &Text) {
    let written = cx.spec.tunnels.value().and_then(|all| all.get(&tunnel.name.value));
    let written = written.and_then(|named| named.value.as_ref()).map(|written| &written.value.domains);
    let none = match written {
        Some(Field::Given(domains)) => domains.value.is_empty(),
        Some(Field::Absent) => true,
        _ => false,
    };
    let place = |cx: &Resolver<'_>| -> Option<Span> { cx.origins.written_span(tunnel.name.origin) };
    let Some(span) = place(cx).filter(|_| none) else { return };
    let name = &tunnel.name.value;
    let problem =
        Diagnostic::error(INCOMPLETE, span, format!("`{name}` does not say who may come in: it has no `domains`"));
    let problem = match cx.origins.written_span(host.origin) {
        Some(at) => problem.related(at, "people are signed in here"),
        None => problem,
    };
    let domain = host.value.split_once('.').map_or("example.org", |(_, domain)| domain);
    cx.out.push(
        problem
            .why("the policy of the outer end lets in the people that it names, and would name nobody")
            .help(format!("write `domains: [{domain}]`: those of the e-mail addresses of your people")),
    );
}

/// The outer end is on the internet, and asks the provider by its host.
fn out_of_reach(cx: &mut Resolver<'_>, platform: &Platform, tunnel: &Tunnel, flow: &Flow, provider: &Component) {
    let Some(expose) = provider.expose.as_deref().filter(|expose| expose.tunnel.is_none()) else { return };
    let class = expose.class.as_ref();
    let Some(controller) = class.and_then(|class| controller(platform, &class.value)) else { return };
    let owner =
        |claim: &crate::model::Address| claim.owner.as_ref().is_some_and(|owner| owner.value == controller.name.value);
    let mut claims = platform.topology.addresses.iter().filter(|claim| claim.purpose == Purpose::Public);
    // The load balancers of a cloud have addresses that everybody reaches.
    if claims.any(owner) || platform.cluster_kind() == ClusterKind::Gke {
        return;
    }
    let Some(span) = cx.origins.written_span(expose.host.origin) else { return };
    let (name, door) = (&provider.name.value, &controller.name.value);
    let message = format!("tunnel `{}` cannot ask `{name}`: no way leads from the internet to it", tunnel.name.value);
    let problem = Diagnostic::error(IDENTITY, span, message).why(format!(
        "the outer end of the tunnel asks {} who somebody is, and so do browsers; `{door}` has no address there",
        expose.host.value
    ));
    let asks = cx.origins.written_span(flow.origin);
    let problem = asks.into_iter().fold(problem, |problem, asks| problem.related(asks, "it is asked by this flow"));
    cx.out.push(
        problem
            .help(format!("let its host come in by the tunnel: `expose: {{ tunnel: {} }}`", tunnel.name.value))
            .help(format!("or write the address that the router passes on: `wan: {{ ip: …, purpose: public, owner: {door} }}` under `addresses`")),
    );
}
