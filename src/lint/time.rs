//! Lengths of time as programs read them, each with units of its own.

/// The units that somebody knows, with their milliseconds; thousandths of these are rounded down.
const UNITS: [(&str, u64); 10] = [
    ("ns", 0),
    ("us", 0),
    ("µs", 0),
    ("ms", 1),
    ("y", 365 * 86_400_000),
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
];

/// Reads a time such as `1d12h` in milliseconds, of the units that a program knows. Nothing, that is `0`, needs no unit.
pub(in crate::lint) fn milliseconds(text: &str, known: &dyn Fn(&str) -> bool) -> Option<u64> {
    if text == "0" {
        return Some(0);
    }
    let (mut rest, mut sum) = (text, 0_u64);
    while !rest.is_empty() {
        let (digits, tail) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
        let (unit, worth) = UNITS.into_iter().find(|(unit, _)| tail.starts_with(unit))?;
        if !known(unit) {
            return None;
        }
        sum = sum.saturating_add(digits.parse::<u64>().ok()?.saturating_mul(worth));
        rest = tail.strip_prefix(unit)?;
    }
    (!text.is_empty()).then_some(sum)
}

/// Whether Prometheus knows a unit, and who reads times as it does (prometheus.io, configuration, `<duration>`).
pub(in crate::lint) fn of_prometheus(unit: &str) -> bool {
    matches!(unit, "y" | "w" | "d" | "h" | "m" | "s" | "ms")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_the_units_that_are_known() {
        assert_eq!(milliseconds("1d12h", &of_prometheus), Some(129_600_000));
        assert_eq!(milliseconds("5ms", &of_prometheus), Some(5));
        assert_eq!(milliseconds("0", &of_prometheus), Some(0));
        assert_eq!(milliseconds("0s", &of_prometheus), Some(0));
        assert_eq!(milliseconds("7d", &|unit| unit != "d"), None);
        for bad in ["", "8760", "90 days", "d", "1.5h", "-1h"] {
            assert_eq!(milliseconds(bad, &of_prometheus), None, "{bad}");
        }
    }
}
