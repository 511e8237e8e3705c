//! The manifest files that components name, read once for all environments.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::model::{BAD_MANIFEST, ManifestText};
use crate::source::{SourceMap, Span, Spanned};
use crate::spec::{Platform, Written};
use crate::world::{NOT_FOUND, RelPath, World, read_text};
use crate::yaml::{Dialect, Field, MAX_BYTES, Node, NodeKind, load_all};

/// Reads every manifest file that a component of an environment names, relative to the platform's directory.
pub(super) fn read(
    world: &dyn World,
    dir: &RelPath,
    written: &[Written],
    sources: &mut SourceMap,
    out: &mut Vec<Diagnostic>,
) -> BTreeMap<Arc<str>, ManifestText> {
    let (mut all, mut tried) = (BTreeMap::new(), BTreeSet::new());
    for written in written {
        for path in named(&written.platform) {
            // What another environment names too has been read, or refused.
            if !tried.insert(path.value.clone()) {
                continue;
            }
            let full = match dir.inside(&path.value) {
                Ok(full) => full,
                Err(problem) => {
                    let help = "name a file of this repository, with a path relative to the spec";
                    out.push(Diagnostic::error(BAD_MANIFEST, path.span, problem).help(help));
                    continue;
                }
            };
            if !is_file_name(full.name()) {
                let message = format!("`{}` cannot be the name of an output", full.name());
                let help =
                    "name manifest files with letters, digits, `-`, `_` and `.`, and begin with a letter or digit";
                out.push(Diagnostic::error(BAD_MANIFEST, path.span, message).help(help));
                continue;
            }
            match read_text(world, &full, MAX_BYTES) {
                Err(problem) => {
                    let place = Diagnostic::error(BAD_MANIFEST, path.span, problem.message);
                    let folder = (problem.kind == NOT_FOUND).then(|| "paths are relative to the spec".to_owned());
                    out.push(problem.help.into_iter().chain(folder).fold(place, Diagnostic::help));
                }
                Ok(text) => {
                    let file = sources.add(full.seen_from(dir), text);
                    let text = sources.file(file).text().clone();
                    if let Some((documents, _)) = load_all(file, &text, Dialect::Foreign, out) {
                        let documents: Vec<Node> = documents.into_iter().flat_map(objects).collect();
                        if documents.iter().all(Node::is_null) {
                            out.push(empty(path.span, full.name()));
                        }
                        all.insert(path.value.clone(), ManifestText { file, documents });
                    }
                }
            }
        }
    }
    all
}

/// Returns the objects of a document: itself, or the items of a list. Argo CD and kubectl never make the list, only what is in it,
/// so that nothing behind this sees one.
fn objects(document: Node) -> Vec<Node> {
    if !is_list(&document) {
        return vec![document];
    }
    let NodeKind::Mapping(mapping) = document.kind else { return Vec::new() };
    let items = mapping.entries.into_iter().find(|entry| &*entry.key.text == "items").map(|entry| entry.value.kind);
    match items {
        Some(NodeKind::Sequence(items)) => items.into_iter().flat_map(objects).collect(),
        _ => Vec::new(),
    }
}

/// Returns whether a document is a `List`, or a list of one kind, such as a `ConfigMapList`.
fn is_list(document: &Node) -> bool {
    let kind = document.get("kind").and_then(Node::as_scalar);
    let items = document.get("items");
    document.get("apiVersion").is_some()
        && kind.is_some_and(|kind| kind.ends_with("List"))
        && items.is_some_and(|items| items.as_sequence().is_some() || items.is_null())
}

/// Iterates over the files that a spec names: manifests of components, and workflows of the user.
fn named(spec: &Platform) -> impl Iterator<Item = &Spanned<Arc<str>>> {
    let components = spec.components.value().into_iter().flatten().filter_map(|(_, named)| named.value.as_ref());
    let manifests = components.flat_map(|component| component.value.manifests.value().into_iter().flatten());
    let workflows = spec.pipelines.value().and_then(|pipelines| pipelines.workflows.value()).into_iter().flatten();
    let workflows = workflows.filter_map(|(_, named)| named.value.as_ref()?.value.file.get());
    manifests.filter_map(Field::get).chain(workflows)
}

/// An Application of a file without objects is in sync and healthy, and deploys nothing.
fn empty(place: Span, name: &str) -> Diagnostic {
    Diagnostic::error(BAD_MANIFEST, place, format!("`{name}` holds no object"))
        .why("nothing would be deployed, and Argo CD would call that healthy")
        .help("write the objects into it, or remove it from the list")
}

/// Returns whether a manifest may have this name: its output gets it too, and nothing in it needs quoting anywhere.
fn is_file_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}
