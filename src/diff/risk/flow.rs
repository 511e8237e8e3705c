//! Who reaches whom.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Case, Finding, Level, RiskRule};
use crate::model::{End, Platform, Traced};
use crate::source::OriginId;
use crate::spec::FlowKind;

/// A connection is gone, new, or leads elsewhere.
pub(super) static RULE: RiskRule = RiskRule {
    name: "flow-changed",
    code: "DV2077",
    summary: "A component reaches another one no more, for the first time, or elsewhere.",
    documentation: "\
## What it does
Reports flows between components that stay which are gone, new, lead to another component, or have another tenant. Databases, buckets and backups have rules
of their own.

## Why it matters
What is sent nowhere is missing later: logs, metrics, alerts. What leads elsewhere starts anew there, and whoever looks at the old place
sees nothing new and no error.

## What to do
See that whoever reads the data knows the new place. Of a login see who can still come in, and how.
",
    judge,
};

/// Reports flows that are written or read under another tenant.
fn tenants(case: &Case<'_>, out: &mut Vec<Finding>) {
    type Place = (&'static str, String, String);
    fn of(platform: &Platform) -> BTreeMap<Place, Vec<&Traced<Arc<str>>>> {
        let mut all: BTreeMap<Place, Vec<&Traced<Arc<str>>>> = BTreeMap::new();
        let end = |end: &End| platform.components.get(end.component.0).map(|one| one.name.value.to_string());
        for flow in &platform.flows {
            if let (Some(tenant), Some(from), Some(to)) = (&flow.tenant, end(&flow.from), end(&flow.to)) {
                all.entry((flow.kind.word(), from, to)).or_default().push(tenant);
            }
        }
        all
    }
    let (before, after) = (of(case.base()), of(case.head()));
    for ((kind, from, to), new) in &after {
        let Some(old) = before.get(&(*kind, from.clone(), to.clone())) else { continue };
        let gone = old.iter().find(|one| new.iter().all(|other| other.value != one.value));
        let come = new.iter().find(|one| old.iter().all(|other| other.value != one.value));
        let (Some(was), Some(is)) = (gone, come) else { continue };
        let message = format!("{kind} to `{to}` has tenant `{}` and no longer `{}`", is.value, was.value);
        let why = "what was written before is found under the old tenant only";
        let causes = case.because(Some(was.origin), Some(is.origin), Some(from));
        out.push(Finding::new(&RULE, Level::Caution, from.as_str(), message).why(why).because(causes));
    }
}

/// A flow by its kind and the names of its ends, with where the spec says it.
struct Known {
    kind: FlowKind,
    from: String,
    to: String,
    origin: OriginId,
}

fn flows(platform: &Platform, name: impl Fn(&str) -> String) -> Vec<Known> {
    let own =
        |kind: FlowKind| matches!(kind, FlowKind::Database | FlowKind::Objects | FlowKind::Backup | FlowKind::Ingress);
    let end = |end: &End| platform.components.get(end.component.0).map(|one| name(&one.name.value));
    let known = platform.flows.iter().filter(|flow| !own(flow.kind)).filter_map(|flow| {
        Some(Known { kind: flow.kind, from: end(&flow.from)?, to: end(&flow.to)?, origin: flow.to.origin })
    });
    known.collect()
}

/// Returns what is missing where a flow of a kind is gone.
const fn why(kind: FlowKind) -> &'static str {
    match kind {
        FlowKind::Scrape => "its metrics are read no more: dashboards stay empty, and alerts find nothing",
        FlowKind::RemoteWrite | FlowKind::Logs | FlowKind::Traces => "what it writes is kept there no more",
        FlowKind::Alerts => "its alerts reach nobody there any more",
        FlowKind::Query => "what shows its data shows nothing",
        FlowKind::Auth => "nobody signs in by it any more: see who can still come in, and how",
        _ => "see that it can do without",
    }
}

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    tenants(case, out);
    let after = |name: &str| case.sides.renames.after(name).map_or_else(|| name.to_owned(), ToString::to_string);
    let (before, now) = (flows(case.base(), after), flows(case.head(), str::to_owned));
    let stays = |name: &str| {
        case.head().component(name).is_some() && case.base().components.iter().any(|old| after(&old.name.value) == name)
    };
    let missing = |flow: &Known, others: &[Known]| {
        stays(&flow.from)
            && stays(&flow.to)
            && others.iter().all(|other| (other.kind, &other.from, &other.to) != (flow.kind, &flow.from, &flow.to))
    };
    let gone: Vec<&Known> = before.iter().filter(|flow| missing(flow, &now)).collect();
    let come: Vec<&Known> = now.iter().filter(|flow| missing(flow, &before)).collect();
    let ends: BTreeSet<(&str, &str)> = gone.iter().chain(&come).map(|flow| (flow.kind.word(), &*flow.from)).collect();
    // An edit that changes no output is said to have none.
    let effects: BTreeSet<usize> = case.changes().flat_map(|(.., change)| change.causes.iter().copied()).collect();
    for (kind, from) in ends {
        let of = |all: &[&Known]| -> (Vec<String>, Vec<OriginId>) {
            let own = || all.iter().filter(|flow| flow.kind.word() == kind && flow.from == from);
            let names: BTreeSet<String> = own().map(|flow| format!("`{}`", flow.to)).collect();
            (names.into_iter().collect(), own().map(|flow| flow.origin).collect())
        };
        let ((old, was), (new, is)) = (of(&gone), of(&come));
        let missed = gone.iter().find(|flow| flow.kind.word() == kind).map_or("", |flow| why(flow.kind));
        let (message, why) = match (old.is_empty(), new.is_empty()) {
            (false, false) => {
                let why = "what was written stays in the old place: see that whoever looks for it knows the new one";
                (format!("{kind} leads to {} and no longer to {}", new.join(", "), old.join(", ")), why)
            }
            (false, true) => (format!("{kind} leads to {} no more", old.join(", ")), missed),
            _ => (format!("{kind} leads to {} too", new.join(", ")), "it is let in there from then on"),
        };
        let mut causes = case.because_all(was, is, Some(from));
        // Of several edits of flows those of this kind.
        let of = |cause: &usize| {
            let edit = case.causes.edits.get(*cause).map(|placed| &placed.edit);
            edit.is_some_and(|edit| {
                let named = format!("[{kind} ");
                edit.path.iter().any(|step| step == kind || step.starts_with(&named))
            })
        };
        if causes.iter().any(of) {
            causes.retain(of);
        }
        if !causes.iter().any(|cause| effects.contains(cause)) {
            continue;
        }
        out.push(Finding::new(&RULE, Level::Caution, from, message).why(why).because(causes));
    }
}
