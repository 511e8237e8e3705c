//! Tiers of services that nothing has a retention for.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Kind, did_you_mean};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::Flow;
use crate::source::Span;
use crate::spec::FlowKind;
use crate::template::{Data, DataMap};

rule! {
    /// A service is of a tier that there is not.
    ///
    /// ## What it does
    ///
    /// Compares the label `tier` of components on machines, and the tiers that `logs` flows name in `tiers` and `exceptTiers`, with
    /// the `tiers` for which a store of logs has a retention. A tier that all flows of a component leave out is reported too.
    /// Without such a store nothing is.
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
        tiers.flat_map(DataMap::iter).map(|(tier, period)| (&**tier, subject.line(period.origin))).collect();
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
    let before = out.len();
    for flow in platform.flows.iter().filter(|flow| flow.kind == FlowKind::Logs) {
        let named = NAMED.into_iter().filter_map(|name| flow.settings.get(name)?.as_list()).flatten();
        for tier in named {
            let place = tier.as_str().zip(subject.line(tier.origin));
            out.extend(place.and_then(|(tier, span)| judge(tier, span)));
        }
    }
    // A tier that is misspelt in a flow is missing there, too.
    let spelt = out.len() == before;
    for (at, component) in platform.components.iter().enumerate().filter(|(_, one)| one.on_machines && spelt) {
        let own = |flow: &&Flow| flow.kind == FlowKind::Logs && flow.from.component.0 == at;
        let flows: Vec<&Flow> = platform.flows.iter().filter(own).collect();
        out.extend(lost(subject, &flows, &tiers).map(|problem| problem.about(&component.name.value)));
    }
}

/// Reports a tier that every flow of a component leaves out.
fn lost(subject: &Subject<'_>, flows: &[&Flow], tiers: &BTreeMap<&str, Option<Span>>) -> Option<Diagnostic> {
    let list = |flow: &Flow, name: &str| flow.settings.get(name).and_then(Data::as_list).map(<[Data]>::to_vec);
    let names = |all: &[Data], tier: &str| all.iter().any(|one| one.as_str().is_some_and(|text| **text == *tier));
    let takes = |flow: &&&Flow, tier: &str| {
        list(flow, "tiers").is_none_or(|only| names(&only, tier))
            && list(flow, "exceptTiers").is_none_or(|but| !names(&but, tier))
    };
    let final_one = flows.last()?;
    let tier = tiers.keys().find(|tier| !flows.iter().any(|flow| takes(&flow, tier)))?;
    let place = NAMED.into_iter().find_map(|name| flows.iter().rev().find_map(|flow| flow.settings.get(name)));
    let span = subject.line(place.map_or(final_one.origin, |place| place.origin))?;
    let problem = RULE.at(span, format!("logs of tier `{tier}` go nowhere: each flow leaves them out"));
    Some(problem.why("they are read and dropped on the machine").help("name it in `tiers` of one of the flows"))
}
