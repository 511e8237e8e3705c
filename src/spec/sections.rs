//! The sections of a file by their names and their forms, before anything is laid over anything.
//!
//! A section whose name is misspelt is reported, and read as the one that is probably meant: all that it says is judged, and
//! nothing is missing that others name.

use super::RECORDS;
use super::platform::Platform;
use crate::diag::Diagnostic;
use crate::yaml::{Decoder, Entry, Mapping, Node, NodeKind};

/// The sections that are lists.
const LISTS: [&str; 2] = ["flows", "include"];

/// What is one word.
const WORDS: [&str; 2] = ["apiVersion", "kind"];

/// Sections that hold a map for each of their names.
const OF_MAPS: [&str; 15] = [
    "addresses",
    "certificates",
    "clouds",
    "clusters",
    "components",
    "compositions",
    "gates",
    "groups",
    "hypervisors",
    "images",
    "layers",
    "networks",
    "nodes",
    "plugins",
    "tunnels",
];

/// Gives misspelt sections of a file, and of its environments, the name that is probably meant.
pub(super) fn respell(root: &mut Mapping, out: &mut Vec<Diagnostic>) {
    names(root, out);
    let environments = root.get_mut("environments").and_then(|entry| entry.value.as_mapping_mut());
    for overlay in environments.into_iter().flat_map(|all| &mut all.entries) {
        if let Some(overlay) = overlay.value.as_mapping_mut() {
            names(overlay, out);
        }
    }
}

fn names(sections: &mut Mapping, out: &mut Vec<Diagnostic>) {
    let known = |entry: &Entry| Platform::FIELDS.iter().find(|field| ***field == *entry.key.text);
    let mut written: Vec<_> = sections.entries.iter().filter_map(known).map(|field| (*field, None)).collect();
    let Some(place) = sections.entries.first().map(|entry| entry.key.span) else { return };
    for entry in sections.entries.iter_mut().filter(|entry| known(entry).is_none() && !entry.is_merge()) {
        let mut cx = Decoder::of(RECORDS);
        let this = std::slice::from_ref(entry);
        let meant = cx.unknown_fields(this, place, Platform::RECORD, &written, &[]);
        if let [meant] = meant.as_slice() {
            entry.key.text = (*meant).into();
            written.push((meant, None));
            out.append(&mut cx.diagnostics);
        }
    }
}

/// Returns whether a section has the form that it takes.
pub(super) fn fits(section: &str, value: &Node) -> bool {
    match value.kind {
        NodeKind::Sequence(_) => LISTS.contains(&section),
        NodeKind::Scalar { .. } => WORDS.contains(&section),
        NodeKind::Mapping(_) => !LISTS.contains(&section) && !WORDS.contains(&section),
    }
}

/// Returns whether an entry of a section has the form that it takes, as far as that is one for all of them.
pub(super) fn entry_fits(section: &str, value: &Node) -> bool {
    !OF_MAPS.contains(&section) || value.as_mapping().is_some()
}
