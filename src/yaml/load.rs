//! Text to tree.
//!
//! Most texts are plain enough for [`plain`]. The parser for all others is `granit-parser`: it gives events with byte ranges, comments and tag positions. What
//! the spec must not contain (aliases, anchors, tags, merge keys, several documents) is refused here, with the
//! alternative named. Nesting is bounded by the parser, size by [`MAX_BYTES`].

mod builder;
mod plain;
mod problem;
mod seen;

use builder::Builder;
use granit_parser::{Options, Parser};

use super::{CONFLICT, Comment, DOCUMENTS, Node};
use crate::diag::Diagnostic;
use crate::source::{FileId, Span};

/// The largest text that is read, in bytes: a platform of 10 000 components takes about 5 MB.
pub const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// Deepest nesting of collections.
const MAX_DEPTH: usize = 100;

/// What a file may contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// The spec: no tags.
    Spec,
    /// A template or the facts of a component: local tags such as `!expr`.
    Template,
    /// The manifests of other tools: no tags.
    Foreign,
}

/// Reads exactly one document. Returns `None` when there is no tree to go on with.
pub fn load(file: FileId, text: &str, dialect: Dialect, out: &mut Vec<Diagnostic>) -> Option<(Node, Vec<Comment>)> {
    let (mut documents, comments) = load_all(file, text, dialect, out)?;
    let start = Span::new(file, 0, 0);
    match documents.len() {
        0 => {
            let what = if text.trim().is_empty() { "the file is empty" } else { "the file holds nothing but comments" };
            out.push(Diagnostic::error(DOCUMENTS, start, what).help("write at least one key with its value"));
            None
        }
        1 => documents.pop().map(|root| (root, comments)),
        _ => {
            let second = documents.get(1).map_or(start, |node| node.span.at_start());
            let problem = Diagnostic::error(DOCUMENTS, second, "a second YAML document in one file");
            out.push(problem.help("keep one document; further files are named under `include`"));
            None
        }
    }
}

/// Reads all documents of a file.
pub fn load_all(
    file: FileId,
    text: &str,
    dialect: Dialect,
    out: &mut Vec<Diagnostic>,
) -> Option<(Vec<Node>, Vec<Comment>)> {
    if report_conflicts(file, text, out) {
        return None;
    }
    if let Some((root, comments)) = plain::read(file, text, dialect) {
        return Some((vec![root], comments));
    }
    parse(file, text, dialect, out)
}

/// Reads all documents with the parser.
fn parse(file: FileId, text: &str, dialect: Dialect, out: &mut Vec<Diagnostic>) -> Option<(Vec<Node>, Vec<Comment>)> {
    let mut options = Options::default();
    options.emit_comments = true;
    options.flow_nesting_limit = MAX_DEPTH;
    options.block_nesting_limit = MAX_DEPTH;
    options.emit_unresolved_aliases = true;
    let parser = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder::new(file, text, dialect, out);
    for event in parser {
        match event {
            Ok((event, span)) => builder.event(event, &span),
            Err(error) => {
                builder.syntax(&error);
                return None;
            }
        }
    }
    Some((builder.documents, builder.comments))
}

fn report_conflicts(file: FileId, text: &str, out: &mut Vec<Diagnostic>) -> bool {
    // Nearly every text is done with here, without looking at it line by line.
    if !text.contains("<<<<<<< ") {
        return false;
    }
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with("<<<<<<< ") {
            let span = Span::new(file, to_u32(offset), to_u32(offset + line.trim_end().len()));
            out.push(
                Diagnostic::error(CONFLICT, span, "the file holds an unresolved merge conflict")
                    .label("the conflict starts here")
                    .help("resolve the conflict, then build again"),
            );
            return true;
        }
        offset += line.len();
    }
    false
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
