//! The rule of [`UNCHECKED_KIND`].

use crate::library::kinds::UNCHECKED_KIND;
use crate::lint::rule::{Check, rule};

rule! {
    /// An object of a kind that dvgen has no table of.
    ///
    /// ## What it does
    ///
    /// Reports each such kind once, at its first object.
    ///
    /// ## Why it matters
    ///
    /// A misspelt field of it is dropped by the server in silence, and nothing will say so.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// apiVersion: example.com/v1
    /// kind: Widget
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// # a table of the kind in dvgen/schemas/kinds/example.kinds
    /// ```
    ///
    /// ## Source
    ///
    /// The tables in `schemas/kinds`.
    pub(super) static RULE = UNCHECKED_KIND, Values, Warn, fix: None, Check::Raised;
}
