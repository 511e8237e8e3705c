//! Helpers for the tests of the printers, and tests of the sink.

use super::*;
use crate::source::Origins;

/// Returns some origins that can be told apart.
pub(crate) fn origins<const N: usize>() -> [OriginId; N] {
    let mut arena = Origins::new();
    std::array::from_fn(|_| arena.defaulted("test", None))
}

/// Checks that there is one origin for each line of a text.
pub(crate) fn assert_lines(printed: &Printed) {
    assert!(printed.text.is_empty() || printed.text.ends_with('\n'), "{:?}", printed.text);
    assert_eq!(printed.lines.len(), printed.text.matches('\n').count(), "{}", printed.text);
}

fn floats() -> [(f64, &'static str); 10] {
    [
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (1.0, "1.0"),
        (-1.5, "-1.5"),
        (1e20, "1.0e+20"),
        (1.5e300, "1.5e+300"),
        (1e-7, "1.0e-7"),
        (0.1, "0.1"),
        (f64::MAX, "1.7976931348623157e+308"),
        (f64::MIN_POSITIVE, "2.2250738585072014e-308"),
    ]
}

#[test]
fn floats_stay_floats_and_round_trip() {
    for (number, text) in floats() {
        let mut sink = Sink::default();
        sink.push("1e5 ");
        sink.float(number);
        assert_eq!(sink.finish().text, format!("1e5 {text}"));
        assert_eq!(text.parse::<f64>().map(f64::to_bits), Ok(number.to_bits()));
    }
}

#[test]
fn integers_are_decimal() {
    for number in [0, 7, 10, -1, 1234, i64::MAX, i64::MIN] {
        let mut sink = Sink::default();
        sink.int(number);
        assert_eq!(sink.finish().text, number.to_string());
    }
}

#[test]
fn indentation_has_any_width() {
    for width in [0, 1, 63, 64, 65, 200] {
        let mut sink = Sink::default();
        sink.spaces(width);
        assert_eq!(sink.finish().text, " ".repeat(width));
    }
}

#[test]
fn a_comment_cannot_be_left() {
    let [origin] = origins();
    let mut sink = Sink::new(LineTable::Keep);
    sink.comment("  ", "#", &Note::new("one\n\ntwo \r\nx\u{2028}y: z\u{85}\tq\n", origin));
    let printed = sink.finish();
    assert_eq!(printed.text, "  # one\n  #\n  # two\n  # x y: z  q\n");
    assert_lines(&printed);
}

#[test]
fn plain_lines_have_their_origins() {
    let [first, second, third] = origins();
    let mut inner = plain::Lines::new(LineTable::Keep);
    inner.push("c", third);
    let mut lines = plain::Lines::new(LineTable::Keep);
    lines.push("a\nb\n", first).push("", second).append(&inner.finish(), first);
    let printed = lines.finish();
    assert_eq!(printed.text, "a\nb\n\nc\n");
    assert_eq!(printed.lines, [first, first, second, third]);
    let mut skipping = plain::Lines::new(LineTable::Skip);
    skipping.push("a", first);
    assert_eq!(skipping.finish(), Printed { text: "a\n".to_owned(), lines: Vec::new() });
}
