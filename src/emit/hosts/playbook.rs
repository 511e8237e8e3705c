//! `ansible/services.yml`: the playbook that puts the files of `hosts/` on the machines and starts what they configure.
//!
//! It is the same for every platform: what differs is in `host_vars` and `hosts/`.

use super::machines;
use crate::emit::Source;
use crate::emit::draft::{Body, Draft, TargetName};

const PLAYBOOK: &str = include_str!("services.yml");

/// Returns the playbook, if something is installed on a machine.
pub(super) fn draft(source: &Source<'_>) -> Option<Draft> {
    if machines(source).is_empty() {
        return None;
    }
    let here = source.platform.name.origin;
    let mut lines = vec![(format!("# {}", source.layout.header(here).text), here)];
    lines.extend(PLAYBOOK.lines().map(|line| (line.to_owned(), here)));
    Some(Draft {
        path: source.layout.file("ansible/services.yml"),
        target: TargetName::Ansible,
        header: Vec::new(),
        body: Body::Lines(lines),
        executable: false,
        origin: here,
    })
}
