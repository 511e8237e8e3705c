//! The rule of [`NO_ORDER`].

use crate::emit::NO_ORDER;
use crate::lint::rule::{Check, rule};

rule! {
    /// Nothing makes Argo CD keep the order.
    ///
    /// ## What it does
    ///
    /// Looks for a component of the platform that is Argo CD with the health check of Applications, which dvgen writes into
    /// its values. An environment without an Argo CD of its own is deployed by that of the base.
    ///
    /// ## Why it matters
    ///
    /// Sync waves between Applications have no effect without that check, so none are written.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   argocd: { installedBy: external, version: 10.1.1 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   argocd: { installedBy: ansible, version: 10.1.1 }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Health of Applications (removed from the defaults in 1.8).
    pub(super) static RULE = NO_ORDER, Order, Warn, fix: None, Check::Raised;
}
