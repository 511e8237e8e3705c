//! The forms that texts in objects have: quantities, lengths of time, time zones.

use crate::diag::nearest;
use crate::spec::scalars::{Times, Zone};

/// What the text of a field has to look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// An amount, as Kubernetes writes it: `500m`, `2Gi`.
    Quantity,
    /// A length of time of Go's `time.ParseDuration`: `90s`, `1.5h`.
    Go,
    /// The same, or a whole number of seconds.
    Seconds,
    /// A length of time of Prometheus: `1d12h`.
    Prometheus,
    /// A length of time of Alertmanager: `1h30m`, without days.
    Alertmanager,
    /// An amount of data of Prometheus: `10MB`, `1GiB` with a `B` at the end.
    Bytes,
    /// A time for which backups are kept: `30d`, `4w`, `6m`.
    Keep,
    /// A name of the Time Zone Database.
    Zone,
    /// The address of a web service.
    Http,
}

const WORDS: [(&str, Format); 9] = [
    ("quantity", Format::Quantity),
    ("go", Format::Go),
    ("seconds", Format::Seconds),
    ("prometheus", Format::Prometheus),
    ("alertmanager", Format::Alertmanager),
    ("bytes", Format::Bytes),
    ("keep", Format::Keep),
    ("zone", Format::Zone),
    ("http", Format::Http),
];

const GO: Times<'_> = Times { units: &["h", "m", "s", "ms", "us", "µs", "ns"], fractions: true, ordered: false };
const ALERTMANAGER: Times<'_> = Times { units: &["h", "m", "s", "ms"], fractions: false, ordered: true };
/// The endings of quantities.
const QUANTITY: [&str; 16] = ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/// The ends of keys of amounts of data: a thousandth is no part of these.
const SIZES: [&str; 3] = ["memory", "storage", "size"];

impl Format {
    /// Returns the format of a word in a table.
    pub(super) fn of(word: &str) -> Option<Self> {
        WORDS.iter().find(|(name, _)| *name == word).map(|(_, format)| *format)
    }

    /// Returns whether a text has the form. What somebody else fills in later is not judged, nor is a text that is empty: programs
    /// write these as well.
    pub(super) fn takes(self, text: &str) -> bool {
        let marked = || text.bytes().any(|byte| matches!(byte, b'{' | b'$'));
        if text.is_empty() || marked() && ["{{", "$(", "${"].into_iter().any(|mark| text.contains(mark)) {
            return true;
        }
        match self {
            Self::Quantity => quantity(text),
            Self::Go => go(text),
            Self::Seconds => digits(text) || go(text),
            Self::Prometheus => Times::PROMETHEUS.milliseconds(text).is_some(),
            Self::Alertmanager => ALERTMANAGER.milliseconds(text).is_some(),
            Self::Bytes => text == "0" || text.strip_suffix('B').is_some_and(bytes),
            Self::Keep => text.strip_suffix(['d', 'w', 'm']).is_some_and(|days| digits(days) && !days.starts_with('0')),
            Self::Zone => matches!(text, "Local" | "UTC") || Zone::exists(text),
            Self::Http => ["http://", "https://"].iter().any(|way| text.len() > way.len() && text.starts_with(way)),
        }
    }

