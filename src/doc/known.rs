//! Texts of which something is known: templates put the same ones into every component, so they are looked at once.

use std::sync::Arc;

use super::Name;

/// How many texts are noted: a power of two, and some times as many as templates have.
pub(super) const PLACES: usize = 1024;

/// Returns the place of a text by where it is in memory: the upper bits of a product with the golden ratio, which all of the
/// address decides (Knuth, The Art of Computer Programming 3, section 6.4).
pub(super) fn place(start: usize) -> usize {
    let upper = (start as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - PLACES.trailing_zeros());
    usize::try_from(upper).unwrap_or(0)
}

/// The texts that were noted last. They are known by where they are in memory, where they stay while they are kept here:
/// to ask costs no look at the text.
#[derive(Clone, Debug, Default)]
pub struct Known(Vec<Slot>);

/// Where a text is, how long it is, and the text, so that it stays there.
type Slot = (usize, usize, Option<Name>);

impl Known {
    /// Returns a collection with room for texts. The default one has none, for whom there is nothing to repeat.
    #[must_use]
    pub fn new() -> Self {
        Self(vec![(0, 0, None); PLACES])
    }

    /// Returns whether something holds for a text, which is asked of `judge` if the text was not noted.
    #[inline]
    pub fn holds(&mut self, text: &Name, judge: impl FnOnce(&str) -> bool) -> bool {
        let start = text.as_ptr().addr();
        match self.0.get(place(start)) {
            Some(slot) if (slot.0, slot.1) == (start, text.len()) => true,
            _ => self.note(text, judge),
        }
    }

    #[inline(never)]
    fn note(&mut self, text: &Name, judge: impl FnOnce(&str) -> bool) -> bool {
        let holds = judge(text);
        let start = text.as_ptr().addr();
        // A text that nobody shares is not met again.
        let shared = match text {
            Name::Word(_) => true,
            Name::Text(text) => Arc::strong_count(text) > 1,
        };
        if let Some(slot) = self.0.get_mut(place(start)).filter(|_| holds && shared) {
            *slot = (start, text.len(), Some(text.clone()));
        }
        holds
    }
}

#[cfg(test)]
mod tests {
    use super::{Known, Name};

    #[test]
    fn a_text_is_judged_once() {
        let mut known = Known::new();
        let (text, same) = (Name::from("some".to_owned()), Name::from("some".to_owned()));
        let _shared = text.clone();
        assert!(!known.holds(&text, |_| false));
        assert!(known.holds(&text, |_| true));
        assert!(known.holds(&text, |_| unreachable!("it is noted")));
        assert!(!known.holds(&same, |_| false), "another text, which may be gone tomorrow");
        assert!(known.holds(&same, |_| true) && !known.holds(&same, |_| false), "nobody shares it");
        assert!(known.holds(&Name::Word("word"), |text| text == "word"));
    }
}
