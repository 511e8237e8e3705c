//! Who signs people in at a host: the component itself, the ingress controller, or the outer end of a tunnel.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::Diagnostic;
use crate::model::component::{ComponentId, Expose, Exposure, PartId};
use crate::model::resolve::{Platform, Resolver};
use crate::model::{IDENTITY, NO_EFFECT, Traced};
use crate::source::Span;
use crate::spec::{Access, FlowKind};

/// Who signs people in at a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Nobody: everybody may come, or machines that bring credentials of their own.
    None,
    /// The component itself, at the identity provider.
    Own,
    /// The ingress controller, which asks the identity provider about each request.
    Ingress,
    /// The outer end of the tunnel, at the identity provider.
    Tunnel,
}

impl Guard {
    /// Returns the word that templates read.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Own => "own",
            Self::Ingress => "ingress",
            Self::Tunnel => "tunnel",
        }
    }
}

/// Resolves who signs people in, once the flows are there, and tells the ingress controller which chain a host has.
pub(in crate::model) fn resolve(cx: &mut Resolver<'_>, platform: &mut Platform) {
    let auth = platform.flows.iter().filter(|flow| flow.kind == FlowKind::Auth);
    let asks: BTreeSet<Asks> =
        auth.map(|flow| (flow.from.component, flow.from.part, flow.endpoint.anonymous)).collect();
    let (mut guards, mut without) = (Vec::new(), Vec::new());
    for (id, part, exposure) in platform.exposed() {
        let guard = guard(platform, &asks, (id, part), exposure.expose);
        let chain = chain(cx, platform, exposure.expose, guard);
        if guard.is_none() {
            without.push(exposure);
        }
        if matches!(guard, Some(Guard::None | Guard::Own)) {
            opened(cx, &exposure);
        }
        guards.push((id, part, guard.unwrap_or(Guard::None), chain));
    }
    unguarded(cx, platform, &without);
    for (id, part, guard, chain) in guards {
        let component = platform.components.get_mut(id.0);
        if let Some(expose) = component.and_then(|component| component.expose_mut(part)) {
            expose.guard = guard;
            expose.annotations.extend(chain);
        }
    }
}

/// Who asks an identity provider: a component or a part of it, and whether about each request of others.
type Asks = (ComponentId, Option<PartId>, bool);

/// Returns who signs people in; nothing where somebody should and nobody can.
fn guard(
    platform: &Platform,
    asks: &BTreeSet<Asks>,
    (id, part): (ComponentId, Option<PartId>),
    expose: &Expose,
) -> Option<Guard> {
    if expose.access.as_ref().map(|access| access.value) != Some(Access::Identity) {
        return Some(Guard::None);
    }
    if asks.contains(&(id, part, false)) {
        return Some(Guard::Own);
    }
    let find = |name: &str| platform.components.iter().position(|one| *one.name.value == *name).map(ComponentId);
    if let Some(tunnel) = &expose.tunnel {
        let Some(tunnel) = platform.tunnel(&tunnel.value) else { return Some(Guard::None) };
        return find(&tunnel.component.value).filter(|end| asks.contains(&(*end, None, false))).map(|_| Guard::Tunnel);
    }
    let Some(class) = &expose.class else { return Some(Guard::None) };
    let controller = platform.components.iter().position(|component| {
        component.ingress.as_ref().is_some_and(|controller| controller.class.value == class.value)
    });
    let Some(at) = controller else { return Some(Guard::None) };
    let able = platform.components.get(at).and_then(|component| component.ingress.as_ref());
    let able = able.is_some_and(|controller| controller.chains.contains_key(Access::Identity.word()));
    (able && asks.contains(&(ComponentId(at), None, true))).then_some(Guard::Ingress)
}

/// Returns the annotation that names the chain of a host. Who signs people in itself needs no other to do so.
fn chain(
    cx: &mut Resolver<'_>,
    platform: &Platform,
    expose: &Expose,
    guard: Option<Guard>,
) -> Option<(std::sync::Arc<str>, crate::model::Text)> {
    let (class, access) = (expose.class.as_ref()?, expose.access.as_ref()?);
    let mut controllers = platform.components.iter().filter_map(|component| component.ingress.as_ref());
    let controller = controllers.find(|controller| controller.class.value == class.value)?;
    let word = if guard == Some(Guard::Own) { Access::Public } else { access.value }.word();
    let chain = controller.chains.get(word)?;
    let annotation = controller.annotation.as_ref()?;
    let origin = cx.origins.derived("the chain of the kind of access", &[access.origin, chain.origin]);
    Some((annotation.value.clone(), Traced::new(chain.value.clone(), origin)))
}

/// Paths are let through by whoever stands before a component; where nobody does, there is nothing to open.
fn opened(cx: &mut Resolver<'_>, exposure: &Exposure<'_>) {
    let expose = exposure.expose;
    let Some(path) = expose.open.first() else { return };
    let Some(span) = cx.origins.written_span(path.origin) else { return };
    let name = exposure.who();
    let message = format!("`open` means nothing for `{name}`: nobody stands before it who signs people in");
    let access = expose.access.as_ref().and_then(|access| cx.origins.written_span(access.origin));
    let problem = Diagnostic::warning(NO_EFFECT, span, message).why("no output changes with it");
    let problem = access.into_iter().fold(problem, |problem, span| problem.related(span, "who may come in"));
    cx.out.push(problem.help("remove it; a component that signs people in itself decides about its paths itself"));
}

/// How many hosts are named; more are a number.
const SHOWN: usize = 4;

/// Reports the hosts where nobody signs people in, once for each way in: one flow is missing for all of them.
fn unguarded(cx: &mut Resolver<'_>, platform: &Platform, hosts: &[Exposure<'_>]) {
    if hosts.is_empty() || super::people::is_unsettled(cx, platform) {
        return;
    }
    let way = |exposure: &Exposure<'_>| {
        let expose = exposure.expose;
        (expose.tunnel.as_ref().map(|name| name.value.clone()), expose.class.as_ref().map(|class| class.value.clone()))
    };
    let mut ways: BTreeMap<_, Vec<(Span, &Exposure<'_>)>> = BTreeMap::new();
    for exposure in hosts {
        let access = exposure.expose.access.as_ref();
        if let Some(span) = access.and_then(|access| cx.origins.written_span(access.origin)) {
            ways.entry(way(exposure)).or_default().push((span, exposure));
        }
    }
    for (way, hosts) in ways {
        let Some(((span, first), others)) = hosts.split_first() else { continue };
        let name = first.who();
        let names: Vec<String> =
            hosts.iter().take(SHOWN).map(|(_, exposure)| format!("`{}`", exposure.who())).collect();
        let more = if hosts.len() > SHOWN { format!(" and {} more", hosts.len() - SHOWN) } else { String::new() };
        let message = format!("nobody signs people in at {}{more}", names.join(", "));
        let problem = Diagnostic::error(IDENTITY, *span, message);
        let problem = others.iter().fold(problem, |problem, (span, _)| problem.related(*span, "nor here"));
        cx.out.push(match way.0 {
            Some(tunnel) => problem
                .why(format!("tunnel `{tunnel}` has no identity provider, so everybody who knows the host comes in"))
                .help("let the component of the tunnel ask one: `auth: { from: <that component>, to: <identity provider> }`"),
            None => problem
                .why("it has no login of its own at an identity provider, and the ingress controller asks none")
                .help(format!("if it can sign people in itself: `auth: {{ from: {name}, to: <identity provider> }}`"))
                .help("else let the ingress controller ask: `auth: { from: <ingress controller>, to: <identity provider>, via: forward }`"),
        });
    }
}
