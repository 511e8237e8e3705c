//! The JSON Schema of a spec, with the names of rules and packs that an editor can offer.

use super::rules;
use crate::library::LibraryFiles;
use crate::spec::schema;

/// Returns the schema of a platform spec.
pub fn platform_schema() -> serde_json::Value {
    let mut document = schema::schema();
    let mut known: Vec<(&str, String)> =
        rules::all().filter(|rule| rule.adjustable).map(|rule| (rule.kind.name, rule.summary())).collect();
    known.sort_unstable();
    let packs: Vec<&str> = LibraryFiles::standard_below("policies/")
        .filter_map(|path| path.strip_prefix("policies/")?.strip_suffix(".yaml"))
        .collect();
    schema::offer(&mut document, &known, &packs);
    document
}

/// Returns it as the text of a file.
pub fn platform_schema_text() -> String {
    let mut text = serde_json::to_string_pretty(&platform_schema()).unwrap_or_default();
    text.push('\n');
    text
}
