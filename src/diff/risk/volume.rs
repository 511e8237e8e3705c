//! Volumes.

use std::sync::Arc;

use super::{Case, Finding, Level, RiskRule, amount};
use crate::diff::report::{Change, ChangeKind};
use crate::emit::TargetName;
use crate::model::{Component, Traced};
use crate::spec::scalars::Quantity;

/// A volume of another size or class.
pub(super) static RULE: RiskRule = RiskRule {
    name: "volume-changed",
    code: "DV2031",
    summary: "A volume has another size, class or access mode, or is gone.",
    documentation: "\
## What it does
Reports another size, storage class or access mode of the volumes of a component or of a part of it, wherever it is written: in the
spec's `storage`, in Helm values, in a manifest. So it does where persistence is switched off.

## Why it matters
A volume cannot shrink, and cannot change its class. Most charts keep volumes in a StatefulSet, whose volume claims Kubernetes does not
let change: the sync fails even if the volume only grows.

## What to do
To grow: change the claims by hand, delete the StatefulSet with `--cascade=orphan`, then sync. To shrink or to move: copy the data to
new volumes.
",
    judge,
};

type Volume<'a> = (Option<&'a Traced<Arc<str>>>, Option<&'a Traced<Quantity>>);

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    fn of(storage: &(Option<Traced<Arc<str>>>, Option<Traced<Quantity>>)) -> Volume<'_> {
        (storage.0.as_ref(), storage.1.as_ref())
    }
    let start = out.len();
    for (old, new) in case.components() {
        let name = &*new.name.value;
        // The default class is that of components without a volume too: nothing of theirs moves.
        let keeps = |one: &Component| {
            let needs = one.variant.facts.needs.value().and_then(|needs| needs.storage.value());
            needs == Some(&true) || one.storage.1.is_some()
        };
        let class = |one: &'_ Component| keeps(one).then(|| one.storage.0.clone()).flatten();
        let (was, is) = (class(old), class(new));
        compare(case, name, name, (was.as_ref(), of(&old.storage).1), (is.as_ref(), of(&new.storage).1), out);
        for part in &new.parts {
            if let Some(was) = old.parts.iter().find(|was| was.name == part.name) {
                compare(case, name, &format!("{name}, part {}", part.name), of(&was.storage), of(&part.storage), out);
            }
        }
    }
    for (at, component, file, change) in case.changes() {
        let target = matches!(file.target, TargetName::Values | TargetName::Manifests);
        let Some((level, message, why)) = meaning(change).filter(|_| target) else { continue };
        // What the spec says of a volume is in the values too.
        let said = out.get_mut(start..).unwrap_or_default().iter_mut().find(|finding| {
            !change.causes.is_empty() && change.causes.iter().all(|cause| finding.causes.contains(cause))
        });
        if let Some(finding) = said {
            finding.covers.push(at);
        } else {
            let subject = component.unwrap_or("the platform");
            out.push(Finding::new(&RULE, level, subject, message).why(why).about(at, change).only());
        }
    }
}

const CLASS: &str = "a volume cannot change its class: the data has to be copied to a new one";
const SHRINKS: &str = "a volume cannot shrink: the sync fails, or the data is lost with the old volume";
const GROWS: &str = "a StatefulSet does not let its claims change: let the volumes grow by hand first";

