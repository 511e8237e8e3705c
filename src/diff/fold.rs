//! Says what happens in several environments, or to many components, once.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::mask::without;
use super::report::{Change, ChangeKind, FileChange, Section, SharedChange};
use crate::emit::TargetName;

/// From this many components on a change that they share is told once.
const MANY: usize = 3;

/// What changed in one environment: files by component, in order.
pub(super) struct Changed {
    pub(super) environment: Arc<str>,
    pub(super) files: Vec<(Option<Arc<str>>, FileChange)>,
}

/// One change with the file that it is in, apart from its environment.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    component: Option<Arc<str>>,
    path: String,
    /// Where it stands in the file, so that the order of a file is kept.
    what: String,
}

/// One change, and where it happened.
struct Folded {
    file: FileChange,
    change: Option<Change>,
    environments: Vec<Arc<str>>,
    order: usize,
}

/// Folds the changes of all environments.
pub(super) fn fold(all: Vec<Changed>) -> (Vec<Section>, Vec<SharedChange>) {
    let mut folded: BTreeMap<Key, Folded> = BTreeMap::new();
    for Changed { environment, files } in all {
        for (component, mut file) in files {
            let changes = std::mem::take(&mut file.changes);
            let changes: Vec<Option<Change>> =
                if changes.is_empty() { vec![None] } else { changes.into_iter().map(Some).collect() };
            for (order, change) in changes.into_iter().enumerate() {
                let what = change.as_ref().map(|change| text(change, &file, &environment)).unwrap_or_default();
                let what =
                    format!("{:?} {:?} {what}", file.presence, file.was.as_ref().map(|was| without(was, &environment)));
                let key = Key { component: component.clone(), path: without(&file.path, &environment), what };
                let entry = folded.entry(key).or_insert_with(|| Folded {
                    file: file.clone(),
                    change: change.clone(),
                    environments: Vec::new(),
                    order,
                });
                if !entry.environments.contains(&environment) {
                    entry.environments.push(environment.clone());
                }
                if let (Some(kept), Some(change)) = (&mut entry.change, change) {
                    let new = change.causes.into_iter().filter(|cause| !kept.causes.contains(cause));
                    let new: Vec<usize> = new.collect();
                    kept.causes.extend(new);
                    kept.level = kept.level.max(change.level);
                }
            }
        }
    }
    let mut shared = share(&mut folded);
    shared.sort_by(|a, b| wider(&a.environments, &b.environments));
    (sections(folded), shared)
}

/// Returns a text that is the same for changes that are the same but for the environment.
fn text(change: &Change, file: &FileChange, environment: &str) -> String {
    if file.target == TargetName::Pages {
        return String::new();
    }
    let object = change.object.as_ref().map(|object| without(&object.words(), environment));
    let (before, after) = change.values();
    let values = (without(before, environment), without(after, environment));
    match &change.kind {
        // Of an object that came or went, the name says enough.
        ChangeKind::Added | ChangeKind::Removed if change.is_whole_object() => format!("{object:?} {:?}", change.kind),
        kind => format!("{object:?} {} {kind:?} {values:?}", without(&change.path, environment)),
    }
}

/// Takes out what many components have in common.
fn share(folded: &mut BTreeMap<Key, Folded>) -> Vec<SharedChange> {
    let mut groups: BTreeMap<(Vec<Arc<str>>, String), Vec<Key>> = BTreeMap::new();
    for (key, one) in folded.iter() {
        let (Some(component), Some(change)) = (&key.component, &one.change) else { continue };
        if matches!(change.kind, ChangeKind::Text(_)) || change.noise {
            continue;
        }
        let kind = change.object.as_ref().map(|object| object.kind.clone()).unwrap_or_default();
        let (before, after) = change.values();
        let values = if change.is_whole_object() {
            String::new()
        } else {
            format!("{before} {after}").replace(&**component, "*")
        };
        let what = format!("{kind} {} {:?} {values}", change.path.replace(&**component, "*"), change.kind);
        groups.entry((one.environments.clone(), what)).or_default().push(key.clone());
    }
    let mut shared: Vec<SharedChange> = Vec::new();
    for ((environments, _), keys) in groups {
        let mut components: Vec<Arc<str>> = keys.iter().filter_map(|key| key.component.clone()).collect();
        components.dedup();
        // One file each: two changes in one file that look alike are not the same change.
        if components.len() < MANY || components.len() != keys.len() {
            continue;
        }
        let taken: Vec<Folded> = keys.iter().filter_map(|key| folded.remove(key)).collect();
        let mut changes = taken.into_iter().filter_map(|folded| folded.change);
        let Some(mut change) = changes.next() else { continue };
        let first = change.clone();
        for other in changes {
            apart(&mut change, &first, &other, keys.first().and_then(|key| key.component.as_deref()));
            let new: Vec<usize> = other.causes.into_iter().filter(|cause| !change.causes.contains(cause)).collect();
            change.causes.extend(new);
            change.level = change.level.max(other.level);
        }
        if let Some(object) = &mut change.object {
            "…".clone_into(&mut object.name);
            object.namespace = None;
        }
        change.causes.sort_unstable();
        let same = |old: &&mut SharedChange| old.components == components && old.environments == environments;
        match shared.iter_mut().find(same) {
            Some(old) => old.changes.push(change),
            None => shared.push(SharedChange { changes: vec![change], components, environments }),
        }
    }
    shared
}

