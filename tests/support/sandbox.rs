//! A copy of an example platform in a directory of its own, and the binary run on it.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::platforms;

/// What a run of the binary gave.
pub(crate) struct Outcome {
    /// The exit code.
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    /// Fails unless the run ended with a code.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\nstdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Fails unless the summary holds a text.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "`{text}` is not in\n{}", self.stderr);
        self
    }

    /// Fails unless standard output holds a text.
    #[track_caller]
    pub(crate) fn shows(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "`{text}` is not in\n{}\n{}", self.stdout, self.stderr);
        self
    }
}

/// A platform in a directory of its own.
pub(crate) struct Sandbox {
    dir: tempfile::TempDir,
}

impl Sandbox {
    /// Copies a platform of `fixtures/platforms`.
    pub(crate) fn of(name: &str) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        platforms::write(dir.path(), &platforms::files(&platforms::named(name), &[platforms::EXPECTED]));
        Self { dir }
    }

    /// Copies a platform and builds it.
    pub(crate) fn built(name: &str) -> Self {
        let sandbox = Self::of(name);
        sandbox.build(&[]).expect(0);
        sandbox
    }

    /// Returns a path below the directory.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.dir.path().join(below)
    }

    /// Runs the binary in the directory.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, args: &[S]) -> Outcome {
        run(self.dir.path(), args, &[])
    }

    /// Runs `dvgen build` in the directory, with outputs below `out`.
    pub(crate) fn build(&self, args: &[&str]) -> Outcome {
        self.run(&[&["build", "--out", "out"], args].concat())
    }

    /// Replaces a text that stands once in the spec.
    pub(crate) fn edit(&self, from: &str, to: &str) {
        self.edit_file(platforms::SPEC, from, to);
    }

    /// Replaces a text that stands once in a file.
    pub(crate) fn edit_file(&self, file: &str, from: &str, to: &str) {
        let path = self.path(file);
        let text = std::fs::read_to_string(&path).expect("a file");
        assert_eq!(text.matches(from).count(), 1, "`{from}` stands not once in {file}");
        std::fs::write(path, text.replace(from, to)).expect("a writable file");
    }

    /// Returns the outputs with their texts, without what dvgen keeps for itself.
    pub(crate) fn outputs(&self) -> BTreeMap<String, Vec<u8>> {
        platforms::files(&self.path("out"), &[".dvgen"])
    }

    /// Returns inode and time of last change of everything below `out`, to the nanosecond.
    pub(crate) fn stamps(&self) -> BTreeMap<String, (u64, i64, i64)> {
        let root = self.path("out");
        let mut paths: BTreeSet<PathBuf> = platforms::files(&root, &[]).into_keys().map(PathBuf::from).collect();
        let above: Vec<PathBuf> = paths.iter().flat_map(|path| path.ancestors().map(Path::to_path_buf)).collect();
        paths.extend(above);
        let stamp = |path: &PathBuf| {
            let found = std::fs::symlink_metadata(root.join(path)).expect("it was listed");
            (path.to_string_lossy().into_owned(), (found.ino(), found.mtime(), found.mtime_nsec()))
        };
        paths.iter().map(stamp).collect()
    }
}

/// Returns the paths whose contents differ, or that only one of two trees has.
pub(crate) fn changed(before: &BTreeMap<String, Vec<u8>>, after: &BTreeMap<String, Vec<u8>>) -> BTreeSet<String> {
    let paths = before.keys().chain(after.keys());
    paths.filter(|path| before.get(*path) != after.get(*path)).cloned().collect()
}

/// Runs the binary in a directory, with some variables in its environment.
pub(crate) fn run<S: AsRef<OsStr>>(dir: &Path, args: &[S], variables: &[(&str, &str)]) -> Outcome {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dvgen"));
    command.current_dir(dir).args(args).envs(variables.iter().copied());
    let output = command.output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let code = output.status.code().expect("no signal ended it");
    Outcome { code, stdout: text(output.stdout), stderr: text(output.stderr) }
}
