//! The consumers of reports judge them: GitHub's rules for SARIF in Microsoft's validator, a reader of `JUnit`'s XML and the
//! grammar of its schema, a schema of what GitLab documents, and what GitHub documents of annotations.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read files and start the real tools")]
#![expect(clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]
#![expect(unreachable_pub, reason = "the parts of a test are no library")]

mod support {
    #[expect(dead_code, reason = "other tests use the rest")]
    pub mod tools;
}
#[path = "judges/junit.rs"]
mod junit;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use support::tools;

/// Returns a directory with every report of a spec: of a broken one, or of a clean one.
fn reports(spec: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::create_dir(dir.path().join(".git")).expect("a repository");
    std::fs::write(dir.path().join("platform.yaml"), spec).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_dvgen"));
    command.arg("lint").args(["--today", "2026-11-27"]).current_dir(dir.path()).env_clear();
    for format in ["sarif", "junit", "gitlab", "github"] {
        command.arg("--report").arg(format!("{format}=report.{format}"));
    }
    assert!(command.output().expect("the command runs").status.code().is_some_and(|code| code < 2));
    dir
}

const CLEAN: &str = "\
apiVersion: dvgen.dev/v1alpha1
kind: Platform
metadata: { name: demo, environment: production }
repository: { url: https://git.example.org/demo.git }
components:
  argocd: { installedBy: ansible, version: 10.1.1 }
  cert-manager: { version: 1.21.1 }
";

/// Twelve errors with fixes, a warning, a waived finding, texts that need escaping.
fn broken() -> String {
    let versions = "versions:\n  kubernetes: 1.32.0\n  widget: 1.2.3\n  gadget: 1.2.3   # dvgen: allow[unseen-pin] \
                    <b>&amp;</b> until 2027-01-31\n";
    let wrong = |n: usize| {
        let application = "{ spec: { syncPolcy: {}, \"<a & b>\": 1 } }";
        format!("  c{n}: {{ library: chromadb, version: 0.2.2, namespace: n{n}, application: {application} }}\n")
    };
    let components: String = (0..6).map(wrong).collect();
    CLEAN
        .replace("components:\n", &format!("{versions}components:\n"))
        .replace("  cert-manager: { version: 1.21.1 }\n", &components)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns what GitHub's rules say against a SARIF file.
fn judge_sarif(tool: &Path, file: &Path) -> Vec<String> {
    let report = file.with_extension("judged");
    let run = Command::new(tool)
        .args(["validate", &file.to_string_lossy(), "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning", "-o"])
        .arg(&report)
        .args(["--log", "ForceOverwrite"])
        .output()
        .expect("the validator runs");
    // Its exit code is 0 whatever it finds, also for a file whose name does not end in `.sarif`: the report says that the file was read, and what is wrong.
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(said.contains("1 files scanned") && said.contains("completed successfully"), "{said}");
    let judged: Value = serde_json::from_str(&read(&report)).expect("JSON");
    let results = judged["runs"][0]["results"].as_array().cloned().unwrap_or_default();
    let bad = results.iter().filter(|result| !matches!(result["level"].as_str(), Some("note" | "none")));
    // A wish that GitHub does not need: the address of a page about the tool, which has none.
    let bad = bad.filter(|result| result["ruleId"] != "SARIF2005");
    bad.map(|result| format!("{} {}", result["ruleId"], result["message"])).collect()
}

#[test]
fn github_takes_sarif() {
    let Some(tool) = tools::find("sarif-multitool", "does GitHub take SARIF?") else { return };
    for spec in [CLEAN.to_owned(), broken()] {
        let dir = reports(&spec);
        let found = judge_sarif(&tool, &dir.path().join("report.sarif"));
        assert!(found.is_empty(), "{found:#?}");
    }
    let dir = reports(&broken());
    let file: PathBuf = dir.path().join("report.sarif");
    let broken = read(&file).replace("\"locations\"", "\"places\"");
    std::fs::write(&file, broken).expect("a file");
    assert!(!judge_sarif(&tool, &file).is_empty(), "the judge of SARIF sees no fault");
}

#[test]
fn a_reader_of_junit_counts_as_we_do() {
    let test = "is JUnit's XML read?";
    let python = tools::home().join("python/bin/python3");
    let python = python.to_string_lossy().into_owned();
    if !tools::works("junitparser", &[&python, "-c", "import junitparser"], test) {
        return;
    }
    let script = "import sys, junitparser\nx = junitparser.JUnitXml.fromfile(sys.argv[1])\ncases = [c for s in x for c in s]\nbad = \
                  [c for c in cases if c.result]\nprint(x.tests, x.failures, x.errors, len(cases), len(bad))";
    for (spec, failed) in [(CLEAN.to_owned(), false), (broken(), true)] {
        let dir = reports(&spec);
        let file = dir.path().join("report.junit").to_string_lossy().into_owned();
        let said = tools::said(&[&python, "-c", script, &file]);
        let numbers: Vec<usize> = said.split_whitespace().map(|word| word.parse().expect("a number")).collect();
        assert_eq!(numbers[0], numbers[3], "tests are counted right: {said}");
        assert_eq!(numbers[1] + numbers[2], numbers[4], "failures are counted right: {said}");
        assert_eq!(numbers[4] > 0, failed, "{said}");
    }
}

#[test]
fn junit_is_of_the_grammar_of_its_schema() {
    for spec in [CLEAN.to_owned(), broken()] {
        let text = read(&reports(&spec).path().join("report.junit"));
        assert_eq!(junit::complaints(&text), Vec::<String>::new(), "{text}");
    }
    let text = read(&reports(&broken()).path().join("report.junit"));
    let faults = [
        ("classname=", "class_name="),
        ("<failure ", "<failed "),
        ("&lt;", "<"),
        ("&amp;", "&"),
        ("</testsuite>", ""),
        ("skipped=\"0\"", "skipped=\"none\""),
    ];
    for (right, wrong) in faults {
        assert!(text.contains(right), "{right} is not there");
        assert!(!junit::complaints(&text.replace(right, wrong)).is_empty(), "the judge does not see {wrong}");
    }
}

#[test]
fn gitlab_and_github_get_what_they_document() {
    let dir = reports(&broken());
    let list: Value = serde_json::from_str(&read(&dir.path().join("report.gitlab"))).expect("JSON");
    let schema: Value = serde_json::from_str(include_str!("judges/gitlab.schema.json")).expect("JSON");
    let judge = jsonschema::draft202012::new(&schema).expect("a schema");
    let found: Vec<String> = judge.iter_errors(&list).map(|error| error.to_string()).collect();
    assert!(found.is_empty(), "{found:#?}");
    let mut clean: Value = serde_json::from_str(&read(&reports(CLEAN).path().join("report.gitlab"))).expect("JSON");
    assert!(judge.is_valid(&clean) && clean.as_array().is_some_and(Vec::is_empty), "{clean}");
    clean.as_array_mut().expect("an array").push(serde_json::json!({ "description": "x", "severity": "bad" }));
    assert!(!judge.is_valid(&clean), "the judge sees no fault");
    let entries = list.as_array().expect("an array");
    let mut prints = std::collections::BTreeSet::new();
    for entry in entries {
        assert!(prints.insert(entry["fingerprint"].to_string()), "{entry} has the fingerprint of another one");
        assert_eq!(entry["location"]["path"], "platform.yaml");
    }
    let lines = read(&dir.path().join("report.github"));
    let count = |level: &str| lines.lines().filter(|line| line.starts_with(&format!("::{level} "))).count();
    assert_eq!((count("error"), count("warning"), count("notice")), (10, 1, 1), "{lines}");
    assert!(entries.len() > 12 && lines.contains("more error"), "{lines}");
}
