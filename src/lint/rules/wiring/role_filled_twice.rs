//! Roles that are filled twice.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{Component, ComponentId, PartId};

rule! {
    /// Two things of a platform play one role, and one of them has no part in it.
    ///
    /// ## What it does
    ///
    /// Looks at roles such as `alertmanager` that a part of a chart and another component play in one environment, where no flow
    /// begins or ends at one of the two.
    ///
    /// ## Why it matters
    ///
    /// Alerts go to one and silences are set in the other; both cost memory and both are looked after.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// components:
    ///   kube-prometheus-stack: { version: 88.5.3 }     # brings an Alertmanager
    ///   alertmanager: { version: 1.42.0 }
    /// flows:
    ///   - alerts: { from: mimir, to: alertmanager }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// components:
    ///   kube-prometheus-stack: { version: 88.5.3, parts: { alertmanager: { enabled: false } } }
    ///   alertmanager: { version: 1.42.0 }
    /// flows:
    ///   - alerts: { from: mimir, to: alertmanager }
    /// ```
    ///
    /// ## Source
    ///
    /// Incident H23 of docs/incidents.md.
    pub(super) static RULE = Kind::new("role-filled-twice", "DV1413"), Wiring, Warn, fix: None, Check::Platform(check);
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let platform = subject.platform;
    let ends = platform.flows.iter().filter(|flow| flow.span.is_some()).flat_map(|flow| [&flow.from, &flow.to]);
    let used: BTreeSet<(ComponentId, Option<PartId>)> = ends.map(|end| (end.component, end.part)).collect();
    let mut roles: BTreeMap<&str, Vec<Player<'_>>> = BTreeMap::new();
    for (at, component) in platform.components.iter().enumerate() {
        let id = ComponentId(at);
        for (at, part) in component.parts.iter().enumerate().filter(|(_, part)| part.enabled.value) {
            let Some(role) = part.role.as_deref() else { continue };
            let player = Player { component, part: Some(&part.name), used: used.contains(&(id, Some(PartId(at)))) };
            roles.entry(role).or_default().push(player);
        }
        let player = Player { component, part: None, used: used.contains(&(id, None)) };
        roles.entry(&component.library).or_default().push(player);
    }
    for (role, players) in roles {
        let Some(main) = players.iter().find(|player| player.used) else { continue };
        // Two of one chart are two on purpose: they have names of their own.
        let parts = players.iter().any(|player| player.part.is_some());
        for idle in players.iter().filter(|player| parts && !player.used) {
            if idle.component.library == main.component.library {
                continue;
            }
            out.extend(finding(subject, role, idle, main));
        }
    }
}

/// One that plays a role.
struct Player<'a> {
    component: &'a Component,
    part: Option<&'a str>,
    used: bool,
}

fn finding(subject: &Subject<'_>, role: &str, idle: &Player<'_>, main: &Player<'_>) -> Option<Diagnostic> {
    let (here, there) = (subject.line(idle.component.name.origin)?, subject.line(main.component.name.origin)?);
    let name = &idle.component.name.value;
    let problem = RULE
        .at(here, format!("`{name}` runs a second `{role}`, which no flow uses"))
        .related(there, "the one that flows use")
        .why("what is set in one is not known to the other, and both have to be looked after")
        .about(name);
    Some(match idle.part {
        Some(part) => problem.help(format!("write `parts: {{ {part}: {{ enabled: false }} }}`, or flows for it")),
        None => problem.help("remove it, or write flows for it"),
    })
}
