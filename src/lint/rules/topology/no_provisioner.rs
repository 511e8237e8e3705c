//! The rule of [`NO_PROVISIONER`].

use crate::lint::rule::{Check, rule};
use crate::model::NO_PROVISIONER;

rule! {
    /// A component is to provide a storage class, and makes no volumes.
    ///
    /// ## What it does
    ///
    /// Looks for a `provisioner` in the facts of the component of each storage class.
    ///
    /// ## Why it matters
    ///
    /// No StorageClass would be written, and claims wait for ever.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// storage: { classes: { fast: { component: ingress-nginx } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// storage: { classes: { fast: { component: topolvm, volumeGroup: nvme } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, "Storage Classes", provisioner.
    pub(super) static RULE = NO_PROVISIONER, Topology, Error, fix: None, Check::Raised, fixed: true;
}
