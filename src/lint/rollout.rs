//! How a Deployment puts new pods in the place of old ones (kubernetes.io, Deployments, "Rolling Update Deployment").

use crate::doc::{Doc, Value};

/// Where manifests and charts have the strategy of a Deployment.
const STRATEGY: [&str; 3] = ["strategy", "updateStrategy", "deploymentStrategy"];

/// What Kubernetes takes for both numbers where nothing is said.
const PART: i64 = 25;

/// Returns whether a Deployment starts a new pod before an old one goes, so that there is one more than its copies. What the
/// map says of its strategy is looked at; nothing is the usual.
pub(super) fn surges(map: &Doc, count: i64) -> bool {
    let strategy = STRATEGY.iter().find_map(|key| map.at(&[*key]));
    let told = |path: &[&str]| strategy.and_then(|strategy| strategy.at(path));
    if told(&["type"]).and_then(Doc::as_str).is_some_and(|kind| kind != "RollingUpdate") {
        return false;
    }
    let number = |key: &str| told(&["rollingUpdate", key]).map_or(Some((PART, true)), number);
    let (Some(surge), Some(gone)) = (number("maxSurge"), number("maxUnavailable")) else { return false };
    // The one is rounded up, the other down; where both are nothing, one may go.
    let of = |(number, percent): (i64, bool), up: i64| {
        if percent { (count.saturating_mul(number).saturating_add(up)) / 100 } else { number }
    };
    of(gone, 0) == 0 && of(surge, 99) > 0
}

/// Returns a number, and whether it is a part of a hundred.
fn number(doc: &Doc) -> Option<(i64, bool)> {
    if let Value::Int(number) = doc.value {
        return Some((number, false));
    }
    let text = doc.as_str()?;
    match text.strip_suffix('%') {
        Some(part) => Some((part.parse().ok()?, true)),
        None => Some((text.parse().ok()?, false)),
    }
}
