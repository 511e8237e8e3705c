//! The rule of [`NO_HOST`].

use crate::lint::rule::{Check, rule};
use crate::model::NO_HOST;

rule! {
    /// People are signed in at a component, or sent back to one, that has no host.
    ///
    /// ## What it does
    ///
    /// Looks at both ends of `auth` flows.
    ///
    /// ## Why it matters
    ///
    /// The address is the name of the issuer in every token, and browsers have to come back to it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// keycloak: { version: 7.1.11 }
    /// flows:
    ///   - auth: { from: grafana, to: keycloak }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// keycloak: { version: 7.1.11, expose: { host: keycloak.example.org } }
    /// ```
    ///
    /// ## Source
    ///
    /// OpenID Connect Core, section 3.1.2.
    pub(super) static RULE = NO_HOST, Wiring, Error, fix: None, Check::Raised, fixed: true;
}