/// Writes `…` for the name of the first component where another one says its own in that place.
fn apart(change: &mut Change, first: &Change, other: &Change, component: Option<&str>) {
    let Some(name) = component else { return };
    let general = |text: &str| text.replace(name, "…");
    if first.path != other.path {
        change.path = general(&first.path);
    }
    let sides = [(&mut change.before, &first.before, &other.before), (&mut change.after, &first.after, &other.after)];
    for (shown, one, two) in sides {
        if let (Some(shown), Some(one)) = (shown, one)
            && two.as_ref().is_none_or(|two| two.text != one.text)
        {
            shown.text = general(&one.text);
        }
    }
}

/// A component and environments.
type Place = (Option<Arc<str>>, Vec<Arc<str>>);

/// Groups what is left by environments and component.
fn sections(folded: BTreeMap<Key, Folded>) -> Vec<Section> {
    let mut sections: BTreeMap<Place, BTreeMap<String, Vec<Folded>>> = BTreeMap::new();
    for (key, one) in folded {
        let files = sections.entry((key.component, one.environments.clone())).or_default();
        files.entry(key.path).or_default().push(one);
    }
    let section = |((component, environments), files): (Place, BTreeMap<String, Vec<Folded>>)| {
        let files = files.into_values().filter_map(|mut all| {
            all.sort_by_key(|one| one.order);
            let mut file = all.first()?.file.clone();
            file.changes = all.into_iter().filter_map(|one| one.change).collect();
            for change in &mut file.changes {
                change.causes.sort_unstable();
            }
            Some(file)
        });
        Section { component, environments, files: files.collect() }
    };
    let mut sections: Vec<Section> = sections.into_iter().map(section).collect();
    // What speaks of the platform comes last in its set.
    sections.sort_by(|a, b| {
        let within = |section: &Section| (section.component.is_none(), section.component.clone());
        wider(&a.environments, &b.environments).then_with(|| within(a).cmp(&within(b)))
    });
    sections
}

/// Compares sets of environments: what holds in more of them comes first.
fn wider(a: &[Arc<str>], b: &[Arc<str>]) -> Ordering {
    b.len().cmp(&a.len()).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Changed, fold};
    use crate::diff::report::{Change, ChangeKind, FileChange, Presence};
    use crate::diff::value::words;
    use crate::emit::TargetName;

    #[test]
    fn what_many_share_names_none_of_them() {
        let file = |name: &str| {
            let value = |path: &str, from: String, to: &str| {
                Change::new(path.to_owned(), ChangeKind::Changed, Some(words(from)), Some(words(to)))
            };
            let changes = vec![
                value("spec.host", format!("{name}.example.org"), "none"),
                value(&format!("hosts.{name}"), "one".to_owned(), "two"),
            ];
            let path = format!("gitops/values/{name}.yaml");
            let file =
                FileChange { path, was: None, target: TargetName::Argocd, presence: Presence::Both, lines: 0, changes };
            (Some(Arc::from(name)), file)
        };
        let files = ["loki", "mimir", "tempo"].map(file).into();
        let (sections, shared) = fold(vec![Changed { environment: "production".into(), files }]);
        assert!(sections.is_empty());
        let said: Vec<String> = shared
            .iter()
            .flat_map(|shared| &shared.changes)
            .map(|change| format!("{} {} {}", change.path, change.values().0, change.values().1))
            .collect();
        assert_eq!(said, ["hosts.… one two", "spec.host ….example.org none"]);
    }
}
