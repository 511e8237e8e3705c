//! Free YAML of the spec: scalars that readers understand differently, and secrets in the open.

use super::{LARGE_INTEGER, SECRET_IN_VALUES, application};
use crate::diag::Diagnostic;
use crate::model::Platform;
use crate::spec;
use crate::yaml::{AMBIGUOUS, Core, Field, Names, Node, NodeKind, Style, core, is_yaml11_surprise};

/// Integers up to this one survive Helm, which reads numbers as 64-bit floats.
const LARGEST_EXACT: u64 = 1 << 53;

/// Parts of keys whose string values are secrets.
const SECRET_WORDS: [&str; 6] = ["password", "passwd", "secretkey", "apitoken", "accesskey", "privatekey"];

/// Whole keys whose string values are secrets.
const SECRET_KEYS: [&str; 4] = ["token", "secret", "apikey", "credentials"];

/// Judges the free YAML of every component and flow, also of those that nothing can be made of: a report about
/// something else in a line must not show the secret beside it.
pub fn spec(written: &spec::Platform, out: &mut Vec<Diagnostic>) {
    let settings = |settings: &Field<Names<Node>>, out: &mut Vec<Diagnostic>| {
        for (key, named) in settings.value().into_iter().flatten() {
            if let Some(node) = &named.value {
                judge(&node.value, Some(key), out);
            }
        }
    };
    for named in written.components.value().into_iter().flat_map(Names::values) {
        let Some(component) = named.value.as_ref().map(|component| &component.value) else { continue };
        for node in component.values.value().into_iter().chain(component.application.value()) {
            judge(node, None, out);
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
            if document.get("kind").and_then(Node::as_scalar).is_some_and(|kind| &**kind == "Secret") {
                secret_object(document, out);
            } else {
                judge(document, None, out);
            }
        }
    }
}

fn judge(node: &Node, key: Option<&str>, out: &mut Vec<Diagnostic>) {
    match &node.kind {
        NodeKind::Sequence(items) => items.iter().for_each(|item| judge(item, key, out)),
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
                judge(&entry.value, Some(&entry.key.text), out);
            }
        }
        NodeKind::Scalar { text, style } => scalar(node, text, *style, key, out),
    }
}

fn scalar(node: &Node, text: &str, style: Style, key: Option<&str>, out: &mut Vec<Diagnostic>) {
    if style == Style::Plain && is_yaml11_surprise(text) {
        out.push(ambiguous(node, text));
    }
    if style == Style::Plain && is_too_large(text) {
        let problem = Diagnostic::error(LARGE_INTEGER, node.span, format!("`{text}` is too large for Helm"))
            .why("Helm reads numbers as floating point, so the last digits would change")
            .help("put it in quotes");
        out.push(problem.fix(false, "put it in quotes", node.span, format!("\"{text}\"")));
    }
    if key.is_some_and(is_secret_key) && looks_like_value(text, style) {
        out.push(secret(node, key.unwrap_or_default()));
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

fn is_secret_key(key: &str) -> bool {
    let letters = key.chars().filter(char::is_ascii_alphanumeric);
    let plain: String = letters.map(|char| char.to_ascii_lowercase()).collect();
    let secret = SECRET_KEYS.contains(&plain.as_str()) || SECRET_WORDS.iter().any(|word| plain.ends_with(word));
    if !secret || plain.starts_with("existing") {
        return false;
    }
    // Keys that name where a secret is: existingSecret, passwordKey, secretName, tokenPath …
    let names = ["key", "name", "path", "ref", "file", "url", "policy", "length", "engine", "mount", "store"];
    let refers = names.iter().any(|word| plain.ends_with(word))
        && !plain.ends_with("secretkey")
        && !plain.ends_with("accesskey")
        && !plain.ends_with("privatekey");
    !refers
}

/// A reference (`${X}`, `$(X)`, `$__file{…}`, `{{ … }}`), a boolean or nothing is no value.
fn looks_like_value(text: &str, style: Style) -> bool {
    let reference = text.contains("${") || text.contains("$(") || text.starts_with('$') || text.contains("{{");
    let plain_type = style == Style::Plain && !matches!(core(text), Core::Str | Core::Int(_));
    !text.is_empty() && !reference && !plain_type
}

fn secret(node: &Node, key: &str) -> Diagnostic {
    Diagnostic::error(SECRET_IN_VALUES, node.span, format!("`{key}` looks like a secret that is written in the open"))
        .why("the spec and its outputs are in Git, and whoever can read Git could use it")
        .help("put the value into the secret store and name the Secret where the chart takes one (`existingSecret`)")
        .help("if it was a real value, replace it: it has been written to a file")
        .conceal()
}

fn secret_object(document: &Node, out: &mut Vec<Diagnostic>) {
    for field in ["data", "stringData"] {
        if let Some(data) =
            document.get(field).filter(|data| data.as_mapping().is_some_and(|map| !map.entries.is_empty()))
        {
            let problem = Diagnostic::error(SECRET_IN_VALUES, data.span, "a Secret with values is written in the open");
            let problem = problem.why("base64 hides nothing, and the manifest is in Git");
            out.push(problem.help("add the item to `secrets.items`; dvgen makes an ExternalSecret of it").conceal());
        }
    }
}
