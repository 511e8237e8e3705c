//! Addresses that two Services ask for.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::services::{Asked, asked};
use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

rule! {
    /// Two Services ask a load balancer for one address.
    ///
    /// ## What it does
    ///
    /// Compares the addresses that Services ask for: in `values:`, in manifests, and by addresses of purpose `vip`. Services
    /// that share an address by an annotation, with one word, may do so.
    ///
    /// ## Why it matters
    ///
    /// One of them gets the address, and which one depends on who came first. The other waits for ever.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   loki: { values: { gateway: { service: { type: LoadBalancer, loadBalancerIP: 192.168.0.205 } } } }
    ///   tempo: { values: { service: { type: LoadBalancer, loadBalancerIP: 192.168.0.205 } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   loki: { values: { gateway: { service: { type: LoadBalancer, loadBalancerIP: 192.168.0.205 } } } }
    ///   tempo: { values: { service: { type: LoadBalancer, loadBalancerIP: 192.168.0.206 } } }
    /// ```
    ///
    /// ## Source
    ///
    /// MetalLB, "IP address sharing".
    pub(super) static RULE =
        Kind::new("load-balancer-address-twice", "DV1006"), Addresses, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let asked = asked(subject);
    let mut first: BTreeMap<IpAddr, &Asked<'_>> = BTreeMap::new();
    for asked in &asked {
        let Some(before) = first.get(&asked.ip) else {
            first.insert(asked.ip, asked);
            continue;
        };
        // The owner of an address asks for it in its values too.
        let same = before.spec && before.about == asked.about;
        if same || (asked.sharing.is_some() && asked.sharing == before.sharing) {
            continue;
        }
        let message = format!("{} and {} ask for the same address, {}", before.who, asked.who, asked.ip);
        let problem = RULE
            .at(asked.span, message)
            .label("asked for again")
            .related(before.span, "asked for here")
            .why("the load balancer gives it to the one that comes first, and the other stays without")
            .help("give each an address, or let both share it with the annotation of the load balancer for that");
        out.push(asked.about.into_iter().fold(problem, Diagnostic::about));
    }
}
