//! What annotations say of when Argo CD applies an object.

use crate::doc::Doc;

/// The annotation of Argo CD's own hooks.
pub(in crate::lint) const HOOK: &str = "argocd.argoproj.io/hook";
/// The annotation of Helm's hooks.
pub(super) const HOOK_OF_HELM: &str = "helm.sh/hook";
/// When a hook is deleted.
pub(super) const DELETE_POLICY: &str = "argocd.argoproj.io/hook-delete-policy";
/// The wave of an object inside its Application.
pub(super) const WAVE: &str = "argocd.argoproj.io/sync-wave";

/// Argo CD's hooks (Sync Phases and Waves; `PreDelete` since 3.3).
pub(super) const HOOKS: [&str; 7] = ["PreSync", "Sync", "PostSync", "SyncFail", "PostDelete", "PreDelete", "Skip"];

/// When hooks are deleted.
pub(super) const POLICIES: [&str; 3] = ["HookSucceeded", "HookFailed", "BeforeHookCreation"];

/// Helm's hooks that Argo CD runs before a sync, and after it (Helm, Hooks).
const OF_HELM: [(&str, &str); 4] = [
    ("pre-install", "PreSync"),
    ("pre-upgrade", "PreSync"),
    ("post-install", "PostSync"),
    ("post-upgrade", "PostSync"),
];

/// Returns the items of a list that is separated by commas.
pub(in crate::lint) fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

/// Returns an annotation of an object.
pub(super) fn annotation<'a>(object: &'a Doc, name: &str) -> Option<&'a Doc> {
    object.at(&["metadata", "annotations", name])
}

/// Returns the hooks that an object is, in Argo CD's words; none for what is simply synced.
pub(super) fn of(object: &Doc) -> Vec<&str> {
    let text = |name| annotation(object, name).and_then(Doc::as_str);
    if let Some(own) = text(HOOK) {
        return items(own).collect();
    }
    let helm = text(HOOK_OF_HELM).into_iter().flat_map(items);
    let known = |word: &str| OF_HELM.iter().find(|(theirs, _)| *theirs == word).map(|(_, ours)| *ours);
    let mut all: Vec<&str> = helm.filter_map(known).collect();
    all.dedup();
    all
}

/// Returns the wave of an object; what is no integer counts as none.
pub(super) fn wave(object: &Doc) -> i64 {
    annotation(object, WAVE).and_then(Doc::as_str).and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Returns whether a map is one of annotations, by the key above it.
pub(super) fn are_annotations(keys: &[&str]) -> bool {
    keys.last().is_some_and(|key| key.ends_with("nnotations"))
}

/// Returns whether Argo CD applies an object in the first wave of the sync.
pub(super) fn is_unordered(object: &Doc) -> bool {
    object.at(&["metadata", "annotations"]).is_none() || (wave(object) == 0 && of(object).is_empty())
}
