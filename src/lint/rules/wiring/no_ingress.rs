//! The rule of [`NO_INGRESS`].

use crate::lint::rule::{Check, rule};
use crate::model::NO_INGRESS;

rule! {
    /// Something is exposed, and no component is an ingress controller.
    ///
    /// ## What it does
    ///
    /// Looks at `expose` in a platform without one.
    ///
    /// ## Why it matters
    ///
    /// Nobody answers for the host name.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   grafana: { expose: { host: grafana.example.com } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   ingress-nginx: { version: 4.13.2 }
    ///   grafana: { expose: { host: grafana.example.com } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, Ingress Controllers.
    pub(super) static RULE = NO_INGRESS, Wiring, Warn, fix: None, Check::Raised;
}
