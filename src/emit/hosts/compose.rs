//! `compose.yaml` of a machine: the services of all components that are installed there by Docker Compose.

use super::{folder, machines, rendered};
use crate::diag::Diagnostic;
use crate::doc::{Doc, Key, Map};
use crate::emit::Source;
use crate::emit::draft::{Draft, TargetName};
use crate::model::Machine;
use crate::source::Origins;
use crate::spec::InstalledBy;

/// Returns where the file lies on a machine.
pub(super) fn path(source: &Source<'_>) -> String {
    format!("/etc/compose/{}/compose.yaml", source.platform.name.value)
}

/// Returns the files, one for each machine that has services.
pub(super) fn drafts(source: &Source<'_>, origins: &mut Origins, out: &mut Vec<Diagnostic>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (machine, components) in machines(source) {
        let mut services = Map::new();
        for (id, component) in components {
            if component.installed_by.value != InstalledBy::Compose {
                continue;
            }
            let Some(doc) = rendered(source, (id, component), machine, "compose", origins, out) else { continue };
            let key = Key { text: component.name.value.clone().into(), origin: component.name.origin };
            services.push_new(key, doc);
        }
        if !services.is_empty() {
            drafts.push(draft(source, machine, services));
        }
    }
    drafts
}

fn draft(source: &Source<'_>, machine: &Machine, services: Map) -> Draft {
    let name = &source.platform.name;
    let mut file = Map::new();
    file.set("name", Doc::str(name.value.clone(), name.origin));
    file.set("services", Doc::map(services, machine.name.origin));
    let doc = Doc::map(file, machine.name.origin);
    let path = source.layout.file(&format!("{}{}", folder(machine), path(source)));
    Draft::yaml(path, TargetName::Machines, source.layout.header(machine.name.origin), vec![doc])
}
