//! The rule of [`AMBIGUOUS_ROLE`].

use crate::lint::rule::{Check, rule};
use crate::model::AMBIGUOUS_ROLE;

rule! {
    /// A flow names a role that several components play.
    ///
    /// ## What it does
    ///
    /// Looks up the ends of flows that are roles, such as `prometheus` or `alertmanager`. On machines it warns too, where two
    /// Prometheus could scrape what has metrics and no `scrape` flow: then neither does.
    ///
    /// ## Why it matters
    ///
    /// Data would go to one of the two, and nobody decided which.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   one: { library: kube-prometheus-stack, version: 88.5.3, namespace: one }
    ///   two: { library: kube-prometheus-stack, version: 88.5.3, namespace: two }
    /// flows:
    ///   - remoteWrite: { from: prometheus, to: mimir }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// flows:
    ///   - remoteWrite: { from: one/prometheus, to: mimir }
    /// ```
    ///
    /// ## Source
    ///
    /// Incident H23 of docs/incidents.md.
    pub(super) static RULE = AMBIGUOUS_ROLE, Wiring, Error, fix: None, Check::Raised,
        softer: "where two Prometheus leave to each other what nobody wrote a scrape for", fixed: true;
}
