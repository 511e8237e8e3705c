//! Trees as YAML, and the changes between them, one a line.

use super::compare;
use crate::diff::report::ChangeKind;
use crate::doc::Doc;
use crate::source::{Origins, SourceMap};
use crate::yaml::{Core, Dialect, Node, NodeKind, Style, core, load};

/// Reads YAML as an output.
pub(in crate::diff) fn doc(text: &str) -> Doc {
    let mut sources = SourceMap::new();
    let file = sources.add("x", text.to_owned());
    let mut origins = Origins::new();
    let (node, _) = load(file, text, Dialect::Foreign, &mut Vec::new()).expect("YAML");
    convert(&node, &mut origins)
}

fn convert(node: &Node, origins: &mut Origins) -> Doc {
    let origin = origins.written("x", node.span);
    match &node.kind {
        NodeKind::Sequence(items) => Doc::list(items.iter().map(|item| convert(item, origins)).collect(), origin),
        NodeKind::Mapping(mapping) => {
            let mut map = crate::doc::Map::new();
            for entry in &mapping.entries {
                map.set(entry.key.text.clone(), convert(&entry.value, origins));
            }
            Doc::map(map, origin)
        }
        NodeKind::Scalar { text, style: Style::Plain } => match core(text) {
            Core::Int(number) => Doc::int(number, origin),
            Core::Bool(flag) => Doc::bool(flag, origin),
            _ => Doc::str(text.clone(), origin),
        },
        NodeKind::Scalar { text, .. } => Doc::str(text.clone(), origin),
    }
}

/// Returns the changes, one a line.
#[track_caller]
fn check(before: &str, after: &str, expected: &[&str]) {
    let mut out = Vec::new();
    compare(&doc(before), &doc(after), "", &mut out);
    let line = |raw: &super::Raw| {
        let (before, after) = raw.change.values();
        let mark = match raw.change.kind {
            ChangeKind::Added => "+",
            ChangeKind::Removed => "-",
            ChangeKind::Changed => "~",
            ChangeKind::Reordered => "order",
            ChangeKind::Moved => "moved",
            ChangeKind::Text(_) => "text",
        };
        format!("{mark} {} {before} > {after}", raw.change.path)
    };
    assert_eq!(out.iter().map(line).collect::<Vec<_>>(), expected, "{before}\n{after}");
}

#[test]
fn values_are_found_by_their_paths() {
    check("a: { b: 1, c: x }", "a: { b: 2, c: x }", &["~ a.b 1 > 2"]);
    check("a: 1", "a: \"1\"", &["~ a 1 > \"1\""]);
    check("a: { x.y: 1 }", "a: { x.y: 2 }", &["~ a.\"x.y\" 1 > 2"]);
    check("a: 1\nb: 2", "b: 2\nc: { d: 3 }", &["- a 1 > ", "+ c  > {d: 3}"]);
    check("a: [1]", "a: { b: 1 }", &["~ a [1] > {b: 1}"]);
    check("a: 1\nb: 2", "b: 2\na: 1", &[]);
}

#[test]
fn items_of_lists_are_told_apart_by_their_names() {
    check(
        "e: [{ name: a, v: 1 }, { name: b, v: 2 }]",
        "e: [{ name: b, v: 3 }, { name: a, v: 1 }]",
        &["~ e[b].v 2 > 3", "order e {name: a, v: 1}, {name: b, v: 2} > {name: b, v: 3}, {name: a, v: 1}"],
    );
    check("e: [{ name: a }, { name: b }]", "e: [{ name: a }, { name: c }, { name: b }]", &["+ e[c]  > {name: c}"]);
    // One that went and one that came is one that was renamed.
    check("e: [{ name: a, v: 1 }]", "e: [{ name: b, v: 1 }]", &["~ e[b].name a > b"]);
    check(
        "s: [{ repoURL: x, chart: c, targetRevision: 1.0.0 }, { repoURL: y, ref: values }]",
        "s: [{ repoURL: x, chart: c, targetRevision: 1.1.0 }, { repoURL: y, ref: values }]",
        &["~ s[c].targetRevision 1.0.0 > 1.1.0"],
    );
    check(
        "k: [{ group: apps, kind: A }, { group: core, kind: A }]",
        "k: [{ group: apps, kind: A }]",
        &["- k[A.core] {group: core, kind: A} > "],
    );
}

#[test]
fn lists_of_values_are_compared_as_what_they_hold() {
    check("a: [x, y, z]", "a: [x, z]", &["- a[] y > "]);
    check("a: [x, y]", "a: [y, x]", &["order a x, y > y, x"]);
    check("a: [x, x]", "a: [x]", &["- a[] x > "]);
    check("a: [x]", "a: [y]", &["~ a[0] x > y"]);
    check("a: []", "a: [x, y]", &["+ a[]  > x", "+ a[]  > y"]);
    check("a: [{ b: [1, 2] }, { c: 1 }]", "a: [{ b: [1, 3] }, { c: 1 }]", &["~ a[0].b[1] 2 > 3"]);
}

#[test]
fn texts_of_several_lines_are_compared_by_lines() {
    check("a: |\n  one\n  two\n", "a: |\n  one\n  three\n", &["text a  > "]);
    check("a: |\n  one\n", "a: |\n  one\n", &[]);
    check("a: \"one\\r\\ntwo\\r\\n\"", "a: |\n  one\n  two\n", &[]);
}

#[test]
fn an_alert_never_becomes_a_series() {
    check(
        "rules: [{ alert: up, expr: a }, { alert: other, expr: b }]",
        "rules: [{ record: up, expr: a }, { alert: other, expr: b }]",
        &["- rules[up] {alert: up, expr: a} > ", "+ rules[series up]  > {record: up, expr: a}"],
    );
    check(
        "rules: [{ alert: Down, expr: a }]",
        "rules: [{ alert: Gone, expr: a }]",
        &["~ rules[Gone].alert Down > Gone"],
    );
}
