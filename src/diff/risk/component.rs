//! Components that come and go.

use super::{Case, Finding, Level, RiskRule};
use crate::diff::report::Presence;
use crate::model::Component;

/// A new component.
pub(super) static ADDED: RiskRule = RiskRule {
    name: "component-added",
    code: "DV2006",
    summary: "A component is new.",
    documentation: "\
## What it does
Reports a component that was not there, with what it brings.

## Why it matters
It takes room on the nodes, may bring kinds for the whole cluster, and may be reached from outside.

## What to do
Look at its project, its namespace, its secrets and its flows.
",
    judge: added,
};

/// A component that is gone.
pub(super) static REMOVED: RiskRule = RiskRule {
    name: "component-removed",
    code: "DV2007",
    summary: "A component is gone, and with it what Argo CD prunes.",
    documentation: "\
## What it does
Reports a component that is gone, and what Argo CD does with what it deployed.

## Why it matters
Where the root Application prunes, its child is deleted, and by the finalizer all that the child deployed, its volumes too.
Where it does not prune, all of it stays and nobody looks after it. Custom kinds take all their objects with them.

## What to do
Save the data first. To keep what runs, remove the finalizer in a change before this one.
",
    judge: removed,
};

fn added(case: &Case<'_>, out: &mut Vec<Finding>) {
    for component in case.head().components.iter().filter(|new| case.base().component(&new.name.value).is_none()) {
        let name = &*component.name.value;
        if case.sides.renames.is_component(name) {
            continue;
        }
        let new = case.files_of(Some(name)).iter().filter(|(_, file)| file.presence == Presence::Added);
        let version = component.version.as_ref().map(|version| format!(" {}", version.value.text)).unwrap_or_default();
        let place = if component.on_machines {
            "on machines".to_owned()
        } else {
            format!("in namespace `{}`", component.namespace.value)
        };
        let message = format!("new{version} {place}, {} files", new.count());
        let causes = case.because(None, Some(component.name.origin), Some(name));
        let mut finding = Finding::new(&ADDED, Level::Caution, name, message).because(causes);
        for (at, ..) in case.changes_of(Some(name)) {
            finding = finding.covering(at);
        }
        out.push(finding);
    }
}

/// Returns whether a component keeps data on volumes.
pub(super) fn has_volumes(component: &Component) -> bool {
    component.storage.1.is_some() || component.parts.iter().any(|part| part.storage.1.is_some())
}

fn removed(case: &Case<'_>, out: &mut Vec<Finding>) {
    for component in case.base().components.iter().filter(|old| case.head().component(&old.name.value).is_none()) {
        let name = &*component.name.value;
        if case.sides.renames.is_component(name) {
            continue;
        }
        let causes = case.because(Some(component.name.origin), None, Some(name));
        let volumes = has_volumes(component);
        let (level, message, why) = if !component.by_argocd() {
            (
                Level::Caution,
                "removed from the spec",
                "what Ansible installed stays on the machines until somebody removes it",
            )
        } else if !case.root_prunes() {
            (
                Level::Caution,
                "removed from the spec",
                "the root does not prune, so all of it stays in the cluster, and nobody looks after it",
            )
        } else if volumes {
            (
                Level::Danger,
                "removed: Argo CD deletes all that it deployed, its volumes too",
                "save the data before this is merged",
            )
        } else {
            (Level::Danger, "removed: Argo CD deletes all that it deployed", "whatever still uses it breaks")
        };
        let mut finding = Finding::new(&REMOVED, level, name, message).why(why).because(causes);
        for (at, ..) in case.changes_of(Some(name)) {
            finding = finding.covering(at);
        }
        out.push(finding);
    }
}
