//! Texts of permissions and verification rules.

use std::sync::Arc;

use crate::diag::{Diagnostic, did_you_mean};
use crate::yaml::decode::text;
use crate::yaml::schema::Schema;
use crate::yaml::{BAD_VALUE, Decode, Decoder, Node};

/// What a permission is about: `file:///var/lib`, `http://`, `plugin://core-hooks`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource(pub Arc<str>);

impl Resource {
    /// The kinds of resources.
    pub const SCHEMES: [&'static str; 5] = ["file", "http", "https", "tcp", "plugin"];
}

impl Decode for Resource {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "a resource such as `file://`")?;
        let scheme = text.split_once("://").map_or(&**text, |(scheme, _)| scheme);
        if Self::SCHEMES.contains(&scheme) && text.contains("://") {
            return Some(Self(text.clone()));
        }
        let problem = Diagnostic::error(BAD_VALUE, node.span, cx.cannot_be(text, "a resource"));
        let problem = did_you_mean(scheme, Self::SCHEMES).into_iter().fold(problem, Diagnostic::help);
        cx.report(problem.help("begin with file://, http://, https://, tcp:// or plugin://"));
        None
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^(file|http|https|tcp|plugin)://" })
    }
}

/// Paths of plugins: one, or with `*` at its end all that begin so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern(pub Arc<str>);

impl Decode for PathPattern {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "paths of plugins")?;
        let start = text.strip_suffix('*').unwrap_or(text);
        let fits = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.' | '/');
        if !start.chars().all(fits) || !start.starts_with("plugins/") || start.contains("..") {
            let help = "write a folder below plugins/, with `*` at its end for all that is in it: plugins/core/*";
            cx.bad_value(node.span, cx.cannot_be(text, "paths of plugins"), help);
            return None;
        }
        Some(Self(text.clone()))
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^plugins/[A-Za-z0-9_./-]*\\*?$" })
    }
}
