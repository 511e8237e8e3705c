//! Whole template files: YAML's own errors get the hint that an expression caused them.

use super::load::QUOTE;
use super::shape::Shape;
use super::{CUT, STRUCTURE, Template};
use crate::diag::Diagnostic;
use crate::source::{FileId, Span};
use crate::yaml::{self, Dialect, Node};

/// Reads a template file of one document, reporting every problem.
pub fn load_file(file: FileId, text: &str, shape: &Shape, out: &mut Vec<Diagnostic>) -> Option<Template> {
    let mut found = Vec::new();
    let tree = yaml::load(file, text, Dialect::Template, &mut found);
    hint(text, &mut found);
    out.append(&mut found);
    let (node, _) = tree?;
    one(file, text, &node, shape, out)
}

/// Reads a template file of any number of documents, reporting every problem.
pub fn load_documents(file: FileId, text: &str, shape: &Shape, out: &mut Vec<Diagnostic>) -> Option<Vec<Template>> {
    let mut found = Vec::new();
    let trees = yaml::load_all(file, text, Dialect::Template, &mut found);
    hint(text, &mut found);
    out.append(&mut found);
    let read: Vec<Option<Template>> = trees?.0.iter().map(|node| one(file, text, node, shape, out)).collect();
    read.into_iter().collect()
}

fn one(file: FileId, text: &str, node: &Node, shape: &Shape, out: &mut Vec<Diagnostic>) -> Option<Template> {
    let before = out.len();
    computed_keys(file, text, node, out);
    let bad = out.len() > before;
    Template::load(node, shape, out).filter(|_| !bad)
}

/// Adds to YAML errors on the line of a tag what the expression has to do with them.
fn hint(text: &str, found: &mut [Diagnostic]) {
    for problem in found.iter_mut().filter(|problem| problem.kind == yaml::SYNTAX) {
        let Some(label) = &problem.primary else { continue };
        let at = (label.span.start as usize).min(text.len());
        let before = text.get(..at).unwrap_or("");
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = text.get(start..).unwrap_or("");
        let line = rest.lines().next().unwrap_or("");
        // The parser may notice only when the next line begins.
        let previous = before.trim_end().rsplit('\n').next().unwrap_or("");
        let Some((tag, value)) = [line, previous].into_iter().find_map(tagged) else { continue };
        problem.kind = CUT;
        problem.help.push(match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                format!("`!{tag} {quote}` makes YAML end the value at the next {quote}; {QUOTE}")
            }
            _ if tag == "text" => "put the whole text in quotes".to_owned(),
            _ => format!("a plain value cannot hold `: ` or, inside `{{ }}` and `[ ]`, commas and brackets; {QUOTE}"),
        });
    }
}

/// Returns the tag of a line that has a computed value, and what stands behind it.
fn tagged(line: &str) -> Option<(&'static str, &str)> {
    ["expr", "text"].into_iter().find_map(|tag| {
        let (_, rest) = line.split_once(&format!("!{tag} "))?;
        Some((tag, rest.trim_start()))
    })
}

/// Refuses tags before keys: the tree does not keep them, so the key would be printed as it stands.
fn computed_keys(file: FileId, text: &str, node: &Node, out: &mut Vec<Diagnostic>) {
    for item in node.as_sequence().unwrap_or(&[]) {
        computed_keys(file, text, item, out);
    }
    let Some(mapping) = node.as_mapping() else { return };
    for entry in &mapping.entries {
        let before = text.get(..entry.key.span.start as usize).unwrap_or("");
        let line = before.rsplit('\n').next().unwrap_or("");
        let word = line.trim_end().rsplit([' ', '{', ',', '\t']).next().unwrap_or("");
        let own = node.tag.as_ref().is_some_and(|tag| tag.span.end as usize >= line_end(before));
        if word.starts_with('!') && !own {
            let end = u32::try_from(line_end(before)).unwrap_or(u32::MAX);
            let start = end.saturating_sub(u32::try_from(word.len()).unwrap_or(0));
            let problem =
                Diagnostic::error(STRUCTURE, Span::new(file, start, end), "a key cannot be computed like this");
            out.push(problem.help("use `!for` with `key: !text …`, or `!merge`"));
        }
        computed_keys(file, text, &entry.value, out);
    }
}

fn line_end(before: &str) -> usize {
    before.trim_end().len()
}
