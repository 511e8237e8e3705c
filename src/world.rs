//! The door to disk and git.
//!
//! Everything that a compilation reads comes through a [`World`], so a build can run on a directory, on a git
//! revision or in memory, and nothing outside the repository can be read.

pub mod git;
mod memory;
mod path;
mod revision;
mod system;

pub use memory::MemoryWorld;
pub use path::RelPath;
pub use revision::{Failure, RevisionWorld};
pub use system::SystemWorld;

use crate::diag::{Diagnostic, Kind};

/// A file or directory could not be read.
pub const UNREADABLE: Kind = Kind::no_verdict("unreadable-file", "DV0001");
/// A file that is named does not exist.
pub const NOT_FOUND: Kind = Kind::no_verdict("file-not-found", "DV0002");
/// A file lies outside the repository, or a symbolic link leads out of it.
pub const OUTSIDE: Kind = Kind::no_verdict("outside-repository", "DV0003");
/// A file is larger than dvgen reads.
pub const TOO_LARGE: Kind = Kind::new("file-too-large", "DV0004");
/// A file is not UTF-8 text.
pub const NOT_TEXT: Kind = Kind::new("not-utf8", "DV0005");

/// Everything that the outside world can tell a compilation. Paths are relative to the repository's root.
pub trait World: Sync {
    /// Returns the bytes of a file, at most `limit` of them, or why they cannot be had.
    fn read(&self, path: &RelPath, limit: u64) -> Result<Vec<u8>, WorldError>;

    /// Returns the names of the files below a directory, as paths relative to it, sorted. A directory that does
    /// not exist has none.
    fn walk(&self, dir: &RelPath) -> Result<Vec<RelPath>, WorldError>;
}

impl<W: World> World for &W {
    fn read(&self, path: &RelPath, limit: u64) -> Result<Vec<u8>, WorldError> {
        (**self).read(path, limit)
    }

    fn walk(&self, dir: &RelPath) -> Result<Vec<RelPath>, WorldError> {
        (**self).walk(dir)
    }
}

/// Why something cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorldError {
    /// There is no such file.
    NotFound,
    /// It lies outside the repository.
    Outside,
    /// It is larger than the limit, in bytes.
    TooLarge(u64),
    /// Anything else, in the words of the operating system.
    Other(String),
}

impl WorldError {
    /// Returns the diagnostic for a file that is named `shown`.
    pub fn diagnostic(&self, shown: &str) -> Diagnostic {
        match self {
            Self::NotFound => Diagnostic::without_span(NOT_FOUND, format!("`{shown}` does not exist")),
            Self::Outside => Diagnostic::without_span(OUTSIDE, format!("`{shown}` lies outside the repository"))
                .why("a build reads nothing outside the repository, so that it gives the same result everywhere"),
            Self::TooLarge(limit) => {
                let size = limit / 1024 / 1024;
                Diagnostic::without_span(TOO_LARGE, format!("`{shown}` is larger than {size} MiB"))
                    .help("split the file by `include`, or check that this is the right file")
            }
            Self::Other(reason) => Diagnostic::without_span(UNREADABLE, format!("cannot read `{shown}`: {reason}")),
        }
    }
}

/// Reads a file as UTF-8 text, or returns the diagnostic that says why not.
pub fn read_text(world: &dyn World, path: &RelPath, limit: u64) -> Result<String, Box<Diagnostic>> {
    let bytes = world.read(path, limit).map_err(|error| Box::new(error.diagnostic(path.as_str())))?;
    if bytes.contains(&0) {
        let problem = Diagnostic::without_span(NOT_TEXT, format!("`{path}` is a binary file, not YAML text"));
        let problem = problem.help("check that this is the right file; text has to be UTF-8");
        return Err(Box::new(problem));
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = error.as_bytes().iter().take(good).filter(|byte| **byte == b'\n').count() + 1;
        let message =
            format!("`{path}` is not UTF-8 text: line {line} has a byte that does not belong to any character");
        Box::new(Diagnostic::without_span(NOT_TEXT, message).help("save the file as UTF-8"))
    })
}
