//! Contracts that are made, as text and as they are read again.

use super::{ChartFiles, make};
use crate::library::contract::Contract;
use crate::source::SourceMap;

const CHART: &str = "name: page\nversion: 2.1.0\ndependencies:\n  - { name: redis, condition: cache.enabled }\n";

fn made(values: &str, schema: Option<&str>) -> String {
    let files = ChartFiles { chart: CHART.into(), values: Some(values.into()), schema: schema.map(str::to_owned) };
    let mut out = Vec::new();
    let made = make(&files, &["https://charts.example.com".to_owned()], &mut SourceMap::new(), &mut out);
    assert_eq!(out, []);
    let made = made.expect("a contract");
    let read = Contract::parse(made.text.clone()).expect("a contract that can be read");
    assert_eq!((read.name(), read.version()), ("page", "2.1.0"));
    made.text
}

#[test]
fn defaults_and_comments_show_keys() {
    let text = made(
        "replicas: 1\nimage:\n  # registry: ghcr.io\n  tag: &tag 1.2.3\n  # digest: sha\n  pullPolicy: *tag\nresources: { limits: { cpu: 1 } }\n\
         # note: prose\n# replicasMax: 3\nlist: [a]\nscript: |\n  # no: key\n  also: none\n",
        None,
    );
    let expected = "dvgen-contract 1\nname: page\nversion: 2.1.0\nrepo: https://charts.example.com\nsource: values\n\
                    ---\n---\ncache\n enabled b\nglobal m*\nimage\n digest\n pullPolicy\n registry\n tag s\nlist l\nredis m*\n\
                    replicas n\nreplicasMax\nresources m*\nscript\n";
    assert_eq!(text, expected);
}

#[test]
fn a_schema_states_types_and_closes() {
    let schema = r##"{ "type": "object", "additionalProperties": false, "properties": {
        "replicas": { "type": "integer" }, "probe": { "$ref": "#/$defs/p" }, "other": { "$ref": "#/$defs/p" },
        "hosts": { "type": "array", "items": { "type": "string" } }, "any": { "anyOf": [{ "type": "string" }, { "type": "null" }] }
    }, "$defs": { "p": { "type": "object", "properties": {
        "path": { "type": "string" }, "port": { "type": ["integer", "string"] }, "again": { "$ref": "#/$defs/p" } } } } }"##;
    let text = made("replicas: 1\n", Some(schema));
    assert!(text.contains("\n--- !\n"), "{text}");
    for line in ["replicas I", "any S", "hosts L", " - S", "source: values schema", " path S"] {
        assert!(text.lines().any(|own| own.trim_start() == line.trim_start()), "{line}\n{text}");
    }
    assert!(text.contains("port IS"), "{text}");
}

#[test]
fn a_schema_that_grows_without_end_is_refused() {
    let parts: Vec<String> = (0..20).map(|at| format!(r##""k{at}": {{ "$ref": "#" }}"##)).collect();
    let schema = format!(r#"{{ "type": "object", "properties": {{ {} }} }}"#, parts.join(", "));
    let files = ChartFiles { chart: CHART.into(), values: None, schema: Some(schema) };
    let mut out = Vec::new();
    assert!(make(&files, &[], &mut SourceMap::new(), &mut out).is_none());
    assert!(out.iter().any(|problem| problem.message.contains("too large")), "{out:?}");
}

#[test]
fn what_is_no_chart_is_said() {
    for (chart, said) in [
        ("name: page\n", "no `name` or no `version`"),
        ("- a\n", "not a map"),
        ("name: ../x\nversion: 1.0.0\n", "cannot be the name"),
        ("name: x\nversion: latest\n", "not a version number"),
    ] {
        let files = ChartFiles { chart: chart.into(), ..ChartFiles::default() };
        let mut out = Vec::new();
        assert!(make(&files, &[], &mut SourceMap::new(), &mut out).is_none(), "{chart}");
        assert!(out.iter().any(|problem| problem.message.contains(said)), "{chart}: {out:?}");
    }
}
