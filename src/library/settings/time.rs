//! Lengths of time in settings.

use std::sync::Arc;

use super::words::or;
use crate::spec::scalars::Times;
use crate::yaml::decode::text;
use crate::yaml::{Decoder, Node};

/// A length of time, in the units that the product knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Time {
    /// The units, the largest first.
    pub units: Vec<Arc<str>>,
    /// Whether nothing, `0s`, has a meaning of its own.
    pub zero: bool,
    /// The shortest that the product takes, besides nothing.
    pub least: Option<Least>,
}

/// The shortest time that a product takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Least {
    /// The time.
    pub time: Arc<str>,
    /// What becomes of a shorter one.
    pub why: Arc<str>,
}

impl Time {
    /// Returns whether a text is a length of time in the units: whole numbers, the larger units first, each once.
    pub fn fits(&self, text: &str) -> bool {
        self.milliseconds(text).is_some_and(|length| length > 0 || self.zero)
    }

    /// Returns the shortest time, where a text is a shorter one.
    pub fn too_short(&self, text: &str) -> Option<&Least> {
        let (least, length) = (self.least.as_ref()?, self.milliseconds(text)?);
        (length > 0 && self.milliseconds(&least.time).is_some_and(|least| length < least)).then_some(least)
    }

    fn milliseconds(&self, text: &str) -> Option<u64> {
        let units: Vec<&str> = self.units.iter().map(|unit| &**unit).collect();
        Times { units: &units, fractions: false, ordered: true }.milliseconds(text)
    }

    pub(super) fn check(&self, node: &Node, cx: &mut Decoder) {
        let Some(written) = text(node, cx, "a length of time") else { return };
        if self.fits(written) {
            return;
        }
        let units = or(self.units.iter().map(ToString::to_string));
        let usual = self.units.iter().find(|unit| ***unit == *"d").or(self.units.first());
        let first = usual.map_or("s", |unit| unit);
        let zero = if self.zero { ", and `0s` for none" } else { "" };
        let help = format!("write whole numbers with {units}, the larger ones first, for example 30{first}{zero}");
        let message = cx.cannot_be(written, "a length of time");
        cx.bad_value(node.span, message, help);
    }
}

#[cfg(test)]
mod tests {
    use super::{Least, Time};

    fn time(units: &[&str], zero: bool) -> Time {
        Time { units: units.iter().map(|unit| (*unit).into()).collect(), zero, least: None }
    }

    #[test]
    fn lengths_of_time_are_in_the_units_of_the_product() {
        let go = time(&["h", "m", "s", "ms"], false);
        for fits in ["120h", "1h30m", "90s", "500ms"] {
            assert!(go.fits(fits), "{fits}");
        }
        for odd in ["", "5", "30d", "8760x", "30m1h", "0s", "0", "h", "1 h", "-1h", "1h ", "1.5h", "99999999999h"] {
            assert!(!go.fits(odd), "{odd}");
        }
        assert!(time(&["d", "s"], true).fits("0s") && time(&["d", "s"], true).fits("0"));
    }

    #[test]
    fn the_least_is_compared_with_what_is_more_than_nothing() {
        let least = Some(Least { time: "24h".into(), why: "it does not start".into() });
        let time = Time { least, ..time(&["d", "h", "m", "s"], true) };
        assert!(time.too_short("23h59m").is_some() && time.too_short("60s").is_some());
        assert!(time.too_short("1d").is_none() && time.too_short("0s").is_none() && time.too_short("soon").is_none());
    }
}
