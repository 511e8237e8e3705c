//! Services whose name or port is another one.

use std::collections::{BTreeMap, BTreeSet};

use super::{Case, Finding, Level, RiskRule};
use crate::model::{Component, Platform};

/// A Service that others use has another name or port.
pub(super) static RULE: RiskRule = RiskRule {
    name: "service-renamed",
    code: "DV2005",
    summary: "A Service has another name, port or namespace.",
    documentation: "\
## What it does
Compares the Services that the charts of both versions create: their names, ports and namespaces. A Service that is called
otherwise, or is gone, is reported with the components that use it.

## Why it matters
The line of the spec shows a version; that the Service has another name, nobody sees. dvgen writes the new name wherever a flow
leads to it, but while the roll-out lasts old callers look for the old one, and callers outside of this platform do for ever.

## What to do
Look for the old name in dashboards, alerts and other repositories. Expect a gap until all callers are rolled out.
",
    judge,
};

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    for (old, new) in case.components() {
        // In another namespace all of them have other hosts, which is said once.
        if old.namespace.value != new.namespace.value {
            continue;
        }
        for before in &old.services {
            let name = &*new.name.value;
            let after = new.service(&before.id);
            let (was, port) = (&*before.name.value, before.port.value);
            let other = after.map(|after| (*after.name.value != *was, after.port.value));
            let (message, what) = match (after, other) {
                (Some(after), Some((true, to))) if to == port => {
                    (format!("Service `{was}` becomes `{}`", after.name.value), "name")
                }
                (Some(after), Some((true, to))) => {
                    let name = &after.name.value;
                    (format!("Service `{was}` becomes `{name}`, and its port {port} becomes {to}"), "name or port")
                }
                (_, Some((false, to))) if to != port => {
                    (format!("Service `{was}` answers on port {to} and no longer on {port}"), "port")
                }
                (None, _) => (format!("Service `{was}` is gone"), "name"),
                _ => continue,
            };
            let users = users(case.base(), old, &before.id);
            let level = if users.is_empty() && after.is_some() { Level::Caution } else { Level::Danger };
            let causes = if what == "port" {
                case.because(Some(before.port.origin), after.map(|after| after.port.origin), Some(name))
            } else {
                case.because(Some(before.name.origin), after.map(|after| after.name.origin), Some(name))
            };
            out.push(Finding::new(&RULE, level, name, message).why(why(&users, after.is_some(), what)).because(causes));
        }
    }
}

fn why(users: &[String], followed: bool, old: &str) -> String {
    let outside = format!("whatever uses the old {old} outside this platform breaks");
    match (users, followed) {
        ([], _) => format!("no flow leads to it; {outside}"),
        (users, true) => {
            let verb = if users.len() == 1 { "uses" } else { "use" };
            let new = if old == "port" { "port" } else { "one" };
            format!("{} {verb} it, and dvgen points them at the new {new}; {outside}", users.join(", "))
        }
        (users, false) => format!("{} used it; {outside}", users.join(", ")),
    }
}

/// Returns who opens flows to a Service: `grafana (query)`.
fn users(platform: &Platform, component: &Component, service: &str) -> Vec<String> {
    let mut users: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for flow in &platform.flows {
        let to = platform.components.get(flow.to.component.0);
        let ours = to.is_some_and(|to| to.name.value == component.name.value)
            && flow.endpoint.service.as_deref() == Some(service);
        if let Some(from) = platform.components.get(flow.from.component.0).filter(|_| ours) {
            users.entry(&from.name.value).or_default().insert(flow.kind.word());
        }
    }
    let words = |kinds: BTreeSet<&str>| kinds.into_iter().collect::<Vec<_>>().join(", ");
    users.into_iter().map(|(name, kinds)| format!("`{name}` ({})", words(kinds))).collect()
}
