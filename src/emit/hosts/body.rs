//! How a file of a machine is printed: by the ending of its name, and by what is in it.

use super::alloy;
use crate::diag::Diagnostic;
use crate::doc::{Doc, Value};
use crate::emit::draft::Body;
use crate::source::Origins;

/// Returns the body of a file, and whether a comment may stand at its head.
pub(super) fn of(path: &str, doc: Doc, origins: &Origins, out: &mut Vec<Diagnostic>) -> (Body, bool) {
    match doc.value {
        Value::Text(lines) => {
            let lines = lines.into_iter().map(|(line, origin)| (line.to_string(), origin));
            return (Body::Lines(lines.collect()), false);
        }
        Value::Str(text) => {
            let lines = text.trim_end_matches('\n').split('\n').map(|line| (line.to_owned(), doc.origin));
            return (Body::Lines(lines.collect()), false);
        }
        _ => {}
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "json" => (Body::Json(doc), false),
        "alloy" => (Body::Alloy(alloy::items(&doc, origins, out)), true),
        "yml" | "yaml" => (Body::Yaml(vec![doc]), true),
        _ => (Body::Sections(doc), true),
    }
}
