//! The text of a table to its head and shapes.
//!
//! The format is described at the head of `scripts/kinds.py`.

use std::sync::OnceLock;

use super::format::Format;
use super::shape::{Field, Node, Other, Piece, Shape, Types};
use super::table::{Head, Scope, Served};

/// The version of the format that this reader understands; the first line of a table states it.
const FORMAT: &str = "dvgen-kinds 1";

/// Deepest nesting of a shape.
const MAX_DEPTH: usize = 64;

/// Why a table cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BadTable {
    /// The line, counted from one.
    pub(super) line: usize,
    /// What is wrong there.
    pub(super) problem: String,
}

impl BadTable {
    pub(super) fn new(line: usize, problem: impl Into<String>) -> Self {
        Self { line, problem: problem.into() }
    }
}

/// Reads the head of a table.
pub(super) fn head(text: &str) -> Result<Head, BadTable> {
    let mut head = Head::default();
    let mut at = 0;
    for (index, full) in text.split_inclusive('\n').enumerate() {
        let line = full.trim_end();
        at += full.len();
        let number = index + 1;
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            _ if index == 0 && line == FORMAT => {}
            _ if index == 0 => return Err(BadTable::new(1, format!("the first line is not `{FORMAT}`"))),
            ["---"] => {
                (head.body, head.lines) = (at, number);
                return Ok(head);
            }
            ["source:", ..] => line.get("source: ".len()..).unwrap_or_default().clone_into(&mut head.source),
            ["kind", kind, version, scope, shape] => {
                let scope = match *scope {
                    "cluster" => Scope::Cluster,
                    "namespaced" => Scope::Namespaced,
                    _ => return Err(BadTable::new(number, "the scope is neither `namespaced` nor `cluster`")),
                };
                let (version, shape) = ((*version).to_owned(), (*shape).to_owned());
                let served = Served { scope, version, shape, place: OnceLock::new() };
                head.kinds.push(((*kind).to_owned(), served));
            }
            ["gone", kind, version, now] => {
                head.gone.push(((*kind).to_owned(), (*version).to_owned(), (*now).to_owned()));
            }
            _ => return Err(BadTable::new(number, "not one of `source:`, `kind`, `gone`, or words are missing")),
        }
    }
    Err(BadTable::new(1, "the head has no end (`---`)"))
}

/// Returns the names of all shapes, each with the piece of text that describes it, sorted by name.
pub(super) fn index(text: &str, body: usize) -> Vec<(Piece, Piece)> {
    let mut found: Vec<(Piece, Piece)> = Vec::new();
    let mut at = body;
    for line in text.get(body..).unwrap_or_default().split_inclusive('\n') {
        if let Some(rest) = line.strip_prefix('=') {
            let name = rest.split([' ', '\r', '\n']).next().unwrap_or_default();
            found.push((piece(at + 1, name), size(at)..size(at)));
        }
        at += line.len();
        if let Some((_, whole)) = found.last_mut() {
            whole.end = size(at);
        }
    }
    let name = |piece: &Piece| text.get(piece.start as usize..piece.end as usize).unwrap_or_default();
    found.sort_by(|a, b| name(&a.0).cmp(name(&b.0)));
    found
}

/// Reads one shape.
pub(super) fn shape(text: &str, whole: &Piece) -> Result<Shape, BadTable> {
    let before = || text.get(..whole.start as usize).unwrap_or_default().matches('\n').count();
    lines_of_shape(text, whole).map_err(|bad| BadTable { line: before() + bad.line, ..bad })
}

/// Reads one shape, with the lines of problems counted from its own.
fn lines_of_shape(text: &str, whole: &Piece) -> Result<Shape, BadTable> {
    let mut lines = Vec::new();
    let mut at = whole.start as usize;
    let inside = text.get(at..whole.end as usize).unwrap_or_default();
    for (index, full) in inside.split_inclusive('\n').enumerate() {
        let line = Line::read(full.trim_end(), at);
        let line = line.map_err(|problem| BadTable::new(index + 1, problem))?;
        lines.push((index + 1, line));
        at += full.len();
    }
    let mut reader = Reader { lines: lines.into_iter().peekable(), nodes: Vec::new(), fields: Vec::new() };
    let Some((number, first)) = reader.lines.next() else { return Err(BadTable::new(0, "an empty shape")) };
    let mut node = first.node().map_err(|problem| BadTable::new(number, problem))?.0;
    if first.words.is_empty() {
        node.types.add('m');
    }
    reader.children(0, node)?;
    match reader.lines.next() {
        Some((number, _)) => Err(BadTable::new(number, "indented too deeply")),
        None => Ok(Shape { nodes: reader.nodes, fields: reader.fields }),
    }
}

