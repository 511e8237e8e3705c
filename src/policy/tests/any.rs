//! Any text: whatever is written as an expression, dvgen answers.

use proptest::prelude::*;

use super::{checked, value_of, with_view};
use crate::policy::parse::MAX_BYTES;

#[expect(clippy::disallowed_methods, reason = "a test may be asked for more")]
fn cases(count: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|count| count.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(count), failure_persistence: None, ..ProptestConfig::default() }
}

/// Words of the language, so that random texts come near to expressions.
const WORDS: &[&str] = &[
    "components",
    "component('vault')",
    "platform",
    "nodes",
    ".name",
    ".all(x, ",
    ".exists(x, ",
    ".map(x, ",
    ".filter(x, ",
    ".exists_one(x, ",
    "has(",
    "size(",
    "where(",
    "x",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "?",
    ".?",
    "[?",
    "'a'",
    "\"b\"",
    "1",
    "-1",
    "2.5",
    "0x1F",
    "9223372036854775807",
    "true",
    "null",
    "&&",
    "||",
    "!",
    "==",
    "!=",
    "<",
    ">=",
    "in",
    "+",
    "-",
    "*",
    "/",
    "%",
    " ",
    "\n",
    "é",
    "`",
    "\\",
    "'",
    "\"",
    "1u",
    "b'a'",
    "r'a'",
    "matches('(a', ",
    "string(",
    "int(",
    "reaches('a', ",
    ".",
    "@",
    "#",
    "//",
    "variables.x",
    ".orValue(",
    "versionIn('1.0.0', '>=1')",
    "cidrOverlap(",
    "quantity_bytes('1Gi')",
    ".replicas",
    ".services",
    ".wave",
];

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn words_in_any_order(words in proptest::collection::vec(proptest::sample::select(WORDS), 0..24)) {
        let text = words.concat();
        with_view("policies/good", |view, _| { let _ = value_of(view, &text); });
    }

    #[test]
    fn any_text(text in ".{0,80}") {
        checked(&text);
    }

    #[test]
    fn any_unicode(text in proptest::collection::vec(any::<char>(), 0..40)) {
        checked(&text.into_iter().collect::<String>());
    }
}

#[test]
fn long_and_deep_texts_are_refused_or_read() {
    let fill = |part: &str| part.repeat(MAX_BYTES / part.len() - 1);
    for part in [
        "1+",
        "a.",
        "!",
        "-",
        "(",
        "[",
        "{'a':",
        "f(",
        "x.all(x,",
        "true?",
        "true?true:",
        "a[",
        "1==",
        "a&&",
        "true||",
        "'",
        "\"",
        "\\",
        "a.b(",
        "a in ",
        "{",
        "!-",
        "`",
        "\n",
        "//",
        "[?",
        "a.?b.",
        "true ? ",
        "1,",
        "x.map(a,true,",
    ] {
        for end in ["", "1", "true", ")"] {
            checked(&format!("{}{end}", fill(part)));
        }
    }
}
