//! Measures: how long, which share, which part of a whole, which versions.

use std::fmt;
use std::sync::Arc;

use semver::{Op, VersionReq};

use super::{Quantity, Times, amount};
use crate::yaml::decode::text;
use crate::yaml::schema::Schema;
use crate::yaml::{Decode, Decoder, Node};

/// How long something takes, as Go writes it: `30s`, `1h30m`, `500ms`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// The time in milliseconds.
    pub millis: u64,
    /// As it was written.
    pub text: Arc<str>,
}

impl Period {
    const TIMES: Times<'static> = Times { units: &["h", "m", "s", "ms"], fractions: false, ordered: false };

    /// Returns the time that a text stands for; none is shorter than a millisecond.
    pub fn parse(text: &Arc<str>) -> Option<Self> {
        let millis = Self::TIMES.milliseconds(text)?;
        (millis > 0).then(|| Self { millis, text: text.clone() })
    }
}

impl Decode for Period {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "a time such as `30s`")?;
        let parsed = Self::parse(text);
        if parsed.is_none() {
            let message = cx.cannot_be(text, "a time");
            cx.bad_value(node.span, message, "write whole numbers with h, m, s or ms, for example 30s or 1h30m");
        }
        parsed
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^([0-9]+(ms|h|m|s))+$", "examples": ["30s"] })
    }
}

/// An amount of memory or data: `256Mi`, or a number of bytes, as frameworks write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bytes(pub Quantity);

impl Bytes {
    /// Less than this is no number of bytes, but an amount whose unit was forgotten.
    const LEAST: u64 = 1 << 10;
}

impl Decode for Bytes {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "an amount such as `256Mi`")?;
        if let Some(quantity) = Quantity::parse(text) {
            return Some(Self(quantity));
        }
        let help = "write a whole number with Ki, Mi, Gi or Ti, for example 256Mi, or all of the bytes";
        match text.parse::<u64>() {
            Ok(bytes) if bytes >= Self::LEAST => Some(Self(Quantity { bytes, text: text.clone() })),
            Ok(bytes) => {
                cx.bad_value(node.span, format!("{bytes} bytes hold nothing{}", cx.place()), help);
                None
            }
            Err(_) => {
                amount::report(node, text, help, cx);
                None
            }
        }
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "anyOf": [
            { "type": "string", "pattern": "^[0-9]+(Ki|Mi|Gi|Ti)$", "examples": ["256Mi"] },
            { "type": "integer", "minimum": Self::LEAST }
        ] })
    }
}

/// A share of a whole, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio(pub f64);

impl Decode for Ratio {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        number(node, cx, "a share of a whole", 1.0, "write a number from 0 to 1: 0.05 is one in twenty").map(Self)
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "number", "minimum": 0, "maximum": 1 })
    }
}

/// How many processors: `0.5` is half of one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cores(pub f64);

impl Decode for Cores {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let help = "write a number above 0: 0.5 is half a processor";
        let cores = number(node, cx, "a number of processors", 1024.0, help)?;
        if cores == 0.0 {
            cx.bad_value(node.span, format!("0 processors run nothing{}", cx.place()), help);
            return None;
        }
        Some(Self(cores))
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "number", "exclusiveMinimum": 0, "maximum": 1024 })
    }
}

fn number(node: &Node, cx: &mut Decoder, what: &str, most: f64, help: &str) -> Option<f64> {
    let text = text(node, cx, what)?;
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let found = text.parse::<f64>().ok().filter(|number| plain && (0.0..=most).contains(number));
    if found.is_none() {
        cx.bad_value(node.span, cx.cannot_be(text, what), help);
    }
    found
}

/// The largest packet of a network, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mtu(pub u16);

impl Mtu {
    /// What every host takes in one piece (RFC 791 §3.1).
    const LEAST: u16 = 576;
}

impl Decode for Mtu {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let bytes = u16::decode(node, cx)?;
        if bytes < Self::LEAST {
            let message = format!("{bytes} bytes are too few for a packet{}", cx.place());
            cx.bad_value(node.span, message, "write what the network carries: 1500 is usual, 9000 with jumbo frames");
            return None;
        }
        Some(Self(bytes))
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "integer", "minimum": Self::LEAST, "maximum": u16::MAX })
    }
}

/// At least one of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count(pub u32);

impl Decode for Count {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let number = u32::decode(node, cx)?;
        if number == 0 {
            cx.bad_value(node.span, cx.cannot_be("0", "a count"), "write a number from 1");
            return None;
        }
        Some(Self(number))
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "integer", "minimum": 1, "maximum": u32::MAX })
    }
}

/// A part of a whole in percent, both ends included: `0-33%`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PercentRange {
    /// The first percent.
    pub first: u8,
    /// The last percent.
    pub last: u8,
}

