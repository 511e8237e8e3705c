//! How programs write lengths of time. They differ in the units that they know, and in what else they take.

/// The units that some program knows, with their nanoseconds.
const UNITS: [(&str, u128); 10] = [
    ("y", 365 * 86_400_000_000_000),
    ("w", 7 * 86_400_000_000_000),
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1000),
    ("µs", 1000),
    ("ns", 1),
];

/// The longest time that programs written in Go can count, in nanoseconds.
const LONGEST: u128 = 9_223_372_036_854_775_807;

/// How a program writes lengths of time.
#[derive(Clone, Copy, Debug)]
pub struct Times<'a> {
    /// The units that it knows.
    pub units: &'a [&'a str],
    /// Whether numbers may have fractions, as in `1.5h`.
    pub fractions: bool,
    /// Whether larger units stand before smaller ones, each once.
    pub ordered: bool,
}

impl Times<'static> {
    /// As Prometheus does, and who takes after it (prometheus.io, configuration, `<duration>`).
    pub const PROMETHEUS: Self = Self { units: &["y", "w", "d", "h", "m", "s", "ms"], fractions: false, ordered: true };
}

impl Times<'_> {
    /// Returns a length of time such as `1d12h` in milliseconds, those that have begun among them. Nothing, that is `0`, needs
    /// no unit.
    pub fn milliseconds(&self, text: &str) -> Option<u64> {
        if text == "0" {
            return Some(0);
        }
        let (mut rest, mut sum, mut next) = (text, 0_u128, 0);
        while !rest.is_empty() {
            let (number, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit() && c != '.')?);
            let (unit, after) = after.split_at(after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len()));
            let at = UNITS.iter().position(|(known, _)| *known == unit && self.units.contains(known))?;
            if self.ordered && at < next {
                return None;
            }
            let (_, factor) = UNITS.get(at)?;
            sum = sum.checked_add(self.nanoseconds(number, *factor)?).filter(|sum| *sum <= LONGEST)?;
            (rest, next) = (after, at + 1);
        }
        u64::try_from(sum.div_ceil(1_000_000)).ok().filter(|_| !text.is_empty())
    }

    /// Returns a number of units in nanoseconds.
    fn nanoseconds(&self, number: &str, factor: u128) -> Option<u128> {
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if number.contains('.') && !self.fractions || whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let (mut sum, mut part) = (0_u128, factor);
        if !whole.is_empty() {
            sum = whole.parse::<u128>().ok()?.checked_mul(factor)?;
        }
        for digit in fraction.chars() {
            part /= 10;
            sum = sum.checked_add(part.checked_mul(u128::from(digit.to_digit(10)?))?)?;
        }
        Some(sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GO: Times<'_> = Times { units: &["ns", "us", "µs", "ms", "s", "m", "h"], fractions: true, ordered: false };

    #[test]
    fn prometheus_takes_the_larger_units_first() {
        let read = |text| Times::PROMETHEUS.milliseconds(text);
        assert_eq!(read("1d12h"), Some(129_600_000));
        assert_eq!(read("5ms"), Some(5));
        assert_eq!((read("0"), read("0s")), (Some(0), Some(0)));
        for bad in ["", "8760", "90 days", "d", "1.5h", "-1h", "30m1h", "1s1s", "1s ", "5us", "99999999999h", "$(RAW)"]
        {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn go_takes_fractions_and_any_order() {
        let read = |text| GO.milliseconds(text);
        assert_eq!(read("1.5h"), Some(5_400_000));
        assert_eq!((read(".5s"), read("1.s")), (Some(500), Some(1000)));
        assert_eq!(read("30m1h"), Some(5_400_000));
        assert_eq!((read("1us"), read("2µs"), read("3ns")), (Some(1), Some(1), Some(1)));
        for bad in ["7d", ".h", "1.2.3h", "1,5h"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
