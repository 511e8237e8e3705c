//! Queries in `JSONata`: one for each pin, which gives what Renovate has to know about it (docs.jsonata.org, paths).

use super::Dependent;
use crate::spec::{Pinned, Step};

/// Returns the query of a pin, or none if nobody knows where its releases are. Names with a backtick have no spelling.
pub(super) fn of(pin: &Dependent) -> Option<String> {
    let dependency = pin.dependency.as_ref()?;
    let (Step::Key(last), above) = pin.steps.split_last()? else { return None };
    let last = quoted(last)?;
    let mut fields = vec![("depName", string(&dependency.name)), ("datasource", string(&dependency.datasource))];
    fields.extend(dependency.package.as_ref().map(|package| ("packageName", string(package))));
    fields.extend(dependency.registry.as_ref().map(|registry| ("registryUrl", string(registry))));
    let escaped = |prefix: &str| prefix.replace('.', "\\.").replace('+', "\\+");
    let extract = dependency.prefix.as_ref().map(|prefix| format!("^{}(?<version>.+)$", escaped(prefix)));
    fields.extend(extract.map(|extract| ("extractVersion", string(&extract))));
    fields.push(("depType", string(&section(above))));
    fields.extend(version(pin, &last));
    let fields: Vec<String> = fields.into_iter().map(|(name, value)| format!("{}: {value}", string(name))).collect();
    // `x[y]` would take a number in `y` for the position of an item.
    Some(format!("{}[$exists({last})].{{ {} }}", path(above)?, fields.join(", ")))
}

/// Returns the fields with the version: a part of the text, where there is more than that in it.
fn version(pin: &Dependent, last: &str) -> Vec<(&'static str, String)> {
    let digest = pin.text.contains('@').then(|| ("currentDigest", format!("$substringAfter({last}, \"@\")")));
    let bare = if digest.is_some() { format!("$substringBefore({last}, \"@\")") } else { last.to_owned() };
    let value = match &pin.of {
        Pinned::Image(_) => format!("$match({bare}, /:([^:\\/]+)$/)[0].groups[0]"),
        // A plain number is one to a reader of YAML, and Renovate wants a text.
        Pinned::Tag(_) if pin.text.parse::<f64>().is_ok() => format!("$string({bare})"),
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

fn path(steps: &[Step]) -> Option<String> {
    let mut text = String::new();
    for step in steps {
        match step {
            Step::Key(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(&quoted(key)?);
            }
            Step::Item(at) => text.extend(["[", &at.to_string(), "]"]),
        }
    }
    Some(text)
}

fn quoted(key: &str) -> Option<String> {
    let word = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let reserved = matches!(key, "and" | "or" | "in" | "true" | "false" | "null" | "function");
    if !reserved && !key.is_empty() && key.chars().all(word) && !key.starts_with(|char: char| char.is_ascii_digit()) {
        return Some(key.to_owned());
    }
    (!key.contains('`')).then(|| format!("`{key}`"))
}

fn string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
