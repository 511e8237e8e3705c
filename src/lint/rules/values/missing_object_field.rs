//! The rule of [`MISSING_OBJECT_FIELD`].

use crate::library::kinds::MISSING_OBJECT_FIELD;
use crate::lint::rule::{Check, rule};

rule! {
    /// An object lacks a field that its kind asks for.
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
    /// kind: Service
    /// spec:
    ///   ports:
    ///     - name: http
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// kind: Service
    /// spec:
    ///   ports:
    ///     - { name: http, port: 80 }
    /// ```
    ///
    /// ## Source
    ///
    /// OpenAPI document of Kubernetes, schemas of the custom resource definitions.
    pub(super) static RULE = MISSING_OBJECT_FIELD, Values, Error, fix: None, Check::Raised;
}