/// Returns what a change of a value means for a volume.
fn meaning(change: &Change) -> Option<(Level, String, &'static str)> {
    let (before, after) = change.values();
    let path = change.path.to_ascii_lowercase();
    let keys: Vec<&str> = path.split(['.', '[', ']', '"']).filter(|key| !key.is_empty()).collect();
    let (last, above) = keys.split_last()?;
    let is_volume = |key: &&str| ["persist", "volume", "storage", "pvc", "disk"].iter().any(|part| key.contains(part));
    // What the API server refuses to change in place has a rule of its own.
    let claims = change.object.as_ref().is_some_and(|object| object.kind == "StatefulSet");
    let claim = change.is_of("PersistentVolumeClaim");
    if claims || change.is_of("StorageClass") || change.is_whole_object() {
        return None;
    }
    let words = |what: &str| format!("{what} at `{}` {before} → {after}", change.path);
    if change.kind != ChangeKind::Changed {
        let modes = keys.contains(&"accessmodes") && !claim;
        let what = || format!("access modes at `{}` are others", change.path);
        return modes
            .then(|| (Level::Danger, what(), "a claim cannot change its access modes: it has to be made anew"));
    }
    let last = if last.bytes().all(|byte| byte.is_ascii_digit()) { above.last()? } else { last };
    match *last {
        "storageclass" | "storageclassname" if !claim => Some((Level::Danger, words("storage class"), CLASS)),
        "accessmode" | "accessmodes" if !claim => {
            let why = "a claim cannot change its access modes: it has to be made anew";
            Some((Level::Danger, words("access mode"), why))
        }
        "size" | "storage" | "storagesize" | "volumesize" if above.iter().any(is_volume) || claim => {
            let (from, to) = (amount::read(before)?, amount::read(after)?);
            let shrinks = from.is_like(to) && to.number < from.number;
            Some(if shrinks {
                (Level::Danger, words("volume"), SHRINKS)
            } else {
                (Level::Caution, words("volume"), GROWS)
            })
        }
        "enabled" if above.last().is_some_and(|key| is_persistence(key)) && (before, after) == ("true", "false") => {
            Some((
                Level::Danger,
                format!("`{}` is switched off: it keeps its data on no volume any more", change.path),
                "what it wrote stays behind, and what it writes from now on is gone with the pod",
            ))
        }
        _ => None,
    }
}

fn is_persistence(key: &str) -> bool {
    matches!(key, "persistence" | "persistentvolume" | "datastorage" | "persistentvolumeclaim" | "pvc")
}

fn compare(case: &Case<'_>, component: &str, subject: &str, old: Volume<'_>, new: Volume<'_>, out: &mut Vec<Finding>) {
    if let (Some(from), Some(to)) = (old.1, new.1)
        && from.value.bytes != to.value.bytes
    {
        let shrinks = to.value.bytes < from.value.bytes;
        let message = format!("volume {} → {}", from.value.text, to.value.text);
        let (level, why) = if shrinks { (Level::Danger, SHRINKS) } else { (Level::Caution, GROWS) };
        let causes = case.because(Some(from.origin), Some(to.origin), Some(component));
        out.push(Finding::new(&RULE, level, subject, message).why(why).because(causes));
    }
    if let (Some(from), Some(to)) = (old.0, new.0)
        && from.value != to.value
    {
        let message = format!("storage class `{}` → `{}`", from.value, to.value);
        let causes = case.because(Some(from.origin), Some(to.origin), Some(component));
        out.push(Finding::new(&RULE, Level::Danger, subject, message).why(CLASS).because(causes));
    }
}

#[cfg(test)]
mod tests {
    use super::meaning;
    use crate::diff::report::{Change, ChangeKind};
    use crate::diff::risk::Level;
    use crate::diff::value::words;

    #[test]
    fn values_that_are_about_volumes_are_known() {
        let level = |path: &str, before: &str, after: &str| {
            let change = Change::new(path.to_owned(), ChangeKind::Changed, Some(words(before)), Some(words(after)));
            meaning(&change).map(|found| found.0)
        };
        assert_eq!(level("server.persistentVolume.storageClass", "fast", "slow"), Some(Level::Danger));
        assert_eq!(level("primary.persistence.size", "20Gi", "10Gi"), Some(Level::Danger));
        assert_eq!(level("primary.persistence.size", "10Gi", "20Gi"), Some(Level::Caution));
        assert_eq!(
            level("prometheusSpec.storageSpec.volumeClaimTemplate.spec.resources.requests.storage", "9Gi", "8Gi"),
            Some(Level::Danger)
        );
        assert_eq!(level("server.dataStorage.enabled", "true", "false"), Some(Level::Danger));
        assert_eq!(level("server.dataStorage.enabled", "false", "true"), None);
        assert_eq!(
            level("volumeClaimTemplate.spec.accessModes[0]", "ReadWriteOnce", "ReadWriteMany"),
            Some(Level::Danger)
        );
        assert_eq!(level("persistence.accessMode", "ReadWriteOnce", "ReadWriteMany"), Some(Level::Danger));
        assert_eq!(level("queue.size", "20Gi", "10Gi"), None);
        assert_eq!(level("ingress.enabled", "true", "false"), None);
        let modes =
            Change::new("persistence.accessModes[]".to_owned(), ChangeKind::Added, None, Some(words("ReadWriteMany")));
        assert_eq!(meaning(&modes).map(|found| found.0), Some(Level::Danger));
    }
}
