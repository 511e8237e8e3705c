//! Planted mistakes: what a small wrong edit of a platform is answered with.
//!
//! `fixtures/mistakes/<platform>/<case>/edit.yaml` is a list of `{file, find, replace}`: edits of files of
//! `fixtures/platforms/<platform>`, where `find` stands once. `expected.txt` is what dvgen says then: one problem, at a line of
//! the platform. Without the edit there is no problem, which `tests/golden.rs` sees to.
//! `DVGEN_BLESS=1` rewrites the reports; read them before committing.
#![expect(clippy::disallowed_methods, clippy::panic, reason = "a test reads the repository and fails by panicking")]

#[path = "support/platforms.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod platforms;

use std::path::{Path, PathBuf};

use dvgen::pipeline::{Compilation, compile};
use dvgen::spec::scalars::Date;
use dvgen::world::MemoryWorld;
use platforms::EXPECTED;
use serde::Deserialize;

/// The day on which fixtures are judged.
const TODAY: &str = "2026-11-27";

/// One edit of a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    file: String,
    find: String,
    replace: String,
}

/// Returns the folders below a folder, sorted.
fn folders(of: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(of).unwrap_or_else(|error| panic!("{}: {error}", of.display()));
    let mut all: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder").path()).collect();
    all.retain(|path| path.is_dir());
    all.sort();
    all
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).expect("a name")
}

/// Returns all cases: a platform with the folder of the case.
fn cases() -> Vec<(PathBuf, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/mistakes");
    let of = |platform: PathBuf| {
        let dir = platforms::named(name(&platform));
        folders(&platform).into_iter().map(move |case| (dir.clone(), case))
    };
    folders(&root).into_iter().flat_map(of).collect()
}

/// Compiles a platform with the edits of a case.
fn judge(platform: &Path, case: &Path) -> Result<Compilation, String> {
    let mut files = platforms::files(platform, &[EXPECTED]);
    let text = std::fs::read_to_string(case.join("edit.yaml")).map_err(|error| error.to_string())?;
    let edits: Vec<Edit> = serde_saphyr::from_str(&text).map_err(|error| error.to_string())?;
    for edit in &edits {
        let bytes = files.get_mut(&edit.file).ok_or_else(|| format!("the platform has no file {}", edit.file))?;
        let text = String::from_utf8_lossy(bytes).into_owned();
        match text.matches(&*edit.find).count() {
            1 => *bytes = text.replacen(&*edit.find, &edit.replace, 1).into_bytes(),
            count => return Err(format!("`find` stands {count} times in {}: {}", edit.file, edit.find)),
        }
    }
    let world = MemoryWorld::new(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    let mut options = platforms::options(false);
    options.today = Date::parse(TODAY);
    options.strict = true;
    Ok(compile(&world, &options))
}

/// Returns what is wrong with a case.
fn complaint(platform: &Path, case: &Path, bless: bool) -> Option<String> {
    let id = format!("{}/{}", name(platform), name(case));
    let judged = match judge(platform, case) {
        Ok(judged) => judged,
        Err(problem) => return Some(format!("{id}: {problem}")),
    };
    let report = platforms::problems(&judged);
    let path = case.join("expected.txt");
    if judged.diagnostics.len() != 1 {
        return Some(format!("{id}: one mistake has {} reports:\n{report}", judged.diagnostics.len()));
    }
    if judged.diagnostics.iter().any(|problem| problem.primary.is_none()) {
        return Some(format!("{id}: the report names no line:\n{report}"));
    }
    if bless {
        std::fs::write(&path, &report).expect("a file that can be written");
        return None;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    (expected != report).then(|| format!("{id} is not reported as in expected.txt:\n{report}"))
}

#[test]
fn every_mistake_has_its_report() {
    let bless = std::env::var_os("DVGEN_BLESS").is_some();
    let all = cases();
    assert!(!all.is_empty(), "the mistakes are gone");
    let complaints: Vec<String> = all.iter().filter_map(|(platform, case)| complaint(platform, case, bless)).collect();
    assert!(complaints.is_empty(), "\n{}\n{} complaints", complaints.join("\n"), complaints.len());
}

#[test]
fn a_platform_with_mistakes_has_five() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/mistakes");
    for platform in folders(&root) {
        let count = folders(&platform).len();
        assert!(count >= 5, "{} has {count} mistakes only", name(&platform));
    }
}
