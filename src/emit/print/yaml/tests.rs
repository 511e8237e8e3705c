//! The printer against two readers in process: parser events, and serde-saphyr. `tests/yaml_readers.rs` asks the
//! readers of other languages.

use std::sync::Arc;

use granit_parser::{Event, Parser, ScalarStyle};
use proptest::prelude::*;

use super::*;
use crate::emit::print::tests::{assert_lines, origins};

fn nasty() -> Vec<String> {
    serde_json::from_str(include_str!("../../../../tests/data/nasty.json")).expect("a list of strings")
}

/// What a reader sees: text, and whether it was free to guess the type.
#[derive(Debug, PartialEq)]
enum Seen {
    Scalar(String, bool),
    List(Vec<Seen>),
    Map(Vec<(Seen, Seen)>),
}

fn read(events: &mut impl Iterator<Item = Event<'static>>) -> Option<Seen> {
    match events.next()? {
        Event::Scalar(text, style, ..) => Some(Seen::Scalar(text.into_owned(), style == ScalarStyle::Plain)),
        Event::SequenceStart(..) => Some(Seen::List(std::iter::from_fn(|| read(events)).collect())),
        Event::MappingStart(..) => {
            Some(Seen::Map(std::iter::from_fn(|| Some((read(events)?, read(events)?))).collect()))
        }
        Event::SequenceEnd | Event::MappingEnd | Event::StreamEnd => None,
        _ => read(events),
    }
}

fn read_all(text: &str) -> Vec<Seen> {
    let owned: &'static str = Box::leak(text.to_owned().into_boxed_str());
    let mut events = Parser::new_from_str(owned).map(|event| event.unwrap_or_else(|error| panic!("{error}\n{text}")).0);
    std::iter::from_fn(|| read(&mut events)).collect()
}

fn assert_same(seen: &Seen, doc: &Doc) {
    match (seen, &doc.value) {
        (Seen::Scalar(seen, _), Value::Str(text)) => assert_eq!(seen, &**text),
        (Seen::Scalar(seen, true), Value::Null) => assert_eq!(seen, "null"),
        (Seen::Scalar(seen, true), Value::Bool(flag)) => assert_eq!(seen, &flag.to_string()),
        (Seen::Scalar(seen, true), Value::Int(number)) => assert_eq!(seen, &number.to_string()),
        (Seen::Scalar(seen, true), Value::Float(number)) => {
            assert!(seen.contains('.'), "{seen}");
            assert_eq!(seen.parse::<f64>().map(f64::to_bits), Ok(number.to_bits()));
        }
        (Seen::List(seen), Value::List(items)) => {
            assert_eq!(seen.len(), items.len());
            seen.iter().zip(items).for_each(|(seen, item)| assert_same(seen, item));
        }
        (Seen::Map(seen), Value::Map(map)) => {
            assert_eq!(seen.len(), map.len());
            for ((seen_key, seen), (key, doc)) in seen.iter().zip(map.iter()) {
                assert!(matches!(seen_key, Seen::Scalar(text, _) if *text == *key.text), "{seen_key:?} {key:?}");
                assert_same(seen, doc);
            }
        }
        (seen, value) => panic!("{seen:?} is not {value:?}"),
    }
}

fn json(doc: &Doc) -> serde_json::Value {
    match &doc.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(flag) => (*flag).into(),
        Value::Int(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::Str(text) => (&**text).into(),
        Value::Text(lines) => (*crate::doc::joined(lines)).into(),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(map) => map.iter().map(|(key, doc)| (key.text.to_string(), json(doc))).collect(),
    }
}

fn assert_round_trip(doc: &Doc) {
    let printed = print(&[], std::slice::from_ref(doc), LineTable::Keep);
    assert_lines(&printed);
    let skipped = print(&[], std::slice::from_ref(doc), LineTable::Skip);
    assert_eq!((&skipped.text, skipped.lines.len()), (&printed.text, 0));
    let seen = read_all(&printed.text);
    assert_eq!(seen.len(), 1, "{}", printed.text);
    assert_same(&seen[0], doc);
    let second: serde_json::Value =
        serde_saphyr::from_str(&printed.text).unwrap_or_else(|error| panic!("{error}\n{}", printed.text));
    assert_eq!(second, json(doc), "{}", printed.text);
}

/// Returns a map with `text` in every place that a scalar can have.
fn everywhere(text: &str) -> Doc {
    let [origin] = origins();
    let leaf = || Doc::str(Arc::<str>::from(text), origin);
    let map = |entries: Vec<(&str, Doc)>| {
        let mut map = Map::new();
        for (key, doc) in entries {
            map.set(Arc::<str>::from(key), doc);
        }
        Doc::map(map, origin)
    };
    let list = |items| Doc::list(items, origin);
    map(vec![
        ("value", leaf()),
        ("key", map(vec![(text, leaf())])),
        ("above", map(vec![(text, map(vec![(text, list(vec![leaf()]))]))])),
        ("list", list(vec![leaf(), map(vec![(text, leaf()), ("z", leaf())]), list(vec![leaf(), leaf()]), leaf()])),
        ("last", leaf()),
    ])
}

#[test]
fn nasty_strings_survive_everywhere() {
    let nasty = nasty();
    assert!(nasty.len() >= 170);
    for text in nasty {
        assert_round_trip(&everywhere(&text));
        assert_round_trip(&Doc::str(text, origins::<1>()[0]));
    }
}

#[test]
fn long_keys_and_strings_survive() {
    for size in [159, 161, 998, 999, 1000, 1001, 1025, 5000] {
        assert_round_trip(&everywhere(&"k".repeat(size)));
        assert_round_trip(&everywhere(&"é: ".repeat(size)));
        assert_round_trip(&everywhere(&"\u{1}".repeat(size)));
    }
    let printed = print(&[], &[everywhere(&"word ".repeat(500))], LineTable::Skip);
    assert!(printed.text.lines().any(|line| line.len() > 2400), "a long string stays on one line");
}

