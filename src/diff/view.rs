//! Outputs as trees that can be compared, whatever they are printed as.

use std::borrow::Cow;

use super::report::Object;
use crate::doc::{Doc, Map};
use crate::emit::Artifact;
use crate::emit::Body;
use crate::emit::print::ini::{self, Section};
use crate::source::OriginId;

/// What of an output is compared.
pub(super) enum View<'a> {
    /// Documents, each with the object that it is, if it is one.
    Docs(Vec<(Option<Object>, Cow<'a, Doc>)>),
    /// The variables of Terraform.
    Variables(&'a Map),
    /// Lines.
    Lines,
}

/// Returns what of an output is compared.
pub(super) fn of(artifact: &Artifact) -> View<'_> {
    match &artifact.body {
        Some(Body::Yaml(docs)) => View::Docs(docs.iter().map(|doc| (object(doc), Cow::Borrowed(doc))).collect()),
        Some(Body::Json(doc) | Body::Sections(doc)) => View::Docs(vec![(None, Cow::Borrowed(doc))]),
        Some(Body::Ini(sections)) => View::Docs(vec![(None, Cow::Owned(inventory(sections, artifact.origin)))]),
        Some(Body::Tfvars(map)) => View::Variables(map),
        Some(Body::Hcl(_) | Body::Alloy(_) | Body::Lines(_)) | None => View::Lines,
    }
}

/// Returns the lines of an output with their origins.
pub(super) fn lines(artifact: &Artifact) -> Vec<(String, OriginId)> {
    let origins = artifact.lines.iter().copied().chain(std::iter::repeat(artifact.origin));
    artifact.text.lines().map(str::to_owned).zip(origins).collect()
}

/// Returns the object that a document is.
fn object(doc: &Doc) -> Option<Object> {
    let text = |path: &[&str]| Some(doc.at(path)?.as_str()?.to_owned());
    let version = text(&["apiVersion"])?;
    Some(Object {
        kind: text(&["kind"])?,
        group: version.split_once('/').map(|(group, _)| group.to_owned()).unwrap_or_default(),
        namespace: text(&["metadata", "namespace"]),
        name: text(&["metadata", "name"])?,
    })
}

/// Returns an inventory as a tree: groups, and in them hosts, child groups and variables.
fn inventory(sections: &[Section], origin: OriginId) -> Doc {
    let mut all = Map::new();
    for section in sections {
        let name = section.group.clone().unwrap_or_else(|| "ungrouped".to_owned());
        let (kind, doc) = match &section.body {
            ini::Body::Hosts(hosts) => {
                let mut map = Map::new();
                for host in hosts {
                    map.set(host.name.clone(), Doc::map(host.vars.clone(), host.origin));
                }
                ("hosts", Doc::map(map, section.origin))
            }
            ini::Body::Children(children) => {
                let items = children.iter().map(|(name, origin)| Doc::str(name.clone(), *origin)).collect();
                ("children", Doc::list(items, section.origin))
            }
            ini::Body::Vars(vars) => ("vars", Doc::map(vars.clone(), section.origin)),
        };
        let mut group = all.get(&name).and_then(Doc::as_map).cloned().unwrap_or_default();
        group.set(kind, doc);
        all.set(name, Doc::map(group, section.origin));
    }
    Doc::map(all, origin)
}
