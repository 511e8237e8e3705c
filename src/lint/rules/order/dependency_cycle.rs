//! The rule of [`CYCLE`].

use crate::graph::CYCLE;
use crate::lint::rule::{Check, rule};

rule! {
    /// Components need each other in a circle.
    ///
    /// ## What it does
    ///
    /// Follows what components need to be deployed: `requires`, gates, custom kinds, webhooks, storage classes, secrets.
    /// Flows yield where they would close a circle.
    ///
    /// ## Why it matters
    ///
    /// None of them can be deployed first, so Argo CD would wait for ever.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   cloudnative-pg: { version: 0.29.0, requires: [cert-manager] }
    ///   cert-manager: { version: v1.21.1, requires: [cloudnative-pg] }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   cloudnative-pg: { version: 0.29.0, requires: [cert-manager] }
    ///   cert-manager: { version: v1.21.1 }
    /// ```
    ///
    /// ## Source
    ///
    /// argoproj/argo-cd#3454.
    pub(super) static RULE = CYCLE, Order, Error, fix: None, Check::Raised, fixed: true;
}
