//! What keys mean: templates put the same ones into every component, so each is looked at once.

use std::ops::Deref;
use std::sync::Arc;

use super::Name;
use super::known::{PLACES, place};

/// What keys mean to those who asked, as bits. Keys are known by where they are in memory, as in [`Known`](super::Known).
#[derive(Clone, Debug)]
pub struct Marks(Vec<Slot>);

/// Where a key is, how long it is, what it means, and the key, so that it stays there.
type Slot = (usize, usize, u64, Option<Name>);

/// A text that stays where it is while somebody has a copy of it.
pub trait Text: Clone + Into<Name> + Deref<Target = str> {}

impl Text for Name {}
impl Text for Arc<str> {}

impl Default for Marks {
    fn default() -> Self {
        Self(vec![(0, 0, 0, None); PLACES])
    }
}

impl Marks {
    /// Returns what a key means, which is asked of `judge` if the key was not noted.
    #[inline]
    pub fn of<K: Text>(&mut self, key: &K, judge: impl FnOnce(&str) -> u64) -> u64 {
        let start = key.as_ptr().addr();
        match self.0.get(place(start)) {
            Some(slot) if slot.0 == start && slot.1 == key.len() => slot.2,
            _ => self.note(key, judge),
        }
    }

    #[inline(never)]
    fn note<K: Text>(&mut self, key: &K, judge: impl FnOnce(&str) -> u64) -> u64 {
        let (mark, start) = (judge(key), key.as_ptr().addr());
        if let Some(slot) = self.0.get_mut(place(start)) {
            *slot = (start, key.len(), mark, Some(key.clone().into()));
        }
        mark
    }
}

#[cfg(test)]
mod tests {
    use super::{Marks, Name};

    #[test]
    fn a_key_is_judged_once() {
        let mut marks = Marks::default();
        let (key, same) = (Name::from("some".to_owned()), Name::from("some".to_owned()));
        assert_eq!(marks.of(&key, |_| 5), 5);
        assert_eq!(marks.of(&key, |_| unreachable!("it is noted")), 5);
        assert_eq!(marks.of(&same, |_| 6), 6, "another key, which may be gone tomorrow");
        assert_eq!(marks.of(&Name::Word(""), |_| 7), 7);
    }
}
