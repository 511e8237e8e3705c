//! Tests of what a build says and does, one situation each. `tests/output_crash.rs` has those of broken builds.

use std::collections::BTreeSet;
use std::path::Path;

use super::{File, Fs, OWN_DIR, RealFs, Report, Request, STAGING, Scope, State, Summary, Tag, apply, inspect, report};
use crate::diag::Diagnostic;

/// Outputs by path, text and tag.
type Outputs<'a> = &'a [(&'a str, &'a str, &'a str)];

const TWO: Outputs<'_> = &[("g/a.yaml", "1\n", "prod/argocd"), ("g/b.yaml", "2\n", "prod/helm")];

struct Root(tempfile::TempDir, Scope, Vec<String>);

impl Root {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap(), Scope::default(), Vec::new())
    }

    /// Returns a root in which these outputs were built.
    fn with(outputs: Outputs<'_>) -> Self {
        let root = Self::new();
        root.build(outputs).unwrap();
        root
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn request(&self, check: bool) -> Request<'_> {
        Request { root: self.path(), platform: "demo", scope: &self.1, adopt: &self.2, check, shown: "" }
    }

    fn build(&self, outputs: Outputs<'_>) -> Result<Summary, Vec<Diagnostic>> {
        apply(inspect(&RealFs, files(outputs), &self.request(false))?)
    }

    fn check(&self, outputs: Outputs<'_>) -> Result<Report, Vec<Diagnostic>> {
        report(&inspect(&RealFs, files(outputs), &self.request(true))?)
    }

    /// Returns the codes of a build that must fail, after looking that it changed nothing.
    fn refused(&self, outputs: Outputs<'_>) -> Vec<&'static str> {
        let before = listing(self.path());
        let found = self.build(outputs).unwrap_err();
        assert_eq!(listing(self.path()), before, "{found:#?}");
        found.iter().map(|one| one.kind.code).collect()
    }

    fn write(&self, path: &str, text: &str) {
        let full = self.path().join(path);
        let _ = RealFs.remove_file(&full);
        RealFs.create(&full, text.as_bytes(), false).unwrap();
    }

    fn read(&self, path: &str) -> Option<String> {
        let full = self.path().join(path);
        let mut bytes = Vec::new();
        RealFs.read(&full, 0, &mut bytes).ok()?;
        Some(String::from_utf8(bytes).unwrap())
    }

    fn lock(&self) -> String {
        self.read(".dvgen/lock").unwrap()
    }
}

fn files(outputs: Outputs<'_>) -> Vec<File> {
    let file = |(path, text, tag): &(&str, &str, &str)| {
        let (environment, target) = tag.split_once('/').unwrap();
        let tag = Tag::new(environment, target).unwrap();
        File { path: (*path).to_owned(), text: (*text).into(), executable: *path == "x.sh", tag }
    };
    outputs.iter().map(file).collect()
}

fn listing(root: &Path) -> Vec<String> {
    let mut out = Vec::new();
    let mut todo = vec![root.to_owned()];
    while let Some(path) = todo.pop() {
        let found = RealFs.look(&path).unwrap().unwrap();
        let mut bytes = Vec::new();
        match found.kind {
            super::FoundKind::Dir => todo.extend(RealFs.list(&path).unwrap().0.iter().map(|name| path.join(name))),
            super::FoundKind::File => RealFs.read(&path, found.len, &mut bytes).unwrap(),
            _ => {}
        }
        out.push(format!("{} {found:?} {}", path.display(), String::from_utf8_lossy(&bytes)));
    }
    out.sort();
    out
}

#[test]
fn builds_and_rebuilds() {
    let root = Root::new();
    assert_eq!(root.build(TWO).unwrap().to_string(), "2 written, 0 unchanged, 0 pruned");
    assert_eq!(root.build(TWO).unwrap().to_string(), "0 written, 2 unchanged, 0 pruned");
    let changed: Outputs<'_> = &[("g/a.yaml", "one\n", "prod/argocd")];
    assert_eq!(root.build(changed).unwrap().to_string(), "1 written, 0 unchanged, 1 pruned");
    assert_eq!((root.read("g/a.yaml").as_deref(), root.read("g/b.yaml")), (Some("one\n"), None));
    assert_eq!(root.build(&[]).unwrap().to_string(), "0 written, 0 unchanged, 1 pruned");
    assert_eq!(RealFs.list(root.path()).unwrap().0, [OWN_DIR]);
}

#[test]
fn the_lock_is_a_line_a_file_and_says_nothing_else() {
    let lock = Root::with(TWO).lock();
    let lines: Vec<&str> = lock.lines().collect();
    assert_eq!(lines[0], "dvgen-lock 1 demo");
    assert!(lines[2].ends_with(" prod/argocd g/a.yaml") && lines[3].ends_with(" prod/helm g/b.yaml"), "{lock}");
    assert_eq!(lines.len(), 4);
    assert_eq!(Root::with(&[]).read(".dvgen/lock"), None);
}

#[test]
fn edited_and_foreign_files_are_kept_until_they_are_adopted() {
    let mut root = Root::with(TWO);
    root.write("g/a.yaml", "edited\n");
    let new: Outputs<'_> = &[("g/a.yaml", "one\n", "prod/argocd"), ("g/c.yaml", "3\n", "prod/argocd")];
    root.write("g/c.yaml", "foreign\n");
    assert_eq!(root.refused(new), ["DV0904", "DV0903"]);
    root.2 = vec!["g/a.yaml".into()];
    assert_eq!(root.refused(new), ["DV0903"]);
    root.2 = vec!["g/".into()];
    assert_eq!(root.build(new).unwrap(), Summary { written: 2, unchanged: 0, pruned: 1 });
    assert_eq!(root.read("g/c.yaml").as_deref(), Some("3\n"));
    root.2 = vec!["g/d.yaml".into()];
    let found = root.build(new).unwrap_err();
    assert_eq!((found[0].kind.code, &*found[0].help[0]), ("DV0913", "did you mean `g/a.yaml`?"));
}

#[test]
fn an_edited_leftover_is_kept_too() {
    let mut root = Root::with(TWO);
    root.write("g/b.yaml", "edited\n");
    let one: Outputs<'_> = &[("g/a.yaml", "1\n", "prod/argocd")];
    assert_eq!(root.refused(one), ["DV0904"]);
    root.2 = vec![".".into()];
    assert_eq!(root.build(one).unwrap().pruned, 1);
}

#[test]
fn what_is_already_right_is_owned() {
    let root = Root::new();
    root.write("a", "1\r\n2\r\n");
    let summary = root.build(&[("a", "1\n2\n", "prod/t")]).unwrap();
    assert_eq!((summary.written, summary.unchanged), (0, 1));
    assert_eq!(root.build(&[]).unwrap().pruned, 1, "a CRLF checkout is not a hand edit");
}

#[test]
fn programs_can_be_run() {
    let root = Root::with(&[("x.sh", "1\n", "prod/t")]);
    let runs = || RealFs.look(&root.path().join("x.sh")).unwrap().unwrap().executable;
    assert!(runs());
    root.write("x.sh", "1\n");
    assert!(!runs());
    assert_eq!(root.check(&[("x.sh", "1\n", "prod/t")]).unwrap().differences[0].state, State::Stale);
    assert_eq!(root.build(&[("x.sh", "1\n", "prod/t")]).unwrap().written, 1);
    assert!(runs());
}

#[test]
fn a_scope_restricts_writing_and_pruning() {
    let all: Outputs<'_> = &[("a", "1\n", "prod/helm"), ("b", "1\n", "stage/helm"), ("c", "1\n", "stage/argocd")];
    let new: Outputs<'_> = &[("a", "2\n", "prod/helm"), ("d", "2\n", "stage/helm")];
    let only = |name: &str| Some(BTreeSet::from([name.to_owned()]));
    let mut root = Root::with(all);
    root.1 = Scope { environments: only("stage"), targets: only("helm") };
    assert_eq!(root.build(new).unwrap(), Summary { written: 1, unchanged: 0, pruned: 1 });
    let tags: Vec<String> =
        root.lock().lines().skip(2).filter_map(|line| Some(line.split_once(' ')?.1.to_owned())).collect();
    assert_eq!(tags, ["prod/helm a", "stage/argocd c", "stage/helm d"]);
    assert_eq!(root.read("a").as_deref(), Some("1\n"));
    assert_eq!(root.refused(&[("a", "2\n", "stage/helm")]), ["DV0914"]);
}

#[test]
fn a_conflicted_lock_owns_both_sides() {
    let root = Root::with(&[("a", "ours\n", "prod/t")]);
    let ours = root.lock();
    root.build(&[("a", "theirs\n", "prod/t")]).unwrap();
    root.write(".dvgen/lock", &format!("<<<<<<< a\n{ours}=======\n{}>>>>>>> b\n", root.lock()));
    let report = root.check(&[("a", "theirs\n", "prod/t")]).unwrap();
    assert_eq!((&*report.differences[0].path, report.differences[0].state), (".dvgen/lock", State::Stale));
    assert_eq!(root.build(&[("a", "both\n", "prod/t")]).unwrap().written, 1);
    assert_eq!(root.lock().lines().count(), 3);
}

#[test]
fn roots_that_are_refused() {
    let root = Root::with(TWO);
    let request = Request { platform: "other", ..root.request(false) };
    assert_eq!(code(inspect(&RealFs, files(TWO), &request).err()), "DV0907");
    let file = root.path().join("g/a.yaml");
    assert_eq!(code(inspect(&RealFs, files(TWO), &Request { root: &file, ..root.request(false) }).err()), "DV0915");
    assert_eq!(root.refused(&[("g", "", "prod/t"), ("G", "", "prod/t")]), ["DV0902"]);
    assert_eq!(root.refused(&[("../g", "", "prod/t")]), ["DV0901"]);
    root.write(".dvgen/lock", "rubbish");
    assert_eq!(root.refused(TWO), ["DV0905"]);
    root.write(".dvgen/lock", "dvgen-lock 9 demo\n");
    assert_eq!(root.refused(TWO), ["DV0906"]);
}

fn code(found: Option<Vec<Diagnostic>>) -> &'static str {
    found.unwrap()[0].kind.code
}

