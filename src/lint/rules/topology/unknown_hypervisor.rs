//! The rule of [`UNKNOWN_HYPERVISOR`].

use crate::lint::rule::{Check, rule};
use crate::model::UNKNOWN_HYPERVISOR;

rule! {
    /// A node runs on a hypervisor that does not exist.
    ///
    /// ## What it does
    ///
    /// Compares the `host` of nodes with `hypervisors`.
    ///
    /// ## Why it matters
    ///
    /// Nobody would know where to make the machine.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// hypervisors: { pve: { kind: proxmox, endpoint: "https://192.168.0.2:8006/" } }
    /// nodes: { one: { role: worker, host: pev } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// hypervisors: { pve: { kind: proxmox, endpoint: "https://192.168.0.2:8006/" } }
    /// nodes: { one: { role: worker, host: pve } }
    /// ```
    ///
    /// ## Source
    ///
    /// The spec, `nodes`.
    pub(super) static RULE = UNKNOWN_HYPERVISOR, Topology, Error, fix: None, Check::Raised, fixed: true;
}
