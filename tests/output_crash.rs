//! Breaks a build at every file operation, in every way, and looks at what is left.
//!
//! The promise: a build that is killed leaves the old tree, the new one, or one that the next run finishes; a
//! build that fails leaves the old tree; nothing that dvgen did not write is ever touched.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

#[path = "output_crash/faulty.rs"]
mod faulty;

use std::collections::BTreeMap;
use std::path::Path;

use dvgen::diag::Diagnostic;
use dvgen::output::{File, FoundKind, Fs, RealFs, Request, Scope, Summary, Tag, apply, inspect};
use faulty::{FaultyFs, Mode, whole};

/// Outputs by path; a `!` before the text makes a program.
type Outputs = &'static [(&'static str, &'static str)];
/// Everything below a root: files with their text, as above; directories with a final `/`.
type Tree = BTreeMap<String, String>;

struct Case {
    name: &'static str,
    foreign: Outputs,
    before: Outputs,
    after: Outputs,
    adopt: &'static [&'static str],
}

const NOTES: Outputs = &[("gitops/notes.md", "mine\n"), ("mine/a/b", "mine\n")];

const CASES: &[Case] = &[
    Case {
        name: "fresh",
        foreign: &[],
        before: &[],
        after: &[("a/b/c.yaml", "1\n"), ("a/b-c.yaml", "2\n"), ("a/b/d/e.yaml", "3\n"), ("run.sh", "!4\n")],
        adopt: &[],
    },
    Case {
        name: "into folders of others",
        foreign: NOTES,
        before: &[],
        after: &[("gitops/x.yaml", "1\n"), ("gitops/new/y.yaml", "2\n"), ("mine/a/z/q.yaml", "3\n")],
        adopt: &[],
    },
    Case {
        name: "changing",
        foreign: NOTES,
        before: &[("gitops/a", "1\n"), ("gitops/b", "2\n"), ("gitops/c", "3\n"), ("s.sh", "x\n")],
        after: &[
            ("gitops/a", "1\n"),
            ("gitops/b", "two\n"),
            ("gitops/c", "three\n"),
            ("gitops/d", "4\n"),
            ("s.sh", "!y\n"),
        ],
        adopt: &[],
    },
    Case {
        name: "pruning",
        foreign: NOTES,
        before: &[("gitops/a", "1\n"), ("gitops/old/b", "2\n"), ("gitops/old/c/d", "3\n"), ("other/e", "4\n")],
        after: &[("gitops/a", "1\n")],
        adopt: &[],
    },
    Case { name: "pruning all", foreign: NOTES, before: &[("gitops/a", "1\n"), ("x", "2\n")], after: &[], adopt: &[] },
    Case {
        name: "files become directories and back",
        foreign: NOTES,
        before: &[("a", "1\n"), ("b/c/d", "2\n"), ("b/e", "3\n"), ("k/m", "4\n")],
        after: &[("a/x/y", "1\n"), ("a/z", "5\n"), ("b", "2\n"), ("k/n", "4\n")],
        adopt: &[],
    },
    Case {
        name: "adopting",
        foreign: NOTES,
        before: &[("a", "1\n")],
        after: &[("a", "2\n"), ("mine/a/b", "3\n")],
        adopt: &["mine"],
    },
];

fn unmarked(text: &str) -> (&str, bool) {
    text.strip_prefix('!').map_or((text, false), |text| (text, true))
}

fn build(fs: &dyn Fs, root: &Path, outputs: Outputs, adopt: &[&str]) -> Result<Summary, Vec<Diagnostic>> {
    let tag = Tag::new("production", "argocd").unwrap();
    let file = |(path, text): &(&str, &str)| {
        let (text, executable) = unmarked(text);
        File { path: (*path).to_owned(), text: text.into(), executable, tag: tag.clone() }
    };
    let adopt: Vec<String> = adopt.iter().map(|path| (*path).to_owned()).collect();
    let request = Request { root, platform: "demo", scope: &Scope::default(), adopt: &adopt, check: false, shown: "" };
    apply(inspect(fs, outputs.iter().map(file).collect(), &request)?)
}

