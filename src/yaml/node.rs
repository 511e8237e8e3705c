//! The tree: every key and value with its span.

use std::sync::Arc;

use crate::source::Span;

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The whole value; of a block collection from its first to its last child.
    pub span: Span,
    /// A local tag (`!expr`); only templates may have them.
    pub tag: Option<Box<Tag>>,
    /// The value.
    pub kind: NodeKind,
}

/// A tag and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The name without the leading `!`.
    pub name: Arc<str>,
    /// The tag token.
    pub span: Span,
}

/// The three shapes of YAML.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// A scalar, as text: what it means is decided by who reads it.
    Scalar {
        /// The text after unescaping.
        text: Arc<str>,
        /// How it was written.
        style: Style,
    },
    /// A sequence.
    Sequence(Vec<Node>),
    /// A mapping.
    Mapping(Mapping),
}

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes: readers guess its type.
    Plain,
    /// In single or double quotes: a string.
    Quoted,
    /// A literal or folded block: a string.
    Block,
}

/// A key of a mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The text of the key.
    pub text: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

/// One key with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Key,
    /// The value.
    pub value: Node,
}

impl Entry {
    /// Returns whether this stands for a merge key, which was refused and reported.
    pub fn is_merge(&self) -> bool {
        &*self.key.text == MERGE && self.value.is_refused()
    }
}

/// The key that merges another map into one, in YAML 1.1.
pub(super) const MERGE: &str = "<<";

/// The entries of a mapping in source order, each key once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mapping {
    /// The entries.
    pub entries: Vec<Entry>,
}

impl Mapping {
    /// Returns the entry of a key.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| &*entry.key.text == key)
    }

    /// Returns the entry of a key to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| &*entry.key.text == key)
    }
}

/// A comment and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The text after `#`.
    pub text: Arc<str>,
    /// The whole comment with its `#`.
    pub span: Span,
    /// Whether it stands alone on its line, and so speaks of what comes next.
    pub own_line: bool,
}

impl Node {
    /// Returns an empty scalar, which stands for a tree that was taken away.
    pub fn nothing(span: Span) -> Self {
        let text = Arc::from("");
        Self { span, tag: None, kind: NodeKind::Scalar { text, style: Style::Plain } }
    }

    /// Returns the text of a scalar.
    pub fn as_scalar(&self) -> Option<&Arc<str>> {
        match &self.kind {
            NodeKind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Returns the mapping, if this is one.
    pub const fn as_mapping(&self) -> Option<&Mapping> {
        match &self.kind {
            NodeKind::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// Returns the mapping to change it, if this is one.
    pub const fn as_mapping_mut(&mut self) -> Option<&mut Mapping> {
        match &mut self.kind {
            NodeKind::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// Returns the items, if this is a sequence.
    pub fn as_sequence(&self) -> Option<&[Self]> {
        match &self.kind {
            NodeKind::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the value of a key, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_mapping()?.get(key).map(|entry| &entry.value)
    }

    /// Returns whether this is an empty plain scalar, `~` or `null`.
    pub fn is_null(&self) -> bool {
        matches!(&self.kind, NodeKind::Scalar { text, style: Style::Plain } if matches!(&**text, "" | "~" | "null" | "Null" | "NULL"))
    }

    /// Returns whether this stands for something that was refused and reported, such as an alias: nothing, where
    /// there is some text.
    pub fn is_refused(&self) -> bool {
        matches!(&self.kind, NodeKind::Scalar { text, style: Style::Plain } if text.is_empty())
            && self.span.end > self.span.start
    }

    /// Returns what the node is, for people: "a list", "the number `3`".
    pub fn describe(&self) -> String {
        match &self.kind {
            NodeKind::Sequence(_) => "a list".to_owned(),
            NodeKind::Mapping(_) => "a map".to_owned(),
            NodeKind::Scalar { .. } if self.is_null() => "nothing".to_owned(),
            NodeKind::Scalar { text, style } => {
                let shown: String = text.chars().take(60).collect();
                match (style, super::core(text)) {
                    (Style::Plain, super::Core::Bool(_)) => format!("the boolean `{shown}`"),
                    (Style::Plain, super::Core::Int(_) | super::Core::Float(_)) => format!("the number `{shown}`"),
                    (Style::Quoted, super::Core::Bool(_) | super::Core::Int(_) | super::Core::Float(_)) => {
                        format!("the string `\"{shown}\"`")
                    }
                    _ => format!("the string `{shown}`"),
                }
            }
        }
    }
}
