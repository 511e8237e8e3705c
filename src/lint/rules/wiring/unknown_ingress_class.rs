//! The rule of [`UNKNOWN_INGRESS_CLASS`].

use crate::lint::rule::{Check, rule};
use crate::model::UNKNOWN_INGRESS_CLASS;

rule! {
    /// A host is exposed by an ingress class that no controller answers for.
    ///
    /// ## What it does
    ///
    /// Compares `expose.class` with the classes of the ingress controllers of the platform. Without it, one class
    /// has to be all there is.
    ///
    /// ## Why it matters
    ///
    /// Nobody answers for the host.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// grafana: { version: 12.11.1, expose: { host: grafana.example.org, class: ngnix } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// grafana: { version: 12.11.1, expose: { host: grafana.example.org, class: nginx } }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, Ingress class.
    pub(super) static RULE = UNKNOWN_INGRESS_CLASS, Wiring, Error, fix: Unsafe, Check::Raised, fixed: true;
}
