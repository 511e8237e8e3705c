//! What default values show: their keys and kinds, and the keys that stand commented out beside them.

use super::draft::{Draft, is_passed, is_templated, is_typed};
use crate::library::contract::Mark;
use crate::yaml::{Core, Node, NodeKind, Style, core};

/// Returns the draft that a default speaks for.
pub(super) fn draft(node: &Node, key: &str) -> Draft {
    match &node.kind {
        NodeKind::Mapping(mapping) => {
            let passed = is_passed(key);
            let types = if passed && is_templated(key) { "ms" } else { "m" };
            let mark = if mapping.entries.is_empty() || passed { Mark::Open } else { Mark::Assumed };
            let mut draft = Draft { mark, ..Draft::of(types) };
            if !passed || is_typed(key) {
                for entry in &mapping.entries {
                    draft.keys.insert(entry.key.text.to_string(), self::draft(&entry.value, &entry.key.text));
                }
            }
            draft
        }
        NodeKind::Sequence(items) => Draft::of(if items.is_empty() { "" } else { "l" }),
        NodeKind::Scalar { text, style: Style::Plain } => Draft::of(match core(text) {
            Core::Bool(_) => "b",
            Core::Int(_) | Core::Float(_) => "n",
            Core::Null => "",
            Core::Str => "s",
        }),
        NodeKind::Scalar { text, .. } => Draft::of(if text.is_empty() || text.contains('\n') { "" } else { "s" }),
    }
}

/// Words before a colon in comments that are prose.
const PROSE: [&str; 34] = [
    "ref",
    "see",
    "note",
    "example",
    "default",
    "defaults",
    "e.g",
    "i.e",
    "eg",
    "warning",
    "http",
    "https",
    "or",
    "tip",
    "info",
    "reference",
    "options",
    "values",
    "usage",
    "supported",
    "deprecated",
    "important",
    "examples",
    "means",
    "format",
    "docs",
    "documentation",
    "tl;dr",
    "yaml",
    "todo",
    "ex",
    "available",
    "allowed",
    "possible",
];

/// Adds keys that stand commented out beside other keys: the chart knows them.
pub(super) fn add_commented(root: &mut Draft, text: &str) {
    // The keys that lead to where the text is, each with its column.
    let mut path: Vec<(usize, String)> = Vec::new();
    let mut block: Option<usize> = None;
    // Keys that stand before the first one of their map: what map that is, the next line tells.
    let mut waiting: Vec<(usize, String)> = Vec::new();
    for line in text.lines() {
        let indent = line.len() - line.trim_start_matches(' ').len();
        if let Some(column) = block {
            if line.trim().is_empty() || indent > column {
                continue;
            }
            block = None;
        }
        if let Some((column, key)) = key_of(line) {
            path.retain(|(other, _)| *other < column);
            for (_, hidden) in waiting.drain(..).filter(|(other, _)| *other == column) {
                add(root, &path, hidden);
            }
            path.push((column, key));
            block = opens_block(line).then_some(column);
        } else if let Some((column, key)) = hidden_key(line) {
            // It stands beside the key of the path with its column: below what leads there.
            match path.iter().position(|(other, _)| *other == column) {
                Some(depth) => add(root, path.get(..depth).unwrap_or_default(), key),
                None => waiting.push((column, key)),
            }
        }
    }
}

/// Adds a key below what a path leads to, where that is a map whose keys are judged.
fn add(root: &mut Draft, path: &[(usize, String)], key: String) {
    let mut at = Some(root);
    for (_, part) in path {
        at = at.and_then(|draft| draft.keys.get_mut(part));
    }
    if let Some(draft) = at.filter(|draft| draft.mark != Mark::Open && draft.types.contains('m')) {
        draft.keys.entry(key).or_default();
    }
}

/// Returns the column and name of the key that a line begins with.
fn key_of(line: &str) -> Option<(usize, String)> {
    let content = line.trim_start_matches(' ');
    let (key, rest) = match content.strip_prefix('"') {
        Some(inner) => inner.split_once('"').and_then(|(key, rest)| Some((key, rest.strip_prefix(':')?)))?,
        None => content.split_once(':')?,
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/' | '-');
    let whole = !key.is_empty() && (content.starts_with('"') || key.chars().all(plain));
    let ends = rest.is_empty() || rest.starts_with(char::is_whitespace);
    (whole && ends).then(|| (line.len() - content.len(), key.to_owned()))
}

/// Returns the column and name of a key that is commented out.
fn hidden_key(line: &str) -> Option<(usize, String)> {
    let content = line.trim_start_matches(' ').strip_prefix('#')?;
    let column = line.len() - content.len() - 1;
    let content = content.strip_prefix(' ').unwrap_or(content);
    let (key, rest) = content.split_once(':')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let named = key.starts_with(|c: char| c.is_ascii_lowercase()) && key.chars().all(plain);
    let ends = rest.is_empty() || rest.starts_with(char::is_whitespace);
    let prose = PROSE.contains(&key.to_lowercase().trim_end_matches('.'));
    (named && ends && !prose).then(|| (column, key.to_owned()))
}

/// Returns whether the value of a line's key is a text block, whose lines are no keys.
fn opens_block(line: &str) -> bool {
    let value = line.split(" #").next().unwrap_or_default().trim_end();
    let mark = value.rsplit(": ").next().unwrap_or_default().trim_start();
    mark.starts_with(['|', '>']) && mark.chars().skip(1).all(|c| matches!(c, '-' | '+') || c.is_ascii_digit())
}
