//! The rule of [`OUTSIDE_NETWORK`].

use crate::lint::rule::{Check, rule};
use crate::model::OUTSIDE_NETWORK;

rule! {
    /// An address or a gateway does not lie in its network.
    ///
    /// ## What it does
    ///
    /// Compares the addresses of nodes and the gateways with the ranges of their networks.
    /// A hypervisor with nodes whose address one number keeps out of all networks is warned of, unless `addresses` has it.
    ///
    /// ## Why it matters
    ///
    /// Packets to it leave by another way, or not at all.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.1.1 } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
    /// ```
    ///
    /// ## Source
    ///
    /// RFC 1812, 5.2.4 (the next hop is in a network that the host is in).
    pub(super) static RULE = OUTSIDE_NETWORK, Addresses, Error, fix: None, Check::Raised, fixed: true;
}
