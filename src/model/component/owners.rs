//! Who answers for an address: its `owner` is a component, and one that can.

use crate::diag::{Diagnostic, nearest};
use crate::library::Library;
use crate::model::resolve::{Platform, Resolver, Section};
use crate::model::{Address, Component, UNKNOWN_COMPONENT, WRONG_OWNER};
use crate::spec::{Purpose, entry_on_machines};
use crate::yaml::Decoder;

/// Checks the owners of addresses once all components are there: files are made for the owner and for nobody else.
pub(super) fn check(cx: &mut Resolver<'_>, library: &Library, platform: &Platform) {
    for address in &platform.topology.addresses {
        let Some(owner) = &address.owner else { continue };
        let Some(span) = cx.origins.written_span(owner.origin) else { continue };
        if let Some(component) = platform.component(&owner.value) {
            if let Some(problem) = cannot(address, component, span) {
                cx.out.push(problem);
            }
            continue;
        }
        let known = || platform.components.iter().map(|component| &*component.name.value);
        // Others than components have addresses too: a switch, or the operating system of the nodes. What the library has is a
        // component: it answers only once it is one of the platform.
        let lacks = library.has(&owner.value) || library.has(&entry_on_machines(&owner.value));
        let elsewhere = match address.purpose {
            Purpose::Reserved => true,
            Purpose::ControlPlaneVip => !lacks && nearest(&owner.value, known()).is_none(),
            Purpose::LoadBalancerPool | Purpose::Vip | Purpose::Public => false,
        };
        if !elsewhere && !cx.is_declared(Section::Components, &owner.value) {
            let problem = Decoder::unknown_name(UNKNOWN_COMPONENT, span, "component", &owner.value, known());
            let problem = problem.why("nobody would answer for the address: it is configured for its owner alone");
            cx.out.push(if lacks {
                problem.help(format!("the library has it: add `{}` to `components`", owner.value))
            } else {
                problem
            });
        }
    }
}

/// A pool is handed out by a load balancer. Of a component without an entry in the library nothing is known.
fn cannot(address: &Address, component: &Component, span: crate::source::Span) -> Option<Diagnostic> {
    if address.purpose != Purpose::LoadBalancerPool || component.variant.unknown {
        return None;
    }
    let provides = component.variant.facts.provides.value().and_then(|provides| provides.load_balancer.value());
    if provides == Some(&true) {
        return None;
    }
    let message = format!("`{}` gives Services no addresses out of `{}`", component.name.value, address.name.value);
    let problem = Diagnostic::error(WRONG_OWNER, span, message)
        .why("the pool would be configured nowhere, and Services would wait for an address for ever");
    Some(problem.help("name the load balancer, such as `metallb`"))
}
