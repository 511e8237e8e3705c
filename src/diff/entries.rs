//! Finds the entries of a map of a file by their keys: a large one must not cost its square.

use std::collections::BTreeMap;

use crate::yaml::{Entry, Mapping};

/// The entries of a map.
pub(super) enum Entries<'n> {
    /// Of a small one, which is looked through.
    Few(&'n Mapping),
    /// Of a large one.
    Many(BTreeMap<&'n str, &'n Entry>),
}

impl<'n> Entries<'n> {
    const FEW: usize = 16;

    pub(super) fn of(mapping: &'n Mapping) -> Self {
        if mapping.entries.len() <= Self::FEW {
            return Self::Few(mapping);
        }
        // As in a small one, the first of two counts.
        Self::Many(mapping.entries.iter().rev().map(|entry| (&*entry.key.text, entry)).collect())
    }

    pub(super) fn get(&self, key: &str) -> Option<&'n Entry> {
        match self {
            Self::Few(mapping) => mapping.get(key),
            Self::Many(entries) => entries.get(key).copied(),
        }
    }
}
