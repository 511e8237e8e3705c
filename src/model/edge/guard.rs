//! Who signs people in at a host: the component itself, the ingress controller, or the outer end of a tunnel.

use std::collections::BTreeSet;

use crate::diag::Diagnostic;
use crate::model::component::{Component, ComponentId, Expose};
use crate::model::resolve::{Platform, Resolver};
use crate::model::{IDENTITY, NO_EFFECT, Traced};
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
    let asks: BTreeSet<(ComponentId, bool)> = auth.map(|flow| (flow.from.component, flow.endpoint.anonymous)).collect();
    let mut guards = Vec::new();
    for (at, component) in platform.components.iter().enumerate() {
        let Some(expose) = &component.expose else { continue };
        let guard = guard(platform, &asks, ComponentId(at), expose);
        let chain = chain(cx, platform, expose, guard);
        if guard.is_none() {
            unguarded(cx, platform, component, expose);
        }
        if matches!(guard, Some(Guard::None | Guard::Own)) {
            opened(cx, component, expose);
        }
        guards.push((at, guard.unwrap_or(Guard::None), chain));
    }
    for (at, guard, chain) in guards {
        let expose = platform.components.get_mut(at).and_then(|component| component.expose.as_mut());
        if let Some(expose) = expose {
            expose.guard = guard;
            expose.annotations.extend(chain);
        }
    }
}

/// Returns who signs people in; nothing where somebody should and nobody can.
fn guard(platform: &Platform, asks: &BTreeSet<(ComponentId, bool)>, id: ComponentId, expose: &Expose) -> Option<Guard> {
    if expose.access.as_ref().map(|access| access.value) != Some(Access::Identity) {
        return Some(Guard::None);
    }
    if asks.contains(&(id, false)) {
        return Some(Guard::Own);
    }
    let find = |name: &str| platform.components.iter().position(|one| *one.name.value == *name).map(ComponentId);
    if let Some(tunnel) = &expose.tunnel {
        let Some(tunnel) = platform.tunnel(&tunnel.value) else { return Some(Guard::None) };
        return find(&tunnel.component.value).filter(|end| asks.contains(&(*end, false))).map(|_| Guard::Tunnel);
    }
    let Some(class) = &expose.class else { return Some(Guard::None) };
    let controller = platform.components.iter().position(|component| {
        component.ingress.as_ref().is_some_and(|controller| controller.class.value == class.value)
    });
    let Some(at) = controller else { return Some(Guard::None) };
    let able = platform.components.get(at).and_then(|component| component.ingress.as_ref());
    let able = able.is_some_and(|controller| controller.chains.contains_key(Access::Identity.word()));
    (able && asks.contains(&(ComponentId(at), true))).then_some(Guard::Ingress)
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
fn opened(cx: &mut Resolver<'_>, component: &Component, expose: &Expose) {
    let Some(path) = expose.open.first() else { return };
    let Some(span) = cx.origins.written_span(path.origin) else { return };
    let name = &component.name.value;
    let message = format!("`open` means nothing for `{name}`: nobody stands before it who signs people in");
    let access = expose.access.as_ref().and_then(|access| cx.origins.written_span(access.origin));
    let problem = Diagnostic::warning(NO_EFFECT, span, message).why("no output changes with it");
    let problem = access.into_iter().fold(problem, |problem, span| problem.related(span, "who may come in"));
    cx.out.push(problem.help("remove it; a component that signs people in itself decides about its paths itself"));
}

fn unguarded(cx: &mut Resolver<'_>, platform: &Platform, component: &Component, expose: &Expose) {
    let Some(span) = expose.access.as_ref().and_then(|access| cx.origins.written_span(access.origin)) else { return };
    if super::people::is_unsettled(cx, platform) {
        return;
    }
    let name = &component.name.value;
    let message = format!("nobody signs people in at `{name}`");
    let problem = Diagnostic::error(IDENTITY, span, message);
    cx.out.push(match &expose.tunnel {
        Some(tunnel) => problem
            .why(format!("tunnel `{}` has no identity provider, so everybody who knows the host comes in", tunnel.value))
            .help("let the component of the tunnel ask one: `auth: { from: <that component>, to: <identity provider> }`"),
        None => problem
            .why("it has no login at an identity provider, and its ingress controller asks none")
            .help(format!("if it can sign people in itself: `auth: {{ from: {name}, to: <identity provider> }}`"))
            .help("else let the ingress controller ask: `auth: { from: <ingress controller>, to: <identity provider>, via: forward }`"),
    });
}
