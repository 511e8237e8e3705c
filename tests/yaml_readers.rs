//! What the YAML printer writes, read by the readers that our outputs meet: every nasty string, as value and as key,
//! must arrive as the same string.
#![expect(unreachable_pub, reason = "the parts of a test are no library")]
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::panic,
    reason = "tests hand files to other tools and fail with a panic"
)]

#[path = "yaml/any.rs"]
mod any;
mod support {
    pub mod helm;
    #[expect(dead_code, reason = "other tests use the rest")]
    pub mod tools;
}

use std::path::Path;

use dvgen::doc::{Doc, Map, Value};
use dvgen::emit::print::{LineTable, yaml};
use dvgen::source::{OriginId, Origins};
use serde_json::Value as Json;
use support::helm;
use support::tools::{said, works};

const PYYAML: &str = "import json, sys, yaml\nprint(json.dumps(yaml.safe_load(open(sys.argv[1], encoding='utf-8'))))";
const RUAMEL: &str = "import json, sys, ruamel.yaml\ny = ruamel.yaml.YAML(typ='safe', pure=True)\n\
                      y.version = tuple(map(int, sys.argv[2].split('.')))\n\
                      print(json.dumps(y.load(open(sys.argv[1], encoding='utf-8'))))";
const JS_YAML: &str = "const fs = require('fs'), y = require('js-yaml');\
                       console.log(JSON.stringify(y.load(fs.readFileSync(process.argv[1], 'utf8'))))";
const NPM_YAML: &str = "const fs = require('fs'), y = require('yaml');\
                        const text = fs.readFileSync(process.argv[1], 'utf8');\
                        console.log(JSON.stringify(y.parse(text, { version: process.argv[2] })))";

/// What a tool that is missing would have shown.
const TEST: &str = "does it read the nasty strings as they are meant?";

fn nasty() -> Vec<String> {
    let mut strings: Vec<String> =
        serde_json::from_str(include_str!("data/nasty.json")).expect("the table is a list of strings");
    strings.extend(["k".repeat(1500), "é: ".repeat(700), "word ".repeat(400), format!("{}\nb\n", "long ".repeat(300))]);
    strings
}

fn origin() -> OriginId {
    Origins::new().defaulted("test", None)
}

fn doc(json: &Json) -> Doc {
    let value = match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Int(number),
            None => Value::Float(number.as_f64().expect("a float")),
        },
        Json::String(text) => Value::Str(text.clone().into()),
        Json::Array(items) => Value::List(items.iter().map(doc).collect()),
        Json::Object(entries) => {
            let mut map = Map::new();
            for (key, value) in entries {
                map.set(std::sync::Arc::<str>::from(key.as_str()), doc(value));
            }
            Value::Map(map)
        }
    };
    Doc::new(value, origin())
}

/// Writes `json` as YAML to a file of `folder` and returns its path.
fn write(folder: &Path, json: &Json) -> String {
    let path = folder.join("printed.yaml");
    let printed = yaml::print(&[], &[doc(json)], LineTable::Skip);
    std::fs::write(&path, printed.text).expect("a file can be written");
    path.to_str().expect("a UTF-8 path").to_owned()
}

/// The values that every reader is asked for: each string in each place that a string can have.
fn values() -> Json {
    let nasty = nasty();
    let keys: serde_json::Map<_, _> = nasty.iter().map(|key| (key.clone(), Json::from(key.as_str()))).collect();
    let above = |inner: &dyn Fn(&String) -> Json| -> Json {
        nasty.iter().map(|key| (key.clone(), inner(key))).collect::<serde_json::Map<_, _>>().into()
    };
    serde_json::json!({
        "values": nasty,
        "keys": keys,
        "lists": above(&|text| serde_json::json!([text, [text], { text.as_str(): text, "z": text }])),
        "maps": above(&|text| serde_json::json!({ text.as_str(): { text.as_str(): [] } })),
        "items": nasty.iter().map(|text| serde_json::json!({ text.as_str(): text })).collect::<Json>(),
        "numbers": [0, -1, 8080, 9_007_199_254_740_992_i64, 0.5, -1.5, 1e20, 1e-7, 1.5e300, 1e15],
        "words": [true, false, null, {}, []],
    })
}

