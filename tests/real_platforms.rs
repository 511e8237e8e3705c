//! Prometheus and Alertmanager judge rules and routes that stand in objects of an operator. What all platforms have is judged by
//! `tests/real_trees.rs`.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read files and start the real tools")]
#![expect(clippy::panic, reason = "tests fail by panicking")]
#![expect(unreachable_pub, dead_code, reason = "the parts of a test are no library")]

mod support {
    pub mod tools;
    pub mod tree;
}

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use support::{tools, tree};

/// Returns the expected tree of a platform.
fn expected(platform: &str) -> PathBuf {
    tools::crate_root().join("fixtures/platforms").join(platform).join("expected")
}

#[test]
fn prometheus_takes_the_rules_of_flowagent() {
    let test = "does Prometheus take the rules of FlowAgent?";
    let Some(promtool) = tools::find("promtool", test) else { return };
    let file = expected("flowagent").join("gitops/manifests/alerting/rules.yaml");
    let groups = tree::documents(&file).into_iter().filter_map(|rule| rule["spec"]["groups"].as_array().cloned());
    let groups: Vec<Value> = groups.flatten().collect();
    assert_eq!(groups.len(), 2, "two groups");
    assert!(check(&promtool, &["check", "rules"], &json!({ "groups": groups })).is_none());
    let broken = json!({ "groups": [{ "name": "a", "rules": [{ "alert": "A", "expr": "up ==" }] }] });
    assert!(check(&promtool, &["check", "rules"], &broken).is_some(), "promtool takes everything");
}

#[test]
fn alertmanager_takes_the_routes_of_flowagent() {
    let test = "does Alertmanager take the routes and receivers of FlowAgent?";
    let Some(amtool) = tools::find("amtool", test) else { return };
    let file = expected("flowagent").join("gitops/manifests/alerting/receivers.yaml");
    let config = tree::documents(&file).remove(0);
    let mut config = as_the_operator_writes_it(&config["spec"], "");
    // Those of the spec, and nobody, whom Watchdog leads to.
    assert_eq!(config["receivers"].as_array().map(Vec::len), Some(4), "{config}");
    assert!(check(&amtool, &["check-config"], &config).is_none(), "{:?}", check(&amtool, &["check-config"], &config));
    config["route"]["receiver"] = "nobody".into();
    assert!(check(&amtool, &["check-config"], &config).is_some(), "amtool takes everything");
}

/// Writes a document into a file and lets a tool judge it; returns what it said against it.
fn check(program: &Path, arguments: &[&str], document: &Value) -> Option<String> {
    let work = tempfile::tempdir().expect("a directory");
    let file = work.path().join("judged.yml");
    std::fs::write(&file, document.to_string()).expect("a file");
    let mut arguments: Vec<String> = arguments.iter().map(|&word| word.to_owned()).collect();
    arguments.push(file.to_string_lossy().into_owned());
    let outcome = tools::run(program, arguments);
    (!outcome.ok).then(|| outcome.said())
}

/// The operator writes the fields of an `AlertmanagerConfig` in snake case, matchers as text, and secrets by their values.
fn as_the_operator_writes_it(value: &Value, key: &str) -> Value {
    match value {
        Value::Object(map) if map.contains_key("key") && map.len() == 2 => {
            if key == "apiURL" {
                json!("https://hooks.example.org/x")
            } else {
                json!("secret")
            }
        }
        Value::Object(map) if map.contains_key("matchType") => {
            let text = |field: &str| map[field].as_str().expect("a text").to_owned();
            json!(format!("{}{}\"{}\"", text("name"), text("matchType"), text("value")))
        }
        Value::Object(map) => {
            let entry = |(key, value): (&String, &Value)| (snake(key), as_the_operator_writes_it(value, key));
            Value::Object(map.iter().map(entry).collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(|item| as_the_operator_writes_it(item, key)).collect(),
        other => other.clone(),
    }
}

fn snake(key: &str) -> String {
    match key {
        "apiURL" => return "api_url".to_owned(),
        "requireTLS" => return "require_tls".to_owned(),
        _ => {}
    }
    let mut all = String::new();
    for letter in key.chars() {
        if letter.is_ascii_uppercase() {
            all.push('_');
        }
        all.push(letter.to_ascii_lowercase());
    }
    all
}
