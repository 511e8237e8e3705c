//! The rule of [`UNSEEN_PIN`].

use crate::emit::UNSEEN_PIN;
use crate::lint::rule::{Check, rule};

rule! {
    /// A version that Renovate cannot raise.
    ///
    /// ## What it does
    ///
    /// Looks at versions of the spec for which nothing says where their releases are.
    ///
    /// ## Why it matters
    ///
    /// It grows old, and nobody is told.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// versions: { widget: 1.2.3 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// renovate: { … }   # a manager of your own
    /// ```
    ///
    /// ## Source
    ///
    /// Renovate, Custom Manager Support using JSONata.
    pub(super) static RULE = UNSEEN_PIN, Supply, Warn, fix: None, Check::Raised;
}
