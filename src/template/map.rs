//! Maps of data: a few entries each, made once and then only read, so a sorted list is smaller and faster than a tree.

use std::cmp::Ordering;

use super::data::Data;
use crate::doc::Name;

/// A map of data, ordered by key: the order in which somebody wrote it means nothing.
#[derive(Clone, Debug, Default)]
pub struct DataMap {
    /// Sorted by key, each key once.
    entries: Vec<(Name, Data)>,
}

impl DataMap {
    /// Returns an empty map.
    #[must_use]
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    fn find(&self, key: &str) -> Result<usize, usize> {
        self.entries.binary_search_by(|(name, _)| order(name, key))
    }

    /// Returns the value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Data> {
        const FEW: usize = 32;
        if self.entries.len() <= FEW {
            // Most names are told apart by their length and their first letter.
            let first = key.as_bytes().first();
            let like = |name: &Name| name.len() == key.len() && name.as_bytes().first() == first;
            let mut named = self.entries.iter().filter(|(name, _)| like(name));
            return named.find(|(name, _)| **name == *key).map(|(_, data)| data);
        }
        self.find(key).ok().and_then(|at| self.entries.get(at)).map(|(_, data)| data)
    }

    /// Returns whether the map has a key.
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.find(key).is_ok()
    }

    /// Sets a key.
    pub fn insert(&mut self, key: impl Into<Name>, data: Data) {
        let key = key.into();
        match self.find(&key) {
            Ok(at) => {
                if let Some((_, old)) = self.entries.get_mut(at) {
                    *old = data;
                }
            }
            Err(at) => {
                // Maps are kept for long and seldom grow, so room for more would be lost.
                self.entries.reserve_exact(1);
                self.entries.insert(at, (key, data));
            }
        }
    }

    /// Returns the number of entries.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether there is no entry.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Iterates over the entries in the order of the keys.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Name, &Data)> {
        self.entries.iter().map(|(key, data)| (key, data))
    }

    /// Iterates over the keys in their order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Name> {
        self.entries.iter().map(|(key, _)| key)
    }

    /// Iterates over the values in the order of the keys.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Data> {
        self.entries.iter().map(|(_, data)| data)
    }
}

/// Returns the order of two keys: most are told apart by their first letter.
fn order(a: &str, b: &str) -> Ordering {
    a.as_bytes().first().cmp(&b.as_bytes().first()).then_with(|| a.cmp(b))
}

impl FromIterator<(Name, Data)> for DataMap {
    /// Collects entries; of several with one key the last holds.
    fn from_iter<T: IntoIterator<Item = (Name, Data)>>(entries: T) -> Self {
        let mut entries: Vec<(Name, Data)> = entries.into_iter().collect();
        if entries.is_sorted_by(|a, b| order(&a.0, &b.0).is_lt()) {
            entries.shrink_to_fit();
            return Self { entries };
        }
        // Stable, so the last of equal keys stays the last of them.
        entries.sort_by(|a, b| order(&a.0, &b.0));
        entries.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                std::mem::swap(later, kept);
            }
            same
        });
        entries.shrink_to_fit();
        Self { entries }
    }
}
