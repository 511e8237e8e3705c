//! Texts and keys in which nothing is.

use std::sync::Arc;

use super::keys::Grade;
use super::{places, shapes};
use crate::doc::{Known, Marks, Name, Outline, PerOutline, Text};

/// Texts in which nothing is, and keys that mean nothing to the search, as far as they were looked at lately.
#[derive(Debug, Default)]
pub struct Quiet {
    texts: Known,
    keys: Option<Marks>,
    /// Where to look in documents of an outline.
    places: PerOutline<Arc<[usize]>>,
}

impl Quiet {
    /// Returns a collection for many documents; the default one looks at every text and key anew.
    #[must_use]
    pub fn new() -> Self {
        Self { texts: Known::new(), keys: Some(Marks::default()), places: PerOutline::default() }
    }

    /// Returns a collection that knows keys only, for a tree whose texts are looked at once.
    #[must_use]
    pub fn of_keys() -> Self {
        Self { keys: Some(Marks::default()), ..Self::default() }
    }

    /// Returns whether a text is quiet.
    pub(super) fn holds(&mut self, text: &Name) -> bool {
        self.texts.holds(text, is_quiet)
    }

    /// Returns the numbers of the nodes to look into, each by itself, in documents of an outline.
    pub(super) fn places(&mut self, outline: &Outline<'_>) -> Arc<[usize]> {
        if let Some(known) = self.places.get(outline) {
            return known.clone();
        }
        let found = outline.nodes().first().map_or_else(Vec::new, |doc| places::places(doc, self));
        let found: Arc<[usize]> = found.into();
        self.places.set(outline, found.clone());
        found
    }

    /// Returns what the value of a key is, and whether the key means something else; both are asked of `judge` once.
    pub(super) fn key<K: Text>(&mut self, key: &K, judge: impl FnOnce(&str) -> (Grade, bool)) -> (Grade, bool) {
        let Some(marks) = &mut self.keys else { return judge(key) };
        let mark = marks.of(key, |key| {
            let (grade, special) = judge(key);
            let number = Grade::ALL.iter().zip(0..).find(|(one, _)| **one == grade).map_or(0, |(_, number)| number);
            number | u64::from(special) << 8
        });
        let number = usize::try_from(mark & 0xff).unwrap_or_default();
        (Grade::ALL.get(number).copied().unwrap_or(Grade::Plain), mark >> 8 != 0)
    }
}

/// Returns whether a text has neither the shape of a secret nor a text in it that may have one, such as YAML or `a=b`.
fn is_quiet(text: &str) -> bool {
    !text.bytes().any(|byte| matches!(byte, b'\n' | b'='))
        && !text.trim_start().starts_with(['{', '['])
        && shapes::find(text).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_keys() {
        let mut quiet = Quiet::new();
        for (text, is) in [("a", true), ("", true), ("a=b", false), (" [a]", false), ("a\nb", false), ("hf_", true)] {
            let text = Name::from(text.to_owned());
            assert_eq!((quiet.holds(&text), quiet.holds(&text)), (is, is), "{text}");
        }
        assert!(!quiet.holds(&format!("ghp_{}", "aB3".repeat(14)).into()));
        for (key, is) in
            [("name", (Grade::Plain, false)), ("data", (Grade::Plain, true)), ("pw", (Grade::MaybeObject, false))]
        {
            let judged =
                [quiet.key(&Name::Word(key), |_| is), quiet.key(&Name::Word(key), |_| unreachable!("it is noted"))];
            assert_eq!(judged, [is, is], "{key}");
        }
    }
}
