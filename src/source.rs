//! Source texts, spans in them, and the origins of values.
//!
//! Everything that dvgen says about a value ends in this file: a [`Span`] is a byte range of a text that a
//! person wrote (or that the library contains), and an [`Origin`] says how a value came to be. Origins are
//! interned in [`Origins`], so a node of an output carries one [`OriginId`] of four bytes.

mod map;
mod origin;

pub use map::{FileId, LineColumn, SourceFile, SourceMap};
pub use origin::{Origin, OriginId, Origins};

/// A byte range of one source file; `start` is included, `end` is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file that the range lies in.
    pub file: FileId,
    /// First byte of the range.
    pub start: u32,
    /// First byte after the range.
    pub end: u32,
}

impl Span {
    /// Returns the range `start..end` of `file`.
    #[must_use]
    pub const fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// Returns the range from the start of this span to the end of `last`, which lies in the same file.
    #[must_use]
    pub fn to(self, last: Self) -> Self {
        Self { end: self.end.max(last.end), ..self }
    }

    /// Returns whether `other` lies in this range.
    #[must_use]
    pub fn holds(self, other: Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    /// Returns the empty range at the start of this span.
    #[must_use]
    pub const fn at_start(self) -> Self {
        Self { end: self.start, ..self }
    }
}

/// A value together with the place where it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Returns `value` written at `span`.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}
