//! Ends the real binary with SIGKILL while it writes, lets two of them write at once, and fills a real disk.
//!
//! `tests/output_crash.rs` breaks every file operation in one process; here the operating system does it.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests start the binary and look at the disk")]

#[expect(dead_code, reason = "other tests use the rest")]
#[path = "support/platforms.rs"]
mod platforms;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Components of the platform: enough files for a kill to hit while they are written.
const MANY: usize = 250;

/// A file of somebody else in the output directory.
const FOREIGN: &str = "gitops/apps/notes.md";

type Tree = BTreeMap<String, Vec<u8>>;

/// Writes a spec with components at a version.
fn spec(dir: &Path, components: std::ops::Range<usize>, version: &str) {
    let mut text =
        "apiVersion: dvgen.dev/v1alpha1\nkind: Platform\nmetadata: { name: demo, environment: production }\n\
                    repository: { url: https://git.demo.internal/platform.git }\n\
                    components:\n  argocd: { installedBy: external }\n"
            .to_owned();
    for number in components {
        let _ = writeln!(
            text,
            "  c{number}: {{ version: {version}, chart: {{ repo: https://charts.demo.internal, name: app }}, \
             values: {{ version: \"{version}\", text: {} }} }}",
            "x".repeat(400)
        );
    }
    std::fs::write(dir.join("platform.yaml"), text).expect("a spec");
}

