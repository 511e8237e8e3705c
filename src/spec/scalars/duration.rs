//! Lengths of time, as Prometheus writes them.

use std::sync::Arc;

use super::Times;
use crate::yaml::decode::text;
use crate::yaml::schema::Schema;
use crate::yaml::{Decode, Decoder, Node};

/// A length of time: `15s`, `1m`, `1h30m`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duration {
    /// In milliseconds.
    pub milliseconds: u64,
    /// As it was written.
    pub text: Arc<str>,
}

impl Duration {
    /// Returns the length of time that a text stands for: numbers with units, the larger ones first, each once.
    pub fn parse(text: &Arc<str>) -> Option<Self> {
        let milliseconds = Times::PROMETHEUS.milliseconds(text).filter(|sum| *sum > 0)?;
        Some(Self { milliseconds, text: text.clone() })
    }
}

impl Decode for Duration {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "a length of time such as `30s`")?;
        let parsed = Self::parse(text);
        if parsed.is_none() {
            let message = format!("`{text}` is not a length of time");
            cx.bad_value(node.span, message, "write numbers with units, the larger ones first: 15s, 1m, 1h30m");
        }
        parsed
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({
            "type": "string",
            "pattern": "^([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$",
            "examples": ["30s"]
        })
    }
}

impl From<Duration> for Arc<str> {
    fn from(duration: Duration) -> Self {
        duration.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        let parse = |text: &str| Duration::parse(&text.into()).map(|found| found.milliseconds);
        assert_eq!(parse("15s"), Some(15_000));
        assert_eq!(parse("1h30m"), Some(5_400_000));
        assert_eq!(parse("5ms"), Some(5));
        for bad in ["", "15", "s", "30m1h", "1s1s", "0s", "1 s", "-1s", "99999999999999999999s", "1x"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
