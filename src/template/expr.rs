//! Expressions as they are evaluated: names resolved, functions found, every part with its span.
//!
//! The language and its grammar are minijinja's, and minijinja's parser reads it (`parse`). Evaluation is our own
//! (`eval`), for what a template engine's virtual machine does not give: origins that pass through maps, lists and
//! filters, errors at the part that failed, and a bound on the work *inside* filters and operators.

use std::sync::Arc;

use super::data::DataValue;
use super::host::Host;
use crate::diag::{Diagnostic, Kind};
use crate::source::{OriginId, Span};

/// A part of an expression.
#[derive(Debug)]
pub(super) struct Ex {
    pub(super) span: Span,
    pub(super) kind: ExKind,
}

#[derive(Debug)]
pub(super) enum ExKind {
    Const(DataValue),
    Root(Arc<str>),
    /// A name that a loop binds, by its nesting.
    Local(usize, Arc<str>),
    Attr(Box<Ex>, Arc<str>),
    Index(Box<Ex>, Box<Ex>),
    Slice(Box<Ex>, [Option<Box<Ex>>; 3]),
    Not(Box<Ex>),
    Neg(Box<Ex>),
    And(Box<Ex>, Box<Ex>),
    Or(Box<Ex>, Box<Ex>),
    Binary(Op, Box<Ex>, Box<Ex>),
    /// `a < b <= c`
    Chain(Box<Ex>, Vec<(Op, Ex)>),
    If {
        test: Box<Ex>,
        yes: Box<Ex>,
        no: Option<Box<Ex>>,
    },
    List(Vec<Ex>),
    Map(Vec<(Ex, Ex)>),
    /// `x is defined`
    Defined(Box<Ex>),
    Call(&'static Host, Vec<Option<Ex>>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Rem,
    Pow,
    Concat,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    NotIn,
}

impl Op {
    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::FloorDiv => "//",
            Self::Rem => "%",
            Self::Pow => "**",
            Self::Concat => "~",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::In => "in",
            Self::NotIn => "not in",
        }
    }
}

impl Ex {
    /// Returns the part as a reader would name it: the path, if it is one.
    pub(super) fn name(&self) -> Option<String> {
        match &self.kind {
            ExKind::Root(name) | ExKind::Local(_, name) => Some(name.to_string()),
            ExKind::Attr(base, name) => Some(format!("{}.{name}", base.name()?)),
            ExKind::Index(base, index) => match &index.kind {
                ExKind::Const(DataValue::Int(at)) => Some(format!("{}[{at}]", base.name()?)),
                _ => Some(format!("{}[…]", base.name()?)),
            },
            _ => None,
        }
    }

    /// Returns the name in backticks, or "this".
    pub(super) fn shown(&self) -> String {
        self.name().map_or_else(|| "this value".to_owned(), |name| format!("`{name}`"))
    }
}

/// Why an expression has no value. Boxed, because results pass through many hands and hardly ever are this.
#[derive(Debug)]
pub(super) struct Fault(Box<Details>);

#[derive(Debug)]
struct Details {
    kind: Kind,
    span: Span,
    message: String,
    help: Option<String>,
    /// Whether a person has to write something.
    asked: bool,
    /// What that belongs to, if it belongs to something that is written.
    owner: Option<OriginId>,
}

impl Fault {
    pub(super) fn new(span: Span, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            kind: super::FAILED,
            span,
            message: message.into(),
            help: None,
            asked: false,
            owner: None,
        }))
    }

    pub(super) fn of(mut self, kind: Kind) -> Self {
        self.0.kind = kind;
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// Says that a person has to write something that belongs to `owner`, or else to what the template is rendered for.
    pub(super) fn ask(mut self, owner: Option<OriginId>) -> Self {
        (self.0.asked, self.0.owner) = (true, owner);
        self
    }

    /// Returns whether a person has to write something, and what it belongs to.
    pub(super) const fn asked(&self) -> (bool, Option<OriginId>) {
        (self.0.asked, self.0.owner)
    }

    /// Returns the problem at its place in the template; at that of `owner`, where a person has to write something.
    pub(super) fn into_diagnostic(self, owner: Option<Span>) -> Diagnostic {
        let template = self.0.span;
        let problem = Diagnostic::error(self.0.kind, owner.unwrap_or(template), self.0.message);
        let problem = match owner {
            Some(_) => problem.related(template, "it is needed here"),
            None => problem,
        };
        match self.0.help {
            Some(help) => problem.help(help),
            None => problem,
        }
    }
}

/// The result of a step that can fail.
pub(super) type Outcome<T> = Result<T, Fault>;
