//! Queries in `JSONata`: one for each pin, which gives what Renovate has to know about it (docs.jsonata.org, paths).

use std::borrow::Cow;

use super::Dependent;
use crate::spec::{Pinned, Step};

/// Most queries are shorter, and so are written without moving what is there already.
const USUAL_SIZE: usize = 320;

/// Returns the query of a pin, or none if nobody knows where its releases are. Names with a backtick have no spelling.
pub(super) fn of(pin: &Dependent) -> Option<String> {
    let dependency = pin.dependency.as_ref()?;
    let (Step::Key(last), above) = pin.steps.split_last()? else { return None };
    let last = quoted(last)?;
    let mut text = String::with_capacity(USUAL_SIZE);
    path(above, &mut text)?;
    // `x[y]` would take a number in `y` for the position of an item.
    text.extend(["[$exists(", &last, ")].{ \"depName\": "]);
    string(&mut text, &dependency.name);
    field(&mut text, "datasource", &dependency.datasource);
    if let Some(package) = &dependency.package {
        field(&mut text, "packageName", package);
    }
    if let Some(registry) = &dependency.registry {
        field(&mut text, "registryUrl", registry);
    }
    if let Some(prefix) = &dependency.prefix {
        let escaped = prefix.replace('.', "\\.").replace('+', "\\+");
        field(&mut text, "extractVersion", &format!("^{escaped}(?<version>.+)$"));
    }
    field(&mut text, "depType", &section(above));
    for (name, value) in version(pin, &last) {
        text.extend([", \"", name, "\": ", &value]);
    }
    text.push_str(" }");
    Some(text)
}

/// Adds a field that is a text.
fn field(out: &mut String, name: &str, value: &str) {
    out.extend([", \"", name, "\": "]);
    string(out, value);
}

/// Returns the fields with the version: a part of the text, where there is more than that in it.
fn version(pin: &Dependent, last: &str) -> Vec<(&'static str, String)> {
    let within = pin.text.contains('@');
    let digest = match &pin.of {
        Pinned::Tag { digest: true, .. } if !within => Some("digest".to_owned()),
        _ => within.then(|| format!("$substringAfter({last}, \"@\")")),
    };
    let digest = digest.map(|digest| ("currentDigest", digest));
    let bare = if within { format!("$substringBefore({last}, \"@\")") } else { last.to_owned() };
    let value = match &pin.of {
        Pinned::Image(_) => format!("$match({bare}, /:([^:\\/]+)$/)[0].groups[0]"),
        // A plain number is one to a reader of YAML, and Renovate wants a text.
        Pinned::Tag { .. } if pin.text.parse::<f64>().is_ok() => format!("$string({bare})"),
        _ => bare,
    };
    std::iter::once(("currentValue", value)).chain(digest).collect()
}

/// Returns the section of a pin: what it lies in, without the name of its own.
fn section(above: &[Step]) -> String {
    let keys = above.iter().filter_map(|step| match step {
        Step::Key(key) => Some(&**key),
        Step::Item(_) => None,
    });
    let keys: Vec<&str> = keys.collect();
    let environment = keys.first() == Some(&"environments");
    let depth = if environment { 3 } else { 1 };
    keys.get(..depth.min(keys.len())).unwrap_or_default().join(".")
}

/// Adds a path of names and positions.
fn path(steps: &[Step], out: &mut String) -> Option<()> {
    let start = out.len();
    for step in steps {
        match step {
            Step::Key(key) => {
                if out.len() > start {
                    out.push('.');
                }
                out.push_str(&quoted(key)?);
            }
            Step::Item(at) => out.extend(["[", &at.to_string(), "]"]),
        }
    }
    Some(())
}

fn quoted(key: &str) -> Option<Cow<'_, str>> {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let reserved = matches!(key, "and" | "or" | "in" | "true" | "false" | "null" | "function");
    if !reserved && !key.is_empty() && key.bytes().all(word) && !key.starts_with(|char: char| char.is_ascii_digit()) {
        return Some(Cow::Borrowed(key));
    }
    (!key.contains('`')).then(|| Cow::Owned(["`", key, "`"].concat()))
}

/// Adds a text as JSON writes it.
fn string(out: &mut String, text: &str) {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\') {
        out.extend(["\"", text, "\""]);
    } else {
        out.push_str(&serde_json::Value::from(text).to_string());
    }
}
