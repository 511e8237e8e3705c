//! The rule of [`TENANT`].

use crate::lint::rule::{Check, rule};
use crate::model::TENANT;

rule! {
    /// A flow names a tenant where there are none, or none where one is asked for.
    ///
    /// ## What it does
    ///
    /// Compares `tenant` of each flow with what the way into the other side takes.
    ///
    /// ## Why it matters
    ///
    /// A request without a tenant is answered with 401; one with a tenant that nobody reads is lost.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// flows:
    ///   - remoteWrite: { from: prometheus, to: mimir, via: distributor }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// flows:
    ///   - remoteWrite: { from: prometheus, to: mimir, via: distributor, tenant: demo }
    /// ```
    ///
    /// ## Source
    ///
    /// Grafana Mimir, Authentication and authorization.
    pub(super) static RULE = TENANT, Wiring, Error, fix: None, Check::Raised, fixed: true;
}
