//! What the structural tags give, and where each node says that it comes from.

use super::Bench;
use crate::doc::Value;
use crate::source::Origin;
use crate::template::Rendered;

/// Templates and the documents they give.
const CASES: &[(&str, &str)] = &[
    (
        "a: 1\nb: x\nc: null\nd: ~\ne: 1.5\nf: true\ng: '1'\nh: [1, {i: j}]\n",
        r#"{"a":1,"b":"x","c":null,"d":null,"e":1.5,"f":true,"g":"1","h":[1,{"i":"j"}]}"#,
    ),
    ("a: $x {{ b }} ${{ c }} << d", r#"{"a":"$x {{ b }} ${{ c }} << d"}"#),
    ("a: !text << name >>-x", r#"{"a":"grafana-x"}"#),
    ("a: !text \"<<services.gossip.host>>:<< services.gossip.port >>\"", r#"{"a":"gossip.svc:9094"}"#),
    ("a: !text \"<< '>>' >><< name >> >> x\"", r#"{"a":">>grafana >> x"}"#),
    ("a: !text plain", r#"{"a":"plain"}"#),
    ("a: !text |\n  x << name >>\n  y\n", r#"{"a":"x grafana\ny\n"}"#),
    ("a: !if { when: !expr replicas > 1, then: 5 }", r#"{"a":5}"#),
    ("a: !if { when: !expr replicas > 9, then: 5 }\nb: 1", r#"{"b":1}"#),
    ("a: !if { when: !expr replicas > 9, then: 5, else: { x: !expr name } }", r#"{"a":{"x":"grafana"}}"#),
    ("- 1\n- !if { when: !expr flag, then: 2 }\n- !if { when: !expr not flag, then: 3 }", "[1,2]"),
    ("- !expr tenant\n- !expr name", r#"["grafana"]"#),
    ("a: !expr tenant\nb: !expr expose", "{}"),
    ("!for { as: flow, in: !expr flows.query, do: !expr flow.to.name }", r#"["mimir","loki"]"#),
    (
        "- first\n- !for { as: flow, in: !expr flows.query, do: { u: !expr flow.url } }\n- last",
        r#"["first",{"u":"http://mimir/x"},{"u":"http://loki/y"},"last"]"#,
    ),
    (
        "!for { as: flow, in: !expr flows.query, if: !expr flow.to.name == 'loki', do: !expr flow.url }",
        r#"["http://loki/y"]"#,
    ),
    (
        "!for { as: flow, in: !expr flows.query, key: !text 'x-<< flow.to.name >>', do: !expr flow.url }",
        r#"{"x-mimir":"http://mimir/x","x-loki":"http://loki/y"}"#,
    ),
    (
        "!for { as: d, in: !expr domains, do: !text '<< d.key >>=<< d.value >>' }",
        r#"["cluster=cluster.local","external=example.org"]"#,
    ),
    (
        "!for { as: n, in: !expr numbers, do: !for { as: d, in: !expr databases, if: !expr n == 1, do: !text '<<n>><<d>>' } }",
        r#"["1b","1a","1b"]"#,
    ),
    ("!for { as: n, in: !expr numbers, do: !if { when: !expr n > 1, then: !expr n } }", "[3,2]"),
    ("!for { as: x, in: !expr flows.logs, do: 1 }", "[]"),
    (
        "!merge\n- { a: { x: 1, y: 2 }, b: [1] }\n- !if { when: !expr flag, then: { a: { y: 3 } } }\n- !expr tenant\n- null\n- b: [2]\n- !expr placement.nodeSelector",
        r#"{"a":{"x":1,"y":3},"b":[2],"kubernetes.io/os":"linux","zone":"a"}"#,
    ),
    (
        "a: !lines\n- first\n- !text \"<< name >>: \\\"x\\\"\"\n- !if { when: !expr not flag, then: no-flag }\n- !for { as: n, in: !expr numbers, do: !text '  - << n >>' }\n- ''\n- 5",
        "{\"a\":\"first\\ngrafana: \\\"x\\\"\\n  - 3\\n  - 1\\n  - 2\\n\\n5\\n\"}",
    ),
    ("a: !lines [ !lines [x, z], !text \"p\\nq\" ]", r#"{"a":"x\nz\np\nq\n"}"#),
    (
        "a: !json { b: !expr numbers, c: { d: \"x\\n\", e: [] }, f: !expr tenant, g: true }",
        r#"{"a":"{\n  \"b\": [\n    3,\n    1,\n    2\n  ],\n  \"c\": {\n    \"d\": \"x\\n\",\n    \"e\": []\n  },\n  \"g\": true\n}\n"}"#,
    ),
    ("a: !expr |-\n  name ~ \"# no comment\"", r#"{"a":"grafana# no comment"}"#),
    ("a: !expr 'name ~ \"-x\"'", r#"{"a":"grafana-x"}"#),
];

#[test]
fn documents() {
    for (template, wanted) in CASES {
        let mut bench = Bench::new();
        let got = bench.json(template).map(|json| json.to_string());
        assert_eq!(got.as_deref(), Ok(*wanted), "{template}");
        assert!(bench.out.is_empty(), "{template}: {:?}", bench.problems());
    }
}

#[test]
fn whole_files_can_be_left_out() {
    assert_eq!(Bench::new().render("!if { when: !expr not flag, then: { a: 1 } }"), Rendered::LeftOut);
    assert_eq!(Bench::new().render("!expr tenant"), Rendered::LeftOut);
}

/// Templates, a path in their document, and the written values that it was made of.
const LEAVES: &[(&str, &[&str], &[&str])] = &[
    ("a: 1", &["a"], &[]),
    ("a: !expr replicas", &["a"], &["2"]),
    ("a: !expr replicas > 1", &["a"], &["2"]),
    ("a: !text '<< name >> << replicas >> << name >>'", &["a"], &["grafana", "2"]),
    ("a: !expr placement.nodeSelector", &["a", "zone"], &["a"]),
    ("a: !expr placement if flag else none", &["a", "nodeSelector", "zone"], &["a", "true"]),
    ("a: !expr \"{'x': name ~ 1, 'y': replicas}\"", &["a", "x"], &["grafana"]),
    ("a: !expr \"{'x': name ~ 1, 'y': replicas}\"", &["a", "y"], &["2"]),
    ("a: !expr databases|join(',')", &["a"], &["b", "a", "b"]),
    ("a: !expr (flows.query|first).to.name", &["a"], &["mimir"]),
    ("a: !if { when: !expr replicas > 1, then: { x: 1 } }", &["a"], &["2"]),
    ("!for { as: n, in: !expr domains, key: !expr n.key, do: !expr n.value }", &["cluster"], &["cluster.local"]),
    ("a: !expr tenant or name", &["a"], &["grafana", "null"]),
];

#[test]
fn origins() {
    for (template, path, wanted) in LEAVES {
        let mut bench = Bench::new();
        let Rendered::Doc(doc) = bench.render(template) else { panic!("{template}: {:?}", bench.problems()) };
        let doc = doc.at(path).unwrap();
        assert!(matches!(bench.origins.get(doc.origin), Origin::Template { .. }), "{template}");
        assert_eq!(bench.leaves(doc.origin), *wanted, "{template}");
    }
}

#[test]
fn lines_have_origins_of_their_own() {
    let mut bench = Bench::new();
    let Rendered::Doc(doc) = bench.render("!lines\n- x\n- !text '<< name >>'\n- !expr fullname") else { panic!() };
    let Value::Text(lines) = &doc.value else { panic!() };
    let found: Vec<Vec<String>> = lines.iter().map(|(_, origin)| bench.leaves(*origin)).collect();
    assert_eq!(found, [vec![], vec!["grafana".to_owned()], vec!["my-grafana".to_owned()]]);
}

#[test]
fn literals_are_shared() {
    let mut bench = Bench::new();
    let template = bench.load("a: some text").unwrap();
    let mut one = || template.render(&bench.data, None, &mut bench.origins, &mut bench.out).doc().unwrap();
    let (first, second) = (one(), one());
    let text = |doc: &crate::doc::Doc| match &doc.at(&["a"]).unwrap().value {
        Value::Str(text) => text.clone(),
        _ => panic!(),
    };
    assert_eq!(text(&first).as_ptr(), text(&second).as_ptr());
}
