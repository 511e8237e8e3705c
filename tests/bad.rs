//! Bad input: every folder of `fixtures/bad` is a spec that must not build, with the report that a person gets.
//!
//! A folder holds `platform.yaml` (without one, `good.yaml` is used), whatever else the spec needs, `args.txt` with one
//! command a line (without one, `build --out out`), and `expected.txt`: each command with its report and exit code.
//! What cannot be committed as text is made by [`made::prepare`]. Every case runs beside the outputs of a good build, which must be
//! untouched afterwards. `DVGEN_BLESS=1` rewrites the expectations; read them before committing.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests prepare files and run the command")]

#[path = "bad/made.rs"]
mod made;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use made::{copy, snapshot};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/bad")
}

/// A case that ran: what it printed, and what was wrong with it besides.
struct Ran {
    report: String,
    complaints: Vec<String>,
}

/// Runs the commands of a case in a directory of its own.
fn run(case: &str, folder: &Path, good: &Path, dir: &Path) -> Ran {
    let repo = dir.join("repo");
    copy(folder, &repo);
    if !repo.join("platform.yaml").exists() {
        fs::copy(fixtures().join("good.yaml"), repo.join("platform.yaml")).expect("a copy");
    }
    let out = repo.join("out");
    copy(good, &out);
    let held = made::prepare(case, &repo);
    let before = snapshot(&repo);
    let args = fs::read_to_string(folder.join("args.txt")).unwrap_or_else(|_| "build --out out\n".to_owned());
    let mut ran = Ran { report: String::new(), complaints: Vec::new() };
    for line in args.lines() {
        let (text, code) = command(&repo, line);
        let _ = write!(ran.report, "$ dvgen {line}\n{text}exit {code}\n");
        if !matches!(code, 1 | 2) {
            ran.complaints.push(format!("`{line}` ended with {code}"));
        }
        if !(text.contains("error") || line.contains("--check")) || text.contains("panicked") {
            ran.complaints.push(format!("`{line}` reports no error"));
        }
        if snapshot(&repo) != before {
            ran.complaints.push(format!("`{line}` changed files"));
        }
    }
    // The fixtures' only secret is this word; no report may hold it, in any format.
    if ran.report.contains("hunter2") {
        ran.complaints.push("shows a secret".to_owned());
    }
    drop(held);
    made::restore(case, &repo);
    ran
}

/// SARIF declares every rule with its page; tests/rules.rs holds these.
fn without_rules(text: &str) -> String {
    let mut end: Option<String> = None;
    let mut kept = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match &end {
            Some(last) if line.starts_with(last.as_str()) => end = None,
            Some(_) => continue,
            None if line.trim() == "\"rules\": [" => end = Some(line.replace("\"rules\": [\n", "]")),
            None => {}
        }
        kept.push_str(line);
    }
    kept
}

/// Returns what a command prints, without what differs from run to run, and its exit code.
fn command(repo: &Path, line: &str) -> (String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_dvgen"))
        .args(line.split(' '))
        .current_dir(repo)
        .env_clear()
        .output()
        .expect("the command runs");
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(text).expect("reports are UTF-8");
    let real = repo.canonicalize().expect("a directory");
    let text = text.replace(&*real.to_string_lossy(), "<repo>");
    let lines: String = text.split_inclusive('\n').map(without_time).collect();
    (without_rules(&lines), output.status.code().unwrap_or(-1))
}

/// Takes the time out of the summary.
fn without_time(line: &str) -> String {
    let summary = line.starts_with("dvgen: ").then(|| line.trim_end().strip_suffix(" ms")).flatten();
    match summary.and_then(|line| line.rsplit_once("; ")) {
        Some((rest, _)) => format!("{rest}\n"),
        None => line.to_owned(),
    }
}

/// Builds `good.yaml`.
fn good(dir: &Path) -> PathBuf {
    let out = dir.join("good");
    let spec = dir.join("platform.yaml");
    fs::copy(fixtures().join("good.yaml"), &spec).expect("a copy");
    let done = Command::new(env!("CARGO_BIN_EXE_dvgen"))
        .arg("build")
        .arg("--spec")
        .arg(spec)
        .arg("--out")
        .arg(&out)
        .env_clear()
        .output()
        .expect("the command runs");
    assert!(done.status.success(), "good.yaml: {}", String::from_utf8_lossy(&done.stderr));
    out
}

