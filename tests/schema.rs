//! The JSON Schema of the spec: fresh, valid, complete, and of one mind with the reader.
//!
//! `DVGEN_BLESS=1 cargo test --test schema` rewrites `schemas/platform.schema.json`.
#![expect(clippy::disallowed_methods, reason = "a test")]

#[path = "support/json.rs"]
mod json;
#[path = "support/platforms.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod platforms;

use std::path::{Path, PathBuf};

use dvgen::lint::{include_schema, platform_schema, schema_text};
use dvgen::source::SourceMap;
use dvgen::world::MemoryWorld;
use dvgen::yaml::{Dialect, load};
use json::json;
use jsonschema::Validator;
use serde_json::{Map, Value};

fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/platform.schema.json")
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&platform_schema()).expect("a schema")
}

fn parsed(text: &str) -> Value {
    let mut sources = SourceMap::new();
    let file = sources.add("platform.yaml", text);
    let mut problems = Vec::new();
    let tree = load(file, text, Dialect::Spec, &mut problems);
    assert!(problems.is_empty(), "{problems:?}");
    json(&tree.expect("a tree").0)
}

/// Returns what the schema says against a spec.
fn complaints(spec: &Value) -> Vec<String> {
    let validator = validator();
    validator.iter_errors(spec).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn the_committed_schema_is_fresh() {
    let fresh = schema_text(&platform_schema());
    if std::env::var_os("DVGEN_BLESS").is_some() {
        std::fs::write(committed(), &fresh).expect("a writable schema");
    }
    let committed = std::fs::read_to_string(committed()).unwrap_or_default();
    assert!(committed == fresh, "schemas/platform.schema.json is stale: DVGEN_BLESS=1 cargo test --test schema");
}

#[test]
fn the_committed_schema_of_included_files_is_fresh() {
    let (fresh, path) = (schema_text(&include_schema()), committed().with_file_name("include.schema.json"));
    if std::env::var_os("DVGEN_BLESS").is_some() {
        std::fs::write(&path, &fresh).expect("a writable schema");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == fresh, "schemas/include.schema.json is stale: DVGEN_BLESS=1 cargo test --test schema");
}

#[test]
fn it_is_a_schema_of_draft_2020_12() {
    let schema = platform_schema();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    if let Err(error) = jsonschema::draft202012::meta::validate(&schema) {
        panic!("{}: {error}", error.instance_path());
    }
}

#[test]
fn it_takes_every_example() {
    for dir in platforms::all() {
        let text = std::fs::read_to_string(dir.join(platforms::SPEC)).expect("a spec");
        let found = complaints(&parsed(&text));
        assert!(found.is_empty(), "{}:\n{}", dir.display(), found.join("\n"));
    }
}

/// Every file that a spec includes is one that the schema of included files takes.
#[test]
fn it_takes_every_included_file() {
    let schema = include_schema();
    jsonschema::draft202012::meta::validate(&schema).unwrap_or_else(|error| panic!("{error}"));
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    let complaints = |file: &Value| -> Vec<String> {
        validator.iter_errors(file).map(|error| format!("{}: {error}", error.instance_path())).collect()
    };
    let mut count = 0;
    for dir in platforms::all() {
        let spec = parsed(&std::fs::read_to_string(dir.join(platforms::SPEC)).expect("a spec"));
        for file in spec["include"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let text = std::fs::read_to_string(dir.join(file)).expect("an included file");
            let found = complaints(&parsed(&text));
            assert!(found.is_empty(), "{}:\n{}", dir.join(file).display(), found.join("\n"));
            count += 1;
        }
    }
    assert!(count > 20, "{count} files are included");
    let refused = parsed("components: { loki: { verison: 18.11.0 } }\n");
    assert!(!complaints(&refused).is_empty() && complaints(&parsed("groups: {}\n")).is_empty());
}

const HEAD: &str = "apiVersion: dvgen.dev/v1alpha1
kind: Platform
metadata: { name: test, environment: production }
repository: { url: https://git.example.org/platform.git }
";

/// What is broken: lines after the head, and the place that the schema names.
const BROKEN: &[(&str, &str)] = &[
    ("nods: {}\n", ""),
    ("policies: { rules: { vip-in-pool: fatal } }\n", "/policies/rules/vip-in-pool"),
    ("components: { loki: { verison: 18.11.0 } }\n", "/components/loki"),
    ("components: { loki: { replicas: many } }\n", "/components/loki/replicas"),
    ("components: { loki: { replicas: -1 } }\n", "/components/loki/replicas"),
    ("components: { loki: { installedBy: helmfile } }\n", "/components/loki/installedBy"),
    ("components: { loki: { expose: { class: nginx } } }\n", "/components/loki/expose"),
    ("components: [loki]\n", "/components"),
    ("flows: [{ logs: { from: alloy } }]\n", "/flows/0/logs"),
    ("flows: [{ log: { from: alloy, to: loki } }]\n", "/flows/0"),
    ("flows: [{ logs: { from: a, to: b }, query: { from: a, to: b } }]\n", "/flows/0"),
    ("flows: { logs: { from: alloy, to: loki } }\n", "/flows"),
    ("networks: { lan: { gateway: 192.0.2.1 } }\n", "/networks/lan"),
    (
        "hypervisors: { pve: { kind: proxmox, endpoint: https://x.example, token: hunter2 } }\n",
        "/hypervisors/pve/token",
    ),
    ("nodes: { one: { role: master } }\n", "/nodes/one/role"),
    ("secrets: { items: { a: user } }\n", "/secrets/items/a"),
    ("policies: { rules: { some-rule: fatal } }\n", "/policies/rules/some-rule"),
    ("environments: { staging: { components: { loki: { replicas: many } } } }\n", "/environments/staging/components"),
    ("environments: { staging: { components: { loki: { $remove: yes } } } }\n", "/environments/staging/components"),
    ("gates: { dns: { after: loki } }\n", "/gates/dns"),
];

#[test]
fn it_refuses_what_is_broken() {
    for (lines, place) in BROKEN {
        let found = complaints(&parsed(&format!("{HEAD}{lines}")));
        let named = found.iter().any(|complaint| complaint.starts_with(place));
        assert!(named, "{lines} gives {found:?}, not {place}");
    }
    for missing in ["apiVersion", "kind", "metadata"] {
        let mut spec = parsed(HEAD);
        spec.as_object_mut().expect("a map").remove(missing);
        assert!(!complaints(&spec).is_empty(), "a spec without {missing} is taken");
    }
    assert_eq!(complaints(&parsed(HEAD)), Vec::<String>::new());
}

/// What the schema refuses the reader refuses too, or an editor would mark what builds.
#[test]
fn the_reader_agrees() {
    for (lines, _) in BROKEN {
        let text = format!("{HEAD}{lines}");
        let world = MemoryWorld::new([(platforms::SPEC, text.as_bytes())]);
        let compilation = dvgen::pipeline::compile(&world, &platforms::options(false));
        assert!(compilation.has_errors(), "the reader takes {lines}");
    }
}

/// Hovering over a field in an editor shows its description.
#[test]
fn every_property_is_described() {
    let schema = platform_schema();
    let mut bare = Vec::new();
    undescribed(&schema, &schema, "", &mut bare);
    assert!(bare.is_empty(), "no description at:\n{}", bare.join("\n"));
}

fn undescribed(schema: &Value, root: &Value, place: &str, bare: &mut Vec<String>) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::Object(properties)) = object.get("properties") {
                for (name, property) in properties {
                    if description(property, root).is_none_or(|text| text.trim().len() < 3) {
                        bare.push(format!("{place}/properties/{name}"));
                    }
                }
            }
            for (name, value) in object {
                undescribed(value, root, &format!("{place}/{name}"), bare);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                undescribed(item, root, &format!("{place}/{at}"), bare);
            }
        }
        _ => {}
    }
}

