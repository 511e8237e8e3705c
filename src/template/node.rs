//! A template as it is rendered: YAML's structure with computed nodes in it.

use super::expr::Ex;
use super::text::Part;
use crate::doc::Name;
use crate::source::Span;

/// A part of a template.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) span: Span,
    pub(super) kind: NodeKind,
}

#[derive(Debug)]
pub(super) enum NodeKind {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(Name),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
    Expr(Ex),
    Text(Vec<Part>),
    If(Box<Choice>),
    For(Box<Loop>),
    Merge(Vec<Node>),
    Lines(Vec<Node>),
    Json(Box<Node>),
}

/// A key that is written.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) text: Name,
    pub(super) span: Span,
}

#[derive(Debug)]
pub(super) struct Choice {
    /// `!expr` or `!text`.
    pub(super) when: Node,
    pub(super) then: Node,
    pub(super) otherwise: Option<Node>,
}

#[derive(Debug)]
pub(super) struct Loop {
    pub(super) over: Ex,
    /// Only items for which this is true.
    pub(super) only: Option<Ex>,
    /// The key of each entry, if the loop makes a map.
    pub(super) key: Option<Node>,
    pub(super) body: Node,
}