fn tree(root: &Path) -> Tree {
    fn walk(root: &Path, dir: &str, out: &mut Tree) {
        let Ok((names, _)) = RealFs.list(&root.join(dir)) else { return };
        for name in names {
            let path = format!("{dir}{name}");
            let found = RealFs.look(&root.join(&path)).unwrap().unwrap();
            if found.kind == FoundKind::Dir {
                out.insert(format!("{path}/"), String::new());
                walk(root, &format!("{path}/"), out);
            } else {
                let mut bytes = Vec::new();
                RealFs.read(&root.join(&path), found.len, &mut bytes).unwrap();
                let mark = if found.executable { "!" } else { "" };
                out.insert(path, mark.to_owned() + std::str::from_utf8(&bytes).unwrap());
            }
        }
    }
    let mut out = Tree::new();
    walk(root, "", &mut out);
    out
}

/// Returns the tree without what lives only while a build runs.
fn visible(root: &Path) -> Tree {
    tree(root).into_iter().filter(|(path, _)| path != ".dvgen/" && !path.starts_with(".dvgen/staging")).collect()
}

fn write(root: &Path, outputs: Outputs) {
    for (path, text) in outputs {
        let full = root.join(path);
        let dirs: Vec<&Path> = full.ancestors().skip(1).take_while(|dir| *dir != root).collect();
        for dir in dirs.into_iter().rev() {
            let _ = RealFs.create_dir(dir);
        }
        RealFs.create(&full, text.as_bytes(), false).unwrap();
    }
}

/// Makes a directory, in memory where there is one: these tests make tens of thousands of files.
fn scratch() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// Makes the state before a case in a new directory.
fn start(case: &Case) -> tempfile::TempDir {
    let dir = scratch();
    let root = dir.path().join("out");
    if !case.foreign.is_empty() {
        RealFs.create_dir(&root).unwrap();
        write(&root, case.foreign);
    }
    if !case.before.is_empty() {
        build(&whole(), &root, case.before, &[]).unwrap();
    }
    dir
}

/// Runs a case with a fault at every operation until one run gets through, and hands each wreck to `look`.
fn break_everywhere(case: &Case, mode: Mode, look: impl Fn(&Path, usize, Result<Summary, Vec<Diagnostic>>)) {
    for at in 0.. {
        let dir = start(case);
        let root = dir.path().join("out");
        let fs = FaultyFs::new(mode, at);
        let result = build(&fs, &root, case.after, case.adopt);
        look(&root, at, result);
        if !fs.fired() {
            assert!(at > 10, "{}: no faults were met", case.name);
            return;
        }
    }
}

/// Returns the trees before and after a case.
fn trees(case: &Case) -> (Tree, Tree) {
    let dir = start(case);
    let root = dir.path().join("out");
    let old = visible(&root);
    build(&whole(), &root, case.after, case.adopt).unwrap();
    (old, visible(&root))
}

/// Builds once more, undisturbed, and checks that this gives the tree and leaves nothing else.
fn finish(root: &Path, outputs: Outputs, adopt: &[&str], wanted: &Tree, what: &str) {
    build(&whole(), root, outputs, adopt).unwrap_or_else(|found| panic!("{what}: {found:#?}"));
    assert_eq!(&visible(root), wanted, "{what}");
    assert!(RealFs.look(&root.join(".dvgen/staging")).unwrap().is_none(), "{what}: staging is left");
}

#[test]
fn killed_anywhere_the_next_run_finishes() {
    for case in CASES {
        let (old, new) = trees(case);
        assert_ne!(old, new, "{}", case.name);
        for mode in [Mode::Kill, Mode::KillWithin] {
            break_everywhere(case, mode, |root, at, _| {
                let what = format!("{}, {mode:?} at {at}", case.name);
                let now = visible(root);
                let kept = |path: &str| !case.after.iter().any(|(output, _)| *output == path);
                for (path, text) in case.foreign.iter().filter(|(path, _)| kept(path)) {
                    assert_eq!(now.get(*path).map(String::as_str), Some(*text), "{what}: {path}");
                }
                finish(root, case.after, case.adopt, &new, &what);
            });
        }
    }
}

