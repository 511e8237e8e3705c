//! The rule of [`UNSERVED_VERSION`].

use crate::library::kinds::UNSERVED_VERSION;
use crate::lint::rule::{Check, rule};

rule! {
    /// An object is written in a version of its kind that no server answers for.
    ///
    /// ## What it does
    ///
    /// Looks up the `apiVersion` of each object. One that `versions.kubernetes` still serves, and a later Kubernetes does
    /// not, is a warning.
    ///
    /// ## Why it matters
    ///
    /// The sync fails: removed versions are gone for good.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// apiVersion: policy/v1beta1
    /// kind: PodDisruptionBudget
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// apiVersion: policy/v1
    /// kind: PodDisruptionBudget
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes deprecated API migration guide.
    pub(super) static RULE = UNSERVED_VERSION, Values, Error, fix: None, Check::Raised,
        softer: "where the cluster of the platform still serves the version";
}
