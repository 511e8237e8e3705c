//! Rules of a platform's own: every folder of `fixtures/policies` is a platform with rules, with what dvgen says to them.
//!
//! A folder holds `dvgen/policies/`, `platform.yaml` (without one, that of `good` is used), `args.txt` with one command a line
//! (without one, `build --out out`), and `expected.txt`: each command with its report and exit code. `DVGEN_BLESS=1` rewrites
//! the expectations; read them before committing.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests prepare files and run the command")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/policies")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    for found in fs::read_dir(from).expect("a fixture") {
        let path = found.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}

/// Runs the commands of a case in a directory of its own.
fn run(folder: &Path, repo: &Path) -> String {
    copy(folder, repo);
    if !repo.join("platform.yaml").exists() {
        fs::copy(fixtures().join("good/platform.yaml"), repo.join("platform.yaml")).expect("a copy");
    }
    let args = fs::read_to_string(folder.join("args.txt")).unwrap_or_else(|_| "build --out out\n".to_owned());
    let mut report = String::new();
    for line in args.lines() {
        let output = Command::new(env!("CARGO_BIN_EXE_dvgen"))
            .args(line.split(' '))
            .current_dir(repo)
            .env_clear()
            .output()
            .expect("the command runs");
        let text = String::from_utf8([output.stdout, output.stderr].concat()).expect("reports are UTF-8");
        let text = text.replace(&*repo.canonicalize().expect("a directory").to_string_lossy(), "<repo>");
        let text: String = text.split_inclusive('\n').map(without_time).collect();
        let _ = write!(report, "$ dvgen {line}\n{text}exit {}\n", output.status.code().unwrap_or(-1));
    }
    report
}

/// Takes the time, and the number of rules, out of the summary.
fn without_time(line: &str) -> String {
    let summary = line.starts_with("dvgen: ").then(|| line.trim_end().strip_suffix(" ms")).flatten();
    match summary.and_then(|line| line.rsplit_once("; ")) {
        // How many rules are built in is no matter of this test.
        Some((rest, _)) => match rest.split_once(" rules; ").or_else(|| rest.split_once(" rule; ")) {
            Some((_, rest)) => format!("dvgen: {rest}\n"),
            None => format!("{rest}\n"),
        },
        None => line.to_owned(),
    }
}

/// Cases that build: everything else ends with an error, and writes nothing.
const CLEAN: &[&str] = &["examples", "good", "patterns-that-work", "nested"];

#[test]
fn every_platform_with_rules_is_told_what_is_expected() {
    let temporary = tempfile::tempdir().expect("a directory");
    let bless = env::var_os("DVGEN_BLESS").is_some();
    let mut complaints = Vec::new();
    let mut cases: Vec<PathBuf> =
        fs::read_dir(fixtures()).expect("fixtures").map(|found| found.expect("one").path()).collect();
    cases.sort();
    assert!(cases.len() >= 15, "most cases are missing: {}", cases.len());
    for folder in &cases {
        let case = folder.file_name().expect("a name").to_string_lossy().into_owned();
        let repo = temporary.path().join(&case);
        let report = run(folder, &repo);
        if report.contains("panicked") {
            complaints.push(format!("{case}: dvgen panicked"));
        }
        let clean = CLEAN.contains(&&*case);
        if clean == (report.contains("exit 1") || report.contains("exit 2")) || clean != repo.join("out").exists() {
            complaints.push(format!("{case}: ended in the wrong way"));
        }
        let expected = folder.join("expected.txt");
        if bless {
            fs::write(&expected, &report).expect("a written expectation");
        } else if fs::read_to_string(&expected).unwrap_or_default() != report {
            complaints.push(format!("{case}: expected something else than\n{report}"));
        }
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn rules_of_the_example_platforms_pass_their_tests() {
    let platforms = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/platforms");
    let mut tried = 0;
    for platform in fs::read_dir(platforms).expect("platforms").flatten().map(|found| found.path()) {
        if !platform.join("dvgen/policies").exists() {
            continue;
        }
        let output = Command::new(env!("CARGO_BIN_EXE_dvgen")).arg("test").current_dir(&platform).env_clear().output();
        let output = output.expect("the command runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && text.contains("; no problems"), "{}:\n{text}", platform.display());
        tried += 1;
    }
    assert!(tried > 0, "no platform has rules of its own");
}
