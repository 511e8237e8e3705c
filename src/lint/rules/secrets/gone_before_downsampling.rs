//! Samples that are removed before anything is made of them.

use crate::diag::{Diagnostic, Kind};
use crate::doc::{Doc, Map};
use crate::lint::facts::Place;
use crate::lint::rule::{Check, rule};
use crate::spec::scalars::Times;

rule! {
    /// Thanos is to remove samples before it has made coarser ones of them.
    ///
    /// ## What it does
    ///
    /// Looks in manifests and values for the arguments of `thanos compact`: how long raw samples are kept
    /// (`--retention.resolution-raw`) and those of five minutes (`--retention.resolution-5m`), unless downsampling is switched
    /// off. `0` is for ever.
    ///
    /// ## Why it matters
    ///
    /// Samples of five minutes are made of raw ones after 40 hours, and those of an hour of these after ten days. What is removed
    /// before is never made into anything, so all that is older is gone; since 0.25 Thanos does not start with such times.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// thanos: { version: 0.40.1, settings: { retention: { raw: 24h, fiveMinutes: 1y } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// thanos: { version: 0.40.1, settings: { retention: { raw: 30d, fiveMinutes: 1y } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Thanos, Compactor, "Downsampling, Resolution and Retention"; pull request 5059.
    pub(super) static RULE = Kind::new("gone-before-downsampling", "DV1692"), Secrets, Error, fix: None,
        Check::Map(|key| matches!(key, "args" | "command"), check);
}

/// The arguments, the shortest times in milliseconds and as text, and what is made of the samples; the last ones are made of
/// nothing else.
const TIMES: [(&str, u64, &str, &str); 3] = [
    (
        "--retention.resolution-raw",
        144_000_000,
        "40 hours",
        "samples of five minutes are made of raw ones after that time",
    ),
    (
        "--retention.resolution-5m",
        864_000_000,
        "10 days",
        "samples of an hour are made of those of five minutes after that time",
    ),
    ("--retention.resolution-1h", 0, "", ""),
];

fn check(place: &Place<'_>, out: &mut Vec<Diagnostic>) {
    let words = words(place.map);
    let says = |word: &str| words.iter().any(|(text, _)| *text == word);
    if !says("compact") || says("--downsampling.disable") {
        return;
    }
    for (at, (text, doc)) in words.iter().enumerate() {
        for (flag, least, shown, why) in TIMES {
            let Some(rest) = text.strip_prefix(flag) else { continue };
            let (time, doc) = match rest.strip_prefix('=') {
                Some(time) => (time, doc),
                None if rest.is_empty() => match words.get(at + 1) {
                    Some((time, doc)) => (*time, doc),
                    None => continue,
                },
                None => continue,
            };
            // What the cluster, a shell or a chart fills in is not known.
            if time.contains('$') || time.contains("{{") {
                continue;
            }
            let (message, why, help) = match Times::PROMETHEUS.milliseconds(time) {
                None => {
                    let message = format!("`{time}` is no length of time to Thanos");
                    (message, "Thanos would not start", "write it as `90d` or `1y`".to_owned())
                }
                Some(kept) if kept > 0 && kept < least => {
                    let message = format!("after {time} samples are removed of which nothing has been made yet");
                    (message, why, format!("keep them for more than {shown}, or for ever: `0d`"))
                }
                Some(_) => continue,
            };
            out.extend(place.finding(&RULE, doc.origin, message).map(|problem| problem.why(why).help(help)));
        }
    }
}

/// The words of a container's command, with where they stand.
fn words(map: &Map) -> Vec<(&str, &Doc)> {
    let lists = ["command", "args"].into_iter().filter_map(|key| map.get(key)?.as_list());
    lists.flatten().filter_map(|item| Some((item.as_str()?, item))).collect()
}
