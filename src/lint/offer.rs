//! The JSON Schemas of specs and packs, with the names of rules and packs that an editor can offer.

use serde_json::Value;

use super::rules;
use crate::library::LibraryFiles;
use crate::spec::schema;

/// Returns the schema of a platform spec.
pub fn platform_schema() -> Value {
    offered(schema::schema())
}

/// Returns the schema of a rule pack, a file of `dvgen/policies/` that sets levels.
pub fn pack_schema() -> Value {
    offered(schema::pack())
}

fn offered(mut document: Value) -> Value {
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
pub fn include_schema() -> Value {
    let mut document = platform_schema();
    schema::included(&mut document);
    document
}

/// Returns a schema as the text of a file.
pub fn schema_text(schema: &Value) -> String {
    let mut text = serde_json::to_string_pretty(schema).unwrap_or_default();
    text.push('\n');
    text
}
