//! The rule of [`SECRET_IN_VALUES`].

use crate::lint::SECRET_IN_VALUES;
use crate::lint::rule::{Check, rule};

rule! {
    /// Something that looks like a secret value.
    ///
    /// ## What it does
    ///
    /// Looks at keys and at shapes (private keys, tokens of known services) in every text that is read or written.
    ///
    /// ## Why it matters
    ///
    /// What is in Git is read by all who can read Git, for ever.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// values:
    ///   adminPassword: winter-2026
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// secrets:
    ///   items: { grafana: { keys: { admin: [username, password] } } }
    /// ```
    ///
    /// ## Source
    ///
    /// The promises of dvgen.
    pub(super) static RULE = SECRET_IN_VALUES, Secrets, Error, fix: None, Check::Raised, fixed: true;
}
