//! The rule of [`UNKNOWN_SECRET`].

use crate::lint::rule::{Check, rule};
use crate::model::UNKNOWN_SECRET;

rule! {
    /// A secret item or key is read that the store is not said to have.
    ///
    /// ## What it does
    ///
    /// Compares the secrets that components, flows and hypervisors read with `secrets.items`.
    ///
    /// ## Why it matters
    ///
    /// The ExternalSecret finds nothing, and the pods never start.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// secrets: { store: { kind: vault }, items: { grafana/admin: [user] } }
    /// components:
    ///   grafana: { version: 12.11.1 }        # reads user and password
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// secrets: { store: { kind: vault }, items: { grafana/admin: [user, password] } }
    /// ```
    ///
    /// ## Source
    ///
    /// External Secrets Operator, Guides.
    pub(super) static RULE = UNKNOWN_SECRET, Secrets, Error, fix: Unsafe, Check::Raised, fixed: true;
}
