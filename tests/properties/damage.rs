//! Files that were damaged by chance, or never were files of dvgen: all of them are reported, none makes it panic.

use std::sync::OnceLock;

use dvgen::source::SourceMap;
use dvgen::yaml::{Dialect, load_all};
use proptest::prelude::*;
use proptest::sample::Index;

use super::{Files, cases, check, check_diagnostics, fixtures, in_memory, platforms, some_platform};

/// Words that mean something to a part of dvgen, or to a reader of its outputs.
const WORDS: &[&str] = &[
    "",
    "~",
    "null",
    "$remove",
    "{}",
    "[]",
    "{",
    "}",
    "[",
    "]",
    ":",
    "- ",
    ",",
    "\"",
    "'",
    "|",
    ">-",
    "&a",
    "*a",
    "<<: ",
    "!expr",
    "!if",
    "!!str",
    "%",
    "@",
    "`",
    "#",
    "\t",
    "\r\n",
    "\n",
    "\u{feff}",
    "\u{0}",
    "\u{2028}",
    "é",
    "🦀",
    "0x10",
    "1e999",
    "-1",
    "99999999999999999999",
    "12:30",
    "no",
    "true",
    "0.0.0.0/0",
    "::/0",
    "10.0.0.0/33",
    "1.2.3",
    "1Gi",
    "18446744073709551615Gi",
    "../../etc/passwd",
    "/",
    "https://",
    "a.b.c",
    "-----BEGIN",
    "${x}",
    "{{ x }}",
    "$(x)",
    "loki",
    "prometheus",
    "mimir",
    "components",
    "flows",
    "production",
    "platform.yaml",
    "<<<<<<< a\n",
    "? ",
    "---\n",
];

/// One change of a text.
#[derive(Clone, Debug)]
enum Change {
    DropLine(Index),
    DoubleLine(Index),
    SwapLines(Index, Index),
    DropToken(Index),
    DoubleToken(Index),
    PutWord(Index, Index),
    PutToken(Index, Index),
    Cut(Index),
    Indent(Index, usize),
    PutChar(Index, char),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    prop_oneof![
        at().prop_map(Change::DropLine),
        at().prop_map(Change::DoubleLine),
        (at(), at()).prop_map(|(a, b)| Change::SwapLines(a, b)),
        at().prop_map(Change::DropToken),
        at().prop_map(Change::DoubleToken),
        (at(), at()).prop_map(|(a, b)| Change::PutWord(a, b)),
        (at(), at()).prop_map(|(a, b)| Change::PutToken(a, b)),
        at().prop_map(Change::Cut),
        (at(), 0..9usize).prop_map(|(a, n)| Change::Indent(a, n)),
        (at(), any::<char>()).prop_map(|(a, c)| Change::PutChar(a, c)),
    ]
}

/// Splits a text into words and what stands between them; joined they give the text.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut last = false;
    for char in text.chars() {
        let word = char.is_alphanumeric() || matches!(char, '.' | '_' | '-' | '/');
        match tokens.last_mut().filter(|_| word && last) {
            Some(token) => token.push(char),
            None => tokens.push(char.to_string()),
        }
        last = word;
    }
    tokens
}

fn changed(text: &str, change: &Change) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let mut parts = tokens(text);
    if lines.is_empty() || parts.is_empty() {
        return text.to_owned();
    }
    let count = lines.len();
    match change {
        Change::DropLine(at) => drop(lines.remove(at.index(count))),
        Change::DoubleLine(at) => lines.insert(at.index(count), lines[at.index(count)].clone()),
        Change::SwapLines(a, b) => lines.swap(a.index(count), b.index(count)),
        Change::Indent(at, by) => lines[at.index(count)].insert_str(0, &" ".repeat(*by)),
        Change::Cut(at) => return text.chars().take(at.index(text.len())).collect(),
        _ => {
            let at = |at: &Index| at.index(parts.len());
            match change {
                Change::DropToken(a) => drop(parts.remove(at(a))),
                Change::DoubleToken(a) => parts.insert(at(a), parts[at(a)].clone()),
                Change::PutWord(a, word) => {
                    let a = at(a);
                    WORDS[word.index(WORDS.len())].clone_into(&mut parts[a]);
                }
                Change::PutToken(a, b) => {
                    let (a, b) = (at(a), at(b));
                    let other = parts[b].clone();
                    parts[a] = other;
                }
                Change::PutChar(a, char) => {
                    let a = at(a);
                    parts[a].push(*char);
                }
                _ => {}
            }
            return parts.concat();
        }
    }
    lines.concat()
}

/// Returns the files with changes in one of them.
fn damaged(files: &Files, which: Index, changes: &[Change]) -> Files {
    let mut files = files.clone();
    let at = which.index(files.len());
    if let Some(bytes) = files.values_mut().nth(at) {
        let text = String::from_utf8_lossy(bytes).into_owned();
        *bytes = changes.iter().fold(text, |text, change| changed(&text, change)).into_bytes();
    }
    files
}