impl PercentRange {
    fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.strip_suffix('%')?.split_once('-')?;
        let percent = |text: &str| {
            let number: u8 = text.trim().trim_end_matches('%').parse().ok()?;
            (number <= 100).then_some(number)
        };
        Some(Self { first: percent(first)?, last: percent(last)? })
    }
}

impl fmt::Display for PercentRange {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}-{}%", self.first, self.last)
    }
}

impl Decode for PercentRange {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "a range in percent")?;
        match Self::parse(text) {
            Some(range) if range.first <= range.last => Some(range),
            Some(_) => {
                cx.bad_value(node.span, format!("the range `{text}` ends before it starts"), "swap the two ends");
                None
            }
            None => {
                let message = cx.cannot_be(text, "a range in percent");
                cx.bad_value(node.span, message, "write both ends, from 0 to 100, for example 0-33%");
                None
            }
        }
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^[0-9]{1,3}-[0-9]{1,3}%$", "examples": ["0-33%"] })
    }
}

/// Which versions will do: `>=1.2, <2`, `^1.4`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRange {
    /// The range.
    pub range: VersionReq,
    /// As it was written.
    pub text: Arc<str>,
}

impl VersionRange {
    /// Returns the range that a text stands for.
    pub fn parse(text: &Arc<str>) -> Option<Self> {
        let range = VersionReq::parse(text).ok()?;
        Some(Self { range, text: text.clone() })
    }

    /// Returns whether a version will do. A bare `1.2.3` means that one.
    pub fn holds(&self, version: &semver::Version) -> bool {
        match self.range.comparators.as_slice() {
            [only] if only.op == Op::Caret && self.text.starts_with(|char: char| char.is_ascii_digit()) => {
                let exact = semver::Comparator { op: Op::Exact, ..only.clone() };
                exact.matches(version)
            }
            _ => self.range.matches(version),
        }
    }
}

impl Decode for VersionRange {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "a range of versions")?;
        let parsed = Self::parse(text);
        if parsed.is_none() {
            let message = cx.cannot_be(text, "a range of versions");
            cx.bad_value(node.span, message, "write it as `^1.4`, `>=1.2, <2` or one version");
        }
        parsed
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "examples": ["^1.4", ">=1.2, <2"] })
    }
}

/// The SHA-256 of a file: `sha256:` and 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checksum(pub Arc<str>);

impl Decode for Checksum {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "a checksum")?;
        let digits = text.strip_prefix("sha256:");
        let hex = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f');
        if !digits.is_some_and(|digits| digits.len() == 64 && digits.bytes().all(hex)) {
            let help = "write `sha256:` and the 64 digits that `sha256sum` prints";
            cx.bad_value(node.span, cx.cannot_be(text, "a checksum"), help);
            return None;
        }
        Some(Self(text.clone()))
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^sha256:[0-9a-f]{64}$" })
    }
}

/// Where something listens: an address and a port, `127.0.0.1:4317`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listen(pub std::net::SocketAddr);

impl Decode for Listen {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "an address and a port")?;
        let parsed = text.parse::<std::net::SocketAddr>().ok().filter(|address| address.port() != 0);
        if parsed.is_none() {
            let message = cx.cannot_be(text, "an address and a port");
            cx.bad_value(node.span, message, "write it as 127.0.0.1:4317, or 0.0.0.0:4317 for all interfaces");
        }
        parsed.map(Self)
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^.+:[0-9]+$", "examples": ["127.0.0.1:4317"] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let millis = |text: &str| Period::parse(&text.into()).map(|period| period.millis);
        assert_eq!(millis("1h30m"), Some(5_400_000));
        assert_eq!(millis("500ms"), Some(500));
        assert_eq!(millis("5m"), Some(300_000));
        for bad in ["", "0s", "5", "s", "-5s", "5 s", "5d", "99999999999999999999h"] {
            assert_eq!(millis(bad), None, "{bad}");
        }
    }

    #[test]
    fn shares() {
        assert_eq!(PercentRange::parse("34-66%"), Some(PercentRange { first: 34, last: 66 }));
        assert_eq!(PercentRange::parse("0%-33%"), Some(PercentRange { first: 0, last: 33 }));
        for bad in ["0-101%", "0-33", "33%", "a-b%", "-1-5%"] {
            assert_eq!(PercentRange::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_bare_version_means_itself() {
        let holds = |range: &str, version: &str| {
            VersionRange::parse(&range.into()).unwrap().holds(&semver::Version::parse(version).unwrap())
        };
        assert!(holds("1.2.3", "1.2.3") && !holds("1.2.3", "1.2.4"));
        assert!(holds("^1.2", "1.9.0") && !holds("^1.2", "2.0.0"));
        assert!(holds(">=1.2, <2", "1.2.0"));
    }
}
