//! Names inside of texts.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Most words of a name.
const WORDS: usize = 12;

/// Iterates over what a name can be in a text: a word, or several with what stands between them. From each word on, the
/// longest comes first.
pub(super) fn parts(text: &str) -> impl Iterator<Item = &str> {
    let words = words(text);
    (0..words.len()).flat_map(move |at| {
        let from: Vec<_> = words.iter().skip(at).take(WORDS).copied().collect();
        let start = from.first().map_or(0, |word| word.0);
        from.into_iter().rev().filter_map(move |word| text.get(start..word.1))
    })
}

/// Returns where the words of a text start and end.
pub(super) fn words(text: &str) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain(std::iter::once((text.len(), ' '))) {
        match (start, c.is_alphanumeric()) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                words.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// Returns a text with other names in place of some. Of two that begin at one word the longer one counts, and a name is no part of
/// a longer word: `app-1` is not in `app-10`.
pub(super) fn replaced(text: &str, names: &BTreeMap<Arc<str>, Arc<str>>) -> String {
    let words = words(text);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (at, (start, _)) in words.iter().enumerate().filter(|_| !names.is_empty()) {
        let mut ends = words.iter().skip(at).take(WORDS).rev().map(|word| word.1);
        let known = ends.find_map(|end| Some((end, names.get(text.get(*start..end)?)?)));
        if let Some((end, new)) = known.filter(|_| *start >= done) {
            out.push_str(text.get(done..*start).unwrap_or_default());
            out.push_str(new);
            done = end;
        }
    }
    out + text.get(done..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{parts, replaced};

    #[test]
    fn names_are_replaced_as_a_whole() {
        let names = [("app-1", "web"), ("app", "site"), ("y", "z")].map(|(old, new)| (old.into(), new.into())).into();
        assert_eq!(replaced("apps/app-1.yaml app-10 my-app-1", &names), "apps/web.yaml site-10 my-web");
        assert_eq!(replaced("x", &names), "x");
        assert_eq!(replaced("(y", &names), "(z");
    }

    #[test]
    fn names_are_found_in_a_text_whatever_stands_between_their_words() {
        let found: Vec<&str> = parts("a.app-1[x]").collect();
        assert_eq!(found, ["a.app-1[x", "a.app-1", "a.app", "a", "app-1[x", "app-1", "app", "1[x", "1", "x"]);
        assert_eq!(parts("").count(), 0);
    }
}
