//! YAML text to a spanned tree, and trees to types.
//!
//! [`load()`] reads one document into [`Node`]s that keep the span of every key and value, and the comments.
//! [`Decode`] turns nodes into types and reports *every* problem on the way: a broken field becomes
//! [`Field::Broken`] and never its default. The same declarations give the JSON Schema ([`schema`]).

pub mod decode;
mod load;
mod names;
mod node;
pub mod record;
mod scalar;
pub mod schema;

pub use decode::{Decode, Decoder, Field, Names};
pub use load::{Dialect, MAX_BYTES, load, load_all};
pub use node::{Comment, Entry, Key, Mapping, Node, NodeKind, Style, Tag};
pub use scalar::{Core, core, is_yaml11_surprise};

use crate::diag::Kind;

/// The text is not YAML.
pub const SYNTAX: Kind = Kind::new("yaml-syntax", "DV0101");
/// A key stands twice in one mapping.
pub const DUPLICATE_KEY: Kind = Kind::new("duplicate-key", "DV0102");
/// An alias, anchor, tag or merge key where none is allowed.
pub const FORBIDDEN: Kind = Kind::new("forbidden-yaml", "DV0103");
/// The file holds git conflict markers.
pub const CONFLICT: Kind = Kind::new("conflict-marker", "DV0104");
/// A file is empty, or has no document or too many.
pub const DOCUMENTS: Kind = Kind::new("document-count", "DV0105");
/// The file is too large or nested too deeply.
pub const LIMIT: Kind = Kind::new("input-limit", "DV0106");
/// A field that does not exist.
pub const UNKNOWN_FIELD: Kind = Kind::new("unknown-field", "DV0110");
/// A value of another type or outside its range.
pub const WRONG_TYPE: Kind = Kind::new("wrong-type", "DV0111");
/// A value that is not of the form that its field asks for.
pub const BAD_VALUE: Kind = Kind::new("bad-value", "DV0112");
/// A field that has to be there is missing.
pub const MISSING_FIELD: Kind = Kind::new("missing-field", "DV0113");
/// A scalar that YAML 1.1 and 1.2 readers understand differently.
pub const AMBIGUOUS: Kind = Kind::new("ambiguous-scalar", "DV0114");