/// Returns the description of a property, which may stand at what it refers to.
fn description<'a>(property: &'a Value, root: &'a Value) -> Option<&'a str> {
    let own = property.get("description").and_then(Value::as_str);
    let there = || root.pointer(property.get("$ref")?.as_str()?.strip_prefix('#')?)?.get("description")?.as_str();
    own.or_else(there)
}

/// No definition is left that nothing refers to, and no reference leads nowhere.
#[test]
fn references_and_definitions_meet() {
    let schema = platform_schema();
    let mut wanted = std::collections::BTreeSet::new();
    references(&schema, &mut wanted);
    let defined: &Map<String, Value> = schema["$defs"].as_object().expect("definitions");
    for name in &wanted {
        assert!(defined.get(name.as_str()).is_some_and(|definition| !definition.is_null()), "{name} is not defined");
    }
    let idle: Vec<&String> = defined.keys().filter(|name| !wanted.contains(*name)).collect();
    assert!(idle.is_empty(), "nothing refers to {idle:?}");
}

fn references(schema: &Value, found: &mut std::collections::BTreeSet<String>) {
    match schema {
        Value::Object(object) => {
            if let Some(name) = object.get("$ref").and_then(|target| target.as_str()?.strip_prefix("#/$defs/")) {
                found.insert(name.to_owned());
            }
            object.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}
