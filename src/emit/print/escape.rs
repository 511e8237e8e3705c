//! Quoted strings: which characters are never written as themselves, and how a printer escapes them.

use super::Sink;

/// Returns whether a character is written escaped wherever that can be done.
///
/// These are control characters, line breaks other than the newline, characters that cannot be seen or that
/// reorder the text around them, and code points that a YAML stream may not contain (YAML 1.2.2 §5.1). Joiners
/// (U+200C, U+200D) stay: scripts and emoji need them.
pub(crate) const fn is_hidden(char: char) -> bool {
    if char.is_ascii() {
        return char.is_ascii_control();
    }
    matches!(char,
        '\u{80}'..='\u{a0}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202f}' | '\u{2060}'..='\u{206f}' | '\u{fdd0}'..='\u{fdef}' | '\u{feff}'
        | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
        || (char as u32) & 0xfffe == 0xfffe
}

/// Writes `text` with the escapes that YAML, HCL, Alloy and Python strings have in common.
///
/// `quote` and the backslash get a backslash, hidden characters become `\n`, `\r`, `\t`, `\uXXXX` or `\UXXXXXXXX`.
pub(super) fn push(sink: &mut Sink, text: &str, quote: char) {
    let mut rest = text;
    while let Some(at) = rest.find(|char: char| char == quote || char == '\\' || is_hidden(char)) {
        let (plain, from) = rest.split_at(at);
        sink.push(plain);
        let mut chars = from.chars();
        if let Some(char) = chars.next() {
            push_char(sink, char);
        }
        rest = chars.as_str();
    }
    sink.push(rest);
}

fn push_char(sink: &mut Sink, char: char) {
    match char {
        '\n' => sink.push("\\n"),
        '\r' => sink.push("\\r"),
        '\t' => sink.push("\\t"),
        char if !is_hidden(char) => {
            sink.push_char('\\');
            sink.push_char(char);
        }
        char if u32::from(char) > 0xffff => push_hex(sink, 'U', u32::from(char), 8),
        char => push_hex(sink, 'u', u32::from(char), 4),
    }
}

fn push_hex(sink: &mut Sink, kind: char, code: u32, digits: u32) {
    sink.push_char('\\');
    sink.push_char(kind);
    for digit in (0..digits).rev() {
        sink.push_char(char::from_digit((code >> (4 * digit)) & 15, 16).unwrap_or('0'));
    }
}
