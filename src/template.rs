//! Structure-aware templates.
//!
//! A template is YAML: what has no tag is literal, what has one is computed. So the output is valid by
//! construction, foreign text with braces of its own needs no escaping, and each node of the output knows its
//! template line and the values that its expression read.
//!
//! - `!expr E` is one expression and keeps its type; `none` leaves the key or item out.
//! - `!text "a << E >>"` is a string with expressions in it.
//! - `!if {when, then, else}` chooses; without an `else` the key or item is left out.
//! - `!for {as, in, if, key, do}` gives a list, or with `key` a map; as an item of a list it gives several items.
//! - `!merge [a, b]` merges maps deeply, the later over the earlier.
//! - `!lines [a, b]` makes a text of strings, each a line with an origin of its own.
//! - `!json a` makes the text of a JSON document, each line with the origin of what stands on it.
//!
//! [`Template::load`] checks names against a [`Shape`] and reports every problem; [`Template::render`] makes a
//! [`Doc`] out of [`Data`]. Both are bounded in time, memory and depth, whatever the template says.

mod calls;
mod data;
mod eval;
mod expr;
mod file;
mod host;
mod load;
mod map;
mod node;
mod ops;
mod parse;
mod place;
pub mod plain;
mod reads;
mod render;
mod shape;
#[cfg(test)]
mod tests;
mod text;

pub use data::{Data, DataMap, DataValue};
pub use file::{load_documents, load_file};
pub use shape::Shape;

use crate::diag::{Diagnostic, Kind};
use crate::doc::Doc;
use crate::source::{Origins, Span};
use crate::yaml;

/// An expression or a `!text` cannot be read.
pub const SYNTAX: Kind = Kind::new("template-syntax", "DV0401");
/// An expression uses a name that does not exist.
pub const NAME: Kind = Kind::new("unknown-name", "DV0402");
/// An expression uses a filter, test or function that does not exist, or uses it wrongly.
pub const FUNCTION: Kind = Kind::new("unknown-function", "DV0403");
/// A tag is unknown, or has not the keys that it needs.
pub const STRUCTURE: Kind = Kind::new("template-structure", "DV0404");
/// YAML does not pass an expression on as it was meant.
pub const CUT: Kind = Kind::new("expression-cut", "DV0405");
/// A value that an expression needs is missing.
pub const UNDEFINED: Kind = Kind::new("undefined-value", "DV0406");
/// An expression cannot be computed with the values that there are.
pub const FAILED: Kind = Kind::new("expression-failed", "DV0407");
/// A template is too large, too deep or too much work.
pub const LIMIT: Kind = Kind::new("template-limit", "DV0408");
/// A string without a tag holds what looks like an expression.
pub const UNTAGGED: Kind = Kind::new("untagged-text", "DV0409");

/// A template that was read and checked.
#[derive(Debug)]
pub struct Template {
    root: node::Node,
}

/// What a template gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Rendered {
    /// A document.
    Doc(Doc),
    /// Nothing: a false `!if`, or `none`.
    LeftOut,
    /// Problems, which were reported.
    Failed,
}

impl Template {
    /// Reads a template and checks its names against `shape`, reporting every problem.
    pub fn load(node: &yaml::Node, shape: &Shape, out: &mut Vec<Diagnostic>) -> Option<Self> {
        let before = errors(out);
        let root = load::Loader { root: shape, locals: Vec::new(), out }.node(node)?;
        (errors(out) == before).then_some(Self { root })
    }

    /// Reads a scalar as an expression, also without the tag `!expr`: for fields that are always computed.
    pub fn load_expression(node: &yaml::Node, shape: &Shape, out: &mut Vec<Diagnostic>) -> Option<Self> {
        let ex = load::Loader { root: shape, locals: Vec::new(), out }.expr(node)?;
        Some(Self { root: node::Node { span: node.span, kind: node::NodeKind::Expr(ex) } })
    }

    /// Makes a document out of `context`, a map of the names that the template may use.
    ///
    /// `about` names the thing that the template is rendered for, and where it is written; problems point there too.
    pub fn render(
        &self,
        context: &Data,
        about: Option<(&str, Span)>,
        origins: &mut Origins,
        out: &mut Vec<Diagnostic>,
    ) -> Rendered {
        let mut render = render::Render::new(context, about, origins, out);
        match render.node(&self.root) {
            _ if render.failed() => Rendered::Failed,
            Some(doc) => Rendered::Doc(doc),
            None => Rendered::LeftOut,
        }
    }

    /// Returns the place of the whole template.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.root.span
    }
}

impl Rendered {
    /// Returns the document, if there is one.
    #[must_use]
    pub fn doc(self) -> Option<Doc> {
        match self {
            Self::Doc(doc) => Some(doc),
            Self::LeftOut | Self::Failed => None,
        }
    }
}

fn errors(out: &[Diagnostic]) -> usize {
    out.iter().filter(|problem| problem.is_error()).count()
}
