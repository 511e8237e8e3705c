//! Times for which logs are kept that are too short for a store of logs.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::spec::FlowKind;
use crate::template::{Data, DataMap};

rule! {
    /// Logs are to be kept for less than a day.
    ///
    /// ## What it does
    ///
    /// Reads the settings `retention` and `tiers` of stores of logs that run on machines.
    ///
    /// ## Why it matters
    ///
    /// The least that Loki keeps logs for is a day, since its index is one of days. With less it does not start.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// loki: { installedBy: systemd, runsOn: monitoring, version: 3.5.3, settings: { tiers: { critical: 90d, debug: 12h } } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// loki: { installedBy: systemd, runsOn: monitoring, version: 3.5.3, settings: { tiers: { critical: 90d, debug: 24h } } }
    /// ```
    ///
    /// ## Source
    ///
    /// Loki, Log retention: "The minimum retention period is 24h."
    pub(super) static RULE =
        Kind::new("retention-too-short", "DV1671"), Secrets, Error, fix: None, Check::Platform(check);
}

/// The units of a time, with their hours in thousandths.
const UNITS: [(&str, u64); 7] =
    [("ms", 0), ("y", 8_760_000), ("w", 168_000), ("d", 24_000), ("h", 1_000), ("m", 16), ("s", 0)];

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let stores = subject.platform.components.iter();
    for store in stores.filter(|one| one.on_machines && one.is_installed() && one.serves.contains_key(&FlowKind::Logs))
    {
        let tiers = store.settings.get("tiers").and_then(Data::as_map).into_iter().flat_map(DataMap::iter);
        for time in store.settings.get("retention").into_iter().chain(tiers.map(|(_, time)| time)) {
            let Some(text) = time.as_str() else { continue };
            // What is no time is reported where settings are read.
            if thousandths(text).is_none_or(|time| time >= 24_000 || time == 0) {
                continue;
            }
            let message = format!("`{text}` is too short a time to keep logs for");
            let Some(span) = subject.line(time.origin) else { continue };
            let problem = RULE.at(span, message).why(format!("`{}` would not start", store.name.value));
            out.push(problem.help("keep them for a day, `24h`, or longer").about(&store.name.value));
        }
    }
}

/// Reads a time such as `1d12h`, in thousandths of an hour.
fn thousandths(text: &str) -> Option<u64> {
    let (mut rest, mut sum) = (text, 0_u64);
    while !rest.is_empty() {
        let (digits, tail) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
        let (unit, worth) = UNITS.into_iter().find(|(unit, _)| tail.starts_with(unit))?;
        sum = sum.saturating_add(digits.parse::<u64>().ok()?.saturating_mul(worth));
        rest = tail.strip_prefix(unit)?;
    }
    (!text.is_empty()).then_some(sum)
}
