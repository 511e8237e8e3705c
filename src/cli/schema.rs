//! `dvgen schema`.

use super::args::SchemaOf;
use super::{Exit, show};
use crate::lint;

/// Prints the JSON Schema of platform specs, of the files that they include, of rule packs, or of files with rules.
pub(super) fn run(schema: &SchemaOf) -> Exit {
    let text = match schema.what.as_str() {
        "rules" => crate::policy::file::schema_text(),
        "include" => lint::schema_text(&lint::include_schema()),
        "pack" => lint::schema_text(&lint::pack_schema()),
        _ => lint::schema_text(&lint::platform_schema()),
    };
    if show::out(&text) { Exit::Clean } else { Exit::NoVerdict }
}
