//! Which strings may stand bare in YAML, and how the others are quoted.
//!
//! The rule is the sum of what ruamel, `PyYAML`, Go's yaml.v2 and yaml.v3, js-yaml, npm's yaml and the YAML 1.1 type
//! repository would take for something else than a string: quotes too many cost nothing, one too few turns
//! `country: no` into `false`. One pass over the bytes collects which classes occur; nearly every scalar is
//! decided by that and by its first byte.

use crate::emit::print::{Sink, escape};
use crate::source::OriginId;

const COLON: u8 = 1;
const HASH: u8 = 2;
const SPACE: u8 = 4;
/// A double quote or a backslash: what is ugly in double quotes.
const ESCAPE: u8 = 8;
const TAB: u8 = 16;
const BREAK: u8 = 32;
const CONTROL: u8 = 64;
const HIGH: u8 = 128;

/// The class of a byte; none of them for a byte that means nothing behind the first place.
const fn class(byte: u8) -> u8 {
    match byte {
        b':' => COLON,
        b'#' => HASH,
        b' ' => SPACE,
        b'"' | b'\\' => ESCAPE,
        b'\t' => TAB,
        b'\n' => BREAK,
        0..=0x1f | 0x7f => CONTROL,
        0x80.. => HIGH,
        _ => 0,
    }
}

/// The class of every byte: every key and string of every output is asked.
#[expect(clippy::indexing_slicing, reason = "the compiler makes it, and the index is a byte")]
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    loop {
        classes[byte as usize] = class(byte);
        if byte == u8::MAX {
            break classes;
        }
        byte += 1;
    }
};

fn classes(text: &str) -> u8 {
    text.bytes().fold(0, |seen, byte| seen | CLASSES.get(usize::from(byte)).copied().unwrap_or(HIGH))
}

/// How a string is written on one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    /// Double quotes, nothing in it to escape.
    Double,
    Escaped,
}

/// Writes a string and ends its line or lines. `indent` is that of the parent.
pub(super) fn string(sink: &mut Sink, text: &str, indent: usize, origin: OriginId) {
    let seen = classes(text);
    if seen & (BREAK | CONTROL) == BREAK
        && let Some(header) = block_header(text, seen)
    {
        return block(sink, text, header, indent, origin);
    }
    write(sink, text, style(text, seen));
    sink.end_line(origin);
}

/// Writes a string on the line that is open.
pub(super) fn one_line(sink: &mut Sink, text: &str) {
    write(sink, text, style(text, classes(text)));
}

/// Returns whether a string stands without quotes.
pub(super) fn is_bare(text: &str) -> bool {
    style(text, classes(text)) == Style::Plain
}

fn write(sink: &mut Sink, text: &str, style: Style) {
    match style {
        Style::Plain => sink.push(text),
        Style::Double => {
            sink.push_char('"');
            sink.push(text);
            sink.push_char('"');
        }
        Style::Single => {
            sink.push_char('\'');
            for (number, part) in text.split('\'').enumerate() {
                sink.push(if number > 0 { "''" } else { "" });
                sink.push(part);
            }
            sink.push_char('\'');
        }
        Style::Escaped => {
            sink.push_char('"');
            escape::push(sink, text, '"');
            sink.push_char('"');
        }
    }
}

fn style(text: &str, seen: u8) -> Style {
    if seen & (TAB | BREAK | CONTROL) != 0 || (seen & HIGH != 0 && text.chars().any(escape::is_hidden)) {
        Style::Escaped
    } else if may_start(text) && (seen & (COLON | HASH | SPACE) == 0 || may_continue(text)) {
        Style::Plain
    } else if seen & ESCAPE == 0 {
        Style::Double
    } else {
        Style::Single
    }
}

/// Returns whether colons, hashes and spaces stand where no reader sees a key, a comment or an end in them.
fn may_continue(text: &str) -> bool {
    let mut before = b' ';
    for byte in text.bytes() {
        if (before == b':' && byte == b' ') || (before == b' ' && byte == b'#') {
            return false;
        }
        before = byte;
    }
    before != b':' && before != b' '
}

