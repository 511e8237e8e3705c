//! The rule of [`TAKEN_TWICE`].

use crate::lint::rule::{Check, rule};
use crate::model::TAKEN_TWICE;

rule! {
    /// Two things have one address, number or name.
    ///
    /// ## What it does
    ///
    /// Compares the addresses of nodes, gateways, hypervisors and `addresses`, the numbers of virtual machines and of their
    /// template, hosts, buckets, databases, ingress classes, releases and names of objects; addresses, numbers and objects also
    /// of two environments.
    ///
    /// ## Why it matters
    ///
    /// Whichever is made last takes it from the other, or neither works.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// nodes:
    ///   one: { role: worker, ip: { lan: 192.168.0.11 } }
    ///   two: { role: worker, ip: { lan: 192.168.0.11 } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// nodes:
    ///   one: { role: worker, ip: { lan: 192.168.0.11 } }
    ///   two: { role: worker, ip: { lan: 192.168.0.12 } }
    /// ```
    ///
    /// ## Source
    ///
    /// MetalLB, issues 306 and 772; Proxmox VE, `qm` (unique numbers).
    pub(super) static RULE = TAKEN_TWICE, Addresses, Error, fix: None, Check::Raised, fixed: true;
}
