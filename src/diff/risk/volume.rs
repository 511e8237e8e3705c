//! Volumes.

use super::each::{Meaning, each_left};
use super::{Case, Finding, Level, RiskRule, amount, class};
use crate::diff::report::{Change, ChangeKind, FileChange};
use crate::emit::TargetName;
use crate::model::Traced;
use crate::spec::scalars::Quantity;

/// A volume of another size or class.
pub(super) static RULE: RiskRule = RiskRule {
    name: "volume-changed",
    code: "DV2031",
    summary: "A volume has another size, class or access mode, or is gone.",
    documentation: "\
## What it does
Reports another size, storage class or access mode of the volumes of a component or of a part of it, wherever it is written: in the
spec's `storage`, in Helm values, in a manifest. So it does where persistence is switched off, where a storage class is gone, and where
no class is the default any more.

## Why it matters
A volume cannot shrink, and cannot change its class. Most charts keep volumes in a StatefulSet, whose volume claims Kubernetes does not
let change: the sync fails even if the volume only grows.

## What to do
To grow: change the claims by hand, delete the StatefulSet with `--cascade=orphan`, then sync. To shrink or to move: copy the data to
new volumes.
",
    judge,
};

fn judge(case: &Case<'_>, out: &mut Vec<Finding>) {
    let start = out.len();
    for (old, new) in case.components() {
        let name = &*new.name.value;
        sizes(case, name, name, (old.storage.1.as_ref(), new.storage.1.as_ref()), out);
        for part in &new.parts {
            if let Some(was) = old.parts.iter().find(|was| was.name == part.name) {
                let subject = format!("{name}, part {}", part.name);
                sizes(case, name, &subject, (was.storage.1.as_ref(), part.storage.1.as_ref()), out);
            }
        }
    }
    class::judge(case, out);
    let target = |file: &FileChange| matches!(file.target, TargetName::Values | TargetName::Manifests);
    each_left(case, &RULE, (start, out), |file, change| meaning(change).filter(|_| target(file)));
}

pub(super) const CLASS: &str = "a volume cannot change its class: the data has to be copied to a new one";
const SHRINKS: &str = "a volume cannot shrink: the sync fails, or the data is lost with the old volume";
const GROWS: &str = "a StatefulSet does not let its claims change: let the volumes grow by hand first";

/// Returns what a change of a value means for a volume.
fn meaning(change: &Change) -> Option<Meaning> {
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

type Size<'a> = Option<&'a Traced<Quantity>>;

fn sizes(case: &Case<'_>, component: &str, subject: &str, (old, new): (Size<'_>, Size<'_>), out: &mut Vec<Finding>) {
    let (Some(from), Some(to)) = (old, new) else { return };
    if from.value.bytes == to.value.bytes {
        return;
    }
    let shrinks = to.value.bytes < from.value.bytes;
    let message = format!("volume {} → {}", from.value.text, to.value.text);
    let (level, why) = if shrinks { (Level::Danger, SHRINKS) } else { (Level::Caution, GROWS) };
    let causes = case.because(Some(from.origin), Some(to.origin), Some(component));
    out.push(Finding::new(&RULE, level, subject, message).why(why).because(causes));
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
            let change = Change::changed(path, before, after);
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