/// Returns whether no reader sees an indicator, a word or a number in `text`, judging by its first byte first.
fn may_start(text: &str) -> bool {
    let Some(first) = text.as_bytes().first() else { return false };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' => !is_word(text),
        b'e' | b'E' => !is_exponent(text),
        b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'/' | b'(' | b')' | b'$' | b';' | b'^' | b'\\' | 0x80.. => true,
        b'~' => text.len() > 1,
        b'0'..=b'9' | b'.' => !may_be_number(text),
        b'+' | b'-' => may_follow_sign(text),
        _ => false,
    }
}

/// The words of YAML 1.1 (`bool` and `null` of the type repository), in any case.
fn is_word(text: &str) -> bool {
    let words: &[&str] = match text.len() {
        1 => &["y", "n"],
        2 => &["no", "on"],
        3 => &["yes", "off"],
        4 => &["true", "null"],
        5 => &["false"],
        _ => return false,
    };
    words.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// `e3`: npm's yaml reads it as a float in its YAML 1.1 mode.
fn is_exponent(text: &str) -> bool {
    text.bytes().skip(1).all(|byte| byte.is_ascii_digit() || matches!(byte, b'_' | b'+' | b'-'))
}

fn may_follow_sign(text: &str) -> bool {
    match text.as_bytes() {
        [_, b'0'..=b'9' | b'.', ..] => !may_be_number(text),
        // A document marker, at least at the start of a line.
        [b'-', b'-', b'-', ..] => false,
        // Go's readers drop every `_` before they look for a number: `-_6` is -6.
        [_, b'a'..=b'z' | b'A'..=b'Z' | b'/' | b'$', ..] | [b'-', b'-', ..] => true,
        _ => false,
    }
}

/// Returns whether a text that starts like a number could be one, or a date, or a time, to any reader.
///
/// That is a text of digits and of the characters between them; two dots (an address, a version) make it a
/// string everywhere.
fn may_be_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    match digits.as_bytes() {
        [b'0', rest @ ..] if is_based(rest) => return true,
        [b'.', b'.', b'.', ..] => return true,
        [b'.', word @ ..] if word.eq_ignore_ascii_case(b"inf") || word.eq_ignore_ascii_case(b"nan") => return true,
        _ => {}
    }
    let mut dots = 0;
    for byte in digits.bytes() {
        match byte {
            b'.' => dots += 1,
            b'0'..=b'9' | b'_' | b',' | b':' | b'+' | b'-' | b' ' | b'e' | b'E' | b't' | b'T' | b'z' | b'Z' => {}
            _ => return false,
        }
    }
    dots < 2
}

/// Returns whether what follows a zero makes it hexadecimal, octal or binary: `x1f`, and for Go's readers `_x1f` too.
fn is_based(rest: &[u8]) -> bool {
    let base = rest.iter().find(|byte| **byte != b'_');
    base.is_some_and(|byte| matches!(byte, b'x' | b'X' | b'o' | b'O' | b'b' | b'B'))
}

/// Returns the header of a literal block for `text`, if every reader would give back just this text.
///
/// Lines that end in a space or tab are kept out of blocks: editors and hooks strip them.
fn block_header(text: &str, seen: u8) -> Option<&'static str> {
    if seen & HIGH != 0 && text.chars().any(|char| char != '\n' && char != '\t' && escape::is_hidden(char)) {
        return None;
    }
    let body = text.trim_end_matches('\n');
    if body.is_empty() || body.split('\n').any(|line| line.ends_with([' ', '\t'])) {
        return None;
    }
    // Readers find the indentation by the first line with text in it, so a blank there must be announced.
    let told = body.trim_start_matches('\n').starts_with([' ', '\t']);
    Some(match (text.len() - body.len(), told) {
        (0, false) => "|-",
        (0, true) => "|2-",
        (1, false) => "|",
        (1, true) => "|2",
        (_, false) => "|+",
        (_, true) => "|2+",
    })
}

fn block(sink: &mut Sink, text: &str, header: &str, indent: usize, origin: OriginId) {
    sink.push(header);
    sink.end_line(origin);
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        if !line.is_empty() {
            sink.spaces(indent + 2);
            sink.push(line);
        }
        sink.end_line(origin);
    }
}
