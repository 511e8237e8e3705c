//! `dvgen schema`.

use super::args::SchemaOf;
use super::{Exit, show};

/// Prints the JSON Schema of platform specs, of the files that they include, or of rule files.
pub(super) fn run(schema: &SchemaOf) -> Exit {
    let text = match schema.what.as_str() {
        "rules" => crate::policy::file::schema_text(),
        "include" => crate::lint::include_schema_text(),
        _ => crate::lint::platform_schema_text(),
    };
    if show::out(&text) { Exit::Clean } else { Exit::NoVerdict }
}
