//! The rule of [`UNKNOWN_OBJECT_FIELD`].

use crate::library::kinds::UNKNOWN_OBJECT_FIELD;
use crate::lint::rule::{Check, rule};

rule! {
    /// An object has a field that its kind does not have.
    ///
    /// ## What it does
    ///
    /// Compares each object with the table of its kind, Argo CD's Application included.
    ///
    /// ## Why it matters
    ///
    /// The server drops fields that it does not know, or refuses the object: the setting has no effect.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// kind: Application
    /// spec:
    ///   syncPolcy: {}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Application
    /// spec:
    ///   syncPolicy: {}
    /// ```
    ///
    /// ## Source
    ///
    /// OpenAPI document of Kubernetes, schemas of the custom resource definitions.
    pub(super) static RULE = UNKNOWN_OBJECT_FIELD, Values, Error, fix: Safe, Check::Raised;
}
