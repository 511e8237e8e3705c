//! Time zones, by their names in the Time Zone Database of IANA.

use std::sync::Arc;

use crate::diag::{did_you_mean, nearest};
use crate::yaml::decode::text;
use crate::yaml::schema::Schema;
use crate::yaml::{Decode, Decoder, Node};

/// The names, a line each, sorted.
const ZONES: &str = include_str!("zones.txt");

/// A time zone that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(pub Arc<str>);

impl Zone {
    /// Returns whether a time zone has this name.
    pub fn exists(name: &str) -> bool {
        ZONES.lines().any(|known| known == name)
    }

    /// Returns the time zone that a name is probably meant as.
    pub fn near(name: &str) -> Option<&'static str> {
        nearest(name, ZONES.lines())
    }

    /// Returns what to write instead of a name that no time zone has.
    pub fn help(name: &str) -> String {
        did_you_mean(name, ZONES.lines()).unwrap_or_else(|| "write it as `Europe/Berlin`".to_owned())
    }
}

impl Decode for Zone {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "a time zone")?;
        if !Self::exists(text) {
            let message = cx.cannot_be(text, "a time zone");
            cx.bad_value(node.span, message, Self::help(text));
            return None;
        }
        Some(Self(text.clone()))
    }

    fn schema(schema: &mut Schema) -> serde_json::Value {
        Arc::<str>::schema(schema)
    }
}