    /// Returns what a person has to write.
    pub(super) const fn expected(self) -> &'static str {
        match self {
            Self::Quantity => "a quantity such as `500m` or `2Gi`",
            Self::Go => "a length of time in h, m and s, such as `720h` or `1h30m`",
            Self::Seconds => "a length of time such as `30s`, or a number of seconds",
            Self::Prometheus => "a length of time with units, the larger ones first, such as `30s` or `1d12h`",
            Self::Alertmanager => "a length of time in h, m and s, the larger ones first, such as `120h`",
            Self::Bytes => "an amount such as `10MB` or `1GiB`",
            Self::Keep => "days, weeks or months such as `30d`, `4w` or `6m`",
            Self::Zone => "a time zone such as `Europe/Berlin`",
            Self::Http => "an address that begins with `http://` or `https://`",
        }
    }

    /// Returns what a text of another form is probably meant as; `key` is what it stands under.
    pub(super) fn meant(self, text: &str, key: &str) -> Option<String> {
        let found = match self {
            Self::Zone => Zone::near(text)?.to_owned(),
            Self::Quantity if key.ends_with("cpu") => {
                let (number, unit) = parted(text)?;
                (unit == "m").then(|| format!("{number}m"))?
            }
            Self::Quantity if !SIZES.iter().any(|size| key.ends_with(size)) && parted(text)?.1 == "m" => {
                format!("{}m", parted(text)?.0)
            }
            Self::Quantity | Self::Bytes => {
                let (number, unit) = parted(text)?;
                let first = unit.chars().next()?.to_ascii_uppercase();
                let bytes = unit
                    .get(1..)
                    .is_some_and(|rest| matches!(rest.to_ascii_lowercase().as_str(), "" | "b" | "i" | "ib"));
                let end = if self == Self::Bytes { "iB" } else { "i" };
                bytes.then(|| format!("{number}{first}{end}"))?
            }
            Self::Http => address(text)?,
            _ if digits(text) => format!("{text}{}", if self == Self::Keep { 'd' } else { 's' }),
            _ => {
                let (number, unit) = parted(text)?;
                match (unit.to_lowercase().as_str(), self) {
                    ("d" | "day" | "days", Self::Go | Self::Seconds | Self::Alertmanager) => hours(number, 24)?,
                    ("w" | "week" | "weeks", Self::Go | Self::Seconds | Self::Alertmanager) => hours(number, 24 * 7)?,
                    ("y" | "year" | "years", Self::Go | Self::Seconds | Self::Alertmanager) => hours(number, 24 * 365)?,
                    ("s" | "sec" | "secs" | "second" | "seconds", _) => format!("{number}s"),
                    ("min" | "mins" | "minute" | "minutes", _) => format!("{number}m"),
                    ("h" | "hr" | "hrs" | "hour" | "hours", _) => format!("{number}h"),
                    ("d" | "day" | "days", _) => format!("{number}d"),
                    ("w" | "week" | "weeks", _) => format!("{number}w"),
                    ("y" | "year" | "years", Self::Prometheus) => format!("{number}y"),
                    _ => return None,
                }
            }
        };
        (found != text && self.takes(&found)).then_some(found)
    }
}

/// Returns the address of a web service whose way is missing or misspelt.
fn address(text: &str) -> Option<String> {
    let (way, rest) = match text.split_once(':').filter(|(_, rest)| rest.starts_with('/')) {
        Some((way, rest)) => {
            let way = way.to_lowercase();
            let known = ["http", "https"];
            (known.into_iter().find(|known| *known == way).or_else(|| nearest(&way, known))?, rest)
        }
        None => ("https", text),
    };
    Some(format!("{way}://{}", rest.trim_start_matches('/')))
}

/// Returns a number of hours.
fn hours(number: &str, each: u64) -> Option<String> {
    Some(format!("{}h", number.parse::<u64>().ok()?.checked_mul(each)?))
}

