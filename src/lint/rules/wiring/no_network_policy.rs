//! The rule of [`NO_NETWORK_POLICY`].

use crate::emit::NO_NETWORK_POLICY;
use crate::lint::rule::{Check, rule};

rule! {
    /// A component gets no network policy, because its pods are not known.
    ///
    /// ## What it does
    ///
    /// Looks at components for which `networkPolicies` is on, and whose facts do not say which labels their pods have.
    ///
    /// ## Why it matters
    ///
    /// It stays open to every pod of the cluster, while the spec says otherwise.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// defaults: { networkPolicies: true }
    /// components:
    ///   own: { chart: { repository: "https://charts.example.com", name: own }, version: 1.0.0 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// # `pods:` in dvgen/values/own/component.yaml
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, Network Policies.
    pub(super) static RULE = NO_NETWORK_POLICY, Wiring, Warn, fix: None, Check::Raised;
}
