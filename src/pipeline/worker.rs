//! What threads keep from one component to the next.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::doc::Outlines;
use crate::emit::print::{LineTable, Sink};
use crate::library::{contract, kinds};
use crate::lint::Configured;
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
    /// Where values hold pieces of pods and configurations, by outline.
    pub(super) pieces: kinds::Pieces,
    pub(super) configs: Configured,
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
            pieces: kinds::Pieces::default(),
            configs: Configured::default(),
        }
    }
}

/// Those that have nothing to do. A thread takes the one that was used last, so there are never more than threads.
#[derive(Default)]
pub(super) struct Workers(Mutex<Vec<Worker>>);

impl Workers {
    /// Hands out what a thread keeps, for a piece of the work.
    pub(super) fn lease(&self, provenance: bool) -> Lease<'_> {
        Lease { workers: self, provenance, worker: self.idle().pop() }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Worker>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a thread keeps, which goes back in the end.
pub(super) struct Lease<'a> {
    workers: &'a Workers,
    provenance: bool,
    worker: Option<Worker>,
}

impl Lease<'_> {
    pub(super) fn worker(&mut self) -> &mut Worker {
        self.worker.get_or_insert_with(|| Worker::new(self.provenance))
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        self.workers.idle().extend(self.worker.take());
    }
}