#[test]
fn killed_anywhere_the_old_spec_can_be_built_again() {
    for case in CASES.iter().filter(|case| case.adopt.is_empty()) {
        let without_lock =
            |root: &Path| -> Tree { visible(root).into_iter().filter(|(path, _)| path != ".dvgen/lock").collect() };
        let old = without_lock(&start(case).path().join("out"));
        break_everywhere(case, Mode::Kill, |root, at, _| {
            let what = format!("{}, killed at {at}", case.name);
            build(&whole(), root, case.before, &[]).unwrap_or_else(|found| panic!("{what}: {found:#?}"));
            assert_eq!(without_lock(root), old, "{what}");
        });
    }
}

#[test]
fn killed_again_while_tidying_up() {
    // Breaking twice takes the square of the time; these two have every kind of step.
    for case in CASES.iter().filter(|case| ["changing", "files become directories and back"].contains(&case.name)) {
        let (_, new) = trees(case);
        break_everywhere(case, Mode::Kill, |wreck, at, _| {
            if RealFs.look(&wreck.join(".dvgen/staging/journal")).unwrap().is_none() {
                return;
            }
            for (second, mode) in (0..).flat_map(|at| [(at, Mode::Kill), (at, Mode::KillWithin)]) {
                let dir = scratch();
                let root = dir.path().join("out");
                copy(wreck, &root);
                let fs = FaultyFs::new(mode, second);
                let _ = build(&fs, &root, case.after, case.adopt);
                let what = format!("{}, killed at {at}, then {mode:?} at {second}", case.name);
                finish(&root, case.after, case.adopt, &new, &what);
                if !fs.fired() {
                    break;
                }
            }
        });
    }
}

#[test]
fn failing_anywhere_leaves_the_old_tree() {
    for case in CASES {
        let (old, new) = trees(case);
        for mode in [Mode::FailOnce, Mode::Full] {
            break_everywhere(case, mode, |root, at, result| {
                let what = format!("{}, {mode:?} at {at}", case.name);
                match result {
                    Ok(_) => assert_eq!(visible(root), new, "{what}"),
                    Err(found) => {
                        assert_eq!(visible(root), old, "{what}: {found:#?}");
                        for one in found {
                            assert_eq!(one.kind.code, "DV0911", "{what}: {one:#?}");
                            assert!(one.message.starts_with("cannot "), "{what}: {one:#?}");
                        }
                    }
                }
                finish(root, case.after, case.adopt, &new, &what);
            });
        }
    }
}

#[test]
fn nothing_changed_nothing_written() {
    for case in CASES {
        let dir = start(case);
        let root = dir.path().join("out");
        build(&whole(), &root, case.after, case.adopt).unwrap();
        let summary = build(&FaultyFs::new(Mode::ReadOnly, 0), &root, case.after, &[]).unwrap();
        let wanted = Summary { written: 0, unchanged: case.after.len(), pruned: 0 };
        assert_eq!(summary, wanted, "{}", case.name);
    }
}

/// Copies a wreck. What is one file under two names stays one: renaming one over the other does nothing then.
fn copy(from: &Path, to: &Path) {
    RealFs.create_dir(to).unwrap();
    let mut first: BTreeMap<u64, String> = BTreeMap::new();
    for (path, text) in tree(from) {
        let (old, new) = (from.join(&path), to.join(&path));
        if path.ends_with('/') {
            RealFs.create_dir(&new).unwrap();
            continue;
        }
        let inode = inode(&old);
        if let Some(earlier) = first.get(&inode) {
            RealFs.link(&to.join(earlier), &new).unwrap();
            continue;
        }
        let (text, executable) = unmarked(&text);
        RealFs.create(&new, text.as_bytes(), executable).unwrap();
        first.insert(inode, path);
    }
}

fn inode(path: &Path) -> u64 {
    std::os::unix::fs::MetadataExt::ino(&std::fs::File::open(path).unwrap().metadata().unwrap())
}
