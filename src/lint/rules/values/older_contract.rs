//! The rule of [`OLDER_CONTRACT`].

use crate::library::contract::OLDER_CONTRACT;
use crate::lint::rule::{Check, rule};

rule! {
    /// The values of a chart are judged by the contract of an older version.
    ///
    /// ## What it does
    ///
    /// Says once for each chart which contract is used.
    ///
    /// ## Why it matters
    ///
    /// What is new in the chart since is reported as unknown.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// version: 9.9.0
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// # dvgen contract add ./grafana-9.9.0.tgz
    /// ```
    ///
    /// ## Source
    ///
    /// The contracts in `schemas/charts`.
    pub(super) static RULE = OLDER_CONTRACT, Values, Warn, fix: None, Check::Raised;
}