/// A component of the user's own, so that templates and facts can be damaged too: the library's, and one that uses
/// every form.
fn with_library() -> &'static Files {
    static FILES: OnceLock<Files> = OnceLock::new();
    FILES.get_or_init(|| {
        let mut files = fixtures()["own-component"].clone();
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        for folder in ["values/alloy", "values/vault", "values/external-secrets", "gitops/external-secrets"] {
            let found = platforms::files(&root.join(folder), &[]).into_iter();
            files.extend(found.map(|(path, bytes)| (format!("dvgen/{folder}/{path}"), bytes)));
        }
        files.insert("dvgen/values/log-archive/values.dvgen.yaml".into(), FORMS.into());
        files.remove(platforms::SPEC);
        files
    })
}

/// Every form of a template.
const FORMS: &str = r#"a: !expr replicas + 1
b: !text "<< name >> and << fullname | upper >>"
c: !if { when: !expr replicas > 1, then: { x: 1 }, else: [2] }
d: !for { as: flow, in: !expr served.logs, if: !expr flow.url, do: !expr flow.from.name }
e: !for { as: n, in: !expr "[1, 2, 3]", key: !text "k<< n >>", do: !expr n * 2 }
f: !merge [{ a: 1, b: { c: 2 } }, { b: { d: !expr settings.image } }]
g: !expr "settings.level if settings.level is defined else 'none'"
h: |
  {{ foreign }} ${text}
"#;

proptest! {
    #![proptest_config(cases(192))]

    #[test]
    fn a_damaged_platform_does_not_panic(
        name in some_platform(), which in any::<Index>(), changes in prop::collection::vec(change(), 1..6)
    ) {
        check(&in_memory(&damaged(&fixtures()[name], which, &changes)));
    }

    #[test]
    fn a_damaged_library_does_not_panic(which in any::<Index>(), changes in prop::collection::vec(change(), 1..6)) {
        let mut files = damaged(with_library(), which, &changes);
        files.insert(platforms::SPEC.to_owned(), fixtures()["own-component"][platforms::SPEC].clone());
        check(&in_memory(&files));
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for path in [platforms::SPEC, "dvgen/values/log-archive/component.yaml", "dvgen/gitops/log-archive/objects.dvgen.yaml"] {
            let mut files = fixtures()["own-component"].clone();
            files.insert(path.to_owned(), bytes.clone());
            check(&in_memory(&files));
        }
    }

    #[test]
    fn any_text_of_meaningful_words_is_read_without_panic(
        words in prop::collection::vec((any::<Index>(), any::<Option<char>>()), 0..60)
    ) {
        let mut text = String::new();
        for (word, char) in words {
            text.push_str(WORDS[word.index(WORDS.len())]);
            text.extend(char);
        }
        let mut sources = SourceMap::new();
        let file = sources.add("any.yaml", text.as_str());
        for dialect in [Dialect::Spec, Dialect::Template] {
            let mut problems = Vec::new();
            let read = load_all(file, &text, dialect, &mut problems);
            prop_assert!(read.is_some() || !problems.is_empty());
            check_diagnostics(&problems, &sources);
        }
        let mut files = fixtures()["minimal"].clone();
        files.insert(platforms::SPEC.to_owned(), text.into_bytes());
        check(&in_memory(&files));
    }

    #[test]
    fn any_expression_is_read_without_panic(
        parts in prop::collection::vec(prop_oneof![
            proptest::sample::select(PARTS).prop_map(str::to_owned),
            "[a-z]{1,6}",
            "[0-9]{1,20}",
            any::<char>().prop_map(String::from),
        ], 0..16),
        form in 0..2usize,
    ) {
        let source = parts.join(" ");
        let quoted = serde_json::to_string(&source).expect("a string");
        let template = if form == 0 { format!("a: !expr {quoted}\n") } else { format!("a: !text \"<< {} >>\"\n", quoted.trim_start_matches('"').strip_suffix('"').unwrap_or_default()) };
        let mut files = fixtures()["own-component"].clone();
        files.insert("dvgen/values/log-archive/values.dvgen.yaml".to_owned(), template.into_bytes());
        check(&in_memory(&files));
    }
}

/// Parts of expressions.
const PARTS: &[&str] = &[
    "name",
    "replicas",
    "served.logs",
    "flows",
    "services.push",
    "settings",
    "settings.image",
    "nodes",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ".",
    ",",
    ":",
    "|",
    "+",
    "-",
    "*",
    "/",
    "//",
    "%",
    "**",
    "~",
    "==",
    "!=",
    "<",
    ">",
    "and",
    "or",
    "not",
    "in",
    "is",
    "is not",
    "defined",
    "if",
    "else",
    "'a'",
    "\"b\"",
    "''",
    "none",
    "true",
    "1",
    "0",
    "9223372036854775807",
    "1.5",
    "length",
    "upper",
    "map(attribute='name')",
    "list",
    "max",
    "default(1)",
    "replace('a', 'b')",
    "split('.')",
    "range(9)",
    "range(999999999)",
    "join(',')",
    "[:3]",
    "[::-1]",
    "<<",
    ">>",
    "{{",
    "{%",
];
