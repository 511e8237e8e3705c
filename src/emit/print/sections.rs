//! The printer of files made of `[section]` and `Key=value` lines: units of systemd, and `.ini` files such as Grafana's.
//!
//! A list is a key that stands once for each of its items, as systemd has it. A value is one line: a line break in it would
//! begin another setting, so it becomes a blank.

use super::{LineTable, Note, Printed, Sink, escape};
use crate::doc::{Doc, Map, Value, joined};

/// Prints the comments of `header`, keys without a section, and the sections.
#[must_use]
pub fn print(header: &[Note], doc: &Doc, table: LineTable) -> Printed {
    let mut sink = Sink::new(table);
    for note in header {
        sink.comment("", "#", note);
    }
    let Some(map) = doc.as_map() else { return sink.finish() };
    keys(&mut sink, map);
    for (name, section) in map.iter() {
        let Some(body) = section.as_map() else { continue };
        if !sink.text.is_empty() {
            sink.end_line(section.origin);
        }
        sink.push_char('[');
        line(&mut sink, &name.text);
        sink.push_char(']');
        sink.end_line(section.origin);
        keys(&mut sink, body);
    }
    sink.finish()
}

fn keys(sink: &mut Sink, map: &Map) {
    for (key, doc) in map.iter() {
        match &doc.value {
            Value::Map(_) => {}
            Value::List(items) => items.iter().for_each(|item| setting(sink, &key.text, item)),
            _ => setting(sink, &key.text, doc),
        }
    }
}

fn setting(sink: &mut Sink, key: &str, doc: &Doc) {
    line(sink, key);
    sink.push_char('=');
    match &doc.value {
        Value::Bool(flag) => sink.push(if *flag { "true" } else { "false" }),
        Value::Int(number) => sink.int(*number),
        Value::Float(number) => sink.float(*number),
        Value::Str(text) => line(sink, text),
        Value::Text(lines) => line(sink, joined(lines).trim_end()),
        Value::Null | Value::List(_) | Value::Map(_) => {}
    }
    sink.end_line(doc.origin);
}

/// Writes a text that can neither end the line nor continue it with a backslash at its end.
fn line(sink: &mut Sink, text: &str) {
    let safe = |char: char| if char == '\n' || escape::is_hidden(char) { ' ' } else { char };
    let text: String = text.chars().map(safe).collect();
    sink.push(text.trim_end_matches('\\'));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::print::tests::{assert_lines, origins};

    #[test]
    fn lists_repeat_the_key_and_no_value_leaves_its_line() {
        let [file, unit, after, exec, top] = origins();
        let mut section = Map::new();
        section.set("After", Doc::list(vec![Doc::str("a.target", after), Doc::str("b.target", after)], after));
        section.set("ExecStart", Doc::str("/bin/x\n[Evil]\nKey=1\\", exec));
        let mut map = Map::new();
        map.set("Unit", Doc::map(section, unit));
        map.set("mode", Doc::bool(true, top));
        let printed = print(&[Note::new("made", file)], &Doc::map(map, file), LineTable::Keep);
        let expected = [
            (file, "# made"),
            (top, "mode=true"),
            (unit, ""),
            (unit, "[Unit]"),
            (after, "After=a.target"),
            (after, "After=b.target"),
            (exec, "ExecStart=/bin/x [Evil] Key=1"),
        ];
        let lines: Vec<_> = printed.lines.iter().copied().zip(printed.text.lines()).collect();
        assert_eq!(lines, expected);
        assert_lines(&printed);
    }
}
