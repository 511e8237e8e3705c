//! Days of the calendar.

use jiff::civil;

use crate::yaml::decode::text;
use crate::yaml::schema::Schema;
use crate::yaml::{Decode, Decoder, Node};

/// A day, written as ISO 8601 has it: `2027-01-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub civil::Date);

/// How a day is written.
pub const DATE_HELP: &str = "write year, month and day, as in 2027-01-31";

impl Date {
    /// Reads a day.
    pub fn parse(text: &str) -> Option<Self> {
        let shape = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        if !shape {
            return None;
        }
        text.parse().ok().map(Self)
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Decode for Date {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "a day")?;
        let date = Self::parse(text);
        if date.is_none() {
            cx.bad_value(node.span, format!("`{text}` is not a day{}", cx.place()), DATE_HELP);
        }
        date
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "format": "date" })
    }
}
