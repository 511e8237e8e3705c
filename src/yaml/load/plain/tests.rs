//! Holds the plain reader to the parser: what it reads is what the parser reads, to the byte of each span.
#![expect(clippy::disallowed_methods, reason = "a test reads the files of the repository")]

use std::path::Path;

use proptest::prelude::*;

use crate::source::{FileId, SourceMap};
use crate::yaml::load::{Dialect, parse, plain};
use crate::yaml::{Comment, Node};

fn file() -> FileId {
    SourceMap::new().add("test.yaml", "")
}

/// Returns what the parser reads, unless it has something to say.
fn parsed(text: &str, dialect: Dialect) -> Option<(Node, Vec<Comment>)> {
    let mut out = Vec::new();
    let (mut documents, comments) = parse(file(), text, dialect, &mut out)?;
    (out.is_empty() && documents.len() == 1).then(|| documents.remove(0)).map(|root| (root, comments))
}

/// Reads a text both ways, and returns whether the plain reader read it, or how the two differ.
fn compare(text: &str, dialect: Dialect) -> Result<bool, String> {
    let Some(plain) = plain::read(file(), text, dialect) else { return Ok(false) };
    let expected = parsed(text, dialect);
    if expected.as_ref() == Some(&plain) {
        return Ok(true);
    }
    Err(format!("{text}\n---- {dialect:?}, plain:\n{plain:#?}\n---- parser:\n{expected:#?}"))
}

#[track_caller]
fn assert_same(text: &str, dialect: Dialect) -> bool {
    compare(text, dialect).unwrap_or_else(|difference| panic!("{difference}"))
}

/// Calls `visit` with each YAML file below a folder.
fn each_yaml(folder: &Path, visit: &mut impl FnMut(&Path, &str)) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let is_yaml = path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
        if path.is_dir() {
            each_yaml(&path, visit);
        } else if is_yaml && let Ok(text) = std::fs::read_to_string(&path) {
            visit(&path, &text);
        }
    }
}

#[test]
fn files_of_the_repository() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut specs, mut plain_specs, mut templates, mut plain_templates) = (0, 0, 0, 0);
    for folder in ["values", "gitops", "fixtures", "policies"] {
        each_yaml(&root.join(folder), &mut |path, text| {
            let [spec, template, _] = [Dialect::Spec, Dialect::Template, Dialect::Foreign].map(|dialect| {
                compare(text, dialect).unwrap_or_else(|difference| panic!("{}: {difference}", path.display()))
            });
            if path.ends_with("platform.yaml") && parsed(text, Dialect::Spec).is_some() {
                specs += 1;
                plain_specs += usize::from(spec);
            }
            if folder == "values" {
                templates += 1;
                plain_templates += usize::from(template);
            }
        });
    }
    assert!(specs > 50 && plain_specs * 100 >= specs * 90, "{plain_specs} of {specs} specs");
    assert!(templates > 20 && plain_templates * 100 >= templates * 80, "{plain_templates} of {templates} templates");
}

#[test]
fn what_it_reads() {
    for text in [
        "a: b\n",
        "# about a\na: b # here\n\n# at the end",
        "---\na:\n  b: 1\n  c: two words # and why\nd:\n- x\n-\n- e: f\n  g:\n- - h\n  - i\n",
        "--- # start\n- a\n-   # nothing\n- # next\n  b: c\n",
        "a: [b, 'c d', \"e\\u00e9\\n\", {f: , g: [], \"h\":i}, ]\nj: {\n  k: l, # m\n}\n",
        "\"a b\": 'it''s'\nc : d\n<: e\n:f: :g\nü: \u{1f600}\n-h: -i\n",
        "a:\n\n  # deep\n  - b\n  # end\n\n# out\nc:\n",
    ] {
        assert!(assert_same(text, Dialect::Spec), "{text}");
    }
    let text = "!for\nin: !expr a.b == \"c\"\nx:\n  - !text '<< a >>'\n  - !if # why\n    when: b\n  - [!expr c]\ny: !if\n  when: x\n";
    assert!(assert_same(text, Dialect::Template));
    assert!(!assert_same(text, Dialect::Spec));
}

#[test]
fn what_it_leaves_to_the_parser() {
    for text in [
        "",
        "# nothing",
        "a",
        "a: b\na: c",
        "a: {b: c, b: d}",
        "a: &b c",
        "a: *b",
        "<<: {a: b}",
        "a: |\n  b",
        "a: b\n  c",
        "a: 'b\n  c'",
        "? a\n: b",
        "%YAML 1.2\n---\na: b",
        "a: b\n---\nc: d",
        "a: b\n...\n",
        "a:\tb",
        "a: b\r\nc: d",
        "\u{feff}a: b",
        "a: \u{85}",
        "a: \u{0}",
        "a: b: c",
        "a: - b",
        "a: [b",
        "a: [b]]",
        "a: [b]#c",
        "a: 'b'#c",
        "a: [b: c]",
        "a: {b}",
        "a: {b:[c]}",
        "a: @b",
        "a: \"\\q\"",
        "- a\nb: c",
        "a:\n  b: c\n d: e",
    ] {
        assert!(!assert_same(text, Dialect::Template), "{text}");
    }
    let deep = "[".repeat(70) + &"]".repeat(70);
    assert!(!assert_same(&format!("a: {deep}"), Dialect::Spec));
    assert!(!assert_same(&format!("{}: b", "a".repeat(1030)), Dialect::Spec));
    assert!(!assert_same(&format!("a:\n{}  b: c", "  # d\n".repeat(100)), Dialect::Spec));
}

