//! The rule of [`UNKNOWN_STORAGE_CLASS`].

use crate::lint::rule::{Check, rule};
use crate::model::UNKNOWN_STORAGE_CLASS;

rule! {
    /// A component asks for volumes of a storage class that does not exist.
    ///
    /// ## What it does
    ///
    /// Compares `storage.class` of components and parts with `storage.classes`. What `values:` and manifests name is judged
    /// by `missing-storage-class`.
    ///
    /// ## Why it matters
    ///
    /// Its claims wait for ever.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// storage: { classes: { fast: { component: topolvm, volumeGroup: nvme } } }
    /// components: { tempo: { storage: { class: fats, size: 10Gi } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// storage: { classes: { fast: { component: topolvm, volumeGroup: nvme } } }
    /// components: { tempo: { storage: { class: fast, size: 10Gi } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, "Persistent Volumes", class.
    pub(super) static RULE = UNKNOWN_STORAGE_CLASS, Topology, Error, fix: None, Check::Raised, fixed: true;
}
