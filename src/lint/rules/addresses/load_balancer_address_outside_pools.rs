//! Addresses that Services ask for, and that no pool has.

use super::pools::pools;
use super::services::asked;
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// A Service asks for an address that no pool of a load balancer has.
    ///
    /// ## What it does
    ///
    /// Looks for the addresses that Services ask for in the pools: annotations of load balancers and `loadBalancerIP` in
    /// `values:` and manifests, and addresses of purpose `vip` whose owner has such a Service. A platform without any pool is
    /// left alone: its load balancer is somebody else's.
    ///
    /// ## Why it matters
    ///
    /// The load balancer gives the Service no address at all, and everything behind it stays out of reach.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// addresses:
    ///   lb:      { range: 192.168.0.200-192.168.0.220, purpose: load-balancer-pool, owner: metallb }
    ///   ingress: { ip: 192.168.0.10, purpose: vip, owner: ingress-nginx }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// addresses:
    ///   lb:      { range: 192.168.0.200-192.168.0.220, purpose: load-balancer-pool, owner: metallb }
    ///   ingress: { ip: 192.168.0.200, purpose: vip, owner: ingress-nginx }
    /// ```
    ///
    /// ## Source
    ///
    /// MetalLB, "Requesting specific IPs".
    pub(super) static RULE =
        Kind::new("load-balancer-address-outside-pools", "DV1005"), Addresses, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let pools = pools(subject);
    let Some(first) = pools.first() else { return };
    for asked in asked(subject) {
        if pools.iter().any(|pool| pool.holds(asked.ip)) || subject.is_reported(asked.span) {
            continue;
        }
        let message = format!("{} asks for {}, and no pool has this address", asked.who, asked.ip);
        let mut near = pools.iter().filter(|pool| pool.first.is_ipv4() == asked.ip.is_ipv4());
        // The pool that begins before it is the nearest.
        let near = near.rfind(|pool| pool.first <= asked.ip).unwrap_or(first);
        let problem = RULE
            .at(asked.span, message)
            .label("in no pool")
            .related(near.span, format!("pool `{}` is {}", near.name, near.shown()))
            .why("the load balancer gives out addresses of its pools only: the Service would have none");

        let problem = problem.help("take an address of a pool, or make a pool of this one");
        out.push(asked.about.into_iter().fold(problem, Diagnostic::about));
    }
}
