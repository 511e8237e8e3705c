//! The golden platforms: what each of `fixtures/platforms` compiles to, file by file, is what `expected/` holds.
//!
//! `DVGEN_BLESS=1 cargo test --test golden` rewrites `expected/`; read what `git diff` says then.
#![expect(clippy::disallowed_methods, clippy::panic, reason = "a test")]

#[path = "support/platforms.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod platforms;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use dvgen::diag::render::{Format, RenderOptions, render};
use dvgen::pipeline::Compilation;
use platforms::EXPECTED;
use similar::TextDiff;

/// Lines of difference that are shown of one file.
const SHOWN: usize = 60;

#[test]
fn every_platform_gives_what_is_expected() {
    let bless = std::env::var_os("DVGEN_BLESS").is_some();
    let mut report = String::new();
    for dir in platforms::all() {
        let name = dir.file_name().and_then(|name| name.to_str()).expect("a name");
        let compilation = platforms::compiled(&dir, false);
        // What there is to say of an example is said in it, with a reason.
        report.push_str(&said(name, &compilation));
        let given = platforms::outputs(&compilation);
        let expected = dir.join(EXPECTED);
        if bless {
            replace(&expected, &given);
        } else {
            compare(name, &read(&expected), &given, &mut report);
        }
    }
    assert!(
        report.is_empty(),
        "\n{report}\nIf this is meant: DVGEN_BLESS=1 cargo test --test golden, and read the diff."
    );
}

/// Returns what is reported of a platform.
fn said(name: &str, compilation: &Compilation) -> String {
    let text = render(&compilation.diagnostics, &compilation.sources, &RenderOptions::default(), Format::Full);
    if text.is_empty() { text } else { format!("{name} is reported:\n{text}") }
}

fn read(expected: &Path) -> BTreeMap<String, String> {
    let files = platforms::files(expected, &[]).into_iter();
    let text = |(path, bytes): (String, Vec<u8>)| {
        let mode = std::fs::metadata(expected.join(&path)).expect("a file").permissions().mode();
        let mark = if mode & 0o100 == 0 { "" } else { "!" };
        let text = String::from_utf8(bytes).unwrap_or_else(|_| panic!("{path} is not UTF-8"));
        (path, format!("{mark}{text}"))
    };
    files.map(text).collect()
}

fn replace(expected: &Path, given: &BTreeMap<String, String>) {
    if read(expected) == *given {
        return;
    }
    if expected.exists() {
        std::fs::remove_dir_all(expected).expect("a writable tree");
    }
    for (path, text) in given {
        let full = expected.join(path);
        std::fs::create_dir_all(full.parent().expect("a parent")).expect("a directory");
        std::fs::write(&full, text.strip_prefix('!').unwrap_or(text)).expect("a writable file");
        if text.starts_with('!') {
            std::fs::set_permissions(&full, std::fs::Permissions::from_mode(0o755)).expect("a mode");
        }
    }
}

fn compare(name: &str, expected: &BTreeMap<String, String>, given: &BTreeMap<String, String>, report: &mut String) {
    for (path, old) in expected {
        match given.get(path) {
            None => drop(writeln!(report, "{name}: {path} is expected, and not given any more")),
            Some(new) if new == old => {}
            Some(new) => {
                let _ = writeln!(report, "{name}: {path} differs");
                differences(old, new, report);
            }
        }
    }
    for path in given.keys().filter(|path| !expected.contains_key(*path)) {
        let _ = writeln!(report, "{name}: {path} is given, and not expected");
    }
}

fn differences(old: &str, new: &str, report: &mut String) {
    let diff = TextDiff::from_lines(old, new).unified_diff().header("expected", "given").to_string();
    for line in diff.lines().take(SHOWN) {
        let _ = writeln!(report, "    {line}");
    }
    if let Some(more) = diff.lines().count().checked_sub(SHOWN).filter(|more| *more > 0) {
        let _ = writeln!(report, "    ({more} more lines)");
    }
}

#[test]
fn a_difference_is_told_of_each_kind() {
    let tree = |files: &[(&str, &str)]| -> BTreeMap<String, String> {
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    };
    let mut report = String::new();
    let expected = tree(&[("gone", "1\n"), ("same", "1\n"), ("text", "a\nb\n"), ("mode", "x\n")]);
    let given = tree(&[("new", "1\n"), ("same", "1\n"), ("text", "a\nc\n"), ("mode", "!x\n")]);
    compare("p", &expected, &given, &mut report);
    for part in ["p: gone is expected, and", "p: new is given, and", "p: text differs", "-b", "+c", "p: mode differs"] {
        assert!(report.contains(part), "{part} is not in\n{report}");
    }
    assert!(!report.contains("same"), "{report}");
}
