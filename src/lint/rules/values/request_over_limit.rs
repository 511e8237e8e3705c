//! A request above its limit.

use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Value};
use crate::lint::facts::Place;
use crate::lint::rule::{Check, rule};

rule! {
    /// A container asks for more than its limit.
    ///
    /// ## What it does
    ///
    /// Compares `requests` with the `limits` beside them in Helm values and manifests, and `defaultRequest` with the
    /// `default` of a LimitRange.
    ///
    /// ## Why it matters
    ///
    /// The server refuses the pods; the workload is there, and has none. It refuses the LimitRange, too.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// resources:
    ///   requests: { memory: 2Gi }
    ///   limits: { memory: 512Mi }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// resources:
    ///   requests: { memory: 512Mi }
    ///   limits: { memory: 2Gi }
    /// ```
    ///
    /// ## Source
    ///
    /// Kubernetes, Resource Management for Pods and Containers.
    pub(super) static RULE = Kind::new("request-over-limit", "DV1505"), Values, Error, fix: None, Check::Map(|key| matches!(key, "defaultRequest" | "requests"), check);
}

/// What is asked for and the most that there is, for pods and for those that say neither.
const PAIRS: [(&str, &str, &str); 2] = [("requests", "limits", "the server refuses the pods"), DEFAULTS];
const DEFAULTS: (&str, &str, &str) = ("defaultRequest", "default", "the server refuses the LimitRange");

fn check(place: &Place<'_>, out: &mut Vec<Diagnostic>) {
    for pair in PAIRS {
        compare(place, pair, out);
    }
}

fn compare(place: &Place<'_>, pair: (&str, &str, &str), out: &mut Vec<Diagnostic>) {
    let (requests, limits, why) = pair;
    let Some(requests) = place.map.get(requests).and_then(Doc::as_map) else { return };
    let Some(limits) = place.map.get(limits).and_then(Doc::as_map) else { return };
    let what = if pair == DEFAULTS { "default " } else { "" };
    for (key, request) in requests.iter() {
        let Some(limit) = limits.get(&key.text) else { continue };
        let (Some(asked), Some(most)) = (amount(request), amount(limit)) else { continue };
        if asked <= most {
            continue;
        }
        let message =
            format!("the {what}request of {} is {}, and the {what}limit {}", key.text, shown(request), shown(limit));
        let Some(mut problem) = place.finding(&RULE, request.origin, message) else { continue };
        if let Some(there) = place.document.line(limit.origin) {
            problem = problem.related(there, format!("the {what}limit"));
        }
        out.push(problem.why(why).help("lower the request, or raise the limit"));
    }
}

fn shown(doc: &Doc) -> String {
    match &doc.value {
        Value::Str(text) => text.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        _ => String::new(),
    }
}

/// The units of Kubernetes, in thousandths.
const UNITS: [(&str, u128); 13] = [
    ("Ki", 1000 << 10),
    ("Mi", 1000 << 20),
    ("Gi", 1000 << 30),
    ("Ti", 1000 << 40),
    ("Pi", 1000 << 50),
    ("Ei", 1000 << 60),
    ("m", 1),
    ("k", 1_000_000),
    ("M", 1_000_000_000),
    ("G", 1_000_000_000_000),
    ("T", 1_000_000_000_000_000),
    ("P", 1_000_000_000_000_000_000),
    ("E", 1_000_000_000_000_000_000_000),
];

/// Returns an amount in thousandths.
fn amount(doc: &Doc) -> Option<u128> {
    let text = shown(doc);
    let unit = UNITS.iter().find(|(unit, _)| text.ends_with(unit));
    let (number, factor) = match unit {
        Some((unit, factor)) => (text.strip_suffix(unit)?, *factor),
        None => (text.as_str(), 1000),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| !text.is_empty() && text.len() < 16 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !(part.is_empty() || digits(part)) {
        return None;
    }
    let scale = 10_u128.pow(u32::try_from(part.len()).ok()?);
    let part: u128 = if part.is_empty() { 0 } else { part.parse().ok()? };
    Some((whole.parse::<u128>().ok()?.checked_mul(scale)? + part).checked_mul(factor)? / scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Origins;

    #[test]
    fn amounts_are_compared_across_units() {
        let mut origins = Origins::new();
        let here = origins.defaulted("test", None);
        let of = |text: &str| amount(&Doc::str(text.to_owned(), here));
        assert!(of("1Gi") > of("1000M") && of("0.5") == of("500m") && of("1.5Gi") == of("1536Mi"));
        assert_eq!((of("much"), of("1e3"), of("")), (None, None, None));
    }
}
