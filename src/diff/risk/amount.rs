//! Lengths of time and sizes, as the most different tools write them.

/// An amount of something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Amount {
    /// In seconds, or in bytes, or without a unit.
    pub(super) number: f64,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    Time,
    Size,
}

impl Amount {
    /// Returns whether it is nothing at all, in any unit.
    pub(super) fn is_zero(self) -> bool {
        self.number <= 0.0
    }

    /// Returns whether both are lengths of time, or both sizes, or both plain numbers.
    pub(super) fn is_like(self, other: Self) -> bool {
        self.kind == other.kind
    }
}

const UNITS: &[(&str, Kind, f64)] = &[
    ("", Kind::Plain, 1.0),
    ("ms", Kind::Time, 0.001),
    ("s", Kind::Time, 1.0),
    ("m", Kind::Time, 60.0),
    ("h", Kind::Time, 3600.0),
    ("d", Kind::Time, 86_400.0),
    ("w", Kind::Time, 604_800.0),
    ("y", Kind::Time, 31_536_000.0),
    ("B", Kind::Size, 1.0),
    ("K", Kind::Size, 1e3),
    ("M", Kind::Size, 1e6),
    ("G", Kind::Size, 1e9),
    ("T", Kind::Size, 1e12),
    ("KB", Kind::Size, 1e3),
    ("MB", Kind::Size, 1e6),
    ("GB", Kind::Size, 1e9),
    ("TB", Kind::Size, 1e12),
    ("Ki", Kind::Size, 1024.0),
    ("Mi", Kind::Size, 1_048_576.0),
    ("Gi", Kind::Size, 1_073_741_824.0),
    ("Ti", Kind::Size, 1_099_511_627_776.0),
    ("KiB", Kind::Size, 1024.0),
    ("MiB", Kind::Size, 1_048_576.0),
    ("GiB", Kind::Size, 1_073_741_824.0),
    ("TiB", Kind::Size, 1_099_511_627_776.0),
];

/// Reads an amount: `15d`, `1h30m`, `50GiB`, `12`.
pub(super) fn read(text: &str) -> Option<Amount> {
    let mut rest = text.trim();
    let mut sum: Option<Amount> = None;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
        let (number, after) = rest.split_at_checked(digits)?;
        let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, after) = after.split_at_checked(letters)?;
        let (_, kind, factor) = UNITS.iter().find(|(known, ..)| *known == unit)?;
        let number = number.parse::<f64>().ok()? * factor;
        sum = match sum {
            None => Some(Amount { number, kind: *kind }),
            Some(sum) if sum.kind == *kind => Some(Amount { number: sum.number + number, kind: *kind }),
            Some(_) => return None,
        };
        rest = after;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn amounts_are_read() {
        let number = |text: &str| read(text).map(|amount| amount.number);
        assert_eq!(number("1h30m"), Some(5400.0));
        assert_eq!(number("50GiB"), Some(53_687_091_200.0));
        assert_eq!(number("12"), Some(12.0));
        assert_eq!(number("0s"), Some(0.0));
        assert_eq!((number(""), number("soon"), number("5 d"), number("1h2Gi")), (None, None, None, None));
    }
}
