//! The rule of [`NO_PROVIDER`].

use crate::graph::NO_PROVIDER;
use crate::lint::rule::{Check, rule};

rule! {
    /// A component creates objects of a custom kind that no component provides.
    ///
    /// ## What it does
    ///
    /// Compares the kinds that the facts of components need with those that the facts of others provide.
    ///
    /// ## Why it matters
    ///
    /// The API server refuses kinds that it does not know, so the Application never syncs.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   postgresql: { library: cnpg-cluster, version: 0.8.1, storage: { size: 1Gi } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   cloudnative-pg: { version: 0.29.0 }
    ///   postgresql: { library: cnpg-cluster, version: 0.8.1, storage: { size: 1Gi } }
    /// ```
    ///
    /// ## Source
    ///
    /// argoproj/argo-cd#1884.
    pub(super) static RULE = NO_PROVIDER, Order, Error, fix: None, Check::Raised, fixed: true;
}
