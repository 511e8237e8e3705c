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

/// Returns the schema of a file that a platform spec includes.
pub fn include_schema() -> serde_json::Value {
    let mut document = platform_schema();
    schema::included(&mut document);
    document
}

/// Returns the schema of a platform spec as the text of a file.
pub fn platform_schema_text() -> String {
    text(&platform_schema())
}

/// Returns the schema of an included file as the text of a file.
pub fn include_schema_text() -> String {
    text(&include_schema())
}

fn text(schema: &serde_json::Value) -> String {
    let mut text = serde_json::to_string_pretty(schema).unwrap_or_default();
    text.push('\n');
    text
}
