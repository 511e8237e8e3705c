//! The rule of [`MISSPELT_POD_VALUE`].

use crate::lint::MISSPELT_POD_VALUE;
use crate::lint::rule::{Check, rule};

rule! {
    /// A Helm value that describes pods is nearly, and not quite, what Kubernetes takes.
    ///
    /// ## What it does
    ///
    /// Judges values under the keys that charts hand on to pods by custom, such as `resources`, `livenessProbe`, `tolerations`,
    /// `affinity`, `securityContext`, `extraVolumes` and `extraEnv`: fields that are spelled nearly as those of pods, words that
    /// are none of those that a field takes, and quantities such as `512Mb`. Other fields may be the chart's own.
    ///
    /// ## Why it matters
    ///
    /// The chart knows nothing of these fields. The server drops what it does not know, so that a limit or a probe is not there,
    /// or refuses the pods.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// values:
    ///   resources: { limit: { memory: 1Gi } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// values:
    ///   resources: { limits: { memory: 1Gi } }
    /// ```
    ///
    /// ## Source
    ///
    /// OpenAPI document of Kubernetes, PodSpec and Container.
    pub(super) static RULE = MISSPELT_POD_VALUE, Values, Error, fix: Unsafe, Check::Raised;
}
