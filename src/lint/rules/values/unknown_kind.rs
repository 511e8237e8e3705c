//! The rule of [`UNKNOWN_KIND`].

use crate::library::kinds::UNKNOWN_KIND;
use crate::lint::rule::{Check, rule};

rule! {
    /// An object of a kind that its group does not have.
    ///
    /// ## What it does
    ///
    /// Looks up kind and group of each object, and of each entry of `kinds:` in the spec.
    ///
    /// ## Why it matters
    ///
    /// No server answers for it, so the sync fails.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// apiVersion: apps/v1
    /// kind: Deploymnet
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// ```
    ///
    /// ## Source
    ///
    /// OpenAPI document of Kubernetes.
    pub(super) static RULE = UNKNOWN_KIND, Values, Error, fix: None, Check::Raised;
}