/// One line: where its key stands, and the words after it.
struct Line<'t> {
    depth: usize,
    key: &'t str,
    key_at: usize,
    quoted: bool,
    words: &'t str,
    words_at: usize,
}

impl<'t> Line<'t> {
    fn read(line: &'t str, start: usize) -> Result<Self, &'static str> {
        let content = line.trim_start_matches(' ');
        let depth = line.len() - content.len();
        if depth > MAX_DEPTH {
            return Err("indented too deeply");
        }
        let (key, words, quoted) = match content.strip_prefix('"') {
            Some(inner) => inner.split_once('"').map(|(key, words)| (key, words, true)).ok_or("a bad quoted field")?,
            None => content.split_once(' ').map_or((content, "", false), |(key, words)| (key, words, false)),
        };
        let words = words.trim_start();
        let key_at = start + depth + usize::from(quoted);
        Ok(Self { depth, key, key_at, quoted, words, words_at: start + line.len() - words.len() })
    }

    /// Returns the node that the words describe, and whether it is required.
    fn node(&self) -> Result<(Node, bool), String> {
        let mut node = Node {
            types: Types::default(),
            open: false,
            other: None,
            words: None,
            format: None,
            alike: None,
            item: None,
            rest: None,
            fields: 0..0,
        };
        let (mut required, mut at) = (false, self.words_at);
        for word in self.words.split(' ') {
            let mut chars = word.chars();
            match chars.next() {
                Some('!') if word == "!" => required = true,
                Some('@') => node.other = Some(Other { name: piece(at + 1, chars.as_str()), place: OnceLock::new() }),
                Some('=') => node.words = Some(piece(at + 1, chars.as_str())),
                Some('~') => {
                    let format = Format::of(chars.as_str());
                    node.format = Some(format.ok_or_else(|| format!("`{word}` is no form that is known"))?);
                }
                Some('(') => node.alike = Some(piece(at + 1, chars.as_str().trim_end_matches(')'))),
                Some(_) => {
                    node.open = word.ends_with('*');
                    if let Some(bad) = word.trim_end_matches('*').chars().find(|letter| !node.types.add(*letter)) {
                        return Err(format!("`{bad}` in `{word}` is not a type"));
                    }
                }
                None => {}
            }
            at += word.len() + 1;
        }
        if node.types.is_quantity() {
            node.format = node.format.or(Some(Format::Quantity));
        }
        Ok((node, required))
    }
}

struct Reader<'t> {
    lines: std::iter::Peekable<std::vec::IntoIter<(usize, Line<'t>)>>,
    nodes: Vec<Node>,
    fields: Vec<Field>,
}

impl Reader<'_> {
    /// Completes a node at `depth` by the lines below it, and keeps it.
    fn children(&mut self, depth: usize, mut node: Node) -> Result<u32, BadTable> {
        let mut fields: Vec<Field> = Vec::new();
        let mut last = None;
        while let Some((number, line)) = self.lines.next_if(|(_, line)| line.depth == depth + 1) {
            let (child, required) = line.node().map_err(|problem| BadTable::new(number, problem))?;
            let id = self.children(depth + 1, child)?;
            match line.key {
                "-" if !line.quoted => node.item = Some(id),
                "*" if !line.quoted => node.rest = Some(id),
                key if last.is_some_and(|last| last >= key) => {
                    return Err(BadTable::new(number, format!("`{key}` is out of order, or there twice")));
                }
                key => {
                    last = Some(key);
                    fields.push(Field { name: piece(line.key_at, key), node: id, required });
                }
            }
        }
        let start = size(self.fields.len());
        self.fields.append(&mut fields);
        node.fields = start..size(self.fields.len());
        self.nodes.push(node);
        Ok(size(self.nodes.len() - 1))
    }
}

fn piece(at: usize, text: &str) -> Piece {
    size(at)..size(at + text.len())
}

fn size(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
