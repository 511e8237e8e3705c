//! Waivers in comments: `# dvgen: allow[rule] reason until 2027-01-31`.

use std::sync::Arc;

use super::{Cover, Grant, named};
use crate::diag::Diagnostic;
use crate::lint::BAD_WAIVER;
use crate::source::{FileId, SourceMap, Span};
use crate::spec::scalars::{DATE_HELP, Date};
use crate::yaml::{Comment, Dialect, Node, NodeKind, load_all};

/// What makes a comment speak to dvgen.
const HEAD: &str = "dvgen:";
/// The only thing that it can say.
const ALLOW: &str = "allow[";
/// How it is written.
const HELP: &str = "write `# dvgen: allow[rule] reason until 2027-01-31`";

/// Reads the waivers in the comments of all files that people write. Files without one are not read again.
pub fn comments(sources: &SourceMap, own_rules: &[Arc<str>], out: &mut Vec<Diagnostic>) -> Vec<Grant> {
    let mut grants = Vec::new();
    for file in sources.ids() {
        let Some((roots, comments)) = spoken(sources, file) else { continue };
        let nodes = nodes(&roots);
        let lines = Lines::new(file, sources.file(file).text());
        for comment in &comments {
            grants.extend(grant(comment, &nodes, &lines, own_rules, out));
        }
    }
    grants
}

/// Returns the waivers in the comments of a file, as they are written: where each is, and what it says.
pub fn written(sources: &SourceMap, file: FileId) -> Vec<(Span, String)> {
    let comments = spoken(sources, file).map(|(_, comments)| comments).unwrap_or_default();
    let waiver =
        |comment: &Comment| Some((comment.span, said(comment).filter(|said| said.starts_with(ALLOW))?.to_owned()));
    comments.iter().filter_map(waiver).collect()
}

/// Returns what is in a file that a person wrote, and the comments in it that speak to dvgen; nothing where none does.
fn spoken(sources: &SourceMap, file: FileId) -> Option<(Vec<Node>, Vec<Comment>)> {
    let source = sources.file(file);
    let ending = source.name().rsplit('.').next().unwrap_or_default();
    if source.is_built_in() || !matches!(ending, "yaml" | "yml") || !source.text().contains(HEAD) {
        return None;
    }
    // What is wrong with the file has been reported where it was read for its own sake.
    let (roots, mut comments) = load_all(file, source.text(), Dialect::Template, &mut Vec::new())?;
    comments.retain(|comment| said(comment).is_some());
    Some((roots, comments))
}

/// Returns what a comment says to dvgen.
fn said(comment: &Comment) -> Option<&str> {
    comment.text.trim_start().strip_prefix(HEAD).map(str::trim)
}

fn grant(
    comment: &Comment,
    nodes: &[Span],
    lines: &Lines<'_>,
    own: &[Arc<str>],
    out: &mut Vec<Diagnostic>,
) -> Option<Grant> {
    let bad = |message: String, help: &str| Diagnostic::error(BAD_WAIVER, comment.span, message).help(help);
    let said = said(comment)?;
    let Some((names, rest)) = said.strip_prefix(ALLOW).and_then(|rest| rest.split_once(']')) else {
        out.push(bad(format!("`{said}` says nothing to dvgen"), HELP));
        return None;
    };
    let span_of = |part: &str| {
        let whole = lines.text.get(comment.span.start as usize..comment.span.end as usize).unwrap_or("");
        let at = whole.find(part).map_or(0, |at| u32::try_from(at).unwrap_or(0));
        let length = u32::try_from(part.len()).unwrap_or(0);
        Span::new(comment.span.file, comment.span.start + at, comment.span.start + at + length)
    };
    let mut broken = false;
    let mut rules = Vec::new();
    for name in names.split(',').map(str::trim) {
        if name.is_empty() {
            out.push(bad("this waiver names no rule".to_owned(), HELP));
            broken = true;
        } else if let Some(rule) = named(name, span_of(name), own, out) {
            rules.push((rule, span_of(name)));
        } else {
            broken = true;
        }
    }
    let rest = rest.trim().trim_start_matches([':', '-']).trim();
    let (reason, until) = match rest.rsplit_once("until ").filter(|(head, _)| head.is_empty() || head.ends_with(' ')) {
        None => (rest, None),
        Some((reason, day)) => {
            let day = day.trim();
            let date = Date::parse(day);
            if date.is_none() {
                out.push(Diagnostic::error(BAD_WAIVER, span_of(day), format!("`{day}` is not a day")).help(DATE_HELP));
                broken = true;
            }
            (reason.trim(), date.map(|date| (date, span_of(day))))
        }
    };
    let reason = (!reason.is_empty()).then(|| Arc::from(reason));
    let Some(covered) = lines.covered(comment, nodes) else {
        out.push(bad("this waiver stands before nothing".to_owned(), "write it above what it allows, or behind it"));
        return None;
    };
    Some(Grant {
        rules,
        span: comment.span,
        reason,
        until,
        cover: Cover::Lines(covered),
        removal: Some(lines.removal(comment)),
        broken,
    })
}

/// Returns the spans of all entries and items, from the outside in.
fn nodes(roots: &[Node]) -> Vec<Span> {
    fn walk(node: &Node, all: &mut Vec<Span>) {
        match &node.kind {
            NodeKind::Mapping(mapping) => {
                for entry in &mapping.entries {
                    all.push(entry.key.span.to(entry.value.span));
                    walk(&entry.value, all);
                }
            }
            NodeKind::Sequence(items) => {
                for item in items {
                    all.push(item.span);
                    walk(item, all);
                }
            }
            NodeKind::Scalar { .. } => {}
        }
    }
    let mut all = Vec::new();
    for root in roots {
        walk(root, &mut all);
    }
    all
}

struct Lines<'a> {
    text: &'a str,
    file: FileId,
}

impl<'a> Lines<'a> {
    const fn new(file: FileId, text: &'a str) -> Self {
        Self { text, file }
    }

    /// Returns the first byte of the line that holds a byte.
    fn start(&self, at: u32) -> u32 {
        let before = self.text.get(..at as usize).unwrap_or("");
        before.rfind('\n').map_or(0, |at| u32::try_from(at + 1).unwrap_or(0))
    }

    /// Returns what goes with a comment: its whole line, or the blanks before it.
    fn removal(&self, comment: &Comment) -> Span {
        let start = self.start(comment.span.start);
        let before = self.text.get(start as usize..comment.span.start as usize).unwrap_or("");
        let kept = u32::try_from(before.trim_end().len()).unwrap_or(0);
        let after = self.text.get(comment.span.end as usize..).unwrap_or("");
        let line_break = if after.starts_with("\r\n") { 2 } else { u32::from(after.starts_with('\n')) };
        let end = comment.span.end + if kept == 0 { line_break } else { 0 };
        Span::new(self.file, start + kept, end)
    }

    /// Returns what a comment covers.
    fn covered(&self, comment: &Comment, nodes: &[Span]) -> Option<Span> {
        let at = comment.span.start;
        if comment.own_line {
            // The first of several that start at one place is the outermost.
            let next = nodes.iter().filter(|node| node.start > at).map(|node| node.start).min()?;
            return nodes.iter().find(|node| node.start == next).copied();
        }
        let start = self.start(at);
        let here = || nodes.iter().filter(|node| node.start >= start && node.start < at);
        // Of what ends before the comment the outermost; else what begins here and goes on below.
        let whole = here().find(|node| node.end <= at).copied();
        whole.or_else(|| here().next_back().copied()).map(|span| Span { file: self.file, ..span })
    }
}
