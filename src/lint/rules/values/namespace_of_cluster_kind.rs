//! The rule of [`NAMESPACE_OF_CLUSTER_KIND`].

use crate::library::kinds::NAMESPACE_OF_CLUSTER_KIND;
use crate::lint::rule::{Check, rule};

rule! {
    /// A namespace on an object that belongs to the whole cluster.
    ///
    /// ## What it does
    ///
    /// Looks for `metadata.namespace` on kinds that have none, such as ClusterRole.
    ///
    /// ## Why it matters
    ///
    /// The namespace is dropped, so two objects of one name in two namespaces are one object, and the last one applied
    /// wins.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: ClusterRole
    /// metadata:
    ///   name: reader
    ///   namespace: monitoring
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: ClusterRole
    /// metadata:
    ///   name: reader
    /// ```
    ///
    /// ## Source
    ///
    /// OpenAPI document of Kubernetes, scopes of the custom resource definitions.
    pub(super) static RULE = NAMESPACE_OF_CLUSTER_KIND, Values, Warn, fix: None, Check::Raised;
}
