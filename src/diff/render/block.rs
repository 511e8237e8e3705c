//! Puts blocks together until there is no more room.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::words::count;

/// What stands in blocks: how many findings of each level, and which components.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) dangers: usize,
    pub(super) cautions: usize,
    /// One that stands in several blocks is one.
    pub(super) components: BTreeSet<Arc<str>>,
    /// What is none of these.
    pub(super) parts: usize,
}

impl Held {
    fn add(&mut self, other: &Self) {
        self.dangers += other.dangers;
        self.cautions += other.cautions;
        self.components.extend(other.components.iter().cloned());
        self.parts += other.parts;
    }

    /// Returns it in words, the worst first; nothing if there is nothing.
    pub(super) fn words(&self) -> Option<String> {
        let parts = [
            (self.dangers, "danger"),
            (self.cautions, "caution"),
            (self.components.len(), "component"),
            (self.parts, "other part"),
        ];
        let parts: Vec<String> =
            parts.into_iter().filter(|(number, _)| *number > 0).map(|(number, noun)| count(number, noun)).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// A part of a comment.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) text: String,
    pub(super) holds: Held,
}

/// Joins blocks, the most important first, as far as they and the end fit into `most` characters. The end is told what was left
/// out: a block is taken whole or not at all, so that fences and details stay balanced, and one that is too long
/// leaves its room to those behind it.
pub(super) fn join(blocks: &[Block], most: usize, end: impl Fn(&Held) -> String) -> String {
    let mut all = Held::default();
    for block in blocks {
        all.add(&block.holds);
    }
    // The end is longest when everything is left out.
    let room = most.saturating_sub(length(&end(&all)));
    let mut out = String::new();
    let mut used = 0;
    let mut left_out = Held::default();
    for block in blocks {
        let size = length(&block.text);
        if used + size <= room {
            out.push_str(&block.text);
            used += size;
        } else {
            left_out.add(&block.holds);
        }
    }
    out.push_str(&end(&left_out));
    out
}

pub(super) fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::{Block, Held, join};

    #[test]
    fn blocks_are_taken_whole_and_in_order() {
        let part = Held { parts: 1, ..Held::default() };
        let blocks = ["aaaa\n", "bbbbbbbb\n", "c\n"].map(|text| Block { text: text.to_owned(), holds: part.clone() });
        let end = |left: &Held| format!("{}\n", left.parts);
        assert_eq!(join(&blocks, 100, end), "aaaa\nbbbbbbbb\nc\n0\n");
        assert_eq!(join(&blocks, 18, end), "aaaa\nbbbbbbbb\nc\n0\n");
        // One that is too long takes nothing from the others.
        assert_eq!(join(&blocks, 17, end), "aaaa\nbbbbbbbb\n1\n");
        assert_eq!(join(&blocks, 10, end), "aaaa\nc\n1\n");
    }

    #[test]
    fn what_is_left_out_is_named() {
        let components = ["grafana", "loki"].map(Into::into).into();
        let mut held = Held { dangers: 140, cautions: 1, components, parts: 0 };
        // What stands in two blocks is one component.
        held.add(&Held { components: ["loki".into()].into(), ..Held::default() });
        assert_eq!(held.words().as_deref(), Some("140 dangers, 1 caution, 2 components"));
        assert_eq!(Held::default().words(), None);
    }
}
