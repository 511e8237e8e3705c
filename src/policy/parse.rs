//! Text to the tree of the `cel` crate, and what is wrong with it.
//!
//! The crate's parser (`cel` 0.15, ANTLR under it) gives each part an id and most parts the token that made them;
//! [`Ranges`] makes whole ranges of these.

use cel::common::ast::{EntryExpr, Expr, IdedExpr, SourceInfo};
use cel::parser::{ParseError, Parser};

use super::place::Place;
use super::{LIMIT, SYNTAX};
use crate::diag::Diagnostic;

/// The longest expression, in bytes: the parser's work and the depth of its tree grow with it.
pub(super) const MAX_BYTES: usize = 4096;

/// How deep parentheses, calls and lists may nest.
const MAX_DEPTH: u16 = 32;

/// How many signs (`+`, `.`, `(` …) an expression may have: a chain of them is a tree as deep as it is long.
const MAX_SIGNS: usize = 400;

/// Reads an expression, or reports why it cannot be read.
pub(super) fn parse(text: &str, place: &Place, out: &mut Vec<Diagnostic>) -> Option<(IdedExpr, SourceInfo)> {
    if text.len() > MAX_BYTES {
        let message = format!("the expression has {} bytes, and {MAX_BYTES} are the most", text.len());
        out.push(Diagnostic::error(LIMIT, place.whole, message).help("give parts of it names under `variables`"));
        return None;
    }
    if let Some(at) = too_deep(text) {
        let message =
            format!("the expression nests deeper than {MAX_DEPTH} levels, or has more than {MAX_SIGNS} signs");
        let problem = Diagnostic::error(LIMIT, place.at(at, at + 1), message);
        out.push(problem.help("give parts of it names under `variables`"));
        return None;
    }
    let parser = Parser::new()
        .enable_optional_syntax(true)
        .enable_ident_escape_syntax(true)
        .max_recursion_depth(MAX_DEPTH * 4)
        .error_recovery_limit(8);
    match parser.parse_with_source_info(text) {
        Ok(read) => Some(read),
        Err(errors) => {
            // The first is certain; what a parser finds after it has lost its way confuses.
            out.extend(errors.errors.first().map(|error| problem(error, text, place)));
            None
        }
    }
}

/// Returns where brackets nest too deep, or where there are too many signs: each of them may be a level of the tree.
fn too_deep(text: &str) -> Option<usize> {
    let (mut depth, mut signs) = (0_usize, 0_usize);
    let mut quote: Option<u8> = None;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        if let Some(open) = quote {
            // A string ends at its line; one that does not is refused by the parser.
            if byte == b'\n' || (byte == open && !escaped) {
                quote = None;
            }
            escaped = byte == b'\\' && !escaped;
            continue;
        }
        match byte {
            b'\'' | b'"' => quote = Some(byte),
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let word = byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || matches!(byte, b'_' | b'\'' | b'"');
        signs += usize::from(!word || byte == b'i' && text.get(at..).is_some_and(|rest| rest.starts_with("in ")));
        if depth > usize::from(MAX_DEPTH) || signs > MAX_SIGNS {
            return Some(at);
        }
    }
    None
}

fn problem(error: &ParseError, text: &str, place: &Place) -> Diagnostic {
    let (line, column) = (usize::try_from(error.pos.0).unwrap_or(1), usize::try_from(error.pos.1).unwrap_or(1));
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = text.get(start..).unwrap_or("");
    let from = start + rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at);
    let here = text.get(from..).unwrap_or("");
    let word = word_at(here);
    let (message, help) = match here.chars().next() {
        None => ("the expression ends too early".to_owned(), None),
        Some('"' | '\'') if error.msg.contains("token recognition") => ("a string is not closed".to_owned(), None),
        Some('=') if !here.starts_with("==") => ("`=` does not belong here".to_owned(), Some("write `==` to compare")),
        _ if error.msg.contains("has() macro") => ("`has` takes a field".to_owned(), Some("it is used as `has(a.b)`")),
        _ if error.msg.contains("simple name") => ("a macro binds a plain name".to_owned(), None),
        _ if error.msg.contains("invalid") => (format!("`{word}` cannot be read: {}", error.msg), None),
        _ => (format!("`{word}` does not belong here"), sign(word)),
    };
    let problem = Diagnostic::error(SYNTAX, place.at(from, from + word.len()), message);
    help.into_iter().fold(problem, Diagnostic::help)
}

