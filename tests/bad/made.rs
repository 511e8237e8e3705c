//! What cannot be committed as text: binary and huge files, links, permissions, a lock that somebody holds.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The cases that [`prepare`] does something for.
pub(crate) const CASES: &[&str] = &[
    "spec-binary",
    "spec-not-utf8",
    "spec-huge",
    "spec-nested-flow",
    "spec-nested-block",
    "spec-is-directory",
    "spec-is-link-out",
    "include-unreadable",
    "out-is-file",
    "out-read-only",
    "out-symlink-below",
    "out-is-symlink",
    "out-build-running",
    "out-foreign-and-edited",
    "out-obstructed",
    "lock-damaged",
    "lock-newer",
    "lock-of-other-target",
    "out-unfinished",
    "library-links-out",
];

/// Prepares a case. What is returned is held while it runs.
pub(crate) fn prepare(case: &str, repo: &Path) -> Option<fs::File> {
    let spec = repo.join("platform.yaml");
    let out = repo.join("out");
    let lock = out.join(".dvgen/lock");
    match case {
        "spec-binary" => write(&spec, b"\x7fELF\x02\x01\x01\0\0\0\0"),
        "spec-not-utf8" => write(&spec, b"kind: Platform\nmetadata: { name: caf\xe9 }\n"),
        "spec-huge" => fs::File::create(&spec).and_then(|file| file.set_len(100 << 20)).expect("a sparse file"),
        "spec-nested-flow" => write(&spec, format!("values: {}", "[".repeat(1_000_000)).as_bytes()),
        "spec-nested-block" => {
            let lines: Vec<String> = (0..3000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
            write(&spec, lines.concat().as_bytes());
        }
        "spec-is-directory" => {
            fs::remove_file(&spec).and_then(|()| fs::create_dir(&spec)).expect("a directory");
        }
        "spec-is-link-out" => {
            write(&repo.join("../elsewhere.yaml"), b"secret: outside\n");
            link("../../elsewhere.yaml", &repo.join("parts/nodes.yaml"));
        }
        "include-unreadable" => {
            write(&repo.join("binary.yaml"), b"\0\0");
            write(&repo.join("latin.yaml"), b"nodes:\n  # caf\xe9\n");
        }
        "out-is-file" => {
            fs::remove_dir_all(&out).expect("nothing there");
            write(&out, b"somebody's file\n");
        }
        "out-read-only" => {
            fs::remove_file(out.join("gitops/apps/vault.yaml")).expect("something to write");
            permissions(&out, 0o555);
        }
        "out-symlink-below" => {
            fs::rename(out.join("gitops"), repo.join("moved")).expect("a move");
            link("../moved", &out.join("gitops"));
        }
        "out-is-symlink" => {
            fs::rename(&out, repo.join("real")).expect("a move");
            link("real", &out);
        }
        "out-build-running" => {
            let held = fs::File::open(out.join(".dvgen")).expect("dvgen's own directory");
            held.lock().expect("the lock of a build");
            return Some(held);
        }
        "out-foreign-and-edited" => {
            let text = fs::read_to_string(&lock).expect("a lock");
            let kept: Vec<&str> =
                text.split_inclusive('\n').filter(|line| !line.contains("gitops/apps/vault.yaml")).collect();
            write(&lock, kept.concat().as_bytes());
            write(&out.join("gitops/apps/vault.yaml"), b"mine: true\n");
            write(&out.join("gitops/apps/cert-manager.yaml"), b"edited: true\n");
        }
        "adopt-through-link" => {
            let text = fs::read_to_string(&lock).expect("a lock");
            let kept: Vec<&str> =
                text.split_inclusive('\n').filter(|line| !line.contains("gitops/apps/vault.yaml")).collect();
            write(&lock, kept.concat().as_bytes());
            write(&out.join("gitops/apps/vault.yaml"), b"mine: true\n");
            link("out", &repo.join("alias"));
            link("gitops", &out.join("other"));
            let application = out.join("gitops/apps/cert-manager.yaml");
            fs::rename(&application, repo.join("moved.yaml")).expect("a move");
            link("../../../moved.yaml", &application);
        }
        "out-obstructed" => {
            fs::remove_dir_all(out.join("ansible")).expect("nothing there");
            write(&out.join("ansible"), b"a file\n");
        }
        "lock-damaged" => write(&lock, b"dvgen lock, version 1\nwhat is this line\n"),
        "lock-newer" => {
            let text = fs::read_to_string(&lock).expect("a lock");
            let (first, rest) = text.split_once('\n').expect("lines");
            let newer: String = first.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
            write(&lock, format!("{newer}\n{rest}").as_bytes());
        }
        "lock-of-other-target" => {
            let text = fs::read_to_string(&lock).expect("a lock");
            write(
                &lock,
                text.replace("production/argocd gitops/apps/vault", "production/values gitops/apps/vault").as_bytes(),
            );
        }
        "out-unfinished" => write(&out.join(".dvgen/staging/journal"), b"half"),
        "library-links-out" => {
            write(&repo.join("../elsewhere.dvgen.yaml"), b"secret: outside\n");
            link("../../../../elsewhere.dvgen.yaml", &repo.join("dvgen/values/own/values.dvgen.yaml"));
            link("nowhere.dvgen.yaml", &repo.join("dvgen/gitops/own/config.dvgen.yaml"));
        }
        _ => {}
    }
    None
}

/// Gives back what a case took away, so that the directory can be removed.
pub(crate) fn restore(case: &str, repo: &Path) {
    if case == "out-read-only" {
        permissions(&repo.join("out"), 0o755);
    }
}

/// Returns why a case cannot run here.
pub(crate) fn unable(case: &str) -> Option<&'static str> {
    let root = fs::metadata("/proc/self").is_ok_and(|found| std::os::unix::fs::MetadataExt::uid(&found) == 0);
    (case == "out-read-only" && root).then_some("root may write everywhere")
}

/// Returns every file below a directory: its content, or where a link leads.
pub(crate) fn snapshot(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(dir).expect("a directory") {
            let path = entry.expect("an entry").path();
            let kind = fs::symlink_metadata(&path).expect("something there");
            let content = if kind.is_dir() {
                open.push(path.clone());
                b"directory".to_vec()
            } else if kind.is_symlink() {
                fs::read_link(&path).expect("a link").to_string_lossy().into_owned().into_bytes()
            } else if kind.len() > 10 << 20 {
                b"huge".to_vec()
            } else {
                fs::read(&path).expect("a file")
            };
            found.insert(path.to_string_lossy().into_owned(), content);
        }
    }
    found
}

/// Copies a directory without what the test itself needs there.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    for entry in fs::read_dir(from).expect("a directory") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name");
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else if name != "expected.txt" && name != "args.txt" {
            fs::copy(&path, to.join(name)).expect("a copy");
        }
    }
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("a parent")).and_then(|()| fs::write(path, bytes)).expect("a written file");
}

fn link(target: &str, at: &Path) {
    fs::create_dir_all(at.parent().expect("a parent")).expect("a directory");
    std::os::unix::fs::symlink(target, at).expect("a link");
}

/// Sets the permissions of a directory and of all directories below it.
fn permissions(path: &Path, mode: u32) {
    let below: Vec<_> = fs::read_dir(path).expect("a directory").map(|entry| entry.expect("an entry").path()).collect();
    for dir in below.iter().filter(|path| path.is_dir()) {
        permissions(dir, mode);
    }
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).expect("other permissions");
}
