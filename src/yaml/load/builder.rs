//! Events of the parser to a tree.

use std::sync::Arc;

use granit_parser::{Event, ScalarStyle};

use super::problem::duplicate;
use super::seen::{Seen, Words};
use super::{Dialect, to_u32};
use crate::diag::Diagnostic;
use crate::source::{FileId, Span};
use crate::yaml::node::MERGE;
use crate::yaml::{Comment, Entry, FORBIDDEN, Key, Mapping, Node, NodeKind, Style, Tag};

/// What to do instead of an alias.
const SHARE: &str = "share fields by `groups` or `defaults`, and differences by `environments`";

/// A collection that has not ended yet.
pub(super) enum Open {
    Sequence { span: Span, tag: Option<Box<Tag>>, items: Vec<Node> },
    Mapping { span: Span, tag: Option<Box<Tag>>, mapping: Mapping, key: Option<Key>, seen: Seen, skip: bool },
}

impl Open {
    pub(super) const fn span(&self) -> Span {
        match self {
            Self::Sequence { span, .. } | Self::Mapping { span, .. } => *span,
        }
    }
}

pub(super) struct Builder<'a> {
    pub(super) file: FileId,
    pub(super) text: &'a str,
    dialect: Dialect,
    pub(super) out: &'a mut Vec<Diagnostic>,
    pub(super) comments: Vec<Comment>,
    pub(super) open: Vec<Open>,
    pub(super) documents: Vec<Node>,
    words: Words,
}

impl<'a> Builder<'a> {
    pub(super) fn new(file: FileId, text: &'a str, dialect: Dialect, out: &'a mut Vec<Diagnostic>) -> Self {
        let (comments, open, documents, words) = (Vec::new(), Vec::new(), Vec::new(), Words::for_text(text));
        Self { file, text, dialect, out, comments, open, documents, words }
    }
}

