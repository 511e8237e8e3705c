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
    /// versions: { kubernets: 1.33.1 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// versions: { kubernetes: 1.33.1 }   # or a manager of your own under `renovate.customManagers`
    /// ```
    ///
    /// ## Source
    ///
    /// Renovate, Custom Manager Support using JSONata.
    pub(super) static RULE = UNSEEN_PIN, Supply, Warn, fix: None, Check::Raised;
}
