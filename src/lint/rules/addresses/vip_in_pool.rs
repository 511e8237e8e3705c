//! Virtual addresses inside the pool of a load balancer.

use super::pools::{Pool, pools};
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{Address, Claim};
use crate::spec::Purpose;

rule! {
    /// A virtual address lies inside a pool of a load balancer.
    ///
    /// ## What it does
    ///
    /// Compares each `control-plane-vip` with each `load-balancer-pool`, and with the pools of manifests.
    ///
    /// ## Why it matters
    ///
    /// The load balancer may give the address to a Service. Then two machines answer for it, and the Kubernetes API is reached
    /// now and then.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// addresses:
    ///   k8s-api: { ip: 192.168.0.205, purpose: control-plane-vip, owner: kube-vip }
    ///   ingress: { range: 192.168.0.200-192.168.0.220, purpose: load-balancer-pool, owner: metallb }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// addresses:
    ///   k8s-api: { ip: 192.168.0.10, purpose: control-plane-vip, owner: kube-vip }
    ///   ingress: { range: 192.168.0.200-192.168.0.220, purpose: load-balancer-pool, owner: metallb }
    /// ```
    ///
    /// ## Source
    ///
    /// MetalLB, issues 364 and 772.
    pub(super) static RULE = Kind::new("vip-in-pool", "DV1001"), Addresses, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let pools = pools(subject);
    let addresses = subject.platform.topology.addresses.iter();
    for vip in addresses.filter(|address| address.purpose == Purpose::ControlPlaneVip) {
        let Claim::One(ip) = vip.claim.value else { continue };
        for pool in pools.iter().filter(|pool| pool.holds(ip)) {
            out.extend(finding(subject, vip, pool));
        }
    }
}

fn finding(subject: &Subject<'_>, vip: &Address, pool: &Pool<'_>) -> Option<Diagnostic> {
    let here = subject.line(vip.claim.origin)?;
    let (vip, name) = (&vip.name.value, pool.name);
    let problem = RULE
        .at(here, format!("virtual address `{vip}` lies inside load-balancer pool `{name}`"))
        .label("inside the pool")
        .related(pool.span, "the pool")
        .why("the load balancer may give it to a Service, and two machines would answer for the Kubernetes API")
        .help("take it out of the range, or choose an address outside of it");
    Some(problem)
}
