//! What Ansible installs without Helm: the files of components such as kube-vip, and their variables.
//!
//! `values/<component>/ansible/*.dvgen.yaml` are the templates. `vars` is merged into the group variables, every other one
//! becomes a file in `ansible/files`.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::doc::{Doc, Value};
use crate::emit::component::about;
use crate::emit::draft::{Draft, TargetName};
use crate::emit::{INSTALLED_TWICE, SAME_VARIABLE, Source};
use crate::model::{Component, ComponentId};
use crate::source::{OriginId, Origins};
use crate::spec::InstalledBy;

/// The template whose map goes into the group variables.
const VARS: &str = "vars";

/// Drafts the files of what Ansible installs, and adds its variables to `vars`.
pub(super) fn drafts(
    source: &Source<'_>,
    vars: &mut Doc,
    origins: &mut Origins,
    out: &mut Vec<Diagnostic>,
) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let mut set: BTreeMap<String, OriginId> = BTreeMap::new();
    let mut installed: BTreeMap<&str, &Component> = BTreeMap::new();
    for (at, component) in source.platform.components.iter().enumerate() {
        let ours = component.installed_by.value == InstalledBy::Ansible && !component.on_machines;
        if !ours || component.variant.ansible.is_empty() {
            continue;
        }
        if let Some(first) = installed.get(&*component.library) {
            out.extend(twice(source, component, first));
            continue;
        }
        installed.insert(&component.library, component);
        let context = source.contexts.of(ComponentId(at), origins);
        for (stem, template) in &component.variant.ansible {
            let Some(doc) = template.render(&context, about(source, component), origins, out).doc() else { continue };
            if &**stem == VARS {
                merge(source, component, vars, doc, &mut set, out);
                continue;
            }
            let docs = match doc.value {
                Value::List(items) => items,
                _ => vec![doc],
            };
            let path = source.layout.file(&format!("ansible/files/{stem}.yaml"));
            let header = source.layout.header(component.name.origin);
            drafts.push(Draft::yaml(path, TargetName::Ansible, header, docs));
        }
    }
    drafts
}

/// What is installed by files of its own is there once: a second one has the same files, variables and objects.
fn twice(source: &Source<'_>, component: &Component, first: &Component) -> Option<Diagnostic> {
    let place = |component: &Component| source.platform.origins.place(component.name.origin);
    let (name, library) = (&component.name.value, &component.library);
    let message = format!("`{name}` installs `{library}` once more");
    let problem = Diagnostic::error(INSTALLED_TWICE, place(component)?, message)
        .why("both have the same files and variables of Ansible, so one of them would be lost")
        .help(format!("keep one of `{}` and `{name}`", first.name.value));
    Some(place(first).into_iter().fold(problem, |problem, span| problem.related(span, "the first one")))
}

/// A variable has one owner: of two components that set it, one would lose without a word.
fn merge(
    source: &Source<'_>,
    component: &Component,
    vars: &mut Doc,
    doc: Doc,
    set: &mut BTreeMap<String, OriginId>,
    out: &mut Vec<Diagnostic>,
) {
    for (key, _) in doc.as_map().into_iter().flat_map(crate::doc::Map::iter) {
        let name: Arc<str> = key.text.clone().into();
        let taken = vars.at(&[&name]).is_some();
        let first = set.insert(name.to_string(), component.name.origin);
        if !taken && first.is_none() {
            continue;
        }
        let places = (source.platform.origins.place(component.name.origin), first);
        if let Some(span) = places.0 {
            let owner = if first.is_some() { "which is set already" } else { "which dvgen sets itself" };
            let message = format!("`{}` sets Ansible's variable `{name}`, {owner}", component.name.value);
            let mut problem = Diagnostic::error(SAME_VARIABLE, span, message)
                .why("Ansible has one value for it, and the other component would get a wrong one")
                .help("rename it in `ansible/vars.dvgen.yaml` of the library entry");
            if let Some(other) = places.1.and_then(|origin| source.platform.origins.place(origin)) {
                problem = problem.related(other, "the other one");
            }
            out.push(problem);
        }
    }
    vars.merge(doc);
}
