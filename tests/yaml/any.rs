//! Any tree of values, made by chance out of what YAML readers stumble over: what the printer writes, `PyYAML`, Helm and
//! kubectl read as the same values of the same types.
//!
//! One case is a list of many trees, so that a few processes read thousands of scalars.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use serde_json::{Value as Json, json};

use super::support::helm;
use super::support::tools::{said, works};
use super::{PYYAML, compare, folder, nasty, write};

/// Trees of one case.
const TREES: usize = 120;

/// What a tool that is missing would have shown.
const TEST: &str = "does it read any values as they are meant?";

/// Pieces of which a joined string is more than its parts.
const PIECES: &[&str] = &[
    " ",
    "  ",
    "\t",
    "\n",
    "\n\n",
    "\r",
    "\r\n",
    ":",
    ": ",
    " #",
    "#",
    "- ",
    "-",
    "? ",
    "---",
    "...",
    "--- ",
    "\n---\n",
    "\n...\n",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "\u{2029}",
    "\u{feff}",
    "\u{0}",
    "\u{1}",
    "\u{1b}",
    "\u{7f}",
    "\u{9f}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{10ffff}",
    "{{",
    "}}",
    "{",
    "}",
    "[",
    "]",
    ",",
    "%",
    "@",
    "`",
    "&a",
    "*a",
    "!!str ",
    "!",
    "|",
    ">",
    "|-\n",
    "'",
    "''",
    "\"",
    "\\",
    "\\n",
    "<<",
    "=",
    "~",
    "_",
    "0",
    "0o",
    "0x",
    "0b",
    "1",
    "9",
    ".",
    "e",
    "E",
    "+",
    "inf",
    "nan",
    "no",
    "on",
    "y",
    "n",
    "é",
    "🦀",
    "x",
    "word ",
    "$x",
    "${x}",
    "{{ .Values.x }}",
    "%{x}",
];

/// Any string: a nasty one, pieces joined, one that looks like a value of another type, lines, or a very long one.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![8 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    let joined = prop::collection::vec(piece, 0..7).prop_map(|pieces| pieces.concat());
    let indent = prop::sample::select(&["", "", " ", "    ", "\t"][..]);
    let line = (indent, joined.clone()).prop_map(|(indent, text)| format!("{indent}{text}"));
    let lines = (prop::collection::vec(line, 1..6), prop::sample::select(&["", "\n", "\n\n", " ", "\n "][..]));
    prop_oneof![
        2 => prop::sample::select(nasty()),
        4 => joined.clone(),
        1 => "[-+]?[0-9]{1,3}(:[0-5]?[0-9]){1,3}(\\.[0-9_]*)?",
        1 => "[-+]?0?[0-9_]{1,8}(\\.[0-9_]*)?([eE][-+]?[0-9]{1,4})?",
        1 => "[-+]?0[xXoObB][0-9a-fA-F_]{0,6}",
        1 => "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ][0-9]{1,2}:[0-9]{2}:[0-9]{2}(\\.[0-9]*)?( ?[Z+-][0-9:]{0,5})?)?",
        1 => "[-+.]?[iInN][nNaA][fFnN]",
        2 => lines.prop_map(|(lines, end)| format!("{}{end}", lines.join("\n"))),
        1 => (joined, 1..500_usize).prop_map(|(text, times)| text.repeat(times).chars().take(3000).collect()),
        1 => any::<String>(),
    ]
}

