//! An autoscaler with its bounds the wrong way round.

use crate::diag::{Diagnostic, Kind};
use crate::doc::Value;
use crate::lint::facts::Place;
use crate::lint::rule::{Check, rule};

rule! {
    /// An autoscaler is to keep more copies than it may have.
    ///
    /// ## What it does
    ///
    /// Compares `minReplicas` with `maxReplicas` (and KEDA's `minReplicaCount` with `maxReplicaCount`) in Helm values and
    /// manifests.
    ///
    /// ## Why it matters
    ///
    /// The server refuses the autoscaler, and the sync of its Application fails.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// autoscaling: { enabled: true, minReplicas: 4, maxReplicas: 2 }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// autoscaling: { enabled: true, minReplicas: 2, maxReplicas: 4 }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes API, `HorizontalPodAutoscalerSpec`.
    pub(super) static RULE = Kind::new("autoscaler-bounds", "DV1504"), Values, Error, fix: None, Check::Map(|key| BOUNDS.iter().any(|(low, _)| *low == key), check);
}

const BOUNDS: [(&str, &str); 2] = [("minReplicas", "maxReplicas"), ("minReplicaCount", "maxReplicaCount")];

fn check(place: &Place<'_>, out: &mut Vec<Diagnostic>) {
    for (low, high) in BOUNDS {
        let (Some(min), Some(max)) = (place.map.get(low), place.map.get(high)) else { continue };
        let (Value::Int(least), Value::Int(most)) = (&min.value, &max.value) else { continue };
        if least <= most || matches!(place.map.get("enabled").map(|on| &on.value), Some(Value::Bool(false))) {
            continue;
        }
        let message = format!("`{low}` is {least}, and `{high}` is {most}");
        let Some(mut problem) = place.finding(&RULE, min.origin, message) else { continue };
        if let Some(there) = place.document.line(max.origin) {
            problem = problem.related(there, "the most that it may have");
        }
        out.push(problem.why("the server refuses the autoscaler").help(format!("make `{low}` at most `{high}`")));
    }
}
