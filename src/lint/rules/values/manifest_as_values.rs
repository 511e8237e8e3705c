//! The rule of [`MANIFEST_AS_VALUES`].

use crate::lint::MANIFEST_AS_VALUES;
use crate::lint::rule::{Check, rule};

rule! {
    /// Helm values are an object of Kubernetes.
    ///
    /// ## What it does
    ///
    /// Looks for `apiVersion` and `kind` at the top of the Helm values of a component.
    ///
    /// ## Why it matters
    ///
    /// A patch or a manifest was handed to a chart. No chart reads it: it runs with its defaults.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// values:
    ///   apiVersion: apps/v1
    ///   kind: Deployment
    ///   spec: { replicas: 2 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// values:
    ///   replicas: 2
    /// ```
    ///
    /// ## Source
    ///
    /// Incident M36 of docs/incidents.md.
    pub(super) static RULE = MANIFEST_AS_VALUES, Values, Error, fix: None, Check::Raised;
}
