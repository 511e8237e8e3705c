//! Words and names that end in files of others: nothing in them needs quoting anywhere.

use std::sync::Arc;

use crate::yaml::decode::{text, visible};
use crate::yaml::schema::Schema;
use crate::yaml::{Decode, Decoder, Node};

/// A word of a shell script, an inventory or a file name: nothing in it needs quoting anywhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word(pub Arc<str>);

impl Decode for Word {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "a word")?;
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '~' | '@' | '+' | ':');
        if text.is_empty() || text.len() > 253 || !text.chars().all(fits) || text.starts_with('-') {
            let help = "use letters, digits and `-`, `_`, `.`, `/`, `~`, `@`, `+`, `:`";
            let shown = visible(text);
            cx.bad_value(
                node.span,
                format!("`{shown}` has characters that do not belong{}", cx.place_or(" here")),
                help,
            );
            return None;
        }
        Some(Self(text.clone()))
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^[A-Za-z0-9_./~@+:][A-Za-z0-9_./~@+:-]*$" })
    }
}

/// A branch, or a pattern of branches with `*`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BranchPattern(pub Arc<str>);

impl Decode for BranchPattern {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "a branch")?;
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '*');
        if text.is_empty() || text.len() > 253 || !text.chars().all(fits) || text.starts_with(['-', '/']) {
            let message = format!("`{}` is no branch and no pattern of branches", visible(text));
            cx.bad_value(node.span, message, "write a name such as main, or a pattern such as renovate/**");
            return None;
        }
        Some(Self(text.clone()))
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^[A-Za-z0-9_.*][A-Za-z0-9_./*-]*$" })
    }
}

/// A name in somebody else's system: a word that is no path and leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SimpleName(pub Arc<str>);

impl Decode for SimpleName {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let word = Word::decode(node, cx)?;
        if word.0.contains(['/', '~', ':']) || word.0.contains("..") || word.0.starts_with('.') {
            let message = format!("`{}` is not a plain name{}", word.0, cx.place());
            cx.bad_value(node.span, message, "use letters, digits and `-`, `_`, `.`, `@`, `+`, with no `..`");
            return None;
        }
        Some(Self(word.0))
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^[A-Za-z0-9_@+](\\.?[A-Za-z0-9_@+-])*\\.?$" })
    }
}

/// A name that people chose, on one line: it may hold blanks, and is no path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Title(pub Arc<str>);

impl Decode for Title {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "a name")?;
        let fits = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '+' | '@');
        if text.is_empty() || text.len() > 128 || text.trim() != &**text || !text.chars().all(fits) {
            let message = format!("`{}` is not a plain name{}", visible(text), cx.place());
            cx.bad_value(node.span, message, "use letters, digits, blanks and `-`, `_`, `.`, `+`, `@`");
            return None;
        }
        Some(Self(text.clone()))
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[^/\\\\\"'`$]+$" })
    }
}

impl From<Title> for Arc<str> {
    fn from(title: Title) -> Self {
        title.0
    }
}

impl From<Word> for Arc<str> {
    fn from(word: Word) -> Self {
        word.0
    }
}

impl From<SimpleName> for Arc<str> {
    fn from(name: SimpleName) -> Self {
        name.0
    }
}

/// A folder of the repository, from its root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder(pub Arc<str>);

impl Decode for Folder {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let word = Word::decode(node, cx)?;
        let odd = |part: &str| part == ".." || part.starts_with('~');
        if word.0.split('/').any(odd) {
            let message = format!("`{}` leads outside the repository", word.0);
            cx.bad_value(node.span, message, "name a folder below the root of the repository");
            return None;
        }
        Some(Self(word.0))
    }

    fn schema(schema: &mut Schema) -> serde_json::Value {
        Word::schema(schema)
    }
}
