//! Lines that stand in one map, in YAML that nobody could read: their columns tell.

use std::ops::Range;

/// So far are lines looked at: the maps that name a Secret are small.
const NEAR: usize = 100;

/// Returns whether one of the keys is on a line, or on one that stands in the same map.
pub(super) fn has_key(text: &str, line: Range<usize>, keys: &[&str]) -> bool {
    let parts = (text.get(..line.start), text.get(line.clone()), text.get(line.end..));
    let (Some(before), Some(own), Some(after)) = parts else { return false };
    let Some((column, begins)) = column(own) else { return false };
    let has = |line: &str| keys.iter().any(|key| is_on(line, key));
    has(own) || !begins && above(before, column, &has) || below(after, column, &has)
}

/// Looks up to the line that begins the map, which is part of it where it begins an item.
fn above(text: &str, column: usize, has: &dyn Fn(&str) -> bool) -> bool {
    for (line, at, begins) in placed(text.lines().rev().take(NEAR)) {
        if at == column && has(line) {
            return true;
        }
        if at < column || at == column && begins {
            return false;
        }
    }
    false
}

/// Looks down to the line that belongs to the map no more, such as the next item.
fn below(text: &str, column: usize, has: &dyn Fn(&str) -> bool) -> bool {
    let mut within =
        placed(text.lines().take(NEAR)).take_while(|(_, at, begins)| *at > column || *at == column && !begins);
    within.any(|(line, at, _)| at == column && has(line))
}

fn placed<'a>(lines: impl Iterator<Item = &'a str>) -> impl Iterator<Item = (&'a str, usize, bool)> {
    lines.filter_map(|line| column(line).map(|(at, begins)| (line, at, begins)))
}

/// Returns the column of the first key of a line, and whether the line begins an item or a document.
fn column(line: &str) -> Option<(usize, bool)> {
    if line.starts_with("---") {
        return Some((0, true));
    }
    let words = line.trim_start_matches([' ', '-']);
    let column = line.len() - words.len();
    let begins = line.get(..column).is_some_and(|mark| mark.contains('-'));
    (!words.trim().is_empty()).then_some((column, begins))
}

/// Returns whether a key is on a line, perhaps in quotes or in a map in braces.
fn is_on(line: &str, key: &str) -> bool {
    line.match_indices(key).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + key.len()..).unwrap_or_default().trim_start_matches(['"', '\'']).trim_start();
        before.is_none_or(|c| !c.is_ascii_alphanumeric() && !"_-.".contains(c)) && after.starts_with(':')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks for `ref` beside the line that holds `secretKey`.
    fn found(text: &str) -> bool {
        let at = text.find("secretKey").unwrap_or_default();
        let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |line| line + 1);
        let end = text.get(at..).and_then(|after| after.find('\n')).map_or(text.len(), |end| at + end + 1);
        has_key(text, start..end, &["ref"])
    }

    #[test]
    fn keys_of_one_map_are_found() {
        for text in [
            "- secretKey: x\n  ref: { key: y }\n",
            "- ref: { key: y }\n  secretKey: x\n",
            "a:\n  - secretKey: x\n    ref:\n      key: y\n",
            "a:\n  ref:\n    key: y\n\n  # words\n  secretKey: x\n",
            "- { secretKey: x, ref: { key: y } }\n",
            "{\"secretKey\": \"x\", \"ref\": {}}",
        ] {
            assert!(found(text), "{text}");
        }
    }

    #[test]
    fn keys_of_other_maps_are_not() {
        for text in [
            "- secretKey: x\n- ref: y\n",
            "- ref: y\n- secretKey: x\n",
            "a:\n  secretKey: x\nref: y\n",
            "a:\n  secretKey: x\n  b:\n    ref: y\n",
            "a:\n  ref: y\nb:\n  secretKey: x\n",
            "ref: y\n---\nsecretKey: x\n",
            "secretKey: x\n---\nref: y\n",
            "secretKey: x # beside a ref\nother-ref: y\n",
            "secretKey: x",
        ] {
            assert!(!found(text), "{text}");
        }
    }
}