/// Returns what to write instead of a word that other languages have for a sign.
fn sign(word: &str) -> Option<&'static str> {
    match word {
        "and" => Some("write `&&`"),
        "or" => Some("write `||`"),
        "not" => Some("write `!`"),
        _ => None,
    }
}

/// Returns the word, or else the sign, that a text begins with.
fn word_at(text: &str) -> &str {
    let end = text.find(|char: char| !(char.is_alphanumeric() || char == '_')).unwrap_or(text.len());
    let first = text.chars().next().map_or(0, char::len_utf8);
    text.get(..end.max(first)).unwrap_or("")
}

/// Makes ranges of bytes out of the tokens that the parser noted.
pub(super) struct Ranges<'s> {
    pub(super) text: &'s str,
    pub(super) info: &'s SourceInfo,
}

/// A range of bytes.
pub(super) type Range = (usize, usize);

impl Ranges<'_> {
    /// Returns the token that made a part.
    pub(super) fn token(&self, id: u64) -> Range {
        let (start, stop) = self.info.offset_for(id).unwrap_or((0, 0));
        (start as usize, stop as usize + 1)
    }

    /// Returns the range of a part of an expression.
    pub(super) fn of(&self, part: &IdedExpr) -> Range {
        let token = self.token(part.id);
        match &part.expr {
            Expr::Select(select) => {
                let operand = self.of(&select.operand);
                (operand.0, self.field(operand.1, &select.field).1)
            }
            Expr::Call(call) => match &call.target {
                Some(target) => (self.of(target).0, self.closing(token.1, call.args.last(), ')')),
                None if call.func_name == "_[_]" || call.func_name == "_[?_]" => {
                    let start = call.args.first().map_or(token, |list| self.of(list)).0;
                    (start, self.closing(token.1, call.args.last(), ']'))
                }
                None if call.func_name == "_?._" => {
                    let start = call.args.first().map_or(token, |base| self.of(base)).0;
                    (start, self.field(token.1, maybe_field(part).unwrap_or("")).1)
                }
                None if call.func_name.starts_with(|first: char| first.is_alphabetic()) => {
                    let start = token.0.saturating_sub(call.func_name.len());
                    (start, self.closing(token.1, call.args.last(), ')'))
                }
                None => call.args.iter().map(|arg| self.of(arg)).fold(token, union),
            },
            Expr::Comprehension(scan) => (self.of(&scan.iter_range).0, self.after(token.1, ')')),
            Expr::List(list) => (token.0, self.closing(token.1, list.elements.last(), ']')),
            Expr::Map(map) => {
                let last = map.entries.last().and_then(|entry| match &entry.expr {
                    EntryExpr::MapEntry(entry) => Some(&entry.value),
                    EntryExpr::StructField(_) => None,
                });
                (token.0, self.closing(token.1, last, '}'))
            }
            _ => token,
        }
    }

    /// Returns the range of a field's name, which stands somewhere after `from`.
    pub(super) fn field(&self, from: usize, name: &str) -> Range {
        let found = self.text.get(from..).and_then(|rest| rest.find(name));
        found.map_or((from, from), |at| (from + at, from + at + name.len()))
    }

    /// Returns the range of a function's name, which stands before its bracket.
    pub(super) fn name(&self, call: u64, name: &str) -> Range {
        let end = self.token(call).0;
        (end.saturating_sub(name.len()), end)
    }

    fn closing(&self, from: usize, last: Option<&IdedExpr>, bracket: char) -> usize {
        self.after(last.map_or(from, |last| self.of(last).1), bracket)
    }

    fn after(&self, from: usize, bracket: char) -> usize {
        self.text.get(from..).and_then(|rest| rest.find(bracket)).map_or(from, |at| from + at + 1)
    }
}

/// Returns the field of `a.?b`.
pub(super) fn maybe_field(part: &IdedExpr) -> Option<&str> {
    let Expr::Call(call) = &part.expr else { return None };
    match &call.args.get(1)?.expr {
        Expr::Literal(cel::common::ast::LiteralValue::String(name)) => Some(name.inner()),
        _ => None,
    }
}

fn union(a: Range, b: Range) -> Range {
    (a.0.min(b.0), a.1.max(b.1))
}
