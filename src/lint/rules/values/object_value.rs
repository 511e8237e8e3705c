//! The rule of [`OBJECT_VALUE`].

use crate::library::kinds::OBJECT_VALUE;
use crate::lint::rule::{Check, rule};

rule! {
    /// A field of an object holds a word that it does not take.
    ///
    /// ## What it does
    ///
    /// Compares words with the list that the kind allows.
    ///
    /// ## Why it matters
    ///
    /// The server refuses the object, and the sync of its Application fails.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Service
    /// spec:
    ///   type: Loadbalancer
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Service
    /// spec:
    ///   type: LoadBalancer
    /// ```
    ///
    /// ## Source
    ///
    /// OpenAPI document of Kubernetes, schemas of the custom resource definitions.
    pub(super) static RULE = OBJECT_VALUE, Values, Error, fix: None, Check::Raised;
}
