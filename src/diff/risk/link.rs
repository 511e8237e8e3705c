//! What machines know of a network.

use super::{Case, Finding, Level, RiskRule};
use crate::model::{Network, Platform};
use crate::source::OriginId;

/// A network between machines is another one.
pub(super) static RULE: RiskRule = RiskRule {
    name: "network-changed",
    code: "DV2070",
    summary: "A network has another range, gateway, bridge or packet size, or domain.",
    documentation: "\
## What it does
Reports another range, gateway, bridge, interface, name server or largest packet (`mtu`) of a network that machines are in, and another
domain of hosts or of machines.

## Why it matters
Machines learn these when they are made or when they restart, and not all at the same time. Where two sides disagree on the largest
packet, small packets pass and large ones vanish: a connection is made and hangs. A machine on another bridge, or with a gateway that is
not there, is reached by nobody.

## What to do
Change the switch, the bridge of the hypervisor and the gateway first. Then change the machines one by one, and look whether each
comes back.
",
    judge,
};

/// A field of a network: its name, what it is, and where it is written.
type Fields = Vec<(&'static str, String, OriginId)>;

fn fields(network: &Network) -> Fields {
    let mut all = vec![("range", network.cidr.value.to_string(), network.cidr.origin)];
    all.extend(network.gateway.iter().map(|one| ("gateway", one.value.to_string(), one.origin)));
    all.extend(network.bridge.iter().map(|one| ("bridge", one.value.to_string(), one.origin)));
    all.extend(network.interface.iter().map(|one| ("interface", one.value.to_string(), one.origin)));
    all.extend(network.mtu.iter().map(|one| ("mtu", one.value.to_string(), one.origin)));
    if let Some(first) = network.dns.first() {
        let servers: Vec<String> = network.dns.iter().map(|one| one.value.to_string()).collect();
        all.push(("name servers", servers.join(", "), first.origin));
    }
    all
}

fn why(field: &str) -> (Level, &'static str) {
    match field {
        "range" => (
            Level::Danger,
            "machines keep the addresses that they have, and whoever moves first reaches the others no more",
        ),
        "gateway" => {
            (Level::Caution, "a machine reaches nothing outside of the network until both it and the gateway changed")
        }
        "bridge" => (
            Level::Danger,
            "Terraform puts the cards of the machines on the other bridge: those on it reach the others no more",
        ),
        "interface" => (Level::Caution, "what is configured for an interface that a machine has not does nothing"),
        "mtu" => (
            Level::Caution,
            "all machines, bridges and switches have to agree: where they do not, large packets vanish and connections hang",
        ),
        _ => (Level::Caution, "machines that ask the old name servers find no names once those are gone"),
    }
}

/// Networks of pods and services are the cluster's own: `cluster-network-changed` speaks of them.
fn networks(platform: &Platform) -> impl Iterator<Item = &Network> {
    platform.topology.networks.iter().filter(|network| !matches!(&*network.name.value, "pods" | "services"))
}

/// Reports other domains of hosts and of machines; that of the cluster is its own.
fn domains(case: &Case<'_>, out: &mut Vec<Finding>) {
    let (old, new) = (&case.base().domains, &case.head().domains);
    for (what, from, to) in [("external", &old.external, &new.external), ("node", &old.node, &new.node)] {
        let (Some(from), Some(to)) = (from, to) else { continue };
        if from.value == to.value {
            continue;
        }
        let why = "records, certificates and links name the old one: keep it until nobody asks for it any more";
        let causes = case.because(Some(from.origin), Some(to.origin), None);
        let message = format!("{what} `{}` → `{}`", from.value, to.value);
        out.push(Finding::new(&RULE, Level::Caution, "domains", message).why(why).because(causes));
    }
}

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    domains(case, out);
    for new in networks(case.head()) {
        let Some(old) = networks(case.base()).find(|old| old.name.value == new.name.value) else { continue };
        let before = fields(old);
        for (field, to, origin) in fields(new) {
            let Some((_, from, was)) = before.iter().find(|(name, ..)| *name == field) else { continue };
            if *from == to {
                continue;
            }
            let (level, why) = why(field);
            let causes = case.because(Some(*was), Some(origin), None);
            let subject = format!("network {}", new.name.value);
            out.push(Finding::new(&RULE, level, subject, format!("{field} {from} → {to}")).why(why).because(causes));
        }
    }
}
