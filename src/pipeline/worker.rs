//! What threads keep from one component to the next.

use std::sync::{Mutex, PoisonError};

use crate::doc::Outlines;
use crate::emit::print::{LineTable, Sink};
use crate::library::{contract, kinds};
use crate::lint::facts::Seen;
use crate::lint::secret::Quiet;

/// What a thread keeps from one component to the next.
pub(super) struct Worker {
    pub(super) quiet: Quiet,
    pub(super) seen: Seen,
    pub(super) sink: Sink,
    pub(super) outlines: Outlines,
    /// What is as it should be, by outline: objects, and values.
    pub(super) objects: kinds::Sound,
    pub(super) values: contract::Sound,
}

impl Worker {
    fn new(provenance: bool) -> Self {
        let table = if provenance { LineTable::Keep } else { LineTable::Skip };
        Self {
            quiet: Quiet::new(),
            seen: Seen::default(),
            sink: Sink::for_many(table),
            outlines: Outlines::default(),
            objects: kinds::Sound::default(),
            values: contract::Sound::default(),
        }
    }
}

/// Those that have nothing to do. A thread takes the one that was used last, so there are never more than threads.
#[derive(Default)]
pub(super) struct Workers(Mutex<Vec<Worker>>);

impl Workers {
    pub(super) fn take(&self, provenance: bool) -> Worker {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_else(|| Worker::new(provenance))
    }

    pub(super) fn give(&self, worker: Worker) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
    }
}