/// Pieces that mean something to YAML, and a few that do not.
const PIECES: &[&str] = &[
    "a",
    "b",
    "key",
    "0",
    "~",
    "é",
    "\u{1f600}",
    "\u{2028}",
    " ",
    " ",
    "  ",
    ": ",
    ": ",
    ":",
    ": \n",
    ":\n",
    ":\n  ",
    ":\n- ",
    "\n",
    "\n",
    "\n",
    "\n  ",
    "\n  ",
    "\n    ",
    "\n ",
    "\n\n",
    " #",
    " # c",
    "#",
    "\n# c\n",
    "\n  # c\n",
    "- ",
    "- ",
    "-",
    "-\n",
    "\n- ",
    "\n  - ",
    "? ",
    "?",
    "'",
    "''",
    "'x'",
    "'x y'",
    "\"",
    "\"x\"",
    "\"x: \\n\"",
    "\\",
    "\"\\x41\"",
    "\"\\uD834\\uDD1E\"",
    "[",
    "]",
    "{",
    "}",
    "[]",
    "{}",
    ", ",
    ",",
    "[a, b]",
    "{a: b}",
    "{ a: b, c: ",
    "!",
    "!x ",
    "!x\n",
    "!x",
    "!!str ",
    "&a ",
    "*a",
    "|",
    "|\n",
    ">",
    "%",
    "@",
    "`",
    "---",
    "---\n",
    "--- ",
    "\n---\n",
    "...",
    "\n...\n",
    "<<: ",
    "=",
    "a: b\n",
    "a: b\n",
    "b: c\n",
    "c:\n",
    "  d: e\n",
    "- f\n",
    "  - g\n",
    "    h: i\n",
    "\t",
    "\r\n",
    "\u{feff}",
];

/// Lines that are near to documents, so that many are.
const LINES: &[&str] = &[
    "a:",
    "b:",
    "c:",
    "d: e",
    "f: g # h",
    "- i",
    "-",
    "- j:",
    "- k: l",
    "- - m",
    "- - n: o",
    "# p",
    "",
    "q: [r, s]",
    "t: {u: v}",
    "w: [",
    "x,",
    "],",
    "]",
    "y: {",
    "z: 1,",
    "}",
    "'a b': \"c\"",
    "\"d\" : e",
    "f: !g h",
    "i: !j",
    "- !k l",
    "- !m",
    "!n",
    "o: 'p' # q",
    "- # r",
    "s: # t",
    "u: v: w",
    "x",
    "'y'",
    "{a: b}",
    "[a]",
    "[a, b]: c",
    "- [d]",
    "- {e: f}",
    "- 'g'",
    "- \"h\": i",
    "{a: {b: [c, d]}, e: }",
    "k: -l",
    "m: :n",
    "- -o",
    "p: q#r",
    "s: t #",
    "u: ?v",
    "---",
    "é: ü",
    "w:  x ",
];

fn cases(count: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|count| count.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(count), failure_persistence: None, ..ProptestConfig::default() }
}

fn lines() -> impl Strategy<Value = String> {
    let line = (0_usize..4, 0_u8..12, proptest::sample::select(LINES)).prop_map(|(depth, odd, line)| {
        let indent = depth * 2 + usize::from(odd == 0);
        format!("{}{line}\n", " ".repeat(indent))
    });
    proptest::collection::vec(line, 1..9).prop_map(|lines| lines.concat())
}

/// A few lines of a real file, with pieces put in or taken out anywhere.
fn damaged() -> impl Strategy<Value = String> {
    let mut texts = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["values", "fixtures/platforms"] {
        each_yaml(&root.join(folder), &mut |_, text| {
            let lines: Vec<&str> = text.split_inclusive('\n').collect();
            texts.extend(lines.chunks(9).step_by(7).map(<[&str]>::concat));
        });
    }
    let change = (any::<proptest::sample::Index>(), 0_usize..3, proptest::sample::select(PIECES));
    (proptest::sample::select(texts), proptest::collection::vec(change, 0..4)).prop_map(|(mut text, changes)| {
        for (place, less, piece) in changes {
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let number = place.index(places.len());
            let end = places[(number + less).min(places.len() - 1)];
            text.replace_range(places[number]..end, piece);
        }
        text
    })
}

proptest! {
    #![proptest_config(cases(3000))]

    #[test]
    fn damaged_files(text in damaged()) {
        for dialect in [Dialect::Spec, Dialect::Template] {
            compare(&text, dialect).map_err(TestCaseError::fail)?;
        }
    }

    #[test]
    fn pieces(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 1..14)) {
        let text = pieces.concat();
        for dialect in [Dialect::Spec, Dialect::Template] {
            compare(&text, dialect).map_err(TestCaseError::fail)?;
        }
    }

    #[test]
    fn near_documents(text in lines()) {
        for dialect in [Dialect::Spec, Dialect::Template] {
            compare(&text, dialect).map_err(TestCaseError::fail)?;
        }
    }
}
