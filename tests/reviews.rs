//! Reviews of a history: each folder of `fixtures/reviews` is a commit on top of the one before, and the reports about it
//! are what a careful person would have written.
//!
//! `DVGEN_BLESS=1 cargo test --test reviews` rewrites the reports; read what `git diff` says then.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "a test runs programs")]
#![expect(clippy::string_slice, clippy::panic, reason = "tests fail by panicking")]

#[path = "support/git.rs"]
mod git;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use git::Git;

/// The platform that the history starts with.
const PLATFORM: &str = "fixtures/platforms/detectviz/platform.yaml";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the folders of the commits, in order.
fn commits() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("fixtures/reviews")).expect("the folder of reviews");
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder").path()).collect();
    found.sort();
    assert!(found.len() >= 12, "reviews are gone");
    found
}

/// Makes the change that a file describes: lines that go (`-`), lines that come (`+`), a blank line between two places. What
/// goes has to stand in the file once.
fn edit(git: &Git, text: &str) {
    let mut file = "platform.yaml".to_owned();
    for place in text.split("\n\n") {
        let (mut old, mut new) = (String::new(), String::new());
        for line in place.lines() {
            match line.chars().next() {
                Some('#') => {}
                Some('-') => old += &format!("\n{}", &line[1..]),
                Some('+') => new += &format!("\n{}", &line[1..]),
                _ => file = line.strip_prefix("file ").unwrap_or_else(|| panic!("what is {line:?}?")).to_owned(),
            }
        }
        let before = std::fs::read_to_string(git.root.join(&file)).unwrap_or_default();
        let before = format!("\n{before}");
        let count = if old.is_empty() { usize::from(before == "\n") } else { before.matches(&old).count() };
        assert_eq!(count, 1, "{file} holds this {count} times:{old}");
        let after = if old.is_empty() { format!("{new}\n") } else { before.replacen(&old, &new, 1) };
        git.write(&file, after.strip_prefix('\n').unwrap_or(&after));
    }
}

fn dvgen(git: &Git, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dvgen"));
    command.args(arguments).current_dir(&git.root).env_remove("NO_COLOR").env("LC_ALL", "C.UTF-8");
    command.output().expect("dvgen runs")
}

/// Returns what a command prints, with the names of commits replaced.
fn report(git: &Git, format: &str, base: &str, head: &str) -> String {
    let output = dvgen(git, &["diff", base, "--head", head, "--format", format, "--color", "never"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let text = text.replace(&base[..12], "BASE").replace(&head[..12], "HEAD");
    text.replace(&base[12..], "").replace(&head[12..], "")
}

#[test]
fn reports_are_what_a_careful_person_would_write() {
    let bless = std::env::var_os("DVGEN_BLESS").is_some();
    let git = Git::new(&[]);
    git.write("platform.yaml", &std::fs::read_to_string(root().join(PLATFORM)).expect("the platform"));
    let mut before = git.commit("the platform");
    let mut differences = String::new();
    for commit in commits() {
        let name = commit.file_name().expect("a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(commit.join("edit.txt")).unwrap_or_else(|_| panic!("{name}/edit.txt"));
        edit(&git, text.trim_end());
        let after = git.commit(&name);
        for (format, file) in [("text", "report.txt"), ("markdown", "report.md"), ("json", "report.json")] {
            let given = report(&git, format, &before, &after);
            assert_eq!(given, report(&git, format, &before, &after), "{name}: two runs differ");
            let path = commit.join(file);
            let expected = std::fs::read_to_string(&path).unwrap_or_default();
            if bless {
                std::fs::write(&path, given).expect("a file");
            } else if given != expected {
                let diff = similar::TextDiff::from_lines(&expected, &given).unified_diff().to_string();
                let _ =
                    writeln!(differences, "{name}/{file}:\n{}", diff.lines().take(40).collect::<Vec<_>>().join("\n"));
            }
        }
        before = after;
    }
    assert!(
        differences.is_empty(),
        "\n{differences}\nIf this is meant: DVGEN_BLESS=1 cargo test --test reviews, and read the diff."
    );
}