/// Any tree; floats are finite, since JSON has no others.
fn tree() -> impl Strategy<Value = Json> {
    let float = prop_oneof![any::<f64>(), -1e6..1e6, (-20..20_i32).prop_map(f64::from)]
        .prop_filter("finite", |f| f.is_finite());
    let leaf = prop_oneof![
        8 => text().prop_map(Json::from),
        1 => any::<bool>().prop_map(Json::from),
        1 => Just(Json::Null),
        1 => prop_oneof![any::<i64>(), -1000..1000_i64].prop_map(Json::from),
        1 => float.prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
            prop::collection::btree_map(text(), inner, 0..6)
                .prop_map(|map: BTreeMap<String, Json>| map.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

/// How a reader sees a file that holds `trees` under the key `trees`.
type Reader = fn(&Path, &Json) -> Json;

fn pyyaml(folder: &Path, trees: &Json) -> Json {
    let file = write(folder, &json!({ "trees": trees }));
    parse(&said(&["python3", "-c", PYYAML, &file]))
}

fn by_helm(folder: &Path, trees: &Json) -> Json {
    let file = write(folder, &json!({ "trees": trees }));
    helm::echoed(&said(&["helm", "template", "echo", "tests/charts/echo", "-f", &file])).expect("the values")
}

/// kubectl reads an object of a kind that it does not know, so nothing but its YAML reader judges.
fn kubectl(folder: &Path, trees: &Json) -> Json {
    let object = json!({ "apiVersion": "dvgen.test/v1", "kind": "Any", "metadata": { "name": "any" }, "trees": trees });
    annotated(&write(folder, &object))
}

fn annotated(file: &str) -> Json {
    parse(&said(&["kubectl", "annotate", "--local", "-f", file, "a=b", "-o", "json"]))
}

fn parse(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text:.300}"))
}

/// Returns what a reader sees differently. Where a reader keeps the kind of a number, that is compared too.
fn differences(seen: &Json, trees: &Json, exact: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    compare(&seen["trees"], trees, "trees", &mut wrong);
    if exact {
        kinds(&seen["trees"], trees, &mut wrong);
    }
    wrong
}

fn kinds(seen: &Json, expected: &Json, wrong: &mut Vec<String>) {
    match (seen, expected) {
        (Json::Array(seen), Json::Array(expected)) => seen.iter().zip(expected).for_each(|(a, b)| kinds(a, b, wrong)),
        (Json::Object(seen), Json::Object(expected)) => {
            for (key, value) in expected {
                seen.get(key).into_iter().for_each(|seen| kinds(seen, value, wrong));
            }
        }
        (Json::Number(a), Json::Number(b)) if a.is_f64() != b.is_f64() || a.as_i64() != b.as_i64() => {
            wrong.push(format!("{a} is not {b}"));
        }
        _ => {}
    }
}

fn check(reader: Reader, exact: bool) {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(6);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let given = prop::collection::vec(tree(), TREES).prop_map(Json::from);
    let result = TestRunner::new(config).run(&given, |trees| {
        let folder = folder();
        let wrong = differences(&reader(folder.path(), &trees), &trees, exact);
        if wrong.is_empty() { Ok(()) } else { Err(TestCaseError::fail(wrong.join("\n"))) }
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, trees)) => panic!("{reason:.3000}\n{:.2000}", trees.to_string()),
        Err(error) => panic!("{error}"),
    }
}

/// What a printer would write that quotes nothing is seen by every reader.
fn shows_faults(file: impl Fn(&str) -> Json, at_least: usize) {
    let values = ["no", "0777", "1_000", "2024-01-01", "12:30:45", "1.10", "~", "a: b"];
    let naive = format!("- {}\n", values.join("\n- "));
    let wrong = differences(&file(&format!("trees:\n{naive}")), &json!(values), true);
    assert!(wrong.len() >= at_least, "{wrong:#?}");
}

fn plant(folder: &Path, text: &str) -> String {
    let path = folder.join("naive.yaml");
    std::fs::write(&path, text).expect("a file can be written");
    path.to_str().expect("a UTF-8 path").to_owned()
}

#[test]
fn pyyaml_reads_any_values() {
    if works("PyYAML", &["python3", "-c", "import yaml"], TEST) {
        check(pyyaml, true);
    }
}

#[test]
fn helm_reads_any_values() {
    if works("helm", &["helm", "version"], TEST) {
        check(by_helm, false);
    }
}

#[test]
fn kubectl_reads_any_values() {
    if works("kubectl", &["kubectl", "version", "--client"], TEST) {
        check(kubectl, false);
    }
}

#[test]
fn each_reader_sees_what_is_not_quoted() {
    let dir = folder();
    // A date is no JSON, so Python would not print it.
    if works("PyYAML", &["python3", "-c", "import yaml"], TEST) {
        shows_faults(
            |text| parse(&said(&["python3", "-c", PYYAML, &plant(dir.path(), &text.replace("2024-01-01", "x"))])),
            7,
        );
    }
    if works("helm", &["helm", "version"], TEST) {
        let chart = ["helm", "template", "echo", "tests/charts/echo", "-f"];
        shows_faults(
            |text| helm::echoed(&said(&[&chart[..], &[&plant(dir.path(), text)]].concat())).expect("values"),
            5,
        );
    }
    if works("kubectl", &["kubectl", "version", "--client"], TEST) {
        let head = "apiVersion: dvgen.test/v1\nkind: Any\nmetadata: { name: any }\n";
        shows_faults(|text| annotated(&plant(dir.path(), &format!("{head}{text}"))), 5);
    }
}
