//! Expressions as they are evaluated: names resolved, functions found, every part with its span.
//!
//! The language and its grammar are CEL's, and the `cel` crate's parser reads it (`parse`). Checking (`check`) and
//! evaluation (`eval`) are our own, for what the crate does not give: types of the platform's data, origins that pass
//! through lists and maps, errors at the part that failed, and a bound on the work.

use std::sync::Arc;

use super::host::Host;
use crate::source::Span;

/// A part of an expression.
#[derive(Debug)]
pub(super) struct Ex {
    pub(super) span: Span,
    pub(super) kind: ExKind,
}

#[derive(Debug)]
pub(super) enum ExKind {
    Null,
    Bool(bool),
    Int(i64),
    Double(f64),
    Str(Arc<str>),
    Root(Root),
    /// A variable of the rule, by its place.
    Variable(usize),
    /// A name that a macro binds, by its nesting.
    Local(usize),
    Select(Box<Ex>, Arc<str>),
    /// `has(a.b)`
    Has(Box<Ex>, Arc<str>),
    /// `a.?b`
    MaybeSelect(Box<Ex>, Arc<str>),
    Index(Box<Ex>, Box<Ex>),
    /// `a[?b]`
    MaybeIndex(Box<Ex>, Box<Ex>),
    Not(Box<Ex>),
    Negate(Box<Ex>),
    And(Box<Ex>, Box<Ex>),
    Or(Box<Ex>, Box<Ex>),
    Binary(Op, Box<Ex>, Box<Ex>),
    If(Box<[Ex; 3]>),
    /// Items, each with whether it is left out when missing.
    List(Vec<(Ex, bool)>),
    /// Keys and values, each with whether it is left out when missing.
    Map(Vec<(Ex, Ex, bool)>),
    Call(&'static Host, Vec<Ex>),
    Scan(Box<Scan>),
}

/// A macro over the items of a list or the keys of a map.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) kind: ScanKind,
    pub(super) over: Ex,
    /// Only items for which this holds (`map` of three arguments).
    pub(super) filter: Option<Ex>,
    pub(super) body: Ex,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScanKind {
    All,
    Exists,
    ExistsOne,
    Map,
    Filter,
}

/// The names that are there without being bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Root {
    Platform,
    Environment,
    Components,
    Nodes,
    Flows,
    Addresses,
    Networks,
    Plugins,
    Compositions,
    /// The thing that is judged: `component`, `node`, `flow`, `address`, `plugin`, `composition`, `document`.
    Subject,
    /// The tree of the document that is judged.
    Object,
    /// The item of `forEach`.
    Each,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
}

impl Op {
    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Rem => "%",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::In => "in",
        }
    }

    /// Returns the operator of a function's name in the parser's tree.
    pub(super) fn of(function: &str) -> Option<Self> {
        Some(match function {
            "_+_" => Self::Add,
            "_-_" => Self::Sub,
            "_*_" => Self::Mul,
            "_/_" => Self::Div,
            "_%_" => Self::Rem,
            "_==_" => Self::Eq,
            "_!=_" => Self::Ne,
            "_<_" => Self::Lt,
            "_<=_" => Self::Le,
            "_>_" => Self::Gt,
            "_>=_" => Self::Ge,
            "@in" => Self::In,
            _ => return None,
        })
    }
}
