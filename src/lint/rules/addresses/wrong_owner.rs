//! The rule of [`WRONG_OWNER`].

use crate::lint::rule::{Check, rule};
use crate::model::WRONG_OWNER;

rule! {
    /// An address belongs to a component that cannot answer for it.
    ///
    /// ## What it does
    ///
    /// Looks at pools whose `owner` is a component that gives Services no addresses.
    ///
    /// ## Why it matters
    ///
    /// The pool is configured nowhere, and Services wait for an address for ever.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// addresses:
    ///   lb: { range: 192.168.0.200-192.168.0.220, purpose: load-balancer-pool, owner: ingress-nginx }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// addresses:
    ///   lb: { range: 192.168.0.200-192.168.0.220, purpose: load-balancer-pool, owner: metallb }
    /// ```
    ///
    /// ## Source
    ///
    /// MetalLB, "Configuration".
    pub(super) static RULE = WRONG_OWNER, Addresses, Error, fix: None, Check::Raised, fixed: true;
}
