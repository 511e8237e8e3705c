//! Makes text from sources safe to show: nothing that a terminal obeys, and nothing that a reader cannot see.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Returns whether a character must not reach a terminal as it is.
///
/// These are the control characters of both sets (a terminal obeys them), the bidirectional controls (they show a
/// line in another order than the one that is parsed: CVE-2021-42574), and characters that are not to be seen at all.
/// The joiners U+200C and U+200D stay: Persian and emoji need them.
pub(super) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Appends what stands for a character: itself, four spaces for a tab, the control picture, or `\u{…}`.
pub(super) fn push(out: &mut String, c: char) {
    match c {
        '\t' => out.push_str("    "),
        '\0'..='\u{1f}' => out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')),
        '\u{7f}' => out.push('\u{2421}'),
        _ if is_unsafe(c) => {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        }
        _ => out.push(c),
    }
}

/// Returns a text of several lines, safe and at most `limit` characters long.
pub(super) fn lines(text: &str, limit: usize) -> String {
    let mut out = String::with_capacity(text.len().min(4 * limit));
    for (count, c) in text.replace("\r\n", "\n").chars().enumerate() {
        if count == limit {
            out.push('…');
            break;
        }
        if c == '\n' { out.push(c) } else { push(&mut out, c) }
    }
    out
}

/// Returns a text safe and on one line, with line breaks and tabs spelled as `\n`, `\r` and `\t`.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ => push(&mut out, c),
        }
    }
    Cow::Owned(out)
}

/// Returns a JSON text in which every unsafe character of a string is a `\u` escape: the value stays the same.
///
/// `serde_json` escapes only the first set of control characters, and outside of strings JSON has no other.
pub(super) fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        if c != '\n' && is_unsafe(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out.push('\n');
    out
}
