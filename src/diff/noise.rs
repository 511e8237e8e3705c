//! Changes that say nothing new: labels that repeat a version, checksums of what is shown elsewhere.

use super::report::{Change, ChangeKind};
use crate::emit::TargetName;

/// Labels that repeat a version.
const LABELS: &[&str] = &["helm.sh/chart", "app.kubernetes.io/version"];

/// Lists in Renovate's configuration that repeat where versions stand.
const PINS: &[&str] = &["customManagers", "ignorePaths"];

/// The files of the spec in the rules for routine updates, which the list of managers repeats.
const FILES: &str = ".matchFileNames[]";

/// What the comment or the description at the head of each file says, before the name of the spec.
const HEADER: &str = "Made by dvgen from ";

/// Returns whether a change of a kind of output says nothing that another one does not say.
pub(super) fn is_noise(change: &Change, target: TargetName) -> bool {
    let (before, after) = change.values();
    if before.contains(HEADER) && after.contains(HEADER) {
        return true;
    }
    if target == TargetName::Renovate {
        return PINS.iter().any(|list| change.path.starts_with(list)) || change.path.contains(FILES);
    }
    if let ChangeKind::Text(lines) = &change.kind {
        let differs = |mark: char| matches!(mark, '+' | '-');
        return lines.shown.iter().filter(|(mark, _)| differs(*mark)).all(|(_, line)| line.contains(HEADER));
    }
    if change.kind != ChangeKind::Changed {
        return false;
    }
    let last = change.path.rsplit('.').next().unwrap_or_default().trim_matches('"');
    // A key with dots is quoted as a whole.
    let quoted = change.path.rsplit('"').nth(1).filter(|_| change.path.ends_with('"'));
    let key = quoted.unwrap_or(last);
    LABELS.contains(&key) || key.starts_with("checksum/") || matches!(key, "caBundle" | "ca.crt")
}

#[cfg(test)]
mod tests {
    use super::is_noise;
    use crate::diff::report::{Change, ChangeKind};
    use crate::diff::tree::below;
    use crate::emit::TargetName;

    #[test]
    fn labels_and_checksums_are_noise_and_other_values_are_not() {
        let noise = |keys: &[&str], kind: ChangeKind| {
            let path = keys.iter().fold(String::new(), |path, key| below(&path, key));
            is_noise(&Change::new(path, kind, None, None), TargetName::Manifests)
        };
        assert!(noise(&["metadata", "labels", "helm.sh/chart"], ChangeKind::Changed));
        assert!(noise(&["metadata", "labels", "app.kubernetes.io/version"], ChangeKind::Changed));
        assert!(noise(&["metadata", "annotations", "checksum/config"], ChangeKind::Changed));
        assert!(noise(&["webhooks", "caBundle"], ChangeKind::Changed));
        assert!(!noise(&["metadata", "labels", "app.kubernetes.io/version"], ChangeKind::Removed));
        assert!(!noise(&["metadata", "labels", "app.kubernetes.io/name"], ChangeKind::Changed));
        assert!(!noise(&["spec", "version"], ChangeKind::Changed));
    }
}
