//! Configuration languages made of blocks and attributes: one tree and one printer for HCL and Alloy.
//!
//! The two differ in a few points, which are a [`Dialect`]; [`hcl`](super::hcl) and [`alloy`](super::alloy) hold
//! theirs. Both have a formatter that aligns the `=` of neighbouring attributes, and what is printed here is
//! what that formatter would leave alone.

use std::sync::Arc;

use super::{LineTable, Note, Printed, Sink};
use crate::doc::{Doc, Key, Value};
use crate::source::OriginId;

/// Lists of scalars wider than this are printed with one item a line.
const WIDE: usize = 100;

/// An expression; every node has an origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What the expression is.
    pub kind: ExprKind,
    /// Where it comes from.
    pub origin: OriginId,
}

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A null, boolean, number or string.
    Scalar(Value),
    /// Text in the language itself: a reference, a call, a type. Further lines are indented like the first.
    Raw(String),
    /// A list.
    List(Vec<Expr>),
    /// An object.
    Object(Vec<(Key, Expr)>),
}

impl Expr {
    /// Returns an expression that is text in the language itself.
    pub fn raw(text: impl Into<String>, origin: OriginId) -> Self {
        Self { kind: ExprKind::Raw(text.into()), origin }
    }

    /// Returns a string.
    pub fn str(text: impl Into<Arc<str>>, origin: OriginId) -> Self {
        Doc::str(text, origin).into()
    }

    /// Returns a list.
    #[must_use]
    pub const fn list(items: Vec<Self>, origin: OriginId) -> Self {
        Self { kind: ExprKind::List(items), origin }
    }

    /// Returns an object; each key is given once.
    #[must_use]
    pub const fn object(fields: Vec<(Key, Self)>, origin: OriginId) -> Self {
        Self { kind: ExprKind::Object(fields), origin }
    }
}

impl From<Doc> for Expr {
    fn from(doc: Doc) -> Self {
        let kind = match doc.value {
            Value::List(items) => ExprKind::List(items.into_iter().map(Self::from).collect()),
            Value::Map(map) => ExprKind::Object(map.into_iter().map(|(key, doc)| (key, doc.into())).collect()),
            scalar => ExprKind::Scalar(scalar),
        };
        Self { kind, origin: doc.origin }
    }
}

/// One item of a file or of the body of a block.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// `name = expression`.
    Attribute(Key, Expr),
    /// A block.
    Block(Block),
    /// A comment on lines of its own.
    Comment(Note),
    /// An empty line.
    Blank(OriginId),
}

/// A block: a name, labels and a body.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// The name, dotted in Alloy.
    pub name: String,
    /// The labels: any number in HCL, at most one in Alloy.
    pub labels: Vec<String>,
    /// What is in it.
    pub body: Vec<Item>,
    /// Where the block comes from.
    pub origin: OriginId,
}

impl Block {
    /// Returns a block without labels and body.
    pub fn new(name: impl Into<String>, origin: OriginId) -> Self {
        Self { name: name.into(), labels: Vec::new(), body: Vec::new(), origin }
    }

    /// Adds a label.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.labels.push(label.into());
        self
    }

    /// Adds an attribute whose name comes from where its value comes from.
    #[must_use]
    pub fn set(mut self, name: impl Into<Arc<str>>, value: impl Into<Expr>) -> Self {
        let value = value.into();
        self.body.push(Item::Attribute(Key { text: name.into(), origin: value.origin }, value));
        self
    }

    /// Adds a block to the body.
    #[must_use]
    pub fn with(mut self, block: Self) -> Self {
        self.body.push(Item::Block(block));
        self
    }
}

/// What distinguishes a language from its sisters.
pub(super) struct Dialect {
    /// One step of indentation.
    pub(super) indent: &'static str,
    /// What starts a comment.
    pub(super) comment: &'static str,
    /// What follows each field of an object.
    pub(super) comma: &'static str,
    /// The braces of a block without a body.
    pub(super) empty_block: &'static str,
    /// Whether the first line of a value of several lines is aligned with the attributes before it.
    pub(super) opening_aligned: bool,
    /// Whether a key of an object may stand without quotes.
    pub(super) is_bare_key: fn(&str) -> bool,
    /// Writes a quoted string.
    pub(super) string: fn(&mut Sink, &str),
}