#[test]
fn files_and_directories_in_the_way() {
    let root = Root::with(TWO);
    RealFs.create_dir(&root.path().join("dir")).unwrap();
    assert_eq!(root.refused(&[("dir", "", "prod/t")]), ["DV0909"]);
    root.write("file", "mine");
    assert_eq!(root.refused(&[("file/x", "", "prod/t")]), ["DV0909"]);
    root.write("g/mine", "mine");
    assert_eq!(root.refused(&[("g", "", "prod/t")]), ["DV0909"]);
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_refused() {
    use std::os::unix::fs::symlink;
    let elsewhere = Root::with(TWO);
    let before = listing(elsewhere.path());
    for link in ["", "g", "g/a.yaml", ".dvgen", ".dvgen/lock", ".dvgen/staging"] {
        let outer = Root::new();
        let root = outer.path().join("root");
        let at = root.join(link);
        for dir in at.ancestors().skip(1).filter(|dir| dir.starts_with(&root)).collect::<Vec<_>>().into_iter().rev() {
            RealFs.create_dir(dir).unwrap();
        }
        symlink(elsewhere.path().join(link), root.join(link).components().collect::<std::path::PathBuf>()).unwrap();
        let request = Request { root: &root, ..outer.request(false) };
        assert_eq!(code(inspect(&RealFs, files(TWO), &request).err()), "DV0908", "{link}");
        assert_eq!(code(inspect(&RealFs, files(TWO), &Request { check: true, ..request }).err()), "DV0908", "{link}");
    }
    // A leftover whose directory became a link is not removed through it.
    let root = Root::with(TWO);
    RealFs.remove_tree(&root.path().join("g")).unwrap();
    symlink(elsewhere.path().join("g"), root.path().join("g")).unwrap();
    assert_eq!(root.refused(&[]), ["DV0908"]);
    assert_eq!(listing(elsewhere.path()), before);
}

#[cfg(unix)]
#[test]
fn a_build_beside_a_running_one() {
    let root = Root::with(TWO);
    let running = inspect(&RealFs, files(TWO), &root.request(false)).unwrap();
    assert_eq!(root.refused(TWO), ["DV0910"]);
    assert_eq!(code(root.check(TWO).err()), "DV0910");
    drop(running);
    let looking = inspect(&RealFs, files(TWO), &root.request(true)).unwrap();
    assert!(root.check(TWO).unwrap().differences.is_empty());
    drop(looking);
    // Both found nothing; the second to write notices.
    let fresh = Root::new();
    let plan = |files| inspect(&RealFs, files, &fresh.request(false)).unwrap();
    let (first, second) = (plan(files(TWO)), plan(files(TWO)));
    apply(first).unwrap();
    assert_eq!(code(apply(second).err()), "DV0910");
}

#[test]
fn an_interrupted_build_is_noticed_by_a_check() {
    let root = Root::with(TWO);
    RealFs.create_dir(&root.path().join(STAGING)).unwrap();
    assert!(root.check(TWO).unwrap().differences.is_empty(), "it changed nothing yet");
    root.write(".dvgen/staging/journal", "any");
    assert_eq!(code(root.check(TWO).err()), "DV0912");
    root.build(TWO).unwrap();
    assert!(root.check(TWO).unwrap().differences.is_empty());
}

#[test]
fn what_was_done_after_a_kill_is_kept() {
    let root = Root::with(&[("a", "1\n", "prod/t")]);
    let lock = root.lock();
    // The wreck of a build that was about to write `2` and stopped after doing so.
    let digest = |text: &str| super::digest::Digest::of(text.as_bytes());
    let body =
        format!("dvgen-journal 1\nlock {} {}\nreplace 0 {} a\n", digest(&lock), digest("new lock"), digest("2\n"));
    let wreck = |lock: &str| {
        RealFs.create_dir(&root.path().join(STAGING)).unwrap();
        root.write(".dvgen/staging/old-0", "1\n");
        root.write(".dvgen/staging/journal", &format!("{body}end {}\n", digest(&body)));
        root.write("a", "2\n");
        root.write(".dvgen/lock", lock);
    };
    wreck(&lock);
    root.build(&[("a", "1\n", "prod/t")]).unwrap();
    assert_eq!(root.read("a").as_deref(), Some("1\n"), "put back");
    wreck(&lock);
    root.write("a", "edited after the kill\n");
    assert_eq!(code(root.build(&[("a", "1\n", "prod/t")]).err()), "DV0904");
    assert_eq!(root.read("a").as_deref(), Some("edited after the kill\n"));
    let other = lock.replace(&digest("1\n").to_string(), &digest("2\n").to_string());
    wreck(&other);
    assert!(root.build(&[("a", "2\n", "prod/t")]).unwrap().unchanged == 1, "left alone");
}

#[test]
fn a_check_tells_the_ways_of_differing_apart() {
    let root = Root::with(&[("a", "1\n2\n", "p/t"), ("b", "1\n", "p/t"), ("c", "1\n", "p/t"), ("d", "1\n", "p/t")]);
    root.write("b", "edited \u{1b}[31m\n");
    root.write("e", "mine\n");
    RealFs.remove_file(&root.path().join("d")).unwrap();
    let before = listing(root.path());
    let report =
        root.check(&[("a", "1\ntwo\n", "p/t"), ("b", "1\n", "p/t"), ("d", "1\n", "p/t"), ("e", "5\n", "p/t")]).unwrap();
    assert_eq!(listing(root.path()), before);
    let expected = "\
stale: a (dvgen wrote it, and the spec gives something else now)
--- a on disk
+++ a from the spec
@@ -1,2 +1,2 @@
 1
-2
+two
hand-edited: b (it was changed since dvgen wrote it)
--- b on disk
+++ b from the spec
@@ -1 +1 @@
-edited \\u{1b}[31m
+1
left over: c (dvgen wrote it, and the spec does not give it any more)
missing: d (the spec gives it, and it is not there)
foreign: e (dvgen did not write it, and an output belongs in its place)
--- e on disk
+++ e from the spec
@@ -1 +1 @@
-mine
+5
outputs differ: 1 missing, 1 stale, 1 hand-edited, 1 foreign, 1 left over
";
    assert_eq!(report.to_string(), expected);
}
