//! The values of a series in a test: `1 2 _ 0+1x10` (prometheus.io, "Unit testing for rules", series).

use std::sync::OnceLock;

use regex::Regex;

/// A number, and one that is added again and again, so many times.
const ITEM: &str = r"(?x)^(?:
    stale
    | _ (?: x [0-9]+ )?
    | [+-]? NUMBER (?: (?: [+-] NUMBER )? x [0-9]+ )?
)$";

/// A number, as Prometheus writes it; `0x5` is a zero five times more.
const NUMBER: &str = r"(?: (?i: inf | nan ) | (?: [0-9]+ (?: \. [0-9]* )? | \. [0-9]+ ) (?: [eE] [+-]? [0-9]+ )? )";

/// Returns what is wrong with values, if something is. Histograms are left alone.
pub(in crate::lint) fn fault(text: &str) -> Option<String> {
    static FORM: OnceLock<Option<Regex>> = OnceLock::new();
    let form = FORM.get_or_init(|| Regex::new(&ITEM.replace("NUMBER", NUMBER)).ok()).as_ref()?;
    if text.contains("{{") {
        return None;
    }
    match text.split_whitespace().find(|item| !form.is_match(item)) {
        Some(item) => Some(format!("`{item}` is no value: write `0`, `_` for none, or `0+1x10` for ten more")),
        None => text.trim().is_empty().then(|| "there are none".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn values_are_numbers_with_steps() {
        for good in ["0x15", "1x3 0x10", "0+1x40", "-1.5-0.5x3 _ _x2 stale", "1e3 NaN Inf -Inf .5", "{{schema:0}}x2"] {
            assert_eq!(fault(good), None, "{good}");
        }
        for bad in ["0+1y40", "0+1", "a", "1,2", "", "0x", "x5", "1 + 1x3"] {
            assert!(fault(bad).is_some(), "{bad}");
        }
    }
}
