//! The JSON printer: one key or item a line, two spaces of indentation.

use super::{LineTable, Printed, Sink};
use crate::doc::{Doc, Value, joined};

/// Prints a document.
#[must_use]
pub fn print(doc: &Doc, table: LineTable) -> Printed {
    let mut sink = Sink::new(table);
    node(&mut sink, doc, 0);
    sink.end_line(doc.origin);
    sink.finish()
}

fn node(sink: &mut Sink, doc: &Doc, indent: usize) {
    match &doc.value {
        Value::Null => sink.push("null"),
        Value::Bool(flag) => sink.push(if *flag { "true" } else { "false" }),
        Value::Int(number) => sink.int(*number),
        Value::Float(number) => sink.float(*number),
        Value::Str(text) => string(sink, text),
        Value::Text(lines) => string(sink, &joined(lines)),
        Value::List(items) => {
            let items: Vec<_> = items.iter().map(|item| (None, item)).collect();
            block(sink, doc, &items, ['[', ']'], indent);
        }
        Value::Map(map) => {
            let entries: Vec<_> = map.iter().map(|(key, value)| (Some(key), value)).collect();
            block(sink, doc, &entries, ['{', '}'], indent);
        }
    }
}

fn block(
    sink: &mut Sink,
    doc: &Doc,
    entries: &[(Option<&crate::doc::Key>, &Doc)],
    [open, close]: [char; 2],
    indent: usize,
) {
    sink.push_char(open);
    if !entries.is_empty() {
        sink.end_line(doc.origin);
        for (number, (key, value)) in entries.iter().enumerate() {
            sink.spaces(indent + 2);
            if let Some(key) = key {
                string(sink, &key.text);
                sink.push(": ");
            }
            node(sink, value, indent + 2);
            if number + 1 < entries.len() {
                sink.push_char(',');
            }
            sink.end_line(value.origin);
        }
        sink.spaces(indent);
    }
    sink.push_char(close);
}

/// The strings of RFC 8259 §7, with hidden characters escaped too; what lies between is copied as a whole.
fn string(sink: &mut Sink, text: &str) {
    sink.push_char('"');
    let mut rest = text;
    while let Some((plain, tail)) = special(rest).and_then(|at| rest.split_at_checked(at)) {
        sink.push(plain);
        let mut chars = tail.chars();
        match chars.next() {
            Some('"') => sink.push("\\\""),
            Some('\\') => sink.push("\\\\"),
            Some('\n') => sink.push("\\n"),
            Some('\t') => sink.push("\\t"),
            Some(char) => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    sink.push(&format!("\\u{unit:04x}"));
                }
            }
            None => {}
        }
        rest = chars.as_str();
    }
    sink.push(rest);
    sink.push_char('"');
}

/// Which bytes stand for themselves.
#[expect(clippy::indexing_slicing, reason = "the compiler makes it, and the index is below its length")]
static PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = b' ';
    while byte <= b'~' {
        plain[byte as usize] = byte != b'"' && byte != b'\\';
        byte += 1;
    }
    plain
};

/// Returns where the first character is that is escaped. Nearly all others are plain ASCII, which one look at their bytes shows.
fn special(text: &str) -> Option<usize> {
    let plain = |byte: u8| PLAIN.get(usize::from(byte)).copied().unwrap_or_default();
    let start = text.bytes().position(|byte| !plain(byte))?;
    if text.as_bytes().get(start).is_some_and(u8::is_ascii) {
        return Some(start);
    }
    let escaped = |char: char| match u8::try_from(char) {
        Ok(byte) if byte.is_ascii() => !plain(byte),
        _ => super::escape::is_hidden(char),
    };
    Some(start + text.get(start..)?.find(escaped)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doc::Map;
    use crate::emit::print::tests::origins;

    #[test]
    fn every_line_has_its_origin_and_reads_back() {
        let [file, list, text, number, empty] = origins();
        let nasty = "a\"b\\c\n\t\u{7}\u{2028}\u{e0001}ü";
        let mut map = Map::new();
        map.set("list", Doc::list(vec![Doc::str(nasty, text), Doc::int(-3, number)], list));
        map.set("none", Doc::map(Map::new(), empty));
        let printed = print(&Doc::map(map, file), LineTable::Keep);
        let read: serde_json::Value = serde_json::from_str(&printed.text).expect("JSON");
        assert_eq!(read, serde_json::json!({ "list": [nasty, -3], "none": {} }));
        assert_eq!(printed.lines, [file, list, text, number, list, empty, file]);
    }
}