pub(super) fn print(dialect: &Dialect, items: &[Item], table: LineTable) -> Printed {
    let mut printer = Printer { dialect, sink: Sink::new(table), depth: 0 };
    printer.items(items);
    printer.sink.finish()
}

struct Printer<'a> {
    dialect: &'a Dialect,
    sink: Sink,
    depth: usize,
}

/// Some fields or attributes that follow each other, and how their lines end.
struct Row<'a> {
    key: &'a Key,
    bare: bool,
    value: &'a Expr,
    comma: &'static str,
}

impl Printer<'_> {
    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.sink.push(self.dialect.indent);
        }
    }

    fn items(&mut self, items: &[Item]) {
        let mut rest = items;
        let mut before: Option<&Item> = None;
        while let Some((item, after)) = rest.split_first() {
            // A blank line around blocks; a comment belongs to what stands below it.
            let apart = match before {
                Some(Item::Block(_)) => !matches!(item, Item::Blank(_)),
                Some(Item::Attribute(..)) => opens_block(rest),
                _ => false,
            };
            if apart {
                self.sink.end_line(origin_of(item));
            }
            before = Some(item);
            rest = after;
            match item {
                Item::Block(block) => self.block(block),
                Item::Blank(origin) => self.sink.end_line(*origin),
                Item::Comment(note) => {
                    let indent = self.dialect.indent.repeat(self.depth);
                    self.sink.comment(&indent, self.dialect.comment, note);
                }
                Item::Attribute(key, value) => {
                    let more = after.iter().map_while(attribute);
                    let rows = std::iter::once((key, value)).chain(more);
                    let rows: Vec<_> = rows.map(|(key, value)| Row { key, bare: true, value, comma: "" }).collect();
                    self.rows(&rows);
                    rest = after.get(rows.len() - 1..).unwrap_or_default();
                }
            }
        }
    }

    fn block(&mut self, block: &Block) {
        self.indent();
        self.sink.push(&block.name);
        for label in &block.labels {
            self.sink.push_char(' ');
            (self.dialect.string)(&mut self.sink, label);
        }
        self.sink.push_char(' ');
        if block.body.is_empty() {
            self.sink.push(self.dialect.empty_block);
        } else {
            self.sink.push_char('{');
            self.sink.end_line(block.origin);
            self.depth += 1;
            self.items(&block.body);
            self.depth -= 1;
            self.indent();
            self.sink.push_char('}');
        }
        self.sink.end_line(block.origin);
    }

    /// Writes lines of `key = value`, aligned as far as the formatter of the language aligns them.
    fn rows(&mut self, rows: &[Row<'_>]) {
        let mut rest = rows;
        while !rest.is_empty() {
            let short = rest.iter().take_while(|row| self.fits_line(row.value)).count();
            // Past the last short row stands one of several lines: in the run or a run of its own.
            let length = if short == 0 || self.dialect.opening_aligned { short + 1 } else { short };
            let (run, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
            let width = run.iter().map(|row| self.key_width(row)).max().unwrap_or_default();
            for row in run {
                self.row(row, width);
            }
            rest = after;
        }
    }

    fn row(&mut self, row: &Row<'_>, width: usize) {
        self.indent();
        self.key(row);
        let pad = width - self.key_width(row);
        self.sink.spaces(pad);
        self.sink.push(" = ");
        let end = if self.fits_line(row.value) { row.value.origin } else { row.key.origin };
        self.value(row.value, row.key.origin);
        self.sink.push(row.comma);
        self.sink.end_line(end);
    }

    fn key(&mut self, row: &Row<'_>) {
        if row.bare || (self.dialect.is_bare_key)(&row.key.text) {
            self.sink.push(&row.key.text);
        } else {
            (self.dialect.string)(&mut self.sink, &row.key.text);
        }
    }

    fn key_width(&self, row: &Row<'_>) -> usize {
        if row.bare || (self.dialect.is_bare_key)(&row.key.text) {
            return row.key.text.chars().count();
        }
        let mut scratch = Sink::default();
        (self.dialect.string)(&mut scratch, &row.key.text);
        scratch.text.chars().count()
    }

    /// Writes an expression; the caller ends its last line. `opener` is the origin of the line that it opens.
    fn value(&mut self, value: &Expr, opener: OriginId) {
        match &value.kind {
            ExprKind::Scalar(scalar) => self.scalar(scalar),
            ExprKind::Raw(text) => {
                for (number, line) in text.split('\n').enumerate() {
                    if number > 0 {
                        self.sink.end_line(value.origin);
                        self.indent();
                    }
                    self.sink.push(line);
                }
            }
            ExprKind::Object(fields) if !fields.is_empty() => {
                self.sink.push_char('{');
                self.sink.end_line(opener);
                self.depth += 1;
                let comma = self.dialect.comma;
                let rows = fields.iter().map(|(key, value)| Row { key, bare: false, value, comma });
                self.rows(&rows.collect::<Vec<_>>());
                self.depth -= 1;
                self.indent();
                self.sink.push_char('}');
            }
            ExprKind::Object(_) => self.sink.push("{}"),
            ExprKind::List(items) if self.fits_line(value) => {
                self.sink.push_char('[');
                for (number, item) in items.iter().enumerate() {
                    self.sink.push(if number > 0 { ", " } else { "" });
                    self.value(item, opener);
                }
                self.sink.push_char(']');
            }
            ExprKind::List(items) => self.long_list(items, opener),
        }
    }

    fn long_list(&mut self, items: &[Expr], opener: OriginId) {
        self.sink.push_char('[');
        self.sink.end_line(opener);
        self.depth += 1;
        for item in items {
            self.indent();
            self.value(item, item.origin);
            self.sink.push_char(',');
            self.sink.end_line(item.origin);
        }
        self.depth -= 1;
        self.indent();
        self.sink.push_char(']');
    }

    fn scalar(&mut self, scalar: &Value) {
        match scalar {
            Value::Null => self.sink.push("null"),
            Value::Bool(true) => self.sink.push("true"),
            Value::Bool(false) => self.sink.push("false"),
            Value::Int(number) => self.sink.int(*number),
            Value::Float(number) => self.sink.float(*number),
            Value::Str(text) => (self.dialect.string)(&mut self.sink, text),
            Value::List(_) => self.sink.push("[]"),
            Value::Map(_) => self.sink.push("{}"),
        }
    }

    /// Returns whether an expression is printed on one line.
    fn fits_line(&self, value: &Expr) -> bool {
        match &value.kind {
            ExprKind::Scalar(_) => true,
            ExprKind::Raw(text) => !text.contains('\n'),
            ExprKind::Object(fields) => fields.is_empty(),
            ExprKind::List(items) => {
                let mut width = 0;
                items.iter().all(|item| {
                    width += item_width(item);
                    width <= WIDE && is_flat(item)
                })
            }
        }
    }
}

const fn attribute(item: &Item) -> Option<(&Key, &Expr)> {
    match item {
        Item::Attribute(key, value) => Some((key, value)),
        _ => None,
    }
}

const fn origin_of(item: &Item) -> OriginId {
    match item {
        Item::Attribute(key, _) => key.origin,
        Item::Block(block) => block.origin,
        Item::Comment(note) => note.origin,
        Item::Blank(origin) => *origin,
    }
}

/// Returns whether a block comes next, with or without comments above it.
fn opens_block(items: &[Item]) -> bool {
    let below = items.iter().find(|item| !matches!(item, Item::Comment(_)));
    matches!(below, Some(Item::Block(_)))
}

fn is_flat(item: &Expr) -> bool {
    match &item.kind {
        ExprKind::Scalar(_) => true,
        ExprKind::Raw(text) => !text.contains('\n'),
        ExprKind::List(items) => items.is_empty(),
        ExprKind::Object(fields) => fields.is_empty(),
    }
}

/// Returns about how many columns an item of a list takes.
fn item_width(item: &Expr) -> usize {
    match &item.kind {
        ExprKind::Scalar(Value::Str(text)) => text.len() + 4,
        ExprKind::Raw(text) => text.len() + 2,
        _ => 7,
    }
}
