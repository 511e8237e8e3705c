//! The rule of [`UNKNOWN_NETWORK`].

use crate::lint::rule::{Check, rule};
use crate::model::UNKNOWN_NETWORK;

rule! {
    /// A network is named that does not exist.
    ///
    /// ## What it does
    ///
    /// Compares the networks in which nodes have addresses with `networks`.
    ///
    /// ## Why it matters
    ///
    /// The node would have no address at all in the files of Terraform and Ansible.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// networks: { lan: { cidr: 192.168.0.0/24 } }
    /// nodes: { one: { role: worker, ip: { lna: 192.168.0.11 } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// networks: { lan: { cidr: 192.168.0.0/24 } }
    /// nodes: { one: { role: worker, ip: { lan: 192.168.0.11 } } }
    /// ```
    ///
    /// ## Source
    ///
    /// The spec, `nodes`.
    pub(super) static RULE = UNKNOWN_NETWORK, Addresses, Error, fix: None, Check::Raised, fixed: true;
}