#[test]
fn what_people_read_often_is_not_quoted() {
    let plain = "10.0.0.11 10.0.0.0/24 1.2.3 v1.2 8Gi 100m 15d http://a.b:80/c?d=e#f ~/.ssh/id_rsa --flag=on key=value \
                 a,b no-op on-call /a/b $(POD_IP):9094 192.168.0.200-192.168.0.220 rate(x[5m]) _ ../a 台北 it's C:\\dir";
    for text in plain.split_whitespace() {
        let mut sink = Sink::default();
        scalar::one_line(&mut sink, text);
        assert_eq!(sink.finish().text, text);
    }
}

#[test]
fn quotes_are_chosen_for_reading() {
    let table = [
        ("yes", "\"yes\""),
        ("8080", "\"8080\""),
        ("it's: x", "\"it's: x\""),
        ("{\"a\": 1}", "'{\"a\": 1}'"),
        ("a: \"it's\"", "'a: \"it''s\"'"),
        ("a\tb", "\"a\\tb\""),
        ("\u{feff}\u{1}\"\\", "\"\\ufeff\\u0001\\\"\\\\\""),
        ("\u{e0041}", "\"\\U000e0041\""),
    ];
    for (text, expected) in table {
        let mut sink = Sink::default();
        scalar::one_line(&mut sink, text);
        assert_eq!(sink.finish().text, expected);
    }
}

#[test]
fn layout_and_origins() {
    let [file, header, image, ports, port, script, env, empty] = origins();
    let mut container = Map::new();
    container.set("image", Doc::str("nginx", image));
    container.insert(
        Key { text: "ports".into(), origin: ports },
        Doc::list(vec![Doc::int(80, port), Doc::list(vec![Doc::str("y", port), Doc::bool(true, port)], port)], empty),
    );
    container.set("script", Doc::str("a\n\nb\n", script));
    let mut env_map = Map::new();
    env_map.set("A B", Doc::new(Value::Float(1e3), env)).set("none", Doc::new(Value::Null, env));
    let mut top = Map::new();
    top.insert(Key { text: "containers".into(), origin: header }, Doc::list(vec![Doc::map(container, empty)], empty));
    top.insert(Key { text: "env".into(), origin: header }, Doc::map(env_map, empty));
    top.set("list", Doc::list(vec![], empty)).set("map", Doc::map(Map::new(), empty));
    let docs = [Doc::map(top, file), Doc::list(vec![Doc::str("|", port)], file)];
    let printed = print(&[Note::new("made by dvgen", file)], &docs, LineTable::Keep);
    let expected = [
        (file, "# made by dvgen"),
        (header, "containers:"),
        (image, "  - image: nginx"),
        (ports, "    ports:"),
        (port, "      - 80"),
        (port, "      - - \"y\""),
        (port, "        - true"),
        (script, "    script: |"),
        (script, "      a"),
        (script, ""),
        (script, "      b"),
        (header, "env:"),
        (env, "  A B: 1000.0"),
        (env, "  none: null"),
        (empty, "list: []"),
        (empty, "map: {}"),
        (file, "---"),
        (port, "- \"|\""),
    ];
    let lines: Vec<_> = printed.lines.iter().copied().zip(printed.text.lines()).collect();
    assert_eq!(lines, expected);
    assert_lines(&printed);
    assert_eq!(read_all(&printed.text).len(), 2);
}

#[test]
fn nothing_to_print_is_empty() {
    assert_eq!(print(&[], &[], LineTable::Keep), Printed::default());
}

fn any_text() -> impl Strategy<Value = String> {
    let alphabet = " :#-\n\n\t'\"\\01.9eExyYnNo~=<>|&*!?%@`{}[],_+\r\u{85}\u{feff}\u{2028}é😀";
    let alphabet: Vec<char> = alphabet.chars().collect();
    let soup = proptest::collection::vec(proptest::sample::select(alphabet), 0..12);
    prop_oneof![
        3 => soup.prop_map(|chars| chars.into_iter().collect()),
        2 => proptest::sample::select(nasty()),
        1 => any::<String>(),
    ]
}

fn any_doc() -> impl Strategy<Value = Doc> {
    let [origin] = origins();
    let leaf = prop_oneof![
        6 => any_text().prop_map(move |text| Doc::str(text, origin)),
        1 => any::<i64>().prop_map(move |number| Doc::int(number, origin)),
        1 => proptest::num::f64::NORMAL.prop_map(move |number| Doc::new(Value::Float(number), origin)),
        1 => any::<bool>().prop_map(move |flag| Doc::bool(flag, origin)),
        1 => Just(Doc::new(Value::Null, origin)),
    ];
    leaf.prop_recursive(5, 40, 5, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(move |items| Doc::list(items, origin)),
            proptest::collection::vec((any_text(), inner), 0..5).prop_map(move |entries| {
                let mut map = Map::new();
                for (key, doc) in entries {
                    map.set(Arc::<str>::from(key), doc);
                }
                Doc::map(map, origin)
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn any_document_reads_back(doc in any_doc()) {
        assert_round_trip(&doc);
    }

    #[test]
    fn several_documents_stay_apart(docs in proptest::collection::vec(any_doc(), 2..4)) {
        let printed = print(&[], &docs, LineTable::Keep);
        assert_lines(&printed);
        let seen = read_all(&printed.text);
        prop_assert_eq!(seen.len(), docs.len());
        seen.iter().zip(&docs).for_each(|(seen, doc)| assert_same(seen, doc));
    }
}