fn check(reader: &str, seen: &str, expected: &Json) {
    let seen: Json = serde_json::from_str(seen).unwrap_or_else(|error| panic!("{reader}: {error}: {seen:.300}"));
    let mut wrong = Vec::new();
    compare(&seen, expected, reader, &mut wrong);
    assert!(wrong.is_empty(), "{} differences\n{}", wrong.len(), wrong.join("\n"));
}

fn compare(seen: &Json, expected: &Json, path: &str, wrong: &mut Vec<String>) {
    match (seen, expected) {
        (Json::Object(seen), Json::Object(expected)) => {
            for (key, value) in expected {
                let path = format!("{path}.{key:.40?}");
                match seen.get(key) {
                    Some(seen) => compare(seen, value, &path, wrong),
                    None => wrong.push(format!("{path} is missing")),
                }
            }
            let extra = seen.keys().filter(|key| !expected.contains_key(*key));
            wrong.extend(extra.map(|key| format!("{path}: {key:?} is too many")));
        }
        (Json::Array(seen), Json::Array(expected)) if seen.len() == expected.len() => {
            for (number, (seen, expected)) in seen.iter().zip(expected).enumerate() {
                compare(seen, expected, &format!("{path}[{number}]"), wrong);
            }
        }
        // Helm and JavaScript know one kind of number.
        (Json::Number(seen), Json::Number(expected)) if seen.as_f64() == expected.as_f64() => {}
        (seen, expected) if seen == expected => {}
        (seen, expected) => wrong.push(format!("{path}: {seen} is not {expected}")),
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[test]
fn pyyaml() {
    if works("PyYAML", &["python3", "-c", "import yaml"], TEST) {
        let (folder, values) = (folder(), values());
        let file = write(folder.path(), &values);
        check("PyYAML", &said(&["python3", "-c", PYYAML, &file]), &values);
    }
}

#[test]
fn ruamel() {
    if works("ruamel.yaml", &["python3", "-c", "import ruamel.yaml"], TEST) {
        let (folder, values) = (folder(), values());
        let file = write(folder.path(), &values);
        for version in ["1.1", "1.2"] {
            check(&format!("ruamel {version}"), &said(&["python3", "-c", RUAMEL, &file, version]), &values);
        }
    }
}

#[test]
fn js_yaml() {
    if works("js-yaml", &["node", "-e", "require('js-yaml')"], TEST) {
        let (folder, values) = (folder(), values());
        let file = write(folder.path(), &values);
        check("js-yaml", &said(&["node", "-e", JS_YAML, &file]), &values);
    }
}

#[test]
fn npm_yaml() {
    if works("npm's yaml", &["node", "-e", "require('yaml')"], TEST) {
        let (folder, values) = (folder(), values());
        let file = write(folder.path(), &values);
        for version in ["1.1", "1.2"] {
            check(&format!("npm yaml {version}"), &said(&["node", "-e", NPM_YAML, &file, version]), &values);
        }
    }
}

#[test]
fn helm() {
    if works("helm", &["helm", "version"], TEST) {
        let (folder, values) = (folder(), values());
        let file = write(folder.path(), &values);
        let output = said(&["helm", "template", "echo", "tests/charts/echo", "-f", &file]);
        check("helm", &helm::echoed(&output).expect("the values").to_string(), &values);
    }
}

#[test]
fn kubectl() {
    if works("kubectl", &["kubectl", "version", "--client"], TEST) {
        let folder = folder();
        let data: serde_json::Map<_, _> = nasty().iter().map(|text| (text.clone(), text.as_str().into())).collect();
        let map = serde_json::json!({
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "y", "annotations": { "a": "b" } }, "data": data,
        });
        let file = write(folder.path(), &map);
        let seen = said(&["kubectl", "annotate", "--local", "-f", &file, "a=b", "--overwrite", "-o", "json"]);
        let mut seen: Json = serde_json::from_str(&seen).expect("kubectl prints JSON");
        let seen = seen.get_mut("data").expect("data").take();
        check("kubectl", &seen.to_string(), map.get("data").expect("data"));
    }
}
