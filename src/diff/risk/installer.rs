//! Who installs a component, and where it runs.

use std::collections::BTreeMap;

use super::{At, Case, Finding, Level, RiskRule};
use crate::diff::report::{Change, FileChange};
use crate::model::{Component, Place, Platform};
use crate::spec::InstalledBy;

/// Somebody else installs a component.
pub(super) static INSTALLER: RiskRule = RiskRule {
    name: "installer-changed",
    code: "DV2078",
    summary: "Somebody else installs a component.",
    documentation: "\
## What it does
Reports a component that somebody else installs than before: Argo CD, Ansible, a person with Helm, or nobody whom dvgen knows.

## Why it matters
Argo CD deletes what it deployed when its Application goes, volumes too. What Ansible or a person installed stays where it is, and whoever
installs it a second time finds objects and files of another owner.

## What to do
For a hand-over: take the finalizer off the Application in a change before this one, so that what runs stays. Then let the new installer
adopt it.
",
    judge: installer,
};

/// A component runs on other machines.
pub(super) static MOVED: RiskRule = RiskRule {
    name: "machine-moved",
    code: "DV2079",
    summary: "A component runs on other machines.",
    documentation: "\
## What it does
Reports a component outside of Kubernetes that runs on other machines than before, and one whose server does.

## Why it matters
Nothing moves its folders: it starts empty on the new machine, and what it wrote stays on the old one. There it runs on, until somebody
stops it, and whoever was not told still writes to it.

## What to do
Stop it, copy its folders, and start it on the new machine. Remove the old service.
",
    judge: moved,
};

fn installer(case: &Case<'_>, out: &mut Vec<Finding>) {
    for (old, new) in case.components() {
        let (from, to) = (old.installed_by.value, new.installed_by.value);
        if from == to {
            continue;
        }
        let name = &*new.name.value;
        let (level, why) = match (from, to) {
            (InstalledBy::Argocd, _) if case.root_prunes() => (
                Level::Danger,
                "Argo CD deletes all that it deployed, volumes too, unless its Application loses the finalizer in a change before this one",
            ),
            (InstalledBy::Argocd, _) => (Level::Caution, "what Argo CD deployed stays, and nobody looks after it"),
            (_, InstalledBy::Argocd) => (
                Level::Caution,
                "Argo CD takes over what is there under the same names, and sets it back to what Git says",
            ),
            _ => (Level::Caution, "what is installed stays as it is, until somebody removes it"),
        };
        let message = format!("is installed by `{}` and no longer by `{}`", to.word(), from.word());
        let causes = case.because(Some(old.installed_by.origin), Some(new.installed_by.origin), Some(name));
        let mut finding = Finding::new(&INSTALLER, level, name, message).why(why).because(causes);
        for (at, of, ..) in case.changes() {
            if of == Some(name) {
                finding = finding.covering(at);
            }
        }
        out.push(finding);
    }
}

/// Returns the folders in which a component keeps data.
fn folders<'p>(platform: &'p Platform, component: &Component) -> Vec<&'p Place> {
    let of = |place: &&Place| {
        platform.components.get(place.component.0).is_some_and(|one| one.name.value == component.name.value)
    };
    platform.places.iter().filter(of).collect()
}

/// Machines that are no longer servers, and those that are from now on, each with the change that says so.
type Servers<'c> = [Vec<(At, String, &'c Change)>; 2];

/// Reports what has its server on another machine, where all of its machines run it: their configuration says so.
fn servers(case: &Case<'_>, out: &mut Vec<Finding>) {
    let machine = |file: &'_ FileChange| Some(file.path.strip_prefix("hosts/")?.split_once('/')?.0.to_owned());
    let mut known: BTreeMap<&str, Servers<'_>> = BTreeMap::new();
    for (at, component, file, change) in case.changes().filter(|(.., change)| change.path == "server") {
        let (Some(name), Some(machine)) = (component, machine(file)) else { continue };
        let [gone, come] = known.entry(name).or_default();
        match change.values() {
            ("true", "false") => gone.push((at, machine, change)),
            ("false", "true") => come.push((at, machine, change)),
            _ => {}
        }
    }
    for (name, [gone, come]) in known.into_iter().filter(|(_, [gone, come])| !gone.is_empty() && !come.is_empty()) {
        let names = |all: &[(At, String, &Change)]| {
            all.iter().map(|(_, name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        };
        let message = format!("its server runs on {} and no longer on {}", names(&come), names(&gone));
        let why = "nothing moves what the old server holds: the new one starts empty, and what others look up in it is missing until they write it again";
        let start = Finding::new(&MOVED, Level::Danger, name, message).why(why);
        let all = gone.iter().chain(&come);
        out.push(all.fold(start, |finding, (at, _, change)| finding.about(*at, change)));
    }
}

fn moved(case: &Case<'_>, out: &mut Vec<Finding>) {
    servers(case, out);
    for (old, new) in case.components().filter(|(old, new)| old.on_machines && new.on_machines) {
        let missing = |own: &Component, other: &Component| -> Vec<String> {
            let gone =
                own.machines.iter().filter(|one| other.machines.iter().all(|two| two.name.value != one.name.value));
            gone.map(|machine| format!("`{}`", machine.name.value)).collect()
        };
        // A machine with another name is the same one.
        let renamed = |names: &[String]| names.iter().any(|name| case.sides.renames.is_node(name.trim_matches('`')));
        let (gone, come) = (missing(old, new), missing(new, old));
        if gone.is_empty() && come.is_empty() || renamed(&gone) {
            continue;
        }
        let folders = folders(case.base(), old);
        let list: Vec<String> = folders.iter().map(|place| format!("`{}`", place.path.value)).collect();
        let (message, level, why) = match (gone.is_empty(), come.is_empty()) {
            (true, _) => (
                format!("runs on {} too", come.join(", ")),
                Level::Caution,
                "see that the machine has room for it".to_owned(),
            ),
            (false, new) => {
                let message = if new {
                    format!("runs on {} no more", gone.join(", "))
                } else {
                    format!("runs on {} and no longer on {}", come.join(", "), gone.join(", "))
                };
                if list.is_empty() {
                    (message, Level::Caution, "on the old machine it runs on until somebody stops it".to_owned())
                } else {
                    let why = format!(
                        "nothing moves {}: it starts empty, and what it wrote stays on the old machine",
                        list.join(", ")
                    );
                    (message, Level::Danger, why)
                }
            }
        };
        let name = &*new.name.value;
        let origin = |own: &Component, names: &[String]| {
            let mut all = own.machines.iter();
            all.find(|machine| names.iter().any(|name| name.trim_matches('`') == &*machine.name.value))
                .map(|one| one.name.origin)
        };
        let causes = case.because(origin(old, &gone), origin(new, &come), Some(name));
        out.push(Finding::new(&MOVED, level, name, message).why(why).because(causes));
    }
}
