//! No template can take much time, memory or stack, or make the process panic.

use proptest::prelude::*;

use super::Bench;
use crate::template::Rendered;

/// Templates that ask for too much.
const HOSTILE: &[&str] = &[
    "!expr range(1000000000)|length",
    "!expr range(99999)|map('join', range(99999))",
    "!expr range(9999)|select('in', range(9999))",
    "!expr range(9999)|unique",
    "!expr \"range(3000)|join('xxxxxxxxxxxxxxxxxxxxxxxxx')|replace('x', range(3000)|join('yyyyyyyyyyyyyyy'))\"",
    "!for { as: a, in: !expr range(9999), do: !for { as: b, in: !expr range(9999), do: 1 } }",
    "!for { as: a, in: !expr range(9999), do: !for { as: b, in: !expr range(9999), if: !expr false, do: 1 } }",
    "!for { as: a, in: !expr range(9999), do: !expr range(9999)|sum }",
];

#[test]
fn hostile_templates_end() {
    for template in HOSTILE {
        let mut bench = Bench::new();
        assert_eq!(bench.render(template), Rendered::Failed, "{template}");
        assert!(
            bench.problems().iter().any(|problem| problem.starts_with("template-limit")),
            "{template}: {:?}",
            bench.problems()
        );
    }
}

#[test]
fn deep_expressions_end() {
    let deep = [
        format!("{}1{}", "(".repeat(5000), ")".repeat(5000)),
        format!("{}1", "-".repeat(5000)),
        format!("{}1", "not ".repeat(1900)),
        format!("1{}", " if 1 else 1".repeat(600)),
        format!("1{}", "+1".repeat(3000)),
        format!("1{}", "+1".repeat(450)),
        format!("name{}", ".a".repeat(450)),
        format!("name{}", "|upper".repeat(450)),
        format!("{}1{}", "[".repeat(200), "]".repeat(200)),
        format!("{}1{}", "{'a':".repeat(200), "}".repeat(200)),
        "x".repeat(9000),
    ];
    for expression in deep {
        let mut bench = Bench::new();
        assert!(bench.load(&format!("!expr \"{expression}\"")).is_none(), "{expression}");
        assert!(!bench.out.is_empty());
    }
}

/// YAML allows a hundred levels; all of them can be loops and choices, in lists and in maps.
#[test]
fn deep_structure_ends() {
    for (open, close) in [
        ("!if { when: !expr flag, then: ", " }"),
        ("!for { as: x, in: !expr numbers, if: !expr false, do: ", " }"),
        ("[", "]"),
        ("[!if { when: !expr flag, then: ", " }]"),
        ("!merge [!if { when: !expr flag, then: ", " }]"),
        ("{ a: ", " }"),
    ] {
        for levels in [45, 49, 99] {
            let mut bench = Bench::new();
            let mut text = format!("{}{{}}{}", open.repeat(levels), close.repeat(levels));
            for level in 0..levels {
                text = text.replacen("as: x,", &format!("as: x{level},"), 1);
            }
            if bench.render(&text) == Rendered::Failed {
                assert!(!bench.out.is_empty());
            }
        }
    }
}

#[test]
fn templates_are_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<crate::template::Template>();
    shared::<crate::template::Data>();
}

/// Pieces that random templates are put together from.
const PIECES: &[&str] = &[
    "!expr ",
    "!text ",
    "!if ",
    "!for ",
    "!merge ",
    "!lines ",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ",",
    ": ",
    "\n",
    "\n  ",
    "- ",
    "when: ",
    "then: ",
    "else: ",
    "as: ",
    "in: ",
    "do: ",
    "key: ",
    "x",
    "name",
    "replicas",
    "flows.query",
    "flows",
    ".",
    "url",
    "|",
    "map",
    "join",
    "sort",
    "(attribute='url')",
    "first",
    " is ",
    "defined",
    "none",
    " not ",
    " and ",
    " if ",
    " else ",
    "'a'",
    "\"",
    "'",
    "<< ",
    " >>",
    "1",
    "-1",
    "99999999999",
    "1.5e300",
    " ~ ",
    " + ",
    " * ",
    " / ",
    " ** ",
    " % ",
    " // ",
    " > ",
    " == ",
    " in ",
    "#",
    " #",
    "é",
    "\\",
    "|-\n  ",
    "&a ",
    "*a",
    "range",
    "split",
    "replace('a', 'b')",
    "slice",
    "[1:2]",
    "[::-1]",
    "round(3)",
    "indent(9)",
    "numbers",
    "domains",
    "|json",
    "\0",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::collection::vec(proptest::sample::select(PIECES), 0..24).prop_map(|pieces| pieces.concat()),
        proptest::collection::vec(proptest::sample::select(PIECES), 0..12)
            .prop_map(|pieces| format!("a: !expr {}", serde_json::Value::from(pieces.concat()))),
        "\\PC{0,60}".prop_map(|text| format!("a: !expr {}", serde_json::Value::from(text))),
        "\\PC{0,60}".prop_map(|text| format!("a: !text {}", serde_json::Value::from(text))),
    ]
}

/// What random texts have found.
#[test]
fn spans_lie_between_characters() {
    for text in ["when: [éwhen: when: !expr "] {
        let mut bench = Bench::new();
        bench.render(text);
        for label in bench.out.iter().flat_map(|problem| problem.primary.iter().chain(&problem.secondary)) {
            assert!(text.is_char_boundary(label.span.end as usize), "{text}: {label:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any text loads or is refused, renders or fails; what fails says so.
    #[test]
    fn no_panic(text in text()) {
        let mut bench = Bench::new();
        if let Rendered::Failed = bench.render(&text) {
            prop_assert!(!bench.out.is_empty());
        }
        for problem in &bench.out {
            let length = text.len();
            for label in problem.primary.iter().chain(&problem.secondary) {
                prop_assert!(label.span.end as usize <= length && label.span.start <= label.span.end);
                prop_assert!(text.is_char_boundary(label.span.start as usize), "{problem:?}");
                prop_assert!(text.is_char_boundary(label.span.end as usize), "{problem:?}");
            }
        }
    }
}

/// Run by hand: `cargo test --release --lib template::tests::bounds::speed -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn speed() {
    use crate::source::Origins;
    let cases = [
        ("literal", "a: text"),
        ("name", "a: !expr replicas"),
        ("path", "a: !expr services.gossip.host"),
        ("comparison", "a: !expr replicas > 1"),
        ("defined", "a: !expr expose.host is defined"),
        ("text", "a: !text \"<< services.gossip.host >>:<< services.gossip.port >>\""),
        ("map", "a: !expr placement.nodeSelector"),
        ("filter", "a: !expr \"databases|join(',')|upper\""),
        ("if", "a: !if { when: !expr replicas > 1, then: x }"),
        ("for", "!for { as: flow, in: !expr flows.query, do: { u: !expr flow.url } }"),
    ];
    for (name, text) in cases {
        let mut bench = Bench::new();
        let template = bench.load(text).unwrap();
        let base = std::sync::Arc::new(bench.origins);
        let (rounds, inner) = (200, 1000);
        let start = std::time::Instant::now();
        for _ in 0..rounds {
            let mut origins = Origins::above(base.clone());
            for _ in 0..inner {
                let rendered = template.render(&bench.data, None, &mut origins, &mut bench.out);
                std::hint::black_box(rendered);
            }
        }
        let each = start.elapsed().as_nanos() / (rounds * inner);
        println!("{name:12} {each:5} ns");
    }
}
