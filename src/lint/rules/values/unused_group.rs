//! The rule of [`UNUSED_GROUP`].

use crate::lint::rule::{Check, rule};
use crate::spec::UNUSED_GROUP;

rule! {
    /// A group has fields for its components, and no component is in it.
    ///
    /// ## What it does
    ///
    /// Looks for groups that no component names in any environment. It is asked where all environments are built.
    ///
    /// ## Why it matters
    ///
    /// A misspelt group in an overlay changes nothing: what was meant for that environment does not hold there.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// groups:
    ///   monitring: { namespace: monitoring }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// groups:
    ///   monitoring: { namespace: monitoring }
    /// ```
    ///
    /// ## Source
    ///
    /// dvgen: fields of a group are given to the components that name it.
    pub(super) static RULE = UNUSED_GROUP, Values, Warn, fix: Unsafe, Check::Raised;
}
