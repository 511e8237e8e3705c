//! Free YAML of the spec: scalars that readers understand differently.

use super::{LARGE_INTEGER, application};
use crate::diag::Diagnostic;
use crate::model::Platform;
use crate::spec;
use crate::yaml::{AMBIGUOUS, Field, Names, Node, NodeKind, Style, is_yaml11_surprise};

/// Integers up to this one survive Helm, which reads numbers as 64-bit floats.
const LARGEST_EXACT: u64 = 1 << 53;

/// Judges the free YAML of every component and flow, also of those that nothing can be made of.
pub fn spec(written: &spec::Platform, out: &mut Vec<Diagnostic>) {
    let settings = |settings: &Field<Names<Node>>, out: &mut Vec<Diagnostic>| {
        for node in settings.value().into_iter().flat_map(Names::values).filter_map(|named| named.value.as_ref()) {
            judge(&node.value, out);
        }
    };
    for named in written.components.value().into_iter().flat_map(Names::values) {
        let Some(component) = named.value.as_ref().map(|component| &component.value) else { continue };
        for node in component.values.value().into_iter().chain(component.application.value()) {
            judge(node, out);
        }
        if let Some(node) = component.application.value() {
            application::judge(node, out);
        }
        settings(&component.settings, out);
    }
    for flow in written.flows.value().into_iter().flatten().filter_map(Field::value) {
        settings(&flow.fields.settings, out);
    }
}

/// Judges the manifest files of every component.
pub fn manifests(platform: &Platform, out: &mut Vec<Diagnostic>) {
    for component in &platform.components {
        for document in component.manifests.iter().flat_map(|manifest| &manifest.documents) {
            judge(document, out);
        }
    }
}

fn judge(node: &Node, out: &mut Vec<Diagnostic>) {
    match &node.kind {
        NodeKind::Sequence(items) => items.iter().for_each(|item| judge(item, out)),
        NodeKind::Mapping(mapping) => {
            for entry in &mapping.entries {
                // A key in quotes is longer in the file than its text.
                let plain = (entry.key.span.end - entry.key.span.start) as usize == entry.key.text.len();
                if plain
                    && is_yaml11_surprise(&entry.key.text)
                    && matches!(&*entry.key.text, "y" | "n" | "yes" | "no" | "on" | "off")
                {
                    let message = format!("the key `{}` is a boolean to older YAML readers", entry.key.text);
                    out.push(Diagnostic::warning(AMBIGUOUS, entry.key.span, message).help("dvgen writes it in quotes"));
                }
                judge(&entry.value, out);
            }
        }
        NodeKind::Scalar { text, style } => scalar(node, text, *style, out),
    }
}

fn scalar(node: &Node, text: &str, style: Style, out: &mut Vec<Diagnostic>) {
    if style == Style::Plain && is_yaml11_surprise(text) {
        out.push(ambiguous(node, text));
    }
    if style == Style::Plain && is_too_large(text) {
        let problem = Diagnostic::error(LARGE_INTEGER, node.span, format!("`{text}` is too large for Helm"))
            .why("Helm reads numbers as floating point, so the last digits would change")
            .help("put it in quotes");
        out.push(problem.fix(false, "put it in quotes", node.span, format!("\"{text}\"")));
    }
}

/// Returns whether a plain scalar is an integer that does not fit into a floating point number.
fn is_too_large(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let integer = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    integer && digits.parse::<u64>().map_or(true, |number| number > LARGEST_EXACT)
}

fn ambiguous(node: &Node, text: &str) -> Diagnostic {
    let word = text.to_ascii_lowercase();
    let flag = match word.as_str() {
        "y" | "yes" | "on" => Some("true"),
        "n" | "no" | "off" => Some("false"),
        _ => None,
    };
    let problem =
        Diagnostic::error(AMBIGUOUS, node.span, format!("`{text}` means different things to different YAML readers"))
            .why("Helm, Ansible and others read YAML 1.1, where this is not the text that it looks like");
    match flag {
        Some(flag) => problem.help(format!("write `{flag}` for a boolean, or `\"{text}\"` for the text")),
        None => problem.help(format!("write `\"{text}\"` for the text, or the number in decimal")).fix(
            false,
            "put it in quotes",
            node.span,
            format!("\"{text}\""),
        ),
    }
}
