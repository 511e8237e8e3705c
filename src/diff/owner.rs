//! Files that several components have a part in: what changed in a component's part is a change of that component.

use std::sync::Arc;

use super::report::{Change, FileChange, Presence};
use crate::model::Platform;

type Files = Vec<(Option<Arc<str>>, FileChange)>;

/// Returns whose part of a file of machines a change is in: a service of `compose.yaml`, one of the variables of a machine.
fn named<'c>(file: &FileChange, change: &'c Change) -> Option<&'c str> {
    let path = change.path.as_str();
    if file.path.ends_with("/compose.yaml") {
        let rest = path.strip_prefix("services.")?;
        let rest = rest.strip_prefix('"').unwrap_or(rest);
        return rest.split(['.', '[', '"']).next();
    }
    if file.path.contains("ansible/host_vars/") {
        return path.strip_prefix("machine_services[")?.split(']').next();
    }
    None
}

/// Gives each component its part of such files. Files come by component and path.
pub(super) fn split(files: Files, (base, head): (&Platform, &Platform)) -> Files {
    let owner = |file: &FileChange, change: &Change| {
        let name = named(file, change)?;
        let component = head.component(name).or_else(|| base.component(name))?;
        Some(component.name.value.clone())
    };
    let mut found = Files::new();
    for (component, mut file) in files {
        if component.is_some() || file.presence != Presence::Both {
            found.push((component, file));
            continue;
        }
        let mut parts: Vec<(Option<Arc<str>>, Vec<Change>)> = Vec::new();
        for change in std::mem::take(&mut file.changes) {
            let of = owner(&file, &change);
            match parts.iter_mut().find(|(known, _)| *known == of) {
                Some((_, changes)) => changes.push(change),
                None => parts.push((of, vec![change])),
            }
        }
        if parts.is_empty() {
            parts.push((None, Vec::new()));
        }
        found.extend(parts.into_iter().map(|(of, changes)| (of, FileChange { changes, ..file.clone() })));
    }
    found.sort_by(|a, b| (&a.0, &a.1.path).cmp(&(&b.0, &b.1.path)));
    found
}
