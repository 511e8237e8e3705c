//! Virtual addresses inside the pool of a load balancer.

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
    /// Compares each `control-plane-vip` with each `load-balancer-pool`.
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
    let addresses = &subject.platform.topology.addresses;
    let of = |purpose: Purpose| addresses.iter().filter(move |address| address.purpose == purpose);
    for vip in of(Purpose::ControlPlaneVip) {
        let Claim::One(ip) = vip.claim.value else { continue };
        for pool in of(Purpose::LoadBalancerPool).filter(|pool| pool.claim.value.holds(ip)) {
            out.extend(finding(subject, vip, pool));
        }
    }
}

fn finding(subject: &Subject<'_>, vip: &Address, pool: &Address) -> Option<Diagnostic> {
    let (here, there) = (subject.line(vip.claim.origin)?, subject.line(pool.claim.origin)?);
    let (vip, pool) = (&vip.name.value, &pool.name.value);
    let problem = RULE
        .at(here, format!("virtual address `{vip}` lies inside load-balancer pool `{pool}`"))
        .label("inside the pool")
        .related(there, "the pool")
        .why("the load balancer may give it to a Service, and two machines would answer for the Kubernetes API")
        .help("take it out of the range, or choose an address outside of it");
    Some(problem)
}
