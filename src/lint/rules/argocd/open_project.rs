//! The rule of [`OPEN_PROJECT`].

use crate::emit::OPEN_PROJECT;
use crate::lint::rule::{Check, rule};

rule! {
    /// A project allows every kind, because those of a chart are not known.
    ///
    /// ## What it does
    ///
    /// Looks at components without `kinds`.
    ///
    /// ## Why it matters
    ///
    /// Argo CD would sync anything that the chart brings, a ClusterRole of an administrator too.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   own: { version: 1.0.0, chart: { repo: https://charts.example.org, name: own } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   own: { version: 1.0.0, chart: { repo: https://charts.example.org, name: own }, kinds: [Deployment.apps, Service] }
    /// ```
    ///
    /// ## Source
    ///
    /// Argo CD, Projects.
    pub(super) static RULE = OPEN_PROJECT, Argocd, Warn, fix: None, Check::Raised;
}
