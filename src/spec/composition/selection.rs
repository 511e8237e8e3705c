//! Which plugins a composition has, in the forms that people write them.

use std::sync::Arc;

use crate::diag::{Diagnostic, did_you_mean};
use crate::record;
use crate::source::Spanned;
use crate::spec::plugin::{Category, PluginType};
use crate::spec::scalars::VersionRange;
use crate::yaml::decode::text;
use crate::yaml::schema::Schema;
use crate::yaml::{BAD_VALUE, Decode, Decoder, Field, Names, Node, WRONG_TYPE};

record! {
    /// A plugin of a composition.
    pub struct Selection as "a plugin of a composition" {
        /// The versions that will do; the newest of them is taken.
        version: VersionRange = "version",
        /// What it does; it has to be what the plugin says.
        kind: PluginType = "type",
        /// Where it comes from; it has to be what the plugin says.
        category: Category = "category",
        /// The folder that it lies in; it has to be what the plugin says.
        path: Arc<str> = "path",
        /// Whether it runs; as the plugin says unless written.
        enabled: bool = "enabled",
        /// Its configuration, over that of the plugin.
        config: Names<Node> = "config",
        /// Plugins of the composition that have to run before it.
        depends_on: Vec<Field<Arc<str>>> = "dependsOn",
    }
}

/// The plugins of a composition, by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Selections(pub Names<Selection>);

impl Decode for Selections {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        // Lists have become maps when the file was read; one that is left holds something that could not.
        let Some(items) = node.as_sequence() else { return Names::decode(node, cx).map(Self) };
        let fits = |item: &&Node| match item.as_mapping() {
            Some(mapping) => mapping.entries.len() == 1,
            None => item.as_scalar().is_some() && !item.is_null(),
        };
        if let Some(item) = items.iter().find(|item| !fits(item) && !item.is_refused()) {
            let message = "this is neither the name of a plugin nor one name with its fields";
            let problem = Diagnostic::error(WRONG_TYPE, item.span, message);
            cx.report(problem.help("write `- NAME`, or `- NAME: { enabled: false }`, one plugin an item"));
        }
        None
    }

    fn schema(schema: &mut Schema) -> serde_json::Value {
        let map = Names::<Selection>::schema(schema);
        let one = Selection::schema(schema);
        serde_json::json!({ "anyOf": [
            map,
            { "type": "array", "items": { "anyOf": [
                { "type": "string" },
                { "type": "object", "minProperties": 1, "maxProperties": 1,
                  "additionalProperties": { "anyOf": [one, { "type": "null" }] } }
            ] } }
        ] })
    }
}

/// All plugins, or some of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Included {
    /// All of them.
    All,
    /// Those that are named.
    Named(Vec<Spanned<Arc<str>>>),
}

impl Decode for Included {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        if let Some(items) = node.as_sequence() {
            let names = items.iter().map(|item| Some(Spanned::new(text(item, cx, "a name")?.clone(), item.span)));
            return names.collect::<Option<_>>().map(Self::Named);
        }
        match node.as_scalar() {
            Some(word) if &**word == "all" => Some(Self::All),
            Some(word) if !node.is_null() && !node.is_refused() => {
                let message = format!("`{word}` is neither `all` nor a list of names");
                let help = did_you_mean(word, ["all"]);
                let problem = help.into_iter().fold(Diagnostic::error(BAD_VALUE, node.span, message), Diagnostic::help);
                cx.report(problem.help(format!("write `all`, or `[{word}]` for a list of one")));
                None
            }
            _ => {
                if !node.is_refused() {
                    let problem = Diagnostic::error(WRONG_TYPE, node.span, "expected `all` or a list of names");
                    cx.report(problem.help("write `all`, or a list of names: `[core-auth-jwt]`"));
                }
                None
            }
        }
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "anyOf": [{ "const": "all" }, { "type": "array", "items": { "type": "string" } }] })
    }
}