/// Returns the number that a text begins with, and the word after it.
fn parted(text: &str) -> Option<(&str, &str)> {
    let at = text.find(|char: char| !char.is_ascii_digit() && char != '.')?;
    let (number, unit) = text.split_at_checked(at)?;
    (!number.is_empty()).then(|| (number, unit.trim()))
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether a text is a number, which may have a point.
fn number(text: &str) -> bool {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let all = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    all(whole) && all(part) && !(whole.is_empty() && part.is_empty())
}

/// Reads a quantity (apimachinery, `resource.Quantity`).
fn quantity(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let Some(at) = text.find(|char: char| !char.is_ascii_digit() && char != '.') else { return number(text) };
    let (amount, unit) = text.split_at_checked(at).unwrap_or_default();
    let power =
        unit.strip_prefix(['e', 'E']).is_some_and(|power| digits(power.strip_prefix(['+', '-']).unwrap_or(power)));
    number(amount) && (power || QUANTITY.contains(&unit))
}

/// Reads a length of time of Go.
fn go(text: &str) -> bool {
    GO.milliseconds(text.strip_prefix(['+', '-']).unwrap_or(text)).is_some()
}

/// Reads an amount of data without the `B` at its end.
fn bytes(text: &str) -> bool {
    let text = text
        .strip_suffix('i')
        .map_or(Some(text), |text| text.ends_with(['K', 'M', 'G', 'T', 'P', 'E']).then_some(text));
    text.is_some_and(|text| {
        let amount = text.strip_suffix(['K', 'M', 'G', 'T', 'P', 'E']).unwrap_or(text);
        number(amount) && !amount.ends_with('.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_take_what_programs_take() {
        let good: [(Format, &[&str]); 9] = [
            (
                Format::Quantity,
                &["500m", "2Gi", "0.5", "1e3", "12E6", "100k", "-1", ".5", "1.5Gi", "", "1E", "{{ x }}"],
            ),
            (Format::Go, &["2160h", "1h30m", "1.5h", "30m1h", "0", "+0", "-5m", "300ms", "10µs"]),
            (Format::Seconds, &["5", "5s", "3m"]),
            (Format::Prometheus, &["30s", "1d12h", "0", "1y", "5ms"]),
            (Format::Alertmanager, &["120h", "1h30m"]),
            (Format::Bytes, &["10MB", "1GiB", "0", "512B", "1.5KB"]),
            (Format::Keep, &["30d", "4w", "6m"]),
            (Format::Zone, &["Europe/Berlin", "UTC", "Etc/UTC", "Local"]),
            (Format::Http, &["http://a", "https://a.b/c"]),
        ];
        for (format, texts) in good {
            for text in texts {
                assert!(format.takes(text), "{format:?} {text}");
            }
        }
    }

    #[test]
    fn other_texts_are_told_from_what_they_are_meant_as() {
        let bad = [
            (Format::Quantity, "512Mb", Some("512Mi")),
            (Format::Quantity, "10GB", Some("10Gi")),
            (Format::Quantity, "1gi", Some("1Gi")),
            (Format::Quantity, "much", None),
            (Format::Go, "90d", Some("2160h")),
            (Format::Go, "1 hour", Some("1h")),
            (Format::Go, "30", Some("30s")),
            (Format::Prometheus, "5 minutes", Some("5m")),
            (Format::Prometheus, "30", Some("30s")),
            (Format::Prometheus, "30m1h", None),
            (Format::Prometheus, "1.5h", None),
            (Format::Alertmanager, "5d", Some("120h")),
            (Format::Bytes, "10M", Some("10MiB")),
            (Format::Keep, "30", Some("30d")),
            (Format::Keep, "0d", None),
            (Format::Zone, "Europe/Berln", Some("Europe/Berlin")),
            (Format::Http, "example.org", Some("https://example.org")),
            (Format::Http, "mimir:8080/push", Some("https://mimir:8080/push")),
            (Format::Http, "//mimir/push", Some("https://mimir/push")),
            (Format::Http, "htps://mimir", Some("https://mimir")),
            (Format::Http, "htp://mimir", Some("http://mimir")),
            (Format::Http, "HTTPS://mimir", Some("https://mimir")),
            (Format::Http, "http:/mimir", Some("http://mimir")),
            (Format::Http, "grpc://mimir", None),
            (Format::Http, "http://", None),
            (Format::Go, "+", None),
        ];
        for (format, text, meant) in bad {
            assert!(!format.takes(text), "{format:?} {text}");
            assert_eq!(format.meant(text, "key").as_deref(), meant, "{format:?} {text}");
        }
    }

    #[test]
    fn what_a_quantity_is_meant_as_depends_on_what_it_is_of() {
        let meant = [
            ("cpu", "500 m", Some("500m")),
            ("requests.cpu", "500 m", Some("500m")),
            ("cpu", "500mi", None),
            ("cpu", "500Mb", None),
            ("memory", "500 m", Some("500Mi")),
            ("memory", "500mi", Some("500Mi")),
            ("averageValue", "500 m", Some("500m")),
            ("averageValue", "500mb", Some("500Mi")),
        ];
        for (key, text, meant) in meant {
            assert_eq!(Format::Quantity.meant(text, key).as_deref(), meant, "{key}: {text}");
        }
    }
}
