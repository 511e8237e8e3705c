//! The rule of [`UNKNOWN_VOLUME_GROUP`].

use crate::lint::rule::{Check, rule};
use crate::model::UNKNOWN_VOLUME_GROUP;

rule! {
    /// A storage class takes space from a volume group that no node has.
    ///
    /// ## What it does
    ///
    /// Compares the `volumeGroup` of each storage class with those of the disks of nodes.
    ///
    /// ## Why it matters
    ///
    /// No node has a place for a volume, and claims wait for ever.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// nodes: { one: { role: worker, disks: [{ size: 100Gi }, { size: 250Gi, volumeGroup: topolvm-vg }] } }
    /// storage: { classes: { fast: { component: topolvm, volumeGroup: data-vg } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// nodes: { one: { role: worker, disks: [{ size: 100Gi }, { size: 250Gi, volumeGroup: topolvm-vg }] } }
    /// storage: { classes: { fast: { component: topolvm, volumeGroup: topolvm-vg } } }
    /// ```
    ///
    /// ## Source
    ///
    /// TopoLVM, "LVMd" (device classes).
    pub(super) static RULE = UNKNOWN_VOLUME_GROUP, Topology, Error, fix: Unsafe, Check::Raised, fixed: true;
}
