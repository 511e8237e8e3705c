//! Times for which logs are kept that are too short for a store of logs.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::lint::time::{milliseconds, of_prometheus};
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

/// A day, in milliseconds.
const DAY: u64 = 86_400_000;

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let stores = subject.platform.components.iter();
    for store in stores.filter(|one| one.on_machines && one.is_installed() && one.serves.contains_key(&FlowKind::Logs))
    {
        let tiers = store.settings.get("tiers").and_then(Data::as_map).into_iter().flat_map(DataMap::iter);
        for time in store.settings.get("retention").into_iter().chain(tiers.map(|(_, time)| time)) {
            let Some(text) = time.as_str() else { continue };
            // What is no time is reported where settings are read.
            if milliseconds(text, &of_prometheus).is_none_or(|time| time >= DAY || time == 0) {
                continue;
            }
            let message = format!("`{text}` is too short a time to keep logs for");
            let Some(span) = subject.line(time.origin) else { continue };
            let problem = RULE.at(span, message).why(format!("`{}` would not start", store.name.value));
            out.push(problem.help("keep them for a day, `24h`, or longer").about(&store.name.value));
        }
    }
}
