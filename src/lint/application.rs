//! What a spec may say of its Applications: options, never identity, source or destination.
//!
//! Names and types of what is left are judged by the table of the kind, when the Application is made.

use super::DERIVED_FIELD;
use crate::diag::Diagnostic;
use crate::yaml::{Entry, Node};

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

/// Judges the `application:` of a component.
pub(super) fn judge(node: &Node, out: &mut Vec<Diagnostic>) {
    level(node, "", out);
}

fn level(node: &Node, path: &str, out: &mut Vec<Diagnostic>) {
    let Some(mapping) = node.as_mapping() else { return };
    for entry in &mapping.entries {
        let name = &*entry.key.text;
        let full = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        if DERIVED.contains(&full.as_str()) {
            out.push(derived(entry, &full));
        } else if path.is_empty() {
            level(&entry.value, name, out);
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
