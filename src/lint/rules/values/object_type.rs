//! The rule of [`OBJECT_TYPE`].

use crate::library::kinds::OBJECT_TYPE;
use crate::lint::rule::{Check, rule};

rule! {
    /// A field of an object holds a value of a type that it does not take.
    ///
    /// ## What it does
    ///
    /// Compares each object with the table of its kind.
    ///
    /// ## Why it matters
    ///
    /// The server refuses the object, and the sync of its Application fails.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Deployment
    /// spec:
    ///   replicas: "three"
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Deployment
    /// spec:
    ///   replicas: 3
    /// ```
    ///
    /// ## Source
    ///
    /// OpenAPI document of Kubernetes, schemas of the custom resource definitions.
    pub(super) static RULE = OBJECT_TYPE, Values, Error, fix: None, Check::Raised;
}
