//! Addresses that others know.

use super::{Case, Finding, Level, RiskRule, machine};
use crate::model::Claim;
use crate::spec::Role;

/// A machine or a virtual address has another address.
pub(super) static RULE: RiskRule = RiskRule {
    name: "address-changed",
    code: "DV2018",
    summary: "A node has another address, or something that claims addresses.",
    documentation: "\
## What it does
Reports another address of a node, or of something that claims addresses: the API server, a pool, an ingress.

## Why it matters
The certificates of the API server and of etcd name addresses, and so do kubeconfigs, DNS records and firewalls. A machine whose
address changes leaves the cluster until all of them know.

## What to do
For a node: drain it, change it, join it again. For the API server: keep the old address until the last client knows the new one.
",
    judge,
};

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    for (old, new) in machine::nodes(case) {
        for to in &new.addresses {
            let network = case.head().topology.networks.get(to.network.0).map(|network| network.name.value.clone());
            let same =
                |id: crate::model::NetworkId| case.base().topology.networks.get(id.0).map(|n| n.name.value.clone());
            let Some(from) = old.addresses.iter().find(|from| same(from.network) == network) else { continue };
            if from.ip.value == to.ip.value {
                continue;
            }
            let name = network.as_deref().unwrap_or_default();
            let message = format!("address in `{name}` {} → {}", from.ip.value, to.ip.value);
            let (level, why) = if new.role.value == Role::ControlPlane {
                (Level::Danger, "its certificates and its etcd member name the old address: it has to be joined again")
            } else if new.role.value == Role::Machine {
                (
                    Level::Caution,
                    "the machine gets it when it restarts: who knows the old one finds it no more from then on",
                )
            } else {
                (Level::Caution, "the machine gets it when it restarts, and leaves the cluster until then")
            };
            let causes = case.because(Some(from.ip.origin), Some(to.ip.origin), None);
            out.push(Finding::new(&RULE, level, &*new.name.value, message).why(why).because(causes));
        }
    }
    for new in &case.head().topology.addresses {
        let Some(old) = case.base().topology.addresses.iter().find(|old| old.name.value == new.name.value) else {
            continue;
        };
        if old.claim.value == new.claim.value {
            continue;
        }
        let message = format!("claims {} and no longer {}", words(&new.claim.value), words(&old.claim.value));
        let api = new.purpose == crate::spec::Purpose::ControlPlaneVip;
        let (level, why) = if api {
            (Level::Danger, "every kubeconfig, kubelet and certificate names the address of the API server")
        } else {
            match (old.claim.value, new.claim.value) {
                (Claim::Range(..), claim) if is_less(&old.claim.value, &claim) => {
                    (Level::Caution, "Services that have one of those that are missing get another address, or none")
                }
                (Claim::Range(..), Claim::Range(..)) => (Level::Caution, "see that nobody else has the new ones"),
                _ => (Level::Caution, "DNS records and clients outside know the old one"),
            }
        };
        let causes = case.because(Some(old.claim.origin), Some(new.claim.origin), None);
        out.push(Finding::new(&RULE, level, &*new.name.value, message).why(why).because(causes));
    }
}

/// Returns whether a range lacks an end of the one that it was.
fn is_less(old: &Claim, new: &Claim) -> bool {
    matches!(old, Claim::Range(first, last) if !new.holds(*first) || !new.holds(*last))
}

fn words(claim: &Claim) -> String {
    match claim {
        Claim::One(ip) => ip.to_string(),
        Claim::Range(first, last) => format!("{first}-{last}"),
    }
}
