//! Reviews of a history: each folder of `fixtures/reviews` is a commit on top of the one before, and the reports about it
//! are what a careful person would have written. `fixtures/changes` holds changes of other platforms, each with its reports.
//!
//! `DVGEN_BLESS=1 cargo test --test reviews` rewrites the reports; read what `git diff` says then.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "a test runs programs")]
#![expect(clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]

#[path = "support/git.rs"]
mod git;
#[path = "support/history.rs"]
mod history;
#[path = "support/platforms.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod platforms;
#[path = "support/svg.rs"]
mod svg;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dvgen::diag::render::{Format as Problems, RenderOptions, render as render_problems};
use dvgen::diff::render::{Format, Options as Shown, render};
use dvgen::diff::{Input, Side, Unread, compare};
use dvgen::pipeline::{Compilation, Options, compile};
use dvgen::world::git::Repository;
use dvgen::world::{RelPath, RevisionWorld};
use git::Git;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Compiles the platform of a commit.
fn compiled(git: &Git, commit: &str) -> Compilation {
    let compilation = compiled_in_part(git, commit);
    let problems =
        render_problems(&compilation.diagnostics, &compilation.sources, &RenderOptions::default(), Problems::Full);
    assert!(!compilation.has_errors(), "{problems}");
    compilation
}

/// Compiles the platform of a commit that may have errors.
fn compiled_in_part(git: &Git, commit: &str) -> Compilation {
    let repository = Arc::new(Repository::open(&git.root).expect("a repository"));
    let id = repository.resolve(commit).expect("a commit");
    let world = RevisionWorld::new(repository, id).expect("a tree");
    let spec = RelPath::root().join("platform.yaml").expect("a path");
    compile(&world, &Options { provenance: true, ..Options::new(spec) })
}

fn reviewed(base: &Compilation, head: &Compilation, format: Format) -> String {
    let id = head.platform.as_deref().unwrap_or_default().to_owned();
    let options = Shown { id, command: "dvgen diff BASE --head HEAD".to_owned(), ..Shown::default() };
    shown(base, head, format, &options)
}

fn shown(base: &Compilation, head: &Compilation, format: Format, options: &Shown) -> String {
    let side = |label: &str| Side { label: label.to_owned(), ..Side::default() };
    let specs = ("platform.yaml", "platform.yaml");
    let report = compare(Input {
        base: (base, side("BASE")),
        head: (head, side("HEAD")),
        specs,
        committed: None,
        unread: Unread::default(),
    });
    render(&report, options, format)
}

/// The commit whose report the documentation shows as a picture.
const PICTURED: &str = "02-chart-major-renames-a-service";

/// Makes the picture: the report as a terminal of this width shows it.
fn picture(base: &Compilation, head: &Compilation) -> String {
    let columns = 132;
    let options = Shown { color: true, width: Some(usize::from(columns)), ..Shown::default() };
    let text = shown(base, head, Format::Text, &options);
    svg::picture(&format!("$ dvgen diff\n{text}"), "dvgen diff: Mimir's chart from 5.6.0 to 6.2.0", columns)
}

/// Fails where something does not say which edit it comes from.
fn expect_causes(name: &str, report: &str) {
    let report: serde_json::Value = serde_json::from_str(report).expect("JSON");
    let list = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    let sections = list(&report["sections"]).into_iter().flat_map(move |section| list(&section["files"]));
    let all = sections.chain(list(&report["shared"])).flat_map(|file| list(&file["changes"]));
    let says = all.filter(|change| change["noise"] == false).chain(list(&report["findings"]));
    for one in says.chain(list(&report["versions"])) {
        assert!(!list(&one["causes"]).is_empty(), "{name}: no cause of {one}");
    }
}

/// Returns the reports of a change, with the files that hold what they should be.
fn reports(name: &str, folder: &Path, sides: (&Compilation, &Compilation)) -> Vec<(PathBuf, String)> {
    let formats = [(Format::Text, "report.txt"), (Format::Markdown, "report.md"), (Format::Json, "report.json")];
    let report = |(format, file)| {
        let given = reviewed(sides.0, sides.1, format);
        assert_eq!(given, reviewed(sides.0, sides.1, format), "{name}: two runs differ");
        (folder.join(file), given)
    };
    let all: Vec<(PathBuf, String)> = formats.into_iter().map(report).collect();
    expect_causes(name, &reviewed(sides.0, sides.1, Format::Json));
    all
}

/// Compares files with what they should be, or writes them.
fn hold(files: Vec<(PathBuf, String)>, differences: &mut String) {
    let bless = std::env::var_os("DVGEN_BLESS").is_some();
    for (path, given) in files {
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        if bless {
            std::fs::write(&path, given).expect("a file");
        } else if given != expected {
            let diff = similar::TextDiff::from_lines(&expected, &given).unified_diff().to_string();
            let lines = diff.lines().take(40).collect::<Vec<_>>().join("\n");
            let _ = writeln!(differences, "{}:\n{lines}", path.display());
        }
    }
}

const ADVICE: &str = "If this is meant: DVGEN_BLESS=1 cargo test --test reviews, and read the diff.";

#[test]
fn reports_are_what_a_careful_person_would_write() {
    let git = Git::new(&[]);
    git.write("platform.yaml", &history::start());
    let mut before = compiled(&git, &git.commit("the platform"));
    let mut differences = String::new();
    for commit in history::commits() {
        let name = commit.file_name().expect("a name").to_string_lossy().into_owned();
        history::edit(&git.root, &commit);
        let after = compiled(&git, &git.commit(&name));
        let mut files = reports(&name, &commit, (&before, &after));
        if name == PICTURED {
            files.push((root().join("docs/review.svg"), picture(&before, &after)));
        }
        hold(files, &mut differences);
        before = after;
    }
    assert!(differences.is_empty(), "\n{differences}\n{ADVICE}");
}

/// The folder that holds a platform as it was once.
const BASE: &str = "base";

#[test]
fn changes_of_other_platforms_are_told() {
    let mut differences = String::new();
    for platform in history::folders(&root().join("fixtures/changes")) {
        let git = Git::new(&[]);
        // Copies, so that the lines of the reports stay; without one it is the platform of the reviews.
        let base = platform.join(BASE);
        let files = if base.is_dir() { platforms::files(&base, &[]) } else { BTreeMap::new() };
        if files.is_empty() {
            git.write("platform.yaml", &history::start());
        }
        for (path, text) in files {
            git.write(&path, &String::from_utf8(text).expect("text"));
        }
        let start = git.commit("the platform");
        let before = compiled(&git, &start);
        for change in history::folders(&platform).into_iter().filter(|folder| *folder != base) {
            let label = change.strip_prefix(root()).expect("inside").display().to_string();
            history::edit(&git.root, &change);
            let after = compiled_in_part(&git, &git.commit(&label));
            hold(reports(&label, &change, (&before, &after)), &mut differences);
            git.run(&["reset", "--quiet", "--hard", &start]);
        }
    }
    assert!(differences.is_empty(), "\n{differences}\n{ADVICE}");
}
