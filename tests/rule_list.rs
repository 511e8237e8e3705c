//! `dvgen rules`: what programs and people are told of all rules, those of the platform's own too, and of the pack
//! `recommended`.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests run the command")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use dvgen::diff::risk;
use dvgen::lint::rules;
use dvgen::spec::Level;
use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn dvgen(args: &[&str], directory: &Path) -> (String, i32) {
    let command = Command::new(env!("CARGO_BIN_EXE_dvgen")).args(args).current_dir(directory).env_clear().output();
    let output = command.expect("the command runs");
    (String::from_utf8(output.stdout).expect("text"), output.status.code().unwrap_or(-1))
}

fn listed(directory: &Path) -> Vec<Value> {
    let (text, exit) = dvgen(&["rules", "--format", "json"], directory);
    assert_eq!(exit, 0);
    serde_json::from_str(&text).expect("one JSON document")
}

fn names(all: &[Value]) -> BTreeSet<&str> {
    all.iter().filter_map(|rule| rule["name"].as_str()).collect()
}

#[test]
fn programs_get_every_rule_with_all_that_is_known_of_it() {
    // Outside of a platform there are no others.
    let temporary = tempfile::tempdir().expect("a directory");
    let all = listed(temporary.path());
    let known: BTreeSet<&str> =
        rules::all().map(|rule| rule.kind.name).chain(risk::RULES.iter().map(|rule| rule.name)).collect();
    assert_eq!(names(&all), known);
    assert_eq!(all.len(), known.len());
    for rule in &all {
        let name = rule["name"].as_str().expect("a name");
        for (key, words) in
            [("level", ["off", "warn", "error", "diff"].as_slice()), ("fix", ["none", "safe", "unsafe"].as_slice())]
        {
            assert!(rule[key].as_str().is_some_and(|word| words.contains(&word)), "{name}: {key}");
        }
        assert!(rule["code"].as_str().is_some_and(|code| code.starts_with("DV")), "{name}");
        assert!(rule["group"].is_string() && rule["adjustable"].is_boolean(), "{name}");
        let (summary, page) = (rule["summary"].as_str(), rule["page"].as_str());
        assert!(summary.is_some_and(|text| !text.is_empty()) && page.is_some_and(|text| text.len() > 100), "{name}");
        for parameter in rule["parameters"].as_array().expect("a list") {
            assert!(parameter["name"].is_string() && parameter["about"].is_string(), "{name}");
            assert!(parameter["default"].is_number() || parameter["default"].is_array(), "{name}");
        }
    }
}

#[test]
fn rules_of_the_platform_are_listed_with_the_others() {
    let platform = root().join("fixtures/policies/page");
    let all = listed(&platform);
    let own: Vec<&Value> = all.iter().filter(|rule| rule["group"] == "own").collect();
    let [own] = own.as_slice() else { panic!("{own:?}") };
    assert_eq!(own["name"], "exposed-runs-twice");
    assert_eq!(own["level"], "error");
    assert_eq!(own["summary"], "an exposed component runs once");
    let (table, exit) = dvgen(&["rules"], &platform);
    assert!(exit == 0 && table.contains("own\n") && table.contains("exposed-runs-twice"));
    // From elsewhere too.
    let (page, exit) = dvgen(&["explain", "exposed-runs-twice", "-C", &platform.to_string_lossy()], Path::new("/"));
    assert!(exit == 0 && page.contains("one copy is away whenever its node is"), "{page}");
    // A rule file that cannot be read is no pass.
    let temporary = tempfile::tempdir().expect("a directory");
    let broken = temporary.path();
    std::fs::create_dir_all(broken.join("dvgen/policies")).expect("a directory");
    std::fs::copy(platform.join("platform.yaml"), broken.join("platform.yaml")).expect("a copy");
    std::fs::write(broken.join("dvgen/policies/team.yaml"), "kind: Rules\nrules: [").expect("a file");
    let (table, exit) = dvgen(&["rules"], broken);
    assert!(exit == 1 && table.contains("vip-in-pool"), "{exit}");
}

/// The levels of the pack, by rule.
fn recommended() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(root().join("policies/recommended.yaml")).expect("the pack");
    let lines = text.lines().filter(|line| line.starts_with("  ") && !line.trim_start().starts_with('#'));
    let entries = lines.filter_map(|line| line.split('#').next()?.trim().split_once(": "));
    entries.map(|(name, level)| (name.to_owned(), level.trim().to_owned())).collect()
}

#[test]
fn the_pack_changes_levels_and_says_so() {
    let pack = recommended();
    assert!(pack.len() >= 15, "the pack has {} rules", pack.len());
    let mut table = "| rule | usual | in the pack |\n|---|---|---|\n".to_owned();
    for (name, level) in &pack {
        let rule = rules::find(name).unwrap_or_else(|| panic!("there is no rule {name}"));
        assert!(rule.adjustable && rule.level.word() != level, "{name} is {level} anyway");
        assert_ne!(rule.level, Level::Error, "{name} would be made weaker");
        let line = format!("| [{name}](rules/{}.md#{name}) | {} | {level} |\n", rule.group.word(), rule.level.word());
        table.push_str(&line);
    }
    let place = root().join("docs/lint.md");
    let page = std::fs::read_to_string(&place).expect("the page");
    let (head, rest) = page.split_once("<!-- recommended -->\n").expect("a place for the pack");
    let (_, tail) = rest.split_once("<!-- end -->").expect("its end");
    let fresh = format!("{head}<!-- recommended -->\n{table}<!-- end -->{tail}");
    if std::env::var_os("DVGEN_BLESS").is_some() {
        std::fs::write(&place, &fresh).expect("a file that can be written");
    } else {
        assert!(fresh == page, "docs/lint.md is stale: run DVGEN_BLESS=1 cargo test --test rule_list");
    }
}
