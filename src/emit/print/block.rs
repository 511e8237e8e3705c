//! Configuration languages made of blocks and attributes: one tree and one printer for HCL and Alloy.
//!
//! The two differ in a few points, which are a `Dialect`; [`hcl`](super::hcl) and [`alloy`](super::alloy) hold
//! theirs. Both have a formatter that aligns the `=` of neighbouring attributes, and what is printed here is
//! what that formatter would leave alone.

mod layout;

pub(super) use layout::print;

use super::{Note, Sink};
use crate::doc::{Doc, Key, Name, Value};
use crate::source::OriginId;

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
    pub fn str(text: impl Into<Name>, origin: OriginId) -> Self {
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
    pub fn set(mut self, name: impl Into<Name>, value: impl Into<Expr>) -> Self {
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
