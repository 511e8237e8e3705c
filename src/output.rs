//! Writing outputs: the room that makes the disk agree with a finished compilation.
//!
//! It promises three things, and `tests/output_crash.rs` tries to break each.
//!
//! * **Nothing of others is lost.** Outputs share folders with files of other owners. `.dvgen/lock` says which
//!   files dvgen wrote and with what content; only a file that still has that content is replaced or pruned. A
//!   hand-edited file and a foreign one are errors, until `--adopt PATH` gives them up.
//! * **All or nothing.** Every new content is on the disk, in `.dvgen/staging`, before the first visible change.
//!   Then a journal says what is about to change, and only renames follow. Whatever stops them (an I/O error, a
//!   full disk, a kill), they are undone from the journal, by the same run or by the next one.
//! * **Nothing to do, nothing done.** A build that finds everything as it should be creates, renames and writes
//!   nothing, and needs no permission to write.
//!
//! What is to be committed is the outputs and `.dvgen/lock`. `.dvgen/staging` exists while a build runs and after
//! one was killed; it holds a `.gitignore` that hides it, so `git status` never shows it.
//!
//! [`inspect`] compares and gives a [`Plan`]; [`apply()`] carries it out; [`report()`] tells a person about it.

mod apply;
mod compare;
mod digest;
mod enter;
mod fs;
mod journal;
mod lock;
mod path;
mod plan;
mod report;
mod terrain;

pub use apply::{Summary, apply};
pub use fs::{Found, Fs, Guard, Kind as FoundKind, RealFs};
pub use plan::{Item, Plan, State, inspect};
pub use report::{Difference, Report, report};

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Arc;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::diag::{Diagnostic, Kind};

/// An output's path cannot be written safely.
pub const BAD_PATH: Kind = Kind::new("bad-output-path", "DV0901");
/// Two outputs want one place.
pub const CLASH: Kind = Kind::new("output-clash", "DV0902");
/// A file that dvgen did not write is where an output belongs.
pub const FOREIGN: Kind = Kind::new("foreign-file", "DV0903");
/// An output was changed by someone else since dvgen wrote it.
pub const HAND_EDITED: Kind = Kind::new("hand-edited-file", "DV0904");
/// The lock cannot be understood.
pub const DAMAGED_LOCK: Kind = Kind::new("damaged-lock", "DV0905");
/// The lock or the journal is of a later dvgen.
pub const NEWER_LOCK: Kind = Kind::no_verdict("newer-lock", "DV0906");
/// The output root belongs to another platform.
pub const OTHER_PLATFORM: Kind = Kind::new("other-platform", "DV0907");
/// A symbolic link is on the way to an output.
pub const SYMLINK: Kind = Kind::new("output-symlink", "DV0908");
/// Something that is not a file is where an output belongs, or a file where its directory belongs.
pub const OBSTRUCTED: Kind = Kind::new("output-obstructed", "DV0909");
/// Another build is writing to the same root.
pub const RUNNING: Kind = Kind::no_verdict("build-running", "DV0910");
/// The outputs could not be read or written.
pub const IO: Kind = Kind::no_verdict("output-io", "DV0911");
/// A killed build is waiting to be tidied up, which `--check` does not do.
pub const UNFINISHED: Kind = Kind::new("unfinished-build", "DV0912");
/// `--adopt` names nothing that dvgen knows.
pub const UNKNOWN_ADOPT: Kind = Kind::no_verdict("unknown-adopt", "DV0913");
/// An output belongs to an environment or target that this build leaves alone.
pub const OTHER_SCOPE: Kind = Kind::new("other-scope", "DV0914");
/// The output root is not a directory.
pub const BAD_ROOT: Kind = Kind::no_verdict("bad-output-root", "DV0915");

/// Directory inside the output root that holds what dvgen keeps for itself.
pub const OWN_DIR: &str = ".dvgen";
/// The ownership lock, relative to the output root.
pub const LOCK_PATH: &str = ".dvgen/lock";
/// Directory for everything that lives only while a build runs.
const STAGING: &str = ".dvgen/staging";

