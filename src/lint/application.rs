//! What a spec may say of its Applications: options, never identity, source or destination.
//!
//! Names and types of what is left are judged by the table of the kind, when the Application is made.

use std::borrow::Cow;

use super::DERIVED_FIELD;
use crate::diag::Diagnostic;
use crate::emit::{DERIVED_ANNOTATIONS, DERIVED_FIELDS};
use crate::yaml::{Entry, Node};

/// Judges the `application:` of a component.
pub(super) fn judge(node: &Node, out: &mut Vec<Diagnostic>) {
    level(node, "", out);
}

fn level(node: &Node, path: &str, out: &mut Vec<Diagnostic>) {
    let Some(mapping) = node.as_mapping() else { return };
    for entry in &mapping.entries {
        let name = &*entry.key.text;
        if path == "metadata.annotations" {
            let derived = DERIVED_ANNOTATIONS.contains(&name);
            out.extend(derived.then(|| annotation(entry)));
            continue;
        }
        let full = if path.is_empty() { Cow::Borrowed(name) } else { Cow::Owned([path, ".", name].concat()) };
        if DERIVED_FIELDS.contains(&&*full) {
            out.push(derived(entry, &full));
        } else if full == "spec.syncPolicy" {
            out.extend(manual(entry));
        } else if path.is_empty() || full == "metadata.annotations" {
            level(&entry.value, &full, out);
        }
    }
}

/// An Application that Argo CD does not sync by itself is never healthy when it is new, and the root waits for it.
fn manual(policy: &Entry) -> Option<Diagnostic> {
    let automated = policy.value.as_mapping().and_then(|policy| policy.get("automated"));
    let enabled = automated.and_then(|automated| automated.value.as_mapping()?.get("enabled"));
    let off = |entry: &&Entry| entry.value.as_scalar().is_some_and(|text| &**text == "false");
    let null = |entry: &&Entry| entry.value.is_null();
    let entry = Some(policy).filter(null).or(automated.filter(null)).or(enabled.filter(off))?;
    let message = "the automated sync of an Application cannot be switched off";
    let problem = Diagnostic::error(DERIVED_FIELD, entry.key.span, message)
        .why("nobody would sync it, so the root would wait for it for ever, and so would all that comes later")
        .help("remove this; a step that a person does belongs under `gate` or `gates`");
    Some(problem)
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
