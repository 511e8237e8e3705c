//! Whether Prometheus takes relabeling rules that charts hand to it.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::support::tools;
use crate::support::tree::{self, Verdict};

/// Judges the lists called `relabelings` in files: the operator writes their fields in camel case, and Prometheus in
/// snake case.
pub fn relabeling(promtool: &Path, files: &[PathBuf]) -> Verdict {
    let mut verdict = Verdict::default();
    for file in files {
        let mut rules = Vec::new();
        for document in tree::documents(file) {
            collect(&document, &mut rules);
        }
        if rules.is_empty() {
            continue;
        }
        let job = json!({ "job_name": "a", "static_configs": [{ "targets": ["a:1"] }], "relabel_configs": rules });
        let work = tempfile::tempdir().expect("a directory");
        let config = work.path().join("prometheus.yml");
        std::fs::write(&config, json!({ "scrape_configs": [job] }).to_string()).expect("a file");
        let outcome = tools::run(promtool, ["check".as_ref(), "config".as_ref(), config.as_os_str()]);
        verdict.add((!outcome.ok).then(|| format!("{}: {}", file.display(), outcome.said())));
    }
    verdict
}

/// Judges what looks like a configuration of Alertmanager: a map with a route and receivers.
pub fn alerts(amtool: &Path, files: &[PathBuf]) -> Verdict {
    let mut verdict = Verdict::default();
    for file in files {
        let mut found = Vec::new();
        for document in tree::documents(file) {
            routes(&document, &mut found);
        }
        for config in found {
            let work = tempfile::tempdir().expect("a directory");
            let config_file = work.path().join("alertmanager.yml");
            std::fs::write(&config_file, config.to_string()).expect("a file");
            let outcome = tools::run(amtool, ["check-config".as_ref(), config_file.as_os_str()]);
            verdict.add((!outcome.ok).then(|| format!("{}: {}", file.display(), outcome.said())));
        }
    }
    verdict
}

fn routes(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Object(map) if map.contains_key("route") && map.contains_key("receivers") => found.push(value.clone()),
        Value::Object(map) => map.values().for_each(|child| routes(child, found)),
        Value::Array(items) => items.iter().for_each(|item| routes(item, found)),
        _ => {}
    }
}

fn collect(value: &Value, rules: &mut Vec<Value>) {
    match value {
        Value::Object(map) => {
            for (key, child) in map {
                match child.as_array().filter(|_| matches!(&**key, "relabelings" | "metricRelabelings")) {
                    Some(items) => rules.extend(items.iter().map(snake)),
                    None => collect(child, rules),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, rules)),
        _ => {}
    }
}

fn snake(rule: &Value) -> Value {
    let name = |key: &str| {
        let split = |char: char| {
            if char.is_ascii_uppercase() { format!("_{}", char.to_ascii_lowercase()) } else { char.into() }
        };
        key.chars().map(split).collect::<String>()
    };
    let fields = rule.as_object().into_iter().flatten();
    Value::Object(fields.map(|(key, value)| (name(key), value.clone())).collect::<Map<_, _>>())
}
