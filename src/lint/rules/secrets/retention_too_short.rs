//! Times for which logs are kept that no store of logs takes.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::lint::time::{milliseconds, of_prometheus};
use crate::spec::FlowKind;
use crate::template::{Data, DataMap};

rule! {
    /// A time for which logs are kept is none, or shorter than a day.
    ///
    /// ## What it does
    ///
    /// Reads the settings `retention` and `tiers` of stores of logs that run on machines.
    ///
    /// ## Why it matters
    ///
    /// Loki takes no time that it cannot read, and does not start. The least that it keeps logs for is a day, since its index is
    /// one of days.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// loki: { installedBy: systemd, runsOn: monitoring, version: 3.5.3, settings: { tiers: { critical: 90 days, debug: 12h } } }
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
            let (message, help) = match milliseconds(text, &of_prometheus) {
                None => (format!("`{text}` is no length of time"), "write it as `90d` or `2160h`"),
                Some(time) if time < DAY && time > 0 => {
                    (format!("`{text}` is too short a time to keep logs for"), "keep them for a day, `24h`, or longer")
                }
                Some(_) => continue,
            };
            let Some(span) = subject.line(time.origin) else { continue };
            let problem = RULE.at(span, message).why(format!("`{}` would not start", store.name.value));
            out.push(problem.help(help).about(&store.name.value));
        }
    }
}
