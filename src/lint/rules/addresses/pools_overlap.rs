//! Pools with addresses in common.

use super::pools::{Pool, pools};
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// Two pools of load balancers have addresses in common.
    ///
    /// ## What it does
    ///
    /// Compares the pools of the spec and of manifests with each other.
    ///
    /// ## Why it matters
    ///
    /// Two load balancers would give one address to two Services. One load balancer refuses the second pool: MetalLB's webhook
    /// does, and its Application stays out of sync.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// addresses:
    ///   lb:   { range: 192.168.0.200-192.168.0.220, purpose: load-balancer-pool, owner: metallb }
    ///   more: { range: 192.168.0.210-192.168.0.230, purpose: load-balancer-pool, owner: metallb }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// addresses:
    ///   lb:   { range: 192.168.0.200-192.168.0.220, purpose: load-balancer-pool, owner: metallb }
    ///   more: { range: 192.168.0.221-192.168.0.230, purpose: load-balancer-pool, owner: metallb }
    /// ```
    ///
    /// ## Source
    ///
    /// MetalLB, validation of `IPAddressPool` (CIDR overlaps with an already defined one).
    pub(super) static RULE = Kind::new("pools-overlap", "DV1004"), Addresses, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let pools = pools(subject);
    let mut widest: Option<&Pool<'_>> = None;
    for pool in &pools {
        if let Some(before) = widest.filter(|before| pool.first <= before.last) {
            // The later line is the one to change.
            let (here, there) = if pool.span > before.span { (pool, before) } else { (before, pool) };
            let message = format!("pools `{}` and `{}` have addresses in common", there.name, here.name);
            let common = format!("{}-{}", pool.first, pool.last.min(before.last));
            let problem = RULE
                .at(here.span, message)
                .label(format!("both have {common}"))
                .related(there.span, format!("`{}` is {}", there.name, there.shown()))
                .why("one address would be given to two Services, or the second pool refused")
                .help("give each pool a range of its own");
            out.push(here.about.into_iter().fold(problem, Diagnostic::about));
        }
        if widest.is_none_or(|before| before.last < pool.last) {
            widest = Some(pool);
        }
    }
}