#[test]
fn every_bad_input_is_reported_and_writes_nothing() {
    let temporary = tempfile::tempdir().expect("a directory");
    let good = good(temporary.path());
    let bless = env::var_os("DVGEN_BLESS").is_some();
    let only = env::var("DVGEN_CASE").ok();
    let mut complaints = Vec::new();
    let mut cases: Vec<PathBuf> =
        fs::read_dir(fixtures()).expect("fixtures").map(|found| found.expect("one").path()).collect();
    cases.retain(|path| path.is_dir());
    cases.sort();
    assert!(cases.len() >= 40, "most cases are missing: {}", cases.len());
    for folder in &cases {
        let case = folder.file_name().expect("a name").to_string_lossy().into_owned();
        if only.as_ref().is_some_and(|only| !case.contains(only)) {
            continue;
        }
        if let Some(reason) = made::unable(&case) {
            eprintln!("{case}: skipped, {reason}");
            continue;
        }
        let ran = run(&case, folder, &good, &temporary.path().join(&case));
        complaints.extend(ran.complaints.iter().map(|complaint| format!("{case}: {complaint}")));
        let expected = folder.join("expected.txt");
        if bless {
            fs::write(&expected, &ran.report).expect("a written expectation");
        } else if fs::read_to_string(&expected).unwrap_or_default() != ran.report {
            complaints.push(format!("{case}: expected something else than\n{}", ran.report));
        }
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn what_is_made_belongs_to_a_case() {
    for case in made::CASES {
        assert!(fixtures().join(case).is_dir(), "there is no case `{case}`");
    }
}

/// Kinds that no folder can provoke, and where they are tested instead.
const ELSEWHERE: &[(&str, &str)] = &[
    ("broken-repository", "wants a git repository: tests/revisions.rs and tests/review_cases.rs"),
    ("no-merge-base", "wants a git repository: tests/revisions.rs and tests/review_cases.rs"),
    ("no-repository", "wants a git repository: tests/revisions.rs and tests/review_cases.rs"),
    ("unknown-revision", "wants a git repository: tests/revisions.rs and tests/review_cases.rs"),
    ("nothing-to-draw", "wants its own command; tests/graph.rs"),
    ("own-rule", "shown by the name of the rule; tests/policies.rs"),
    ("drift", "for programs only; tests/acceptance.rs"),
    ("bad-output-path", "names are judged before they become paths; src/output/tests.rs"),
    ("output-clash", "found before, as same-output-path; src/output/tests.rs"),
];

/// Returns the name and the code of every kind that the sources declare.
fn kinds() -> Vec<(String, String)> {
    let mut kinds = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(dir) = open.pop() {
        for found in fs::read_dir(dir).expect("sources") {
            let path = found.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            // A rule has fixtures of its own (tests/rules.rs).
            if path.to_string_lossy().contains("src/lint/rules/") {
                continue;
            }
            let text = fs::read_to_string(&path).expect("a source");
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            if path.ends_with("tests.rs") || path.components().any(|part| part.as_os_str() == "tests") {
                continue;
            }
            for part in text.split("Kind::").skip(1) {
                let declared = part.strip_prefix("new(\"").or_else(|| part.strip_prefix("no_verdict(\""));
                let mut words = declared.unwrap_or_default().split('"');
                if let (Some(name), Some(", "), Some(code)) = (words.next(), words.next(), words.next()) {
                    kinds.push((name.to_owned(), code.to_owned()));
                }
            }
        }
    }
    kinds.sort();
    kinds
}

#[test]
fn every_kind_has_a_case() {
    // What rules of a platform's own can get wrong is in a folder of its own (tests/policies.rs).
    let folders = [fixtures(), fixtures().with_file_name("policies")];
    let cases = folders.iter().flat_map(|folder| fs::read_dir(folder).expect("fixtures"));
    let cases = cases.map(|found| found.expect("one").path().join("expected.txt"));
    let reports: String = cases.filter_map(|path| fs::read_to_string(path).ok()).collect();
    let covered = |name: &str| reports.contains(&format!("[{name}]"));
    let names: Vec<String> = kinds().into_iter().map(|(name, _)| name).collect();
    let exempt = |name: &str| ELSEWHERE.iter().any(|(other, _)| *other == name);
    // A rule has fixtures of its own (tests/rules.rs).
    let ruled = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules").join(name).is_dir();
    let missing: Vec<&String> = names.iter().filter(|name| !covered(name) && !ruled(name) && !exempt(name)).collect();
    assert!(missing.is_empty(), "no folder of fixtures/bad provokes {missing:#?}");
    for (name, reason) in ELSEWHERE {
        assert!(names.iter().any(|other| other == name) && !covered(name), "`{name}` ({reason}) needs no exception");
    }
}
