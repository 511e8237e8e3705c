//! Storage classes: another one, one that is gone, and no default any more.

use std::sync::Arc;

use super::volume::{CLASS, RULE};
use super::{Case, Finding, Level};
use crate::model::{Component, Platform, StorageClass, Traced};

/// Most names in one message.
const NAMED: usize = 8;

/// What has volumes: its component, what it is called, and the class of its volumes.
struct Holder<'a> {
    component: &'a str,
    subject: String,
    class: Option<&'a Traced<Arc<str>>>,
}

/// The default class is that of components without a volume too: nothing of theirs moves.
fn keeps(component: &Component) -> bool {
    let needs = component.variant.facts.needs.value().and_then(|needs| needs.storage.value());
    needs == Some(&true) || component.storage.1.is_some()
}

fn holders(component: &Component) -> Vec<Holder<'_>> {
    let name = &*component.name.value;
    let own = keeps(component).then(|| Holder {
        component: name,
        subject: name.to_owned(),
        class: component.storage.0.as_ref(),
    });
    let parts = component.parts.iter().filter(|part| part.enabled.value && part.storage.1.is_some());
    let parts = parts.map(|part| Holder {
        component: name,
        subject: format!("{name}, part {}", part.name),
        class: part.storage.0.as_ref(),
    });
    own.into_iter().chain(parts).collect()
}

/// Volumes that move from one class to another by the same edits.
struct Moved {
    from: Arc<str>,
    to: Arc<str>,
    causes: Vec<usize>,
    subjects: Vec<String>,
}

/// Judges classes of volumes.
pub(super) fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    let all = moved(case);
    for one in &all {
        let finding = match one.subjects.as_slice() {
            [subject] => {
                let message = format!("storage class `{}` → `{}`", one.from, one.to);
                Finding::new(&RULE, Level::Danger, subject.as_str(), message)
            }
            subjects => {
                let message = format!("takes the place of `{}` for the volumes of {}", one.from, list(subjects));
                Finding::new(&RULE, Level::Danger, format!("storage class {}", one.to), message)
                    .weighing(subjects.len())
            }
        };
        out.push(finding.why(CLASS).because(one.causes.clone()));
    }
    gone(case, &all, out);
    no_default(case, out);
}

fn moved(case: &Case<'_>) -> Vec<Moved> {
    let mut all: Vec<Moved> = Vec::new();
    for (old, new) in case.components() {
        let before = holders(old);
        for holder in holders(new) {
            // Under another name a component has the same parts.
            let part = |subject: &str| subject.split_once(", part ").map(|(_, part)| part.to_owned());
            let was = before.iter().find(|was| part(&was.subject) == part(&holder.subject));
            let (Some(from), Some(to)) = (was.and_then(|was| was.class), holder.class) else { continue };
            if from.value == to.value {
                continue;
            }
            let causes = case.because(Some(from.origin), Some(to.origin), Some(holder.component));
            let same = |one: &&mut Moved| one.from == from.value && one.to == to.value && one.causes == causes;
            match all.iter_mut().find(same) {
                Some(one) => one.subjects.push(holder.subject),
                None => all.push(Moved {
                    from: from.value.clone(),
                    to: to.value.clone(),
                    causes,
                    subjects: vec![holder.subject],
                }),
            }
        }
    }
    all
}

/// Reports classes that are gone, but those whose volumes move to another one, which is said already.
fn gone(case: &Case<'_>, moved: &[Moved], out: &mut Vec<Finding>) {
    let after = &case.head().topology.storage_classes;
    for old in &case.base().topology.storage_classes {
        let name = &old.name.value;
        let stays = after.iter().any(|new| new.name.value == *name);
        if stays || moved.iter().any(|one| one.from == *name) {
            continue;
        }
        let users = users(case.base(), name);
        let message = match users.as_slice() {
            [] => "is gone".to_owned(),
            users => format!("is gone; volumes of it have {}", list(users)),
        };
        let why = "volumes stay, and no new one of it can be made: a pod that is made anew without one waits for ever";
        let causes = case.because(Some(old.name.origin), None, None);
        let subject = format!("storage class {name}");
        out.push(Finding::new(&RULE, Level::Danger, subject, message).why(why).because(causes));
    }
}

fn users(platform: &Platform, class: &Arc<str>) -> Vec<String> {
    let holders = platform.components.iter().flat_map(holders);
    holders.filter(|one| one.class.is_some_and(|own| own.value == *class)).map(|one| one.subject).collect()
}

fn default(platform: &Platform) -> Option<&StorageClass> {
    platform.topology.storage_classes.iter().find(|class| class.default.value)
}

/// Reports that no class is the default any more, where that one is still there.
fn no_default(case: &Case<'_>, out: &mut Vec<Finding>) {
    let (Some(old), None) = (default(case.base()), default(case.head())) else { return };
    let name = &old.name.value;
    let still = case.head().topology.storage_classes.iter().find(|class| class.name.value == *name);
    let Some(still) = still else { return };
    let now = case.head().components.iter().flat_map(holders).filter(|one| one.class.is_none());
    let without: Vec<String> = now.map(|one| one.subject).collect();
    let message = match without.as_slice() {
        [] => "is the default no more, and no other one is".to_owned(),
        some => format!("is the default no more, and no other one is: {} say no class", list(some)),
    };
    let why = "a claim without a class waits for ever";
    let causes = case.because(Some(old.default.origin), Some(still.default.origin), None);
    let subject = format!("storage class {name}");
    let finding = Finding::new(&RULE, Level::Danger, subject, message).weighing(without.len());
    out.push(finding.why(why).because(causes));
}

fn list(subjects: &[String]) -> String {
    let more = subjects.len().saturating_sub(NAMED);
    let text = subjects.iter().take(NAMED).map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{text} and {more} more") } else { text }
}
