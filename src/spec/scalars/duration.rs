//! Lengths of time, as Prometheus writes them.

use std::sync::Arc;

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
    /// The units, from the largest, with their milliseconds (prometheus.io, configuration, `<duration>`).
    const UNITS: [(&'static str, u64); 7] = [
        ("y", 365 * 86_400_000),
        ("w", 7 * 86_400_000),
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1000),
        ("ms", 1),
    ];

    /// Returns the length of time that a text stands for: numbers with units, the larger ones first, each once.
    pub fn parse(text: &Arc<str>) -> Option<Self> {
        let (mut rest, mut sum, mut next) = (&**text, 0_u64, 0);
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (number, after) = rest.split_at_checked(digits)?;
            let letters = after.bytes().take_while(u8::is_ascii_lowercase).count();
            let (unit, after) = after.split_at_checked(letters)?;
            let at = Self::UNITS.iter().position(|(known, _)| *known == unit).filter(|at| *at >= next)?;
            let (_, factor) = Self::UNITS.get(at)?;
            sum = sum.checked_add(number.parse::<u64>().ok()?.checked_mul(*factor)?)?;
            (rest, next) = (after, at + 1);
        }
        (sum > 0).then(|| Self { milliseconds: sum, text: text.clone() })
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
