//! Repositories for tests, made by git itself.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A repository in a directory of its own.
pub(crate) struct Git {
    _scratch: tempfile::TempDir,
    pub(crate) root: PathBuf,
    clock: std::cell::Cell<u32>,
}

impl Git {
    /// Makes an empty repository; `arguments` are those of `git init`.
    pub(crate) fn new(arguments: &[&str]) -> Self {
        let scratch = tempfile::tempdir().expect("a directory");
        let root = scratch.path().canonicalize().expect("a path").join("repository");
        std::fs::create_dir(&root).expect("a directory");
        let git = Self { _scratch: scratch, root, clock: std::cell::Cell::new(0) };
        git.run(&[&["init", "--quiet", "--initial-branch=main"], arguments].concat());
        git
    }

    /// Runs git in the work tree, and returns what it printed.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        self.run_in(&self.root, arguments)
    }

    /// Runs git in another directory. Dates are fixed, each a minute after the last.
    pub(crate) fn run_in(&self, dir: &Path, arguments: &[&str]) -> String {
        let minute = self.clock.get() + 1;
        self.clock.set(minute);
        let date = format!("2026-01-02T{:02}:{:02}:00Z", minute / 60 % 24, minute % 60);
        let output = Command::new("git")
            .args(["-c", "protocol.file.allow=always", "-c", "core.autocrlf=false", "-c", "commit.gpgsign=false"])
            .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "gc.auto=0"])
            .args(arguments)
            .current_dir(dir)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", dir)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date)
            .output()
            .expect("git is installed");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "git {arguments:?}: {said}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Writes a file into the work tree.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let full = self.root.join(path);
        std::fs::create_dir_all(full.parent().expect("a parent")).expect("a directory");
        std::fs::write(full, text).expect("a file");
    }

    /// Commits everything, and returns the commit.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.run(&["add", "--all"]);
        self.run(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self.run(&["rev-parse", "HEAD"])
    }
}
