//! What a spec may say of its Applications: options, never identity, source or destination.
//!
//! Argo CD's own schema lets unknown fields pass (`syncPolcy`), so the names are checked here. The fields are those of
//! Application in Argo CD 3.4 (argo-cd.readthedocs.io, application specification).

use super::DERIVED_FIELD;
use crate::diag::Diagnostic;
use crate::yaml::{Decoder, Entry, Node};

/// What dvgen derives: which Application it is, what it deploys and where.
const DERIVED: [&str; 9] = [
    "apiVersion",
    "kind",
    "metadata.name",
    "metadata.namespace",
    "spec.project",
    "spec.destination",
    "spec.source",
    "spec.sources",
    "status",
];

/// Annotations that dvgen derives.
const ANNOTATIONS: [&str; 2] = ["argocd.argoproj.io/manifest-generate-paths", "argocd.argoproj.io/sync-wave"];

/// What a spec may add or change.
const FIELDS: [(&str, &[&str]); 5] = [
    ("", &["metadata", "spec"]),
    ("metadata", &["annotations", "finalizers", "labels"]),
    ("metadata.annotations", &[]),
    ("spec", &["ignoreDifferences", "info", "revisionHistoryLimit", "syncPolicy"]),
    ("spec.syncPolicy", &["automated", "managedNamespaceMetadata", "retry", "syncOptions"]),
];

/// Judges the `application:` of a component.
pub(super) fn judge(node: &Node, out: &mut Vec<Diagnostic>) {
    level(node, "", out);
}

fn level(node: &Node, path: &str, out: &mut Vec<Diagnostic>) {
    let (Some(mapping), Some((_, known))) = (node.as_mapping(), FIELDS.iter().find(|(at, _)| *at == path)) else {
        return;
    };
    for entry in &mapping.entries {
        let name = &*entry.key.text;
        if path == "metadata.annotations" {
            let derived = ANNOTATIONS.contains(&name);
            out.extend(derived.then(|| annotation(entry)));
            continue;
        }
        let full = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        if DERIVED.contains(&full.as_str()) {
            out.push(derived(entry, &full));
        } else if known.contains(&name) {
            level(&entry.value, &full, out);
        } else {
            let mut cx = Decoder::default();
            cx.unknown_field(entry, "an Application", known);
            out.append(&mut cx.diagnostics);
        }
    }
}

fn derived(entry: &Entry, full: &str) -> Diagnostic {
    let message = format!("`{full}` of an Application is derived, and cannot be set by hand");
    let help = match full {
        "spec.project" => "write `project:` in the component",
        "spec.destination" | "metadata.namespace" => "write `namespace:` in the component",
        "metadata.name" => "rename the component",
        "spec.source" | "spec.sources" => "write `chart:`, `version:`, `values:` or `manifests:` in the component",
        _ => "remove it",
    };
    Diagnostic::error(DERIVED_FIELD, entry.key.span, message)
        .why("projects, order and names are derived from the same facts, and would not agree with it")
        .help(help)
}

fn annotation(entry: &Entry) -> Diagnostic {
    let name = &entry.key.text;
    let message = format!("annotation `{name}` of an Application is derived, and cannot be set by hand");
    let (why, help) = if name.ends_with("sync-wave") {
        let why = "waves follow from what components need of each other; a wave of its own would break that order";
        (why, "write `requires:` in the component that has to come later")
    } else {
        let why = "with other paths Argo CD would miss changes of the files that the Application reads";
        (why, "remove it; the paths are exactly the files that dvgen writes for the component")
    };
    Diagnostic::error(DERIVED_FIELD, entry.key.span, message).why(why).help(help)
}
