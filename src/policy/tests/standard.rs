//! The language against the `cel` crate's own interpreter.

use cel::objects::Key;
use cel::{Context, Program, Value};

use super::{value_of, with_view};

/// Expressions that read nothing. Those that fail have to fail in both.
const SAME: &[&str] = &[
    "1 + 2 * 3 - 4",
    "(1 + 2) * 3",
    "7 / 2",
    "-7 / 2",
    "7 % 3",
    "-7 % 3",
    "7.0 / 2.0",
    "1.5 + 2.25",
    "-(3)",
    "1 / 0",
    "1 % 0",
    "9223372036854775807 + 1",
    "-9223372036854775807 - 2",
    "9223372036854775807 * 2",
    "1 == 1 && 2 != 3",
    "1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3",
    "'a' < 'b'",
    "'b' >= 'a'",
    "false < true",
    "1 < 1.5",
    "2 == 2.0",
    "'a' + 'b' == 'ab'",
    "'a' + \"b\"",
    "'tab\\tand \\u00e9 and \\'quote\\''",
    "r'raw\\n'",
    "'''many\nlines'''",
    "[1, 2] + [3]",
    "[1, 2] == [1, 2]",
    "[1, 2] == [2, 1]",
    "[1, [2, 3]][1][0]",
    "[1, 2][2]",
    "{'a': 1, 'b': [2]}['b'][0]",
    "{'a': 1}.a",
    "{'a': 1}.b",
    "{'a': 1} == {'a': 1}",
    "has({'a': 1}.a)",
    "has({'a': 1}.b)",
    "2 in [1, 2]",
    "3 in [1, 2]",
    "'a' in {'a': 1}",
    "'b' in {'a': 1}",
    "true ? 1 : 2",
    "false ? 1 : 2",
    "1 > 2 || 2 > 1",
    "false && 1 / 0 == 1",
    "1 / 0 == 1 && false",
    "true || 1 / 0 == 1",
    "1 / 0 == 1 || true",
    "1 / 0 == 1 || false",
    "!(true && false)",
    "[1, 2, 3].all(x, x > 0)",
    "[1, 2, 3].all(x, x > 1)",
    "[].all(x, x > 1)",
    "[1, 2, 3].exists(x, x == 2)",
    "[].exists(x, x == 2)",
    "[1, 0].exists(x, 1 / x == 1)",
    "[0, 1].exists(x, 1 / x == 1)",
    "[0, 2].exists(x, 1 / x == 1)",
    "[0, 2].all(x, 1 / x == 1)",
    "[1, 2, 3].exists_one(x, x > 2)",
    "[1, 2, 3].exists_one(x, x > 1)",
    "[1, 2, 3].map(x, x * x)",
    "[1, 2, 3].map(x, x > 1, x * x)",
    "[1, 2, 3].filter(x, x % 2 == 1)",
    "[[1, 2], [3]].map(x, x.map(y, y + 1))",
    "{'a': 1}.all(key, key == 'a')",
    "{'a': 1}.map(key, key + '!')",
    "size('abcé')",
    "size([1, 2])",
    "size({'a': 1})",
    "'abc'.size()",
    "'abc'.startsWith('ab')",
    "'abc'.endsWith('bc')",
    "'abc'.contains('d')",
    "string(1) + string(true)",
    "string(1.5)",
    "int('42') + int(1.9) + int(-1.9)",
    "int('x')",
    "double('1.5') + double(1)",
    "null == null",
    "[1, 2.0, 3].map(x, x)",
    "1 + 2 == 3 ? 'yes' : 'no'",
    "[1, 2, 3].filter(x, x > 1).map(x, x + 1).exists(x, x == 4)",
];

fn theirs(text: &str) -> Option<String> {
    let program = Program::compile(text).expect("an expression");
    program.execute(&Context::default()).ok().map(|value| shown(&value))
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => format!("{number:?}"),
        Value::String(text) => format!("{:?}", text.as_str()),
        Value::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => {
            let entry = |(key, value): (&Key, &Value)| match key {
                Key::String(key) => format!("{:?}: {}", key.as_str(), shown(value)),
                _ => String::new(),
            };
            let mut entries: Vec<String> = map.map.iter().map(entry).collect();
            entries.sort();
            format!("{{{}}}", entries.join(", "))
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn the_crate_says_the_same() {
    assert!(SAME.len() > 60);
    with_view("policies/good", |view, _| {
        let mut unlike = Vec::new();
        for text in SAME {
            let (ours, theirs) = (value_of(view, text), theirs(text));
            if ours.clone().ok() != theirs {
                unlike.push(format!("{text}\n  ours   {ours:?}\n  theirs {theirs:?}"));
            }
        }
        assert!(unlike.is_empty(), "\n{}", unlike.join("\n"));
    });
}
