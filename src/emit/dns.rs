//! DNS records of nodes, of the API's virtual address and of exposed hosts: for dnsmasq, and for the zone file of any
//! name server (RFC 1035 §5).
//!
//! A host that people open needs the address of the ingress controller: an address claim of the purpose `vip` whose owner
//! is the component of the host's ingress class, or the only claim of that purpose.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::Source;
use super::draft::{Body, Draft, TargetName};
use crate::model::{Address, Claim, Platform, Text, Traced};
use crate::source::{OriginId, Origins};
use crate::spec::Purpose;

/// A name with its address.
struct Record {
    name: String,
    ip: IpAddr,
    origin: OriginId,
}

/// What is to be written of the DNS.
#[derive(Default)]
struct Records {
    all: Vec<Record>,
    /// Hosts whose address the spec does not know.
    unknown: Vec<Traced<std::sync::Arc<str>>>,
}

impl Records {
    /// Adds a record unless the name has the address already.
    fn add(&mut self, name: String, ip: IpAddr, origin: OriginId) {
        if !self.all.iter().any(|record| record.name == name && record.ip == ip) {
            self.all.push(Record { name, ip, origin });
        }
    }
}

/// Returns `dns/dnsmasq.conf`, and a fragment of the zone file of each domain.
pub(super) fn drafts(source: &Source<'_>, origins: &mut Origins) -> Vec<Draft> {
    let records = records(source.platform, origins);
    if records.all.is_empty() {
        return Vec::new();
    }
    let here = source.platform.name.origin;
    let mut drafts = vec![file(source, "dnsmasq.conf", "#", dnsmasq(&records), here)];
    let mut zones = BTreeMap::<String, Vec<&Record>>::new();
    for record in &records.all {
        zones.entry(zone(source.platform, &record.name)).or_default().push(record);
    }
    for (zone, records) in zones {
        let width = records.iter().map(|record| record.name.len() + 1).max().unwrap_or(0);
        let mut lines = vec![(format!("; Name it in the zone file of {zone}: $INCLUDE {zone}.zone"), here)];
        lines.extend(records.iter().map(|record| {
            let kind = if record.ip.is_ipv4() { "A" } else { "AAAA" };
            (format!("{:width$} IN {kind} {}", format!("{}.", record.name), record.ip), record.origin)
        }));
        drafts.push(file(source, &format!("{zone}.zone"), ";", lines, here));
    }
    drafts
}

/// Returns the zones that records are written for, by name.
pub(super) fn zones(source: &Source<'_>, origins: &mut Origins) -> BTreeMap<String, OriginId> {
    let mut zones = BTreeMap::new();
    for record in records(source.platform, origins).all {
        zones.entry(zone(source.platform, &record.name)).or_insert(record.origin);
    }
    zones
}

/// Returns the exposed hosts with their addresses.
pub(super) fn exposed(source: &Source<'_>) -> Vec<(Text, Traced<IpAddr>)> {
    let mut all: Vec<(Text, Traced<IpAddr>)> = Vec::new();
    for exposure in source.platform.exposures().filter(|exposure| exposure.expose.tunnel.is_none()) {
        let (component, expose) = (exposure.component, exposure.expose);
        if component.on_machines {
            all.extend(own(component).map(|ip| (expose.host.clone(), ip)));
            continue;
        }
        let class = expose.class.as_ref().map(|class| &*class.value);
        let Some((_, ip)) = entry(source.platform, class).and_then(one) else { continue };
        if all.iter().all(|(host, _)| host.value != expose.host.value) {
            all.push((expose.host.clone(), ip));
        }
    }
    all
}

fn file(source: &Source<'_>, name: &str, mark: &str, lines: Vec<(String, OriginId)>, here: OriginId) -> Draft {
    let header = source.layout.header(here);
    let mut all = vec![(format!("{mark} {}", header.text), here)];
    all.extend(lines);
    let path = source.layout.file(&format!("dns/{name}"));
    let (target, body) = (TargetName::Dns, Body::Lines(all));
    Draft { path, target, header: Vec::new(), body, executable: false, origin: here }
}

/// `host-record` answers for the name and for the address (dnsmasq(8)).
fn dnsmasq(records: &Records) -> Vec<(String, OriginId)> {
    let line = |record: &Record| (format!("host-record={},{}", record.name, record.ip), record.origin);
    let mut lines: Vec<_> = records.all.iter().map(line).collect();
    lines.extend(records.unknown.iter().map(|host| {
        let note = "claim the address of its ingress controller under `addresses`, with `purpose: vip`";
        (format!("# {} has no record: {note}", host.value), host.origin)
    }));
    lines
}

