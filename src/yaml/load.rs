//! Text to tree.
//!
//! The parser under it is `granit-parser`: it gives events with byte ranges, comments and tag positions. What
//! the spec must not contain (aliases, anchors, tags, merge keys, several documents) is refused here, with the
//! alternative named. Nesting is bounded by the parser, size by [`MAX_BYTES`].

use std::sync::Arc;

use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError};

use super::{
    CONFLICT, Comment, DOCUMENTS, DUPLICATE_KEY, Entry, FORBIDDEN, Key, LIMIT, Mapping, Node, NodeKind, SYNTAX, Style,
    Tag,
};
use crate::diag::Diagnostic;
use crate::source::{FileId, Span};

/// The largest text that is read, in bytes: a platform of 10 000 components takes about 5 MB.
pub const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// Deepest nesting of collections.
const MAX_DEPTH: usize = 100;

const SHARE: &str = "share fields by `groups` or `defaults`, and differences by `environments`";

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
    let mut options = Options::default();
    options.emit_comments = true;
    options.flow_nesting_limit = MAX_DEPTH;
    options.block_nesting_limit = MAX_DEPTH;
    options.emit_unresolved_aliases = true;
    let parser = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder {
        file,
        text,
        dialect,
        out,
        comments: Vec::new(),
        open: Vec::new(),
        documents: Vec::new(),
        words: Words::new(),
    };
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

/// A collection that has not ended yet.
enum Open {
    Sequence { span: Span, tag: Option<Tag>, items: Vec<Node> },
    Mapping { span: Span, tag: Option<Tag>, mapping: Mapping, key: Option<Key>, seen: Seen, skip: bool },
}

impl Open {
    const fn span(&self) -> Span {
        match self {
            Self::Sequence { span, .. } | Self::Mapping { span, .. } => *span,
        }
    }
}

/// The keys of a mapping so far; large mappings get an index so that reading stays linear.
#[derive(Default)]
struct Seen(Option<std::collections::BTreeMap<Arc<str>, usize>>);

impl Seen {
    fn position(&mut self, mapping: &Mapping, key: &str) -> Option<usize> {
        const LINEAR: usize = 24;
        if mapping.entries.len() < LINEAR {
            return mapping.entries.iter().position(|entry| &*entry.key.text == key);
        }
        let index = self.0.get_or_insert_with(|| {
            mapping.entries.iter().enumerate().map(|(at, entry)| (entry.key.text.clone(), at)).collect()
        });
        index.get(key).copied()
    }

    fn add(&mut self, key: &Arc<str>, at: usize) {
        if let Some(index) = &mut self.0 {
            index.insert(key.clone(), at);
        }
    }
}

/// The short texts that were read last, so that a key or word that many entries have is kept once.
struct Words(Vec<Option<Arc<str>>>);

impl Words {
    const PLACES: usize = 1024;
    const LONGEST: usize = 32;

    fn new() -> Self {
        Self(vec![None; Self::PLACES])
    }

    /// Returns a text, the one that is there already if it was read lately.
    fn get(&mut self, text: &str) -> Arc<str> {
        // FNV-1a: what falls on one place is only forgotten sooner.
        let hash = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        if text.len() > Self::LONGEST {
            return Arc::from(text);
        }
        let place = text.bytes().fold(0x811c_9dc5, hash);
        let place = (place ^ (place >> 16)) as usize % Self::PLACES;
        let Some(slot) = self.0.get_mut(place) else { return Arc::from(text) };
        match slot {
            Some(known) if **known == *text => known.clone(),
            _ => slot.insert(Arc::from(text)).clone(),
        }
    }
}

struct Builder<'a> {
    file: FileId,
    text: &'a str,
    dialect: Dialect,
    out: &'a mut Vec<Diagnostic>,
    comments: Vec<Comment>,
    open: Vec<Open>,
    documents: Vec<Node>,
    words: Words,
}

impl Builder<'_> {
    fn span(&self, span: &granit_parser::Span) -> Span {
        let start = span.start.byte_offset().unwrap_or(0);
        let end = span.end.byte_offset().unwrap_or(start).max(start);
        Span::new(self.file, to_u32(start), to_u32(end))
    }

    fn event(&mut self, event: Event<'_>, place: &granit_parser::Span) {
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
    ) -> Option<Tag> {
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
            return Some(Tag { name: Arc::from(tag.suffix()), span: tag_span });
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
                Some(_) if std::mem::take(skip) => {}
                Some(key) => {
                    if let Some(first) = seen.position(mapping, &key.text).and_then(|at| mapping.entries.get(at)) {
                        self.out.push(duplicate(&key, first));
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
    fn is_bracket(&self, open: Span) -> bool {
        self.text.as_bytes().get(open.start as usize).is_some_and(|byte| matches!(byte, b'[' | b'{'))
    }

    fn syntax(&mut self, error: &ScanError) {
        let at = to_u32(error.marker().byte_offset().unwrap_or(self.text.len()).min(self.text.len()));
        let span = Span::new(self.file, at, at);
        let info = error.info();
        if info.contains("nesting") || info.contains("recursion") {
            let message = format!("collections are nested deeper than {MAX_DEPTH} levels");
            self.out.push(Diagnostic::error(LIMIT, span, message).help("flatten the structure"));
            return;
        }
        let mut problem = Diagnostic::error(SYNTAX, span, format!("this is not valid YAML: {info}"));
        let before = self.text.get(..at as usize).unwrap_or("");
        let line_start = before.rfind('\n').map_or(0, |n| n + 1);
        let indent: String =
            self.text.get(line_start..).unwrap_or("").chars().take_while(|c| c.is_whitespace() && *c != '\n').collect();
        if indent.contains('\t') {
            problem = problem.help("the line is indented with a tab; YAML allows only spaces");
        } else if info.contains("quoted scalar") && !info.contains("trailing") {
            if let Some(quote) = before.rfind(['"', '\'']) {
                let open = Span::new(self.file, to_u32(quote), to_u32(quote + 1));
                problem = problem.related(open, "this quote may not be closed");
            }
        } else if info.contains("flow")
            && let Some(open) =
                self.open.iter().rev().map(Open::span).find(|open| open.start < at && self.is_bracket(*open))
        {
            let bracket = Span { end: open.start + 1, ..open };
            problem =
                problem.related(bracket, "opened here").help("close the bracket, or put a comma between the entries");
        } else if info.contains("mapping values are not allowed") {
            problem = problem.help(
                "check that the line is indented as its neighbours are; a text with `: ` in it has to be in quotes",
            );
        }
        self.out.push(problem);
    }
}

fn scalar(text: Arc<str>, style: Style, tag: Option<Tag>, span: Span) -> Node {
    Node { span, tag, kind: NodeKind::Scalar { text, style } }
}

fn key_of(node: Node, skip: &mut bool, out: &mut Vec<Diagnostic>) -> Key {
    let merge = matches!(&node.kind, NodeKind::Scalar { text, style: Style::Plain } if &**text == "<<");
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
            Key { text: Arc::from(""), span: node.span }
        }
    }
}

fn duplicate(key: &Key, first: &Entry) -> Diagnostic {
    Diagnostic::error(DUPLICATE_KEY, key.span, format!("`{}` stands twice in one map", key.text))
        .label("the second one")
        .related(first.key.span, "the first one")
        .why("most readers keep the last one silently, so one of the two has no effect")
        .help("merge the two, or remove one")
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
