//! Patterns of Argo CD, as projects and generators have them, and of the branches of GitHub.

use std::collections::BTreeSet;

/// Returns whether a pattern fits a text. `*` stands for any letters up to a separator, `**` for any at all. Patterns with
/// ranges and choices are held to fit: whether they do is not known here.
pub(crate) fn fits(pattern: &str, text: &str, separator: Option<char>) -> bool {
    if pattern.contains(['[', '{', '\\']) {
        return true;
    }
    // Most patterns begin with letters, and most texts with others.
    let (head, tail) = pattern.split_at(pattern.find(['*', '?']).unwrap_or(pattern.len()));
    text.strip_prefix(head).is_some_and(|text| matches(&parts(tail), text, separator))
}

#[derive(Clone, Copy)]
enum Part {
    /// `**`.
    Anything,
    /// `*`.
    Word,
    /// `?`.
    One,
    Letter(char),
}

fn parts(pattern: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for letter in pattern.chars() {
        match (letter, parts.last()) {
            ('*', Some(Part::Word)) => {
                parts.pop();
                parts.push(Part::Anything);
            }
            ('*', Some(Part::Anything)) => {}
            ('*', _) => parts.push(Part::Word),
            ('?', _) => parts.push(Part::One),
            (letter, _) => parts.push(Part::Letter(letter)),
        }
    }
    parts
}

/// Goes through the text once, with all places of the pattern that may be reached.
fn matches(parts: &[Part], text: &str, separator: Option<char>) -> bool {
    let mut places = BTreeSet::new();
    reach(parts, 0, &mut places);
    for letter in text.chars() {
        let mut next = BTreeSet::new();
        for place in places {
            match parts.get(place) {
                Some(Part::Anything) => reach(parts, place, &mut next),
                Some(Part::Word) if Some(letter) != separator => reach(parts, place, &mut next),
                Some(Part::One) if Some(letter) != separator => reach(parts, place + 1, &mut next),
                Some(Part::Letter(own)) if *own == letter => reach(parts, place + 1, &mut next),
                _ => {}
            }
        }
        places = next;
    }
    places.contains(&parts.len())
}

/// Stars may stand for nothing.
fn reach(parts: &[Part], place: usize, places: &mut BTreeSet<usize>) {
    places.insert(place);
    if matches!(parts.get(place), Some(Part::Anything | Part::Word)) {
        reach(parts, place + 1, places);
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn stars_end_at_separators() {
        let path = |pattern, text| fits(pattern, text, Some('/'));
        assert!(path("apps/*", "apps/web") && !path("apps/*", "apps/web/base") && !path("apps/*", "web"));
        assert!(path("**/config.json", "a/b/config.json") && path("apps/**", "apps/web/base"));
        assert!(path("a?c", "abc") && !path("a?c", "a/c"));
        assert!(fits("team-*", "team-a/b", None) && !fits("team-*", "other", None) && fits("*", "", None));
        assert!(path("apps/{a,b}", "apps/c"));
    }
}
