//! What lies on machines outside of Kubernetes: the files of each component, its unit of systemd, its service of Compose.
//!
//! `values/<component>/machines/*.dvgen.yaml` are the templates, rendered for each machine: `files` is a map of paths and
//! contents, `unit` the unit, `compose` the service, `service` and `environment` what the playbook has to know. A file lies
//! below `hosts/<machine>/` where it will lie below the root of the machine.

mod alloy;
mod body;
mod compose;
mod facts;
mod playbook;

pub(super) use facts::of as facts;

use std::sync::Arc;

use super::Source;
use super::component::about;
use super::draft::{Body, Draft, TargetName};
use crate::diag::Diagnostic;
use crate::doc::Doc;
use crate::library::BAD_FACTS;
use crate::model::{Component, ComponentId, INCOMPLETE, Machine, MachineKind};
use crate::source::Origins;
use crate::spec::InstalledBy;

/// Returns the files of a component on each of its machines.
pub(super) fn component(
    source: &Source<'_>,
    id: ComponentId,
    component: &Component,
    origins: &mut Origins,
    out: &mut Vec<Diagnostic>,
) -> Vec<Draft> {
    let mut drafts = Vec::new();
    unknown(component, origins, out);
    for machine in &component.machines {
        let writer = Writer { source, component, machine };
        if let Some(doc) = writer.render(id, "files", origins, out) {
            writer.files(&doc, origins, out, &mut drafts);
        }
        if component.installed_by.value == InstalledBy::Systemd
            && let Some(doc) = writer.render(id, "unit", origins, out)
        {
            let path = format!("/etc/systemd/system/{}.service", component.name.value);
            drafts.push(writer.draft(&path, Body::Sections(doc), true));
        }
    }
    drafts
}

/// Reports who installs a component in a way that the library does not know it in: nothing would start it.
fn unknown(component: &Component, origins: &Origins, out: &mut Vec<Diagnostic>) {
    let has = |stem: &str| component.variant.machine.iter().any(|(known, _)| &**known == stem);
    let installer = &component.installed_by;
    let units = component.variant.facts.units.value().is_some_and(|units| !units.is_empty());
    // Files of its own may be units, and a package may bring some.
    let (missing, other) = match installer.value {
        InstalledBy::Systemd if has("compose") && !has("unit") && !has("files") && !units => ("unit", "compose"),
        InstalledBy::Compose if !has("compose") && has("unit") => ("service", "systemd"),
        _ => return,
    };
    let Some(span) = origins.written_span(installer.origin) else { return };
    let (name, word) = (&component.name.value, installer.value.word());
    let problem = Diagnostic::error(INCOMPLETE, span, format!("the library has no {missing} of {word} for `{name}`"))
        .why("nothing would start it, and what asks it would find nobody");
    let stem = if other == "compose" { "unit" } else { "compose" };
    let own = format!("or make a template of your own, `dvgen/values/{name}/machines/{stem}.dvgen.yaml`");
    out.push(problem.help(format!("write `installedBy: {other}`")).help(own));
}

/// Returns what speaks of all components of a machine: its file of Compose, and the playbook.
pub(super) fn platform(source: &Source<'_>, origins: &mut Origins, out: &mut Vec<Diagnostic>) -> Vec<Draft> {
    let mut drafts = compose::drafts(source, origins, out);
    drafts.extend(playbook::draft(source));
    drafts
}

/// Returns the machines that something is installed on from here, by name, each with its components.
pub(super) fn machines<'a>(source: &Source<'a>) -> Vec<(&'a Machine, Vec<(ComponentId, &'a Component)>)> {
    let mut all: Vec<(&Machine, Vec<(ComponentId, &Component)>)> = Vec::new();
    for (at, component) in source.platform.components.iter().enumerate() {
        if !component.on_machines || !component.is_installed() {
            continue;
        }
        for machine in component.machines.iter().filter(|machine| !matches!(machine.kind, MachineKind::Address(_))) {
            match all.iter_mut().find(|(known, _)| known.kind == machine.kind) {
                Some((_, components)) => components.push((ComponentId(at), component)),
                None => all.push((machine, vec![(ComponentId(at), component)])),
            }
        }
    }
    all.sort_by(|(a, _), (b, _)| a.name.value.cmp(&b.name.value));
    all
}

/// Renders the template `stem` of a component for a machine.
pub(super) fn rendered(
    source: &Source<'_>,
    (id, component): (ComponentId, &Component),
    machine: &Machine,
    stem: &str,
    origins: &mut Origins,
    out: &mut Vec<Diagnostic>,
) -> Option<Doc> {
    let (_, template) = component.variant.machine.iter().find(|(known, _)| &**known == stem)?;
    let context = source.contexts.on(id, machine, origins);
    template.render(&context, about(source, component), origins, out).doc()
}

/// Returns the folder of the files of a machine.
pub(super) fn folder(machine: &Machine) -> String {
    format!("hosts/{}", machine.name.value)
}

struct Writer<'a> {
    source: &'a Source<'a>,
    component: &'a Component,
    machine: &'a Machine,
}

impl Writer<'_> {
    fn render(&self, id: ComponentId, stem: &str, origins: &mut Origins, out: &mut Vec<Diagnostic>) -> Option<Doc> {
        rendered(self.source, (id, self.component), self.machine, stem, origins, out)
    }

    fn files(&self, doc: &Doc, origins: &mut Origins, out: &mut Vec<Diagnostic>, drafts: &mut Vec<Draft>) {
        let Some(files) = doc.as_map() else { return };
        let main = self.component.variant.facts.config.value().map(|path| path.0.clone());
        for (path, content) in files.iter() {
            let text: Arc<str> = path.text.clone().into();
            if !is_path(&text) {
                if let Some(span) = origins.place(path.origin) {
                    let message = format!("`{text}` is not the path of a file on a machine");
                    out.push(Diagnostic::error(BAD_FACTS, span, message).help("write it from the root, without `..`"));
                }
                continue;
            }
            let mut content = content.clone();
            if let Some(own) = self.component.values.as_ref().filter(|_| main.as_ref() == Some(&text)) {
                content.merge(super::free::doc(origins, own, "values"));
            }
            let (body, commented) = body::of(&text, content, origins, out);
            drafts.push(self.draft(&text, body, commented));
        }
    }

    fn draft(&self, path: &str, body: Body, commented: bool) -> Draft {
        let origin = self.component.name.origin;
        let header = self.source.layout.header(origin);
        Draft {
            path: self.source.layout.file(&format!("{}{path}", folder(self.machine))),
            target: TargetName::Machines,
            header: if commented { vec![header] } else { Vec::new() },
            body,
            executable: path.contains("/sbin/") || path.contains("/bin/"),
            origin,
        }
    }
}

/// A path of a file is made of names that need no quoting anywhere.
fn is_path(path: &str) -> bool {
    let name = |part: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | '+');
        !part.is_empty() && !part.starts_with('-') && part != "." && part != ".." && part.chars().all(fits)
    };
    path.strip_prefix('/').is_some_and(|rest| rest.split('/').all(name))
}
