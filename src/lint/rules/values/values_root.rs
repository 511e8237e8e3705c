//! The rule of [`VALUES_ROOT`].

use crate::lint::VALUES_ROOT;
use crate::lint::rule::{Check, rule};

rule! {
    /// The values of a chart stand under the chart's own name.
    ///
    /// ## What it does
    ///
    /// Looks at a key that the contract of the chart does not know, that is the name of the chart or of the component, and
    /// below which there is nothing but values of this chart.
    ///
    /// ## Why it matters
    ///
    /// A chart that depends on another one hands such values on. Without one around it Helm passes over all of them.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// ingress-nginx:
    ///   values:
    ///     ingress-nginx:
    ///       controller: { minReadySeconds: 10 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// ingress-nginx:
    ///   values:
    ///     controller: { minReadySeconds: 10 }
    /// ```
    ///
    /// ## Source
    ///
    /// Helm, Subcharts and Global Values.
    pub(super) static RULE = VALUES_ROOT, Values, Error, fix: None, Check::Raised;
}
