//! The rule of [`UNTESTED_VERSION`].

use crate::lint::rule::{Check, rule};
use crate::model::UNTESTED_VERSION;

rule! {
    /// A version for which the facts of the library were not read.
    ///
    /// ## What it does
    ///
    /// Compares versions with those that `component.yaml` lists as tested.
    ///
    /// ## Why it matters
    ///
    /// Names of Services, ports and keys may have changed, and what is wired may not answer.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   cert-manager: { version: v2.3.0 }
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
    /// `values/<component>/component.yaml`.
    pub(super) static RULE = UNTESTED_VERSION, Supply, Warn, fix: None, Check::Raised;
}
