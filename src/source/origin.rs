//! Where values come from.
//!
//! An origin is *written* (a span), made by a *template* line from values that it read, a *default*, or
//! *derived* by a computation over other values. Reading is what ties them together: the origins of a
//! value form a tree whose leaves are lines that a person can change. `dvgen why` prints that tree.

use std::sync::Arc;

use super::Span;

/// Names one origin in an [`Origins`] arena (or in the arena below it).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OriginId(u32);

/// How a value came to be. `reads` are the values that it was computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin<'a> {
    /// A person wrote it; `what` names the thing in one or two words ("flow", "namespace").
    Written {
        /// What the line is about.
        what: &'static str,
        /// The line.
        span: Span,
    },
    /// A line of the library (a template or a component's facts) made it.
    Template {
        /// The library line.
        span: Span,
        /// The values that its expression read.
        reads: &'a [OriginId],
    },
    /// Nobody wrote it; `by` names the default.
    Default {
        /// The name of the default, for people.
        by: &'static str,
        /// The thing that could have said otherwise.
        near: Option<Span>,
    },
    /// A computation over other values; `by` names it.
    Derived {
        /// The name of the computation, for people.
        by: &'static str,
        /// The values that it was computed from.
        reads: &'a [OriginId],
    },
}

#[derive(Clone, Copy, Debug)]
enum Entry {
    Written { what: &'static str, span: Span },
    Template { span: Span, start: u32, count: u32 },
    Default { by: &'static str, near: Option<Span> },
    Derived { by: &'static str, start: u32, count: u32 },
}

/// An arena of origins, possibly on top of a frozen one.
///
/// The model has one arena; each chunk of the emitter works on a layer of its own above it, so that chunks
/// run in parallel without a lock and their origins can be dropped once their files are printed.
#[derive(Debug, Default)]
pub struct Origins {
    base: Option<Arc<Origins>>,
    offset: u32,
    entries: Vec<Entry>,
    reads: Vec<OriginId>,
}

impl Origins {
    /// Returns an empty arena.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns an empty arena whose ids continue those of `base`.
    #[must_use]
    pub fn above(base: Arc<Self>) -> Self {
        let offset = base.offset + size(base.entries.len());
        Self { base: Some(base), offset, entries: Vec::new(), reads: Vec::new() }
    }

    /// Makes room for more origins: memory that is not used in the end costs nothing, and moving all of them does.
    pub fn reserve(&mut self, more: usize) {
        self.entries.reserve(more);
        self.reads.reserve(more);
    }

    fn push(&mut self, entry: Entry) -> OriginId {
        let id = OriginId(self.offset + size(self.entries.len()));
        self.entries.push(entry);
        id
    }

    fn keep(&mut self, reads: &[OriginId]) -> (u32, u32) {
        let start = size(self.reads.len());
        self.reads.extend_from_slice(reads);
        (start, size(reads.len()))
    }

    /// Adds a value that a person wrote.
    pub fn written(&mut self, what: &'static str, span: Span) -> OriginId {
        self.push(Entry::Written { what, span })
    }

    /// Adds a value that a library line made out of `reads`.
    pub fn template(&mut self, span: Span, reads: &[OriginId]) -> OriginId {
        let (start, count) = self.keep(reads);
        self.push(Entry::Template { span, start, count })
    }

    /// Adds a default.
    pub fn defaulted(&mut self, by: &'static str, near: Option<Span>) -> OriginId {
        self.push(Entry::Default { by, near })
    }

    /// Adds a value computed from `reads`.
    pub fn derived(&mut self, by: &'static str, reads: &[OriginId]) -> OriginId {
        let (start, count) = self.keep(reads);
        self.push(Entry::Derived { by, start, count })
    }

    /// Returns the origin that `id` names; ids come from this arena or the one below.
    #[must_use]
    pub fn get(&self, id: OriginId) -> Origin<'_> {
        let mut arena = self;
        while id.0 < arena.offset {
            arena = arena.base.as_deref().expect("internal error: an OriginId below the first arena");
        }
        let at = (id.0 - arena.offset) as usize;
        let entry = arena.entries.get(at).expect("internal error: an OriginId of another arena");
        match *entry {
            Entry::Written { what, span } => Origin::Written { what, span },
            Entry::Template { span, start, count } => Origin::Template { span, reads: arena.slice(start, count) },
            Entry::Default { by, near } => Origin::Default { by, near },
            Entry::Derived { by, start, count } => Origin::Derived { by, reads: arena.slice(start, count) },
        }
    }

    fn slice(&self, start: u32, count: u32) -> &[OriginId] {
        self.reads.get(start as usize..(start + count) as usize).unwrap_or(&[])
    }

    /// Returns the line that made the value: as written, or of the library; else the nearest written one.
    #[must_use]
    pub fn place(&self, id: OriginId) -> Option<Span> {
        match self.get(id) {
            Origin::Written { span, .. } | Origin::Template { span, .. } => Some(span),
            Origin::Default { .. } | Origin::Derived { .. } => self.written_span(id),
        }
    }

    /// Returns the nearest written span below `id`: the line that a person would change, if there is one.
    #[must_use]
    pub fn written_span(&self, id: OriginId) -> Option<Span> {
        match self.get(id) {
            Origin::Written { span, .. } => Some(span),
            Origin::Default { near, .. } => near,
            Origin::Template { reads, .. } | Origin::Derived { reads, .. } => {
                reads.iter().find_map(|read| self.written_span(*read))
            }
        }
    }
}

fn size(number: usize) -> u32 {
    u32::try_from(number).expect("internal error: more than four thousand million origins")
}