/// Returns the zone that a name belongs to: a domain of the spec, or else what follows its first dot.
fn zone(platform: &Platform, name: &str) -> String {
    let domains = [platform.domains.external.as_ref(), platform.domains.node.as_ref()].into_iter().flatten();
    let parent = |domain: &str| name == domain || name.strip_suffix(domain).is_some_and(|head| head.ends_with('.'));
    let known = domains.map(|domain| &*domain.value).filter(|domain| parent(domain)).max_by_key(|domain| domain.len());
    let rest = || name.split_once('.').map_or(name, |(_, rest)| rest);
    known.unwrap_or_else(rest).to_owned()
}

fn records(platform: &Platform, origins: &mut Origins) -> Records {
    let mut records = Records::default();
    for (address, _) in platform.topology.control_plane_vips() {
        if let Some((name, ip)) = one(address) {
            external(platform, &mut records, &name, &ip, origins);
        }
    }
    for (name, ip) in platform.topology.addresses.iter().filter(|claim| claim.purpose == Purpose::Vip).filter_map(one) {
        external(platform, &mut records, &name, &ip, origins);
    }
    let network = platform.topology.node_network();
    for node in &platform.topology.nodes {
        let Some(address) = network.and_then(|id| node.address(id)) else { continue };
        let Some(domain) = &platform.domains.node else { continue };
        let reads = [address.ip.origin, node.name.origin, domain.origin];
        let origin = origins.derived("the address of a node", &reads);
        records.add(format!("{}.{}", node.name.value, domain.value), address.ip.value, origin);
    }
    // Hosts of tunnels are known outside only.
    for exposure in platform.exposures().filter(|exposure| exposure.expose.tunnel.is_none()) {
        let (component, expose) = (exposure.component, exposure.expose);
        if component.on_machines {
            if let Some(ip) = own(component) {
                let origin = origins.derived("an exposed host", &[expose.host.origin, ip.origin]);
                records.add(expose.host.value.to_string(), ip.value, origin);
            }
            continue;
        }
        match entry(platform, expose.class.as_ref().map(|class| &*class.value)).and_then(one) {
            Some((_, ip)) => {
                let origin = origins.derived("an exposed host", &[expose.host.origin, ip.origin]);
                records.add(expose.host.value.to_string(), ip.value, origin);
            }
            None if records.unknown.iter().all(|host| host.value != expose.host.value) => {
                records.unknown.push(expose.host.clone());
            }
            None => {}
        }
    }
    records
}

fn external(
    platform: &Platform,
    records: &mut Records,
    name: &Traced<std::sync::Arc<str>>,
    ip: &Traced<IpAddr>,
    origins: &mut Origins,
) {
    let Some(domain) = &platform.domains.external else { return };
    let origin = origins.derived("the name of an address", &[ip.origin, name.origin, domain.origin]);
    records.add(format!("{}.{}", name.value, domain.value), ip.value, origin);
}

/// Returns the claim by which the ingress controller of a class is reached.
fn entry<'a>(platform: &'a Platform, class: Option<&str>) -> Option<&'a Address> {
    let mut vips = platform.topology.addresses.iter().filter(|claim| claim.purpose == Purpose::Vip);
    let owned = |claim: &&Address| {
        let owner = claim.owner.as_ref()?;
        let controller = platform.component(&owner.value)?.ingress.as_ref()?;
        Some(class.is_none_or(|class| *class == *controller.class.value))
    };
    vips.clone().find(|claim| owned(claim) == Some(true)).or_else(|| vips.next().filter(|_| vips.next().is_none()))
}

/// Returns the address of the machine that a component runs on. What somebody else runs has its records already.
fn own(component: &crate::model::Component) -> Option<Traced<IpAddr>> {
    let machine = component.machines.first().filter(|_| component.is_installed())?;
    Some(Traced::new(machine.address.value.parse().ok()?, machine.address.origin))
}

fn one(address: &Address) -> Option<(Traced<std::sync::Arc<str>>, Traced<IpAddr>)> {
    match address.claim.value {
        Claim::One(ip) => Some((address.name.clone(), Traced::new(ip, address.claim.origin))),
        Claim::Range(..) => None,
    }
}
