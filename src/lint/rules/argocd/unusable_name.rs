//! The rule of [`UNUSABLE_NAME`].

use crate::lint::rule::{Check, rule};
use crate::model::UNUSABLE_NAME;

rule! {
    /// A name of the spec cannot be used where it goes.
    ///
    /// ## What it does
    ///
    /// Looks at names of components, releases, nodes, labels and hosts: letters, length, and names that are taken.
    ///
    /// ## Why it matters
    ///
    /// They become names of Applications, namespaces, files, Helm releases (at most 53 characters) and hosts. Argo CD, Helm
    /// or Kubernetes would refuse them after the merge.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   Cert_Manager: { library: cert-manager, version: v1.21.1 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   cert-manager: { version: v1.21.1 }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, Object Names and IDs; Helm, `helm install`.
    pub(super) static RULE = UNUSABLE_NAME, Argocd, Error, fix: None, Check::Raised, fixed: true;
}
