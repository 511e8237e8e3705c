//! Ranges of Services with too few addresses.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;

/// The fewest addresses that kubeadm takes (`MinimumAddressesInServiceSubnet`).
const LEAST: u32 = 10;

rule! {
    /// The range of Services has too few addresses.
    ///
    /// ## What it does
    ///
    /// Counts the addresses of the network `services`.
    ///
    /// ## Why it matters
    ///
    /// Each Service of type `ClusterIP` has an address of this range, the API server and the DNS of the cluster first. kubeadm
    /// refuses a range with fewer than ten, and it cannot be made larger later without a new cluster.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// networks:
    ///   services: { cidr: 10.96.0.0/30 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// networks:
    ///   services: { cidr: 10.96.0.0/16 }
    /// ```
    ///
    /// ## Source
    ///
    /// kubeadm, validation of `serviceSubnet`.
    pub(super) static RULE =
        Kind::new("service-range-too-small", "DV1040"), Addresses, Error, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let Some(services) = subject.platform.topology.network("services") else { return };
    let net = services.cidr.value;
    let bits = net.max_prefix_len().saturating_sub(net.prefix_len());
    let room = 1_u32.checked_shl(u32::from(bits)).unwrap_or(u32::MAX);
    let Some(span) = subject.line(services.cidr.origin).filter(|_| room < LEAST) else { return };
    let count = if room == 1 { "one address".to_owned() } else { format!("{room} addresses") };
    out.push(
        RULE.at(span, format!("the range of Services has {count}"))
            .why("each Service takes one, and kubeadm refuses a range with fewer than ten")
            .help("make the range larger: a /16 is usual, and it cannot grow later"),
    );
}
