//! The rule of [`UNCHECKED_CHART`].

use crate::library::contract::UNCHECKED_CHART;
use crate::lint::rule::{Check, rule};

rule! {
    /// A chart whose values nothing checks.
    ///
    /// ## What it does
    ///
    /// Reports each chart without a contract once.
    ///
    /// ## Why it matters
    ///
    /// Helm passes over keys that a chart does not read: a misspelt value has no effect, and nothing will say so.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// chart: { repository: "https://charts.example.com", name: widget }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// # dvgen contract add ./widget-1.2.3.tgz
    /// ```
    ///
    /// ## Source
    ///
    /// The contracts in `schemas/charts`.
    pub(super) static RULE = UNCHECKED_CHART, Values, Warn, fix: None, Check::Raised;
}