impl Builder<'_> {
    fn span(&self, span: &granit_parser::Span) -> Span {
        let start = span.start.byte_offset().unwrap_or(0);
        let end = span.end.byte_offset().unwrap_or(start).max(start);
        Span::new(self.file, to_u32(start), to_u32(end))
    }

    /// Takes the next event of the parser.
    pub(super) fn event(&mut self, event: Event<'_>, place: &granit_parser::Span) {
        let span = self.span(place);
        match event {
            Event::Comment(text, placement) => {
                let own_line = placement != granit_parser::Placement::Right;
                self.comments.push(Comment { text: Arc::from(&*text), span, own_line });
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                if !self.in_merge_key() {
                    self.forbidden(span, "an alias", "the reference");
                }
                self.value(scalar(Arc::from(""), Style::Plain, None, span));
            }
            Event::Scalar(text, style, anchor, tag) => {
                let tag = self.properties(anchor, tag.as_deref(), place);
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
                    _ => Style::Block,
                };
                let text = self.words.get(&text);
                self.value(scalar(text, style, tag, span));
            }
            Event::SequenceStart(_, anchor, tag) => {
                let tag = self.properties(anchor, tag.as_deref(), place);
                self.open.push(Open::Sequence { span, tag, items: Vec::new() });
            }
            Event::MappingStart(_, anchor, tag) => {
                let tag = self.properties(anchor, tag.as_deref(), place);
                let (mapping, seen) = (Mapping::default(), Seen::default());
                self.open.push(Open::Mapping { span, tag, mapping, key: None, seen, skip: false });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            _ => {}
        }
    }

    /// Checks anchor and tag of a node, and returns the tag where the dialect has tags.
    fn properties(
        &mut self,
        anchor: usize,
        tag: Option<&granit_parser::Tag>,
        place: &granit_parser::Span,
    ) -> Option<Box<Tag>> {
        let span = self.span(place);
        if anchor != 0 {
            self.forbidden(self.anchor(span), "an anchor", "the shared value");
        }
        let tag = tag?;
        let start = place.tag_start.and_then(|mark| mark.byte_offset()).map_or(span.start, to_u32);
        let rest = self.text.get(start as usize..).unwrap_or("");
        let length = rest.find(|c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}')).unwrap_or(rest.len());
        let tag_span = Span::new(self.file, start, start + to_u32(length));
        if self.dialect == Dialect::Template && tag.handle() == "!" {
            return Some(Box::new(Tag { name: Arc::from(tag.suffix()), span: tag_span }));
        }
        let shown = tag.original();
        self.out.push(
            Diagnostic::error(FORBIDDEN, tag_span, format!("the tag `{shown}` is not allowed here"))
                .why("a value means what the field that it is written for says, so a tag could only contradict")
                .help("remove the tag; quote the value to make it a string"),
        );
        None
    }

    /// Returns whether the next value belongs to a merge key, which has been reported.
    fn in_merge_key(&self) -> bool {
        matches!(self.open.last(), Some(Open::Mapping { key: Some(_), skip: true, .. }))
    }

    /// Returns the place of an anchor, which stands before its node.
    fn anchor(&self, node: Span) -> Span {
        let before = self.text.get(..node.start as usize).unwrap_or("");
        let Some(start) = before.rfind('&') else { return node.at_start() };
        let name = before.get(start..).and_then(|rest| rest.split_whitespace().next()).unwrap_or("&");
        Span::new(self.file, to_u32(start), to_u32(start + name.len()))
    }

    fn forbidden(&mut self, span: Span, what: &str, subject: &str) {
        let help = match self.dialect {
            Dialect::Spec => SHARE,
            Dialect::Template => "write the value out, or compute it with `!expr`",
            Dialect::Foreign => "write the value out at each place",
        };
        self.out.push(
            Diagnostic::error(FORBIDDEN, span, format!("{what} is not allowed here"))
                .why(format!(
                    "{subject} would be far from the line that it acts on, and reports could not point at one place"
                ))
                .help(help),
        );
    }

    /// Takes a finished value: as key, as value of the open mapping, as item, or as a document.
    fn value(&mut self, node: Node) {
        let Some(top) = self.open.last_mut() else {
            self.documents.push(node);
            return;
        };
        match top {
            Open::Sequence { items, .. } => items.push(node),
            Open::Mapping { mapping, key: slot, seen, skip, .. } => match slot.take() {
                None => *slot = Some(key_of(node, skip, self.out)),
                Some(key) if std::mem::take(skip) => {
                    // Whoever reads the map has to know that it may have more fields.
                    if &*key.text == MERGE && self.dialect == Dialect::Spec {
                        let value = Node::nothing(key.span);
                        mapping.entries.push(Entry { key, value });
                    }
                }
                Some(key) => {
                    let first = seen.position(&mapping.entries, &key.text).and_then(|at| mapping.entries.get_mut(at));
                    if let Some(first) = first {
                        self.out.push(duplicate(&key, first));
                        // Of a key that was pasted once too often the one with a value counts.
                        if first.value.is_null() {
                            *first = Entry { key, value: node };
                        }
                    } else {
                        seen.add(&key.text, mapping.entries.len());
                        mapping.entries.push(Entry { key, value: node });
                    }
                }
            },
        }
    }

    fn close(&mut self, end: Span) {
        let node = match self.open.pop() {
            None => return,
            Some(Open::Sequence { span, tag, items }) => {
                let first = items.first().map_or(span, |item| item.span);
                let last = items.last().map_or(end, |item| item.span);
                let span = self.extent(span, first, last, end);
                Node { span, tag, kind: NodeKind::Sequence(items) }
            }
            Some(Open::Mapping { span, tag, mapping, .. }) => {
                let first = mapping.entries.first().map_or(span, |entry| entry.key.span);
                let last = mapping.entries.last().map_or(end, |entry| entry.value.span.to(entry.key.span));
                let span = self.extent(span, first, last, end);
                Node { span, tag, kind: NodeKind::Mapping(mapping) }
            }
        };
        self.value(node);
    }

    /// A flow collection ends at its bracket, a block collection at its last child.
    fn extent(&self, start: Span, first: Span, last: Span, end: Span) -> Span {
        let flow = self.is_bracket(start) && end.end > end.start;
        if flow { start.to(end) } else { Span::new(self.file, start.start.min(first.start), start.start.max(last.end)) }
    }

    /// Returns whether a bracket opens the collection: a single pair inside of brackets has none of its own.
    pub(super) fn is_bracket(&self, open: Span) -> bool {
        self.text.as_bytes().get(open.start as usize).is_some_and(|byte| matches!(byte, b'[' | b'{'))
    }
}

fn scalar(text: Arc<str>, style: Style, tag: Option<Box<Tag>>, span: Span) -> Node {
    Node { span, tag, kind: NodeKind::Scalar { text, style } }
}

fn key_of(node: Node, skip: &mut bool, out: &mut Vec<Diagnostic>) -> Key {
    let merge = matches!(&node.kind, NodeKind::Scalar { text, style: Style::Plain } if &**text == MERGE);
    match node.kind {
        NodeKind::Scalar { text, .. } if !merge => Key { text, span: node.span },
        _ => {
            *skip = true;
            let problem = if merge {
                Diagnostic::error(FORBIDDEN, node.span, "a merge key is not allowed here")
                    .help("write the fields out; in a spec, share them by `groups` or `defaults`")
            } else {
                Diagnostic::error(FORBIDDEN, node.span, "a key has to be a plain word or a string")
                    .help("write `key: value`, with a key of one line")
            };
            out.push(problem);
            Key { text: Arc::from(if merge { MERGE } else { "" }), span: node.span }
        }
    }
}
