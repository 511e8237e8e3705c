//! The platforms below `fixtures/platforms`, compiled through the library.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use dvgen::diag::render::{Format, RenderOptions, render};
use dvgen::pipeline::{Compilation, Options, compile};
use dvgen::world::{RelPath, SystemWorld};

/// The name of every spec.
pub(crate) const SPEC: &str = "platform.yaml";

/// The folder of a platform that holds what it must compile to; it is no part of the platform.
pub(crate) const EXPECTED: &str = "expected";

/// Returns the directories of all platforms, sorted.
pub(crate) fn all() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/platforms");
    let entries = std::fs::read_dir(folder).expect("the folder of platforms");
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.expect("a platform").path()).collect();
    found.retain(|dir| dir.join(SPEC).is_file());
    found.sort();
    assert!(found.len() > 5, "the platforms are gone: {found:?}");
    found
}

/// Returns the directory of a platform.
pub(crate) fn named(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/platforms").join(name)
}

/// Returns what to compile: a spec at the root.
pub(crate) fn options(provenance: bool) -> Options {
    let spec = RelPath::root().join(SPEC).expect("a path");
    Options { provenance, ..Options::new(spec) }
}

/// Compiles the platform of a directory.
pub(crate) fn compiled(dir: &Path, provenance: bool) -> Compilation {
    let root = dir.canonicalize().expect("a directory");
    compile(&SystemWorld::new(root), &options(provenance))
}

/// Returns the outputs by path, a program with a `!` before its text; fails where there are errors.
pub(crate) fn outputs(compilation: &Compilation) -> BTreeMap<String, String> {
    assert!(!compilation.has_errors(), "{}", problems(compilation));
    let program = |executable: bool| if executable { "!" } else { "" };
    let named = compilation.artifacts();
    named.map(|(_, file)| (file.path.clone(), format!("{}{}", program(file.executable), file.text))).collect()
}

/// Returns the diagnostics as a person reads them.
pub(crate) fn problems(compilation: &Compilation) -> String {
    render(&compilation.diagnostics, &compilation.sources, &RenderOptions::default(), Format::Full)
}

/// Returns the files below a directory with their texts, by path; nothing of `skip`, and nothing hidden.
pub(crate) fn files(dir: &Path, skip: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![dir.to_owned()];
    while let Some(at) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&at) else { continue };
        for entry in entries {
            let path = entry.expect("a readable directory").path();
            let below = path.strip_prefix(dir).expect("a path below").to_str().expect("UTF-8").to_owned();
            if skip.contains(&below.as_str()) {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else {
                found.insert(below, std::fs::read(&path).expect("a readable file"));
            }
        }
    }
    found
}

/// Writes files below a directory.
pub(crate) fn write(dir: &Path, files: &BTreeMap<String, Vec<u8>>) {
    for (path, bytes) in files {
        let full = dir.join(path);
        std::fs::create_dir_all(full.parent().expect("a parent")).expect("a directory");
        std::fs::write(full, bytes).expect("a writable file");
    }
}
