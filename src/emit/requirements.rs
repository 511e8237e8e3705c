//! `ansible/requirements.yml`: the collections that the playbooks use, each at the version that the spec pins.

use super::Source;
use super::build::{list, map, text};
use super::draft::{Draft, TargetName};

/// Returns the file, if the spec pins a collection.
pub(super) fn draft(source: &Source<'_>) -> Option<Draft> {
    let platform = source.platform;
    let here = platform.name.origin;
    if platform.collections.is_empty() {
        return None;
    }
    let collections = platform.collections.iter().map(|collection| {
        let here = collection.name.origin;
        map(here, [("name", text(&collection.name)), ("version", text(&collection.version))])
    });
    let doc = map(here, [("collections", list(here, collections))]);
    let path = source.layout.file("ansible/requirements.yml");
    Some(Draft::yaml(path, TargetName::Ansible, source.layout.header(here), vec![doc]))
}
