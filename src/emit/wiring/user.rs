//! What relies on a value besides flows: hosts that lead to an ingress controller, addresses that a load balancer hands out, the
//! store of secrets.

use crate::library::GuardUse;
use crate::model::{Component, ComponentId, Expose, Platform};
use crate::source::OriginId;
use crate::spec::{FlowKind, Purpose};

/// Returns the first thing that relies on a component in this way.
pub(super) fn of(platform: &Platform, id: ComponentId, uses: GuardUse) -> Option<OriginId> {
    let component = platform.components.get(id.0)?;
    match uses {
        GuardUse::Hosts => host(platform, component),
        GuardUse::Addresses => address(platform, component),
        GuardUse::Logins => login(platform, id),
        GuardUse::Store => store(platform),
        GuardUse::Authority => component.vault.as_ref()?.at(&["pki"]).and_then(|_| store(platform)),
    }
}

fn host(platform: &Platform, controller: &Component) -> Option<OriginId> {
    let class = &controller.ingress.as_ref()?.class.value;
    let leads =
        |expose: &&Expose| expose.tunnel.is_none() && expose.class.as_ref().is_none_or(|wanted| wanted.value == *class);
    let mut hosts = platform.exposures().map(|exposure| exposure.expose);
    hosts.find(leads).map(|expose| expose.host.origin)
}

fn login(platform: &Platform, id: ComponentId) -> Option<OriginId> {
    let mut logins = platform.flows.iter().filter(|flow| flow.kind == FlowKind::Auth && flow.to.component == id);
    logins.next().map(|flow| flow.origin)
}

fn store(platform: &Platform) -> Option<OriginId> {
    platform.secret_store.as_ref().filter(|store| store.server.is_some()).map(|store| store.origin)
}

fn address(platform: &Platform, balancer: &Component) -> Option<OriginId> {
    let mut pools = platform.topology.addresses.iter().filter(|one| one.purpose == Purpose::LoadBalancerPool);
    let own = |owner: &str| owner == &*balancer.name.value;
    pools.find(|pool| pool.owner.as_ref().is_none_or(|owner| own(&owner.value))).map(|pool| pool.name.origin)
}
