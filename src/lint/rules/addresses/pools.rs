//! Pools of load balancers: those of the spec, and those of manifests.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use crate::doc::Doc;
use crate::lint::facts::{ComponentFacts, ObjectFact};
use crate::lint::subject::Subject;
use crate::model::Claim;
use crate::source::Span;
use crate::spec::{InstalledBy, Purpose};

/// Addresses that a load balancer may give to Services.
pub(super) struct Pool<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// The first address.
    pub(super) first: IpAddr,
    /// The last address.
    pub(super) last: IpAddr,
    /// The line to change.
    pub(super) span: Span,
    /// The component whose it is.
    pub(super) about: Option<&'a Arc<str>>,
    /// Whether somebody else configures the load balancer.
    pub(super) elsewhere: bool,
}

impl Pool<'_> {
    /// Returns whether an address is one of the pool.
    pub(super) fn holds(&self, ip: IpAddr) -> bool {
        self.first <= ip && ip <= self.last
    }

    /// Returns the range, as people write it.
    pub(super) fn shown(&self) -> String {
        if self.first == self.last { self.first.to_string() } else { format!("{}-{}", self.first, self.last) }
    }
}

/// Returns all pools, in the order of their addresses.
pub(super) fn pools<'a>(subject: &Subject<'a>) -> Vec<Pool<'a>> {
    let mut all = Vec::new();
    for address in &subject.platform.topology.addresses {
        let Some(span) = subject.line(address.claim.origin) else { continue };
        if address.purpose != Purpose::LoadBalancerPool {
            continue;
        }
        let owner = address.owner.as_ref().map(|owner| &owner.value);
        let component = owner.and_then(|owner| subject.platform.component(owner));
        let elsewhere = component.is_none_or(|component| component.installed_by.value == InstalledBy::External);
        let (first, last) = match address.claim.value {
            Claim::One(ip) => (ip, ip),
            Claim::Range(first, last) => (first, last),
        };
        all.push(Pool { name: &address.name.value, first, last, span, about: owner, elsewhere });
    }
    let known: std::collections::BTreeSet<Span> = all.iter().map(|pool| pool.span).collect();
    for (at, object) in subject.objects_of("IPAddressPool") {
        let listed = object.doc.at(&["spec", "addresses"]).and_then(Doc::as_list);
        for item in listed.into_iter().flatten() {
            all.extend(read(subject, at, object, item, item.as_str().and_then(range)));
        }
    }
    for (at, object) in subject.objects_of("CiliumLoadBalancerIPPool") {
        for block in object.doc.at(&["spec", "blocks"]).and_then(Doc::as_list).into_iter().flatten() {
            let text = |key: &str| block.at(&[key]).and_then(Doc::as_str);
            let ends = text("cidr").and_then(range).or_else(|| {
                let first = text("start")?.parse().ok()?;
                Some((first, text("stop").map_or(Some(first), |last| last.parse().ok())?))
            });
            let place = block.at(&["cidr"]).or_else(|| block.at(&["start"])).unwrap_or(block);
            all.extend(read(subject, at, object, place, ends));
        }
    }
    // dvgen makes manifests of the pools of the spec: each of those is there already.
    let mut of_spec = known.len();
    all.retain(|pool| {
        let first = of_spec > 0;
        of_spec = of_spec.saturating_sub(1);
        first || !known.contains(&pool.span)
    });
    all.sort_by_key(|pool| (pool.first, pool.last, pool.span));
    all
}

fn read<'a>(
    subject: &Subject<'a>,
    at: usize,
    object: &'a ObjectFact,
    place: &Doc,
    ends: Option<(IpAddr, IpAddr)>,
) -> Option<Pool<'a>> {
    let facts: &ComponentFacts = subject.facts.get(at)?;
    let (first, last) = ends?;
    let span = facts.line(place.origin)?;
    let about = subject.component(at).map(|component| &component.name.value);
    Some(Pool { name: &object.name, first, last, span, about, elsewhere: false })
}

/// Returns the ends of `first-last`, of a network, or of one address.
pub(super) fn range(text: &str) -> Option<(IpAddr, IpAddr)> {
    if let Some((first, last)) = text.split_once('-') {
        return Some((first.trim().parse().ok()?, last.trim().parse().ok()?));
    }
    let net = text.trim().parse::<IpNet>().or_else(|_| text.trim().parse::<IpAddr>().map(IpNet::from)).ok()?;
    Some((net.network(), net.broadcast()))
}

/// Returns whether addresses are announced by BGP, so that they need not be of a network of the nodes.
pub(super) fn by_bgp(subject: &Subject<'_>) -> bool {
    const KINDS: [&str; 6] = [
        "BGPAdvertisement",
        "BGPConfiguration",
        "BGPPeer",
        "CiliumBGPAdvertisement",
        "CiliumBGPClusterConfig",
        "CiliumBGPPeeringPolicy",
    ];
    KINDS.into_iter().any(|kind| subject.objects_of(kind).next().is_some())
}