fn command(dir: &Path, out: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dvgen"));
    command.arg("build").arg("-C").arg(dir).arg("--out").arg(out).args(["--format", "concise"]).args(more);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn build(dir: &Path, out: &Path, more: &[&str]) -> Output {
    command(dir, out, more).stdout(Stdio::piped()).stderr(Stdio::piped()).output().expect("the binary runs")
}

#[track_caller]
fn ends(output: &Output, code: i32) {
    let said = String::from_utf8_lossy(&output.stderr);
    let errors: Vec<&str> = said.lines().filter(|line| !line.contains("warning")).take(20).collect();
    assert_eq!(output.status.code(), Some(code), "{}", errors.join("\n"));
}

/// Returns the files of a root, without what dvgen keeps for itself.
fn tree(root: &Path) -> Tree {
    platforms::files(root, &[".dvgen"])
}

/// When a build is killed.
#[derive(Clone, Copy, Debug)]
enum When {
    /// Some time after it started.
    After(Duration),
    /// As soon as something exists below the output root, and a little later.
    Seen(&'static str, Duration),
}

/// Starts a build and kills it. Returns whether it was killed before it ended.
fn killed(dir: &Path, out: &Path, when: When) -> bool {
    let mut child = command(dir, out, &[]).spawn().expect("the binary runs");
    match when {
        When::After(time) => std::thread::sleep(time),
        When::Seen(path, later) => {
            let start = Instant::now();
            while !out.join(path).exists() && !ended(&mut child) && start.elapsed() < Duration::from_mins(1) {
                std::thread::yield_now();
            }
            std::thread::sleep(later);
        }
    }
    let _ = child.kill();
    child.wait().expect("it ends").signal() == Some(9)
}

fn ended(child: &mut Child) -> bool {
    child.try_wait().expect("a child").is_some()
}

/// The points of time at which builds are killed: spread over the time that a whole one takes, and at the
/// steps that show on the disk.
fn moments(whole: Duration) -> Vec<When> {
    let spread = (1..12).map(|part| When::After(whole * part / 12));
    let micros = [0, 300, 1000, 3000, 8000];
    let steps = [".dvgen/staging", ".dvgen/staging/journal", "gitops/apps/c9.yaml"];
    spread
        .chain(steps.into_iter().flat_map(|step| micros.map(|late| When::Seen(step, Duration::from_micros(late)))))
        .collect()
}

#[test]
fn a_killed_build_is_finished_by_the_next_and_loses_nothing() {
    let temporary = tempfile::tempdir().expect("a directory");
    let (dir, reference) = (temporary.path().join("repo"), temporary.path().join("reference"));
    std::fs::create_dir(&dir).expect("a directory");
    spec(&dir, 0..MANY, "1.0.0");
    ends(&build(&dir, &reference, &[]), 0);
    let old = tree(&reference);
    spec(&dir, 5..MANY + 5, "2.0.0");
    let start = Instant::now();
    ends(&build(&dir, &reference, &[]), 0);
    let whole = start.elapsed();
    let new = tree(&reference);
    let (mut kills, mut half) = (0, 0);
    for (number, when) in moments(whole).into_iter().enumerate() {
        let out = temporary.path().join(format!("out{number}"));
        spec(&dir, 0..MANY, "1.0.0");
        ends(&build(&dir, &out, &[]), 0);
        std::fs::write(out.join(FOREIGN), "mine\n").expect("a file");
        spec(&dir, 5..MANY + 5, "2.0.0");
        kills += usize::from(killed(&dir, &out, when));
        half += usize::from(out.join(".dvgen/staging").exists());
        let mut now = tree(&out);
        assert_eq!(now.remove(FOREIGN).as_deref(), Some(&b"mine\n"[..]), "{when:?}");
        for (path, text) in &now {
            // Each file is whole: the old one or the new one.
            assert!([old.get(path), new.get(path)].contains(&Some(text)), "{when:?}: {path} is neither");
        }
        if number % 3 == 0 {
            edits_survive(&dir, &out, &now, when);
        }
        ends(&build(&dir, &out, &[]), 0);
        let mut done = tree(&out);
        assert!(done.remove(FOREIGN).is_some(), "{when:?}");
        assert!(done == new, "{when:?}: the next run gives another tree");
        assert!(!out.join(".dvgen/staging").exists(), "{when:?}: staging is left");
        ends(&build(&dir, &out, &["--check"]), 0);
        std::fs::remove_dir_all(&out).expect("it goes");
    }
    assert!(kills >= 10 && half >= 3, "only {kills} builds were killed, {half} of them half way");
}

/// Edits a file after a kill and builds: the build refuses, and the edit is there. Then takes the edit back.
fn edits_survive(dir: &Path, out: &Path, now: &Tree, when: When) {
    let Some((path, text)) = now.iter().find(|(path, _)| path.ends_with("c77.yaml")) else { return };
    let file = out.join(path);
    let edited = [text, &b"# mine\n"[..]].concat();
    std::fs::write(&file, &edited).expect("a file");
    let output = build(dir, out, &[]);
    assert_ne!(output.status.code(), Some(0), "{when:?}: the edit of {path} was not seen");
    assert!(std::fs::read(&file).expect("it is there") == edited, "{when:?}: the edit of {path} is lost");
    let state = tree(out);
    // What the build undid before it refused is the old file again: the edit is of the text that was there.
    assert!(state.contains_key(path));
    std::fs::write(&file, text).expect("a file");
}

#[test]
fn two_builds_at_once_give_one_tree() {
    let temporary = tempfile::tempdir().expect("a directory");
    let dir = temporary.path().join("repo");
    std::fs::create_dir(&dir).expect("a directory");
    spec(&dir, 0..MANY, "1.0.0");
    for round in 0..4 {
        let out = temporary.path().join(format!("out{round}"));
        let start = |jobs: &str| {
            command(&dir, &out, &["--jobs", jobs]).stderr(Stdio::piped()).spawn().expect("the binary runs")
        };
        let both = [start("1"), start("2")];
        let ended: Vec<Output> = both.into_iter().map(|child| child.wait_with_output().expect("it ends")).collect();
        for output in &ended {
            let said = String::from_utf8_lossy(&output.stderr);
            let waited = output.status.code() == Some(2) && said.contains("build-running");
            assert!(output.status.success() || waited, "{:?}: {}", output.status, said.lines().last().unwrap_or(""));
        }
        assert!(ended.iter().any(|output| output.status.success()), "neither came through");
        ends(&build(&dir, &out, &["--check"]), 0);
    }
}

/// A small disk in memory, gone when dropped.
struct Disk(PathBuf);

impl Disk {
    fn new(at: &Path, size: &str) -> Option<Self> {
        std::fs::create_dir(at).expect("a directory");
        let done =
            Command::new("mount").args(["-t", "tmpfs", "-o", size, "tmpfs"]).arg(at).stderr(Stdio::null()).status();
        if done.is_ok_and(|status| status.success()) {
            return Some(Self(at.to_path_buf()));
        }
        let _ = std::io::stderr().write_all(b"NOT RUN: a full disk: only root can mount a small one\n");
        None
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_leaves_the_old_tree() {
    for size in ["size=256k", "size=1m,nr_inodes=80"] {
        let temporary = tempfile::tempdir().expect("a directory");
        let dir = temporary.path().join("repo");
        std::fs::create_dir(&dir).expect("a directory");
        let Some(disk) = Disk::new(&temporary.path().join("disk"), size) else { return };
        let out = disk.0.join("out");
        spec(&dir, 0..5, "1.0.0");
        ends(&build(&dir, &out, &[]), 0);
        let before = platforms::files(&out, &[]);
        spec(&dir, 0..MANY, "2.0.0");
        let output = build(&dir, &out, &[]);
        ends(&output, 2);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("No space left"), "{size}: {}", said.lines().last().unwrap_or(""));
        assert!(platforms::files(&out, &[]) == before, "{size}: the tree was changed");
        spec(&dir, 0..5, "2.0.0");
        ends(&build(&dir, &out, &[]), 0);
    }
}
