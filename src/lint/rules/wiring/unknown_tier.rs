//! Tiers of services that nothing has a retention for.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Kind, did_you_mean};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::source::Span;
use crate::spec::FlowKind;
use crate::template::Data;

rule! {
    /// A service is of a tier that there is not.
    ///
    /// ## What it does
    ///
    /// Compares the label `tier` of components on machines, and the tiers that `logs` flows name in `tiers` and `exceptTiers`, with
    /// the `tiers` for which a store of logs has a retention. Without such a store nothing is reported.
    ///
    /// ## Why it matters
    ///
    /// Logs of a tier that is misspelt are kept as long as those of no tier, and go to whoever takes the rest. It is seen when
    /// they are needed and gone.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   loki:       { installedBy: systemd, runsOn: monitoring, version: 3.5.3, settings: { tiers: { critical: 2160h } } }
    ///   prometheus: { installedBy: systemd, runsOn: monitoring, version: 3.5.0, labels: { tier: critcal } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   loki:       { installedBy: systemd, runsOn: monitoring, version: 3.5.3, settings: { tiers: { critical: 2160h } } }
    ///   prometheus: { installedBy: systemd, runsOn: monitoring, version: 3.5.0, labels: { tier: critical } }
    /// ```
    ///
    /// ## Source
    ///
    /// Loki, Log retention, `retention_stream`.
    pub(super) static RULE = Kind::new("unknown-tier", "DV1474"), Wiring, Warn, fix: None, Check::Platform(check);
}

/// The settings of flows that name tiers.
const NAMED: [&str; 2] = ["tiers", "exceptTiers"];

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    let stores = platform.components.iter().filter(|one| one.on_machines && one.serves.contains_key(&FlowKind::Logs));
    let tiers = stores.filter_map(|store| store.settings.get("tiers").and_then(Data::as_map));
    let tiers: BTreeMap<&str, Option<Span>> =
        tiers.flat_map(|map| map.iter()).map(|(tier, period)| (&**tier, subject.line(period.origin))).collect();
    if tiers.is_empty() {
        return;
    }
    let judge = |tier: &str, span: Span| {
        let missing = !tiers.contains_key(tier);
        missing.then(|| {
            let help = did_you_mean(tier, tiers.keys().copied());
            let help = help.unwrap_or_else(|| "add it to `tiers` of the store".to_owned());
            let problem = RULE.at(span, format!("no store of logs has a tier `{tier}`"));
            problem.why("these logs are treated as those of no tier, and deleted when those are").help(help)
        })
    };
    for component in platform.components.iter().filter(|one| one.on_machines) {
        for (_, tier) in component.own_labels.iter().filter(|(label, _)| &*label.value == "tier") {
            let found = subject.line(tier.origin).and_then(|span| judge(&tier.value, span));
            out.extend(found.map(|problem| problem.about(&component.name.value)));
        }
    }
    for flow in platform.flows.iter().filter(|flow| flow.kind == FlowKind::Logs) {
        let named = NAMED.into_iter().filter_map(|name| flow.settings.get(name)?.as_list()).flatten();
        for tier in named {
            let place = tier.as_str().zip(subject.line(tier.origin));
            out.extend(place.and_then(|(tier, span)| judge(tier, span)));
        }
    }
}
