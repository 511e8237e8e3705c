//! The files of compositions, given to the programs that read them: systemd, Go, Python. Alloy's parser reads its
//! configurations in `tests/config_readers.rs`.
//!
//! None of the programs is among those that `scripts/install-tools.sh` installs: one that is missing says `NOT RUN`.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "a test starts programs")]
#![expect(clippy::panic, reason = "tests fail by panicking")]
#![expect(unreachable_pub, reason = "the parts of a test are no library")]

mod support {
    #[expect(dead_code, reason = "other tests use the rest")]
    pub mod tools;
    #[expect(dead_code, reason = "other tests use the rest")]
    pub mod tree;
}

use std::path::{Path, PathBuf};

use support::tools::{self, Outcome};
use support::tree;

/// Returns the files of all compositions with an ending, of all platforms and environments.
fn made(ending: &str) -> Vec<PathBuf> {
    let mut all = tree::expected(&[ending]);
    all.retain(|path| path.to_string_lossy().contains("/compositions/"));
    assert!(!all.is_empty(), "no file ends with {ending}");
    all
}

/// Runs a program; `None` if it is not installed.
fn run(words: &[&str], test: &str) -> Option<Outcome> {
    let (program, arguments) = words.split_first().expect("a program");
    Some(tools::run(&tools::find_optional(program, test)?, arguments))
}

#[track_caller]
fn accepted(words: &[&str], test: &str) {
    let Some(outcome) = run(words, test) else { return };
    assert!(outcome.ok, "{}:\n{}", words.join(" "), outcome.said());
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a text")
}

#[test]
fn systemd_takes_the_unit() {
    for unit in made("alloy.service") {
        // The program is not installed here, and that is all that may be wrong.
        let words = ["systemd-analyze", "verify", "--man=no", &unit.to_string_lossy()];
        let Some(outcome) = run(&words, "does systemd take the unit of the agent?") else { return };
        let other: Vec<&str> = outcome
            .stderr
            .lines()
            .filter(|line| line.contains("alloy.service"))
            .filter(|line| !line.contains("/usr/bin/alloy is not executable"))
            .collect();
        assert!(other.is_empty(), "{}", other.join("\n"));
    }
}

#[test]
fn examples_are_programs_that_name_the_endpoint_of_the_agent() {
    for file in made("examples/go/main.go") {
        let test = "is the example in Go a program?";
        accepted(&["gofmt", "-e", "-l", &file.to_string_lossy()], test);
        let formatted = run(&["gofmt", "-l", &file.to_string_lossy()], test);
        assert!(formatted.is_none_or(|outcome| outcome.stdout.is_empty()), "gofmt would change {}", file.display());
    }
    for file in made("examples/python/main.py") {
        let parse = "import ast, sys; ast.parse(open(sys.argv[1]).read())";
        accepted(&["python3", "-c", parse, &file.to_string_lossy()], "is the example in Python a program?");
    }
    for file in made("main.go").into_iter().chain(made("main.py")) {
        let folder = file.ancestors().nth(3).expect("the folder of the composition");
        let config = text(&folder.join("config.alloy"));
        let program = text(&file);
        let endpoint = program.lines().find(|line| line.trim_start().to_lowercase().starts_with("endpoint"));
        let endpoint = endpoint.and_then(|line| line.split('"').nth(1)).unwrap_or_else(|| panic!("{}", file.display()));
        assert!(config.contains(&format!("endpoint = \"{endpoint}\"")), "{} sends to {endpoint}", file.display());
    }
}

#[test]
fn datasources_name_each_other() {
    for file in made("grafana/tempo.yaml") {
        let folder = file.parent().expect("a folder");
        let files: Vec<String> =
            std::fs::read_dir(folder).expect("a folder").flatten().map(|e| text(&e.path())).collect();
        let value = |line: &str| line.split_once(": ").map(|(_, value)| value.trim().to_owned());
        let lines = |key: &str| -> Vec<String> {
            let all = files.iter().flat_map(|text| text.lines());
            all.filter(|line| line.trim_start().trim_start_matches("- ").starts_with(key)).filter_map(value).collect()
        };
        let (uids, named) = (lines("uid:"), lines("datasourceUid:"));
        assert!(!named.is_empty());
        for name in named {
            assert!(uids.contains(&name), "{}: no datasource has the uid {name}", folder.display());
        }
    }
}

#[test]
fn a_line_of_a_log_leads_to_its_trace() {
    // As `otelcol.exporter.loki` writes it (opentelemetry-collector-contrib, translator/loki).
    let line = r#"{"body":"hello","traceid":"5b8efff798038103d269b633813fc60c","spanid":"eee19b7ec3c1b174","severity":"INFO"}"#;
    for file in made("grafana/loki.yaml") {
        let all: serde_json::Value = serde_saphyr::from_str(&text(&file)).expect("YAML");
        let field = all.pointer("/datasources/0/jsonData/derivedFields/0").expect("a derived field");
        let pattern = field.get("matcherRegex").and_then(serde_json::Value::as_str).expect("a pattern");
        let found = regex::Regex::new(pattern).expect("a pattern").captures(line).expect("a match");
        assert_eq!(found.get(1).map(|found| found.as_str()), Some("5b8efff798038103d269b633813fc60c"));
        // A text that is looked for in labels is looked for nowhere else.
        assert!(field.get("matcherType").is_none(), "{}", file.display());
        let config = text(&file.ancestors().nth(2).expect("the folder of the composition").join("config.alloy"));
        assert!(config.contains("otelcol.exporter.loki"), "another exporter writes other lines");
    }
}
