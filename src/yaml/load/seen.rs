//! What was read so far: the keys of a map, and short texts.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::yaml::Entry;

#[derive(Default)]
pub(super) struct Seen(Option<IndexMap<Arc<str>, usize>>);

impl Seen {
    /// Returns where a key stands among the entries.
    pub(super) fn position(&mut self, entries: &[Entry], key: &str) -> Option<usize> {
        const LINEAR: usize = 24;
        if entries.len() < LINEAR {
            return entries.iter().position(|entry| &*entry.key.text == key);
        }
        let index = self.0.get_or_insert_with(|| {
            entries.iter().enumerate().map(|(at, entry)| (entry.key.text.clone(), at)).collect()
        });
        index.get(key).copied()
    }

    /// Notes a key that is about to become an entry.
    pub(super) fn add(&mut self, key: &Arc<str>, at: usize) {
        if let Some(index) = &mut self.0 {
            index.insert(key.clone(), at);
        }
    }
}

/// The short texts that were read last, so that a key or word that many entries have is kept once.
pub(super) struct Words(Vec<Option<Arc<str>>>);

impl Words {
    const PLACES: usize = 1024;
    const LONGEST: usize = 32;

    /// Makes room for the words of a text: a short one does not need much.
    pub(super) fn for_text(text: &str) -> Self {
        Self(vec![None; (text.len() / 32).next_power_of_two().clamp(16, Self::PLACES)])
    }

    /// Returns a text, the one that is there already if it was read lately.
    pub(super) fn get(&mut self, text: &str) -> Arc<str> {
        // FNV-1a: what falls on one place is only forgotten sooner.
        let hash = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        if text.len() > Self::LONGEST {
            return Arc::from(text);
        }
        let place = text.bytes().fold(0x811c_9dc5, hash);
        let place = (place ^ (place >> 16)) as usize & (self.0.len() - 1);
        let Some(slot) = self.0.get_mut(place) else { return Arc::from(text) };
        match slot {
            Some(known) if **known == *text => known.clone(),
            _ => slot.insert(Arc::from(text)).clone(),
        }
    }
}
