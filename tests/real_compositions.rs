//! The files of compositions, given to the programs that read them: Alloy's parser, systemd, Go, Python.
//!
//! A program that is not installed is not asked, unless `DVGEN_REAL_TOOLS=1` says that it has to be there.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "a test starts programs")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the files of all compositions with an ending, of all platforms and environments.
fn made(ending: &str) -> Vec<PathBuf> {
    let mut open = vec![root().join("fixtures/platforms")];
    let mut all = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.to_string_lossy().contains("/expected/") && path.to_string_lossy().ends_with(ending) {
                all.push(path);
            }
        }
    }
    all.retain(|path| path.to_string_lossy().contains("/compositions/"));
    all.sort();
    assert!(!all.is_empty(), "no file ends with {ending}");
    all
}

/// Runs a program; `None` if it is not installed.
fn run(words: &[&str]) -> Option<Output> {
    let (program, arguments) = words.split_first().expect("a program");
    match Command::new(program).args(arguments).output() {
        Ok(output) => Some(output),
        Err(error) => {
            assert!(std::env::var_os("DVGEN_REAL_TOOLS").is_none(), "{program}: {error}");
            None
        }
    }
}

#[track_caller]
fn accepted(words: &[&str]) {
    let Some(output) = run(words) else { return };
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}:\n{}{}", words.join(" "), said(&output.stdout), said(&output.stderr));
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a text")
}

#[test]
fn alloy_reads_the_configuration_and_would_format_it_the_same() {
    // Its modules may not be there without a network; then nothing can be asked.
    let works = run(&["go", "-C", "tests/alloy", "vet", "."]).is_some_and(|output| output.status.success());
    if !works {
        assert!(std::env::var_os("DVGEN_REAL_TOOLS").is_none(), "Go with Alloy's parser does not work");
        return;
    }
    for file in made("config.alloy") {
        accepted(&["go", "-C", "tests/alloy", "run", ".", &file.to_string_lossy()]);
    }
}

#[test]
fn systemd_takes_the_unit() {
    for unit in made("alloy.service") {
        // The program is not installed here, and that is all that may be wrong.
        let Some(output) = run(&["systemd-analyze", "verify", "--man=no", &unit.to_string_lossy()]) else { return };
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let other: Vec<&str> = said
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
        accepted(&["gofmt", "-e", "-l", &file.to_string_lossy()]);
        let formatted = run(&["gofmt", "-l", &file.to_string_lossy()]);
        assert!(formatted.is_none_or(|output| output.stdout.is_empty()), "gofmt would change {}", file.display());
    }
    for file in made("examples/python/main.py") {
        accepted(&["python3", "-c", "import ast, sys; ast.parse(open(sys.argv[1]).read())", &file.to_string_lossy()]);
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
