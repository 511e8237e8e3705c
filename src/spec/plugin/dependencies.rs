//! Dependencies of a plugin: a map from names to ranges, or a list of names, each with its range.

use std::sync::Arc;

use crate::source::{Span, Spanned};
use crate::spec::scalars::VersionRange;
use crate::yaml::decode::text;
use crate::yaml::schema::Schema;
use crate::yaml::{Decode, Decoder, Node, WRONG_TYPE};

/// A plugin that another one cannot work without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// Its name.
    pub name: Spanned<Arc<str>>,
    /// The versions that will do; all of them unless written.
    pub range: Option<Spanned<VersionRange>>,
}

/// The plugins that one cannot work without.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dependencies(pub Vec<Dependency>);

impl Decode for Dependencies {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        if let Some(mapping) = node.as_mapping() {
            let mut all = Vec::new();
            for entry in &mapping.entries {
                let range = cx.field::<VersionRange>(entry);
                let name = Spanned::new(entry.key.text.clone(), entry.key.span);
                all.push(Dependency { name, range: range.get().cloned() });
            }
            return Some(Self(all));
        }
        let Some(items) = node.as_sequence() else {
            cx.wrong_type(node, "a list of plugins, or a map from plugins to versions");
            return None;
        };
        let mut all = Vec::new();
        for item in items {
            all.extend(listed(item, cx));
        }
        Some(Self(all))
    }

    fn schema(schema: &mut Schema) -> serde_json::Value {
        let range = VersionRange::schema(schema);
        serde_json::json!({ "anyOf": [
            { "type": "array", "items": { "type": "string", "examples": ["core-auth-jwt@^1.2"] } },
            { "type": "object", "additionalProperties": range }
        ] })
    }
}

/// Reads `name` or `name@range`; both parts keep their places.
fn listed(item: &Node, cx: &mut Decoder) -> Option<Dependency> {
    let written = text(item, cx, "the name of a plugin")?;
    let Some((name, range)) = written.split_once('@') else {
        return Some(Dependency { name: Spanned::new(written.clone(), item.span), range: None });
    };
    // Quoted texts have their quotes in the span; then the whole is the place of both.
    let plain = usize::try_from(item.span.end - item.span.start).is_ok_and(|length| length == written.len());
    let at = u32::try_from(name.len()).unwrap_or(0);
    let (first, second) = if plain {
        (
            Span::new(item.span.file, item.span.start, item.span.start + at),
            Span::new(item.span.file, item.span.start + at + 1, item.span.end),
        )
    } else {
        (item.span, item.span)
    };
    let Some(parsed) = VersionRange::parse(&range.into()) else {
        let problem = crate::diag::Diagnostic::error(WRONG_TYPE, second, format!("`{range}` is no range of versions"));
        cx.report(problem.help("write it as `^1.4` or `>=1.2, <2` after the `@`"));
        return None;
    };
    let name = Spanned::new(Arc::from(name), first);
    Some(Dependency { name, range: Some(Spanned::new(parsed, second)) })
}