/// Returns the paths of those files, given with their texts, that a lock knows with another content or not at all. `None` if the lock
/// cannot be read or is of another platform.
pub fn unlike(lock: &[u8], platform: &str, files: &[(&str, &str)]) -> Option<Vec<String>> {
    let lock = lock::parse(lock, platform).ok()?;
    let is_known = |path: &str, text: &str| {
        let digest = digest::Digest::of(text.as_bytes());
        lock.get(path).is_some_and(|claims| claims.iter().any(|claim| claim.digest == digest))
    };
    let mut other: Vec<String> =
        files.par_iter().filter(|(path, text)| !is_known(path, text)).map(|(path, _)| (*path).to_owned()).collect();
    other.sort();
    Some(other)
}

/// One finished output.
#[derive(Clone, Debug)]
pub struct File {
    /// Where it belongs, relative to the output root, `/` between parts.
    pub path: String,
    /// What stands in it.
    pub text: Arc<str>,
    /// Whether it is a program, such as a shell script.
    pub executable: bool,
    /// Whose output it is.
    pub tag: Tag,
}

/// The environment and the target that an output belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag(Arc<str>);

impl Tag {
    /// Returns the tag of an environment's target; `None` when a name is empty or holds a space, a control
    /// character or a `/`.
    pub fn new(environment: &str, target: &str) -> Option<Self> {
        let bad =
            |name: &str| name.is_empty() || name.contains(|c: char| c == '/' || c.is_whitespace() || c.is_control());
        (!bad(environment) && !bad(target)).then(|| Self(format!("{environment}/{target}").into()))
    }

    /// Returns `environment/target`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn parts(&self) -> (&str, &str) {
        self.0.split_once('/').unwrap_or((&self.0, ""))
    }
}

/// The part of the outputs that a build writes and prunes.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Only these environments, or all.
    pub environments: Option<BTreeSet<String>>,
    /// Only these targets, or all.
    pub targets: Option<BTreeSet<String>>,
}

impl Scope {
    /// Returns whether an output of this tag is in scope.
    pub fn holds(&self, tag: &Tag) -> bool {
        if self.environments.is_none() && self.targets.is_none() {
            return true;
        }
        let (environment, target) = tag.parts();
        let within = |names: &Option<BTreeSet<String>>, name| names.as_ref().is_none_or(|names| names.contains(name));
        within(&self.environments, environment) && within(&self.targets, target)
    }
}

/// What [`inspect`] is asked.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Directory below which all outputs lie. The caller resolves symbolic links above it; one at it is refused.
    pub root: &'a Path,
    /// Name of the platform, which the root remembers.
    pub platform: &'a str,
    /// What to write and prune.
    pub scope: &'a Scope,
    /// Files or directories, relative to the root, whose content may be given up.
    pub adopt: &'a [String],
    /// Whether the plan is only to be looked at: nothing at all is written, not even to tidy up a killed build.
    pub check: bool,
    /// How the caller writes the root, to put before paths in advice: empty for its own directory, else `out/`.
    pub shown: &'a str,
}

impl Request<'_> {
    /// Returns the root as the caller writes it.
    fn shown_root(&self) -> &str {
        match self.shown.trim_end_matches('/') {
            "" if self.shown.is_empty() => ".",
            "" => "/",
            shown => shown,
        }
    }
}

type Outcome<T> = Result<T, Vec<Diagnostic>>;

/// Returns the diagnostic for a file operation that failed.
fn fault(doing: &str, path: &Path, error: &io::Error) -> Vec<Diagnostic> {
    let problem = Diagnostic::without_span(IO, format!("cannot {doing} `{}`: {error}", path.display()));
    vec![match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            problem.help("make the output root writable, or choose another one")
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => problem
            .why("all new files are stored before the first old one is replaced, so both need room at once")
            .help("free some space and build again"),
        _ => problem,
    }]
}

#[cfg(test)]
mod tests;
