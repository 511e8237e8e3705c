//! The printer of Ansible's `inventory.ini`, which is a dialect of its own.
//!
//! Ansible's `ini` inventory plugin cuts a host line with Python's `shlex` and then offers every value to
//! `ast.literal_eval`; a value below `[group:vars]` goes to `literal_eval` as it stands. What that does not take
//! for a Python literal stays text. So a string that could be a literal, or that could lose something to the cutting,
//! is written as a Python string, and `"` of the shell goes around it on a host line. Ansible still expands
//! `{{ … }}` in values when it uses them, whatever the quoting; names of hosts, groups and variables cannot be quoted
//! and are printed as they are given.

use super::{LineTable, Note, Printed, Sink, escape};
use crate::doc::{Doc, Map, Value};
use crate::source::OriginId;

/// A host or a child group.
#[derive(Clone, Debug, PartialEq)]
pub struct Host {
    /// The name.
    pub name: String,
    /// The variables on its line.
    pub vars: Map,
    /// Where the line comes from.
    pub origin: OriginId,
}

/// One section of an inventory.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The group; the hosts before the first group have none.
    pub group: Option<String>,
    /// What the section says about the group.
    pub body: Body,
    /// Where the header comes from.
    pub origin: OriginId,
}

/// What a section says about its group.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Its hosts.
    Hosts(Vec<Host>),
    /// The names of the groups in it.
    Children(Vec<(String, OriginId)>),
    /// Its variables.
    Vars(Map),
}

/// Prints the comments of `header` and then the sections, an empty line between two.
#[must_use]
pub fn print(header: &[Note], sections: &[Section], table: LineTable) -> Printed {
    let mut sink = Sink::new(table);
    for note in header {
        sink.comment("", "#", note);
    }
    for section in sections {
        if !sink.text.is_empty() {
            sink.end_line(section.origin);
        }
        self::section(&mut sink, section);
    }
    sink.finish()
}

fn section(sink: &mut Sink, section: &Section) {
    if let Some(group) = &section.group {
        sink.push_char('[');
        sink.push(group);
        sink.push(match section.body {
            Body::Hosts(_) => "]",
            Body::Children(_) => ":children]",
            Body::Vars(_) => ":vars]",
        });
        sink.end_line(section.origin);
    }
    match &section.body {
        Body::Hosts(hosts) => hosts.iter().for_each(|host| self::host(sink, host)),
        Body::Children(children) => {
            for (name, origin) in children {
                sink.push(name);
                sink.end_line(*origin);
            }
        }
        Body::Vars(vars) => {
            for (key, doc) in vars.iter() {
                sink.push(&key.text);
                sink.push_char('=');
                var_value(sink, doc);
                sink.end_line(doc.origin);
            }
        }
    }
}

fn host(sink: &mut Sink, host: &Host) {
    sink.push(&host.name);
    for (key, doc) in host.vars.iter() {
        sink.push_char(' ');
        sink.push(&key.text);
        sink.push_char('=');
        let mut value = Sink::default();
        var_value(&mut value, doc);
        shell_word(sink, &value.text);
    }
    sink.end_line(host.origin);
}

/// Writes a value as `literal_eval` reads it back.
fn var_value(sink: &mut Sink, doc: &Doc) {
    match &doc.value {
        Value::Str(text) if stays_text(text) => sink.push(text),
        _ => literal(sink, doc),
    }
}

/// Writes one word for Python's `shlex.split(…, comments=True)` in its POSIX mode.
fn shell_word(sink: &mut Sink, word: &str) {
    if !word.is_empty() && !word.contains([' ', '"', '\'', '\\', '#', ';']) {
        return sink.push(word);
    }
    sink.push_char('"');
    for part in word.split_inclusive(['"', '\\']) {
        let (plain, mark) = match part.strip_suffix(['"', '\\']) {
            Some(plain) => (plain, part.get(plain.len()..).unwrap_or_default()),
            None => (part, ""),
        };
        sink.push(plain);
        sink.push(if mark.is_empty() { "" } else { "\\" });
        sink.push(mark);
    }
    sink.push_char('"');
}

/// Writes a Python literal.
fn literal(sink: &mut Sink, doc: &Doc) {
    match &doc.value {
        Value::Null => sink.push("None"),
        Value::Bool(true) => sink.push("True"),
        Value::Bool(false) => sink.push("False"),
        Value::Int(number) => sink.int(*number),
        Value::Float(number) => sink.float(*number),
        Value::Str(text) => quoted(sink, text),
        Value::Text(lines) => quoted(sink, &crate::doc::joined(lines)),
        Value::List(items) => {
            sink.push_char('[');
            for (number, item) in items.iter().enumerate() {
                sink.push(if number > 0 { ", " } else { "" });
                literal(sink, item);
            }
            sink.push_char(']');
        }
        Value::Map(map) => {
            sink.push_char('{');
            for (number, (key, item)) in map.iter().enumerate() {
                sink.push(if number > 0 { ", " } else { "" });
                quoted(sink, &key.text);
                sink.push(": ");
                literal(sink, item);
            }
            sink.push_char('}');
        }
    }
}

fn quoted(sink: &mut Sink, text: &str) {
    sink.push_char('\'');
    escape::push(sink, text, '\'');
    sink.push_char('\'');
}

/// Returns whether `literal_eval` takes no literal out of a text, so that it needs no quotes.
///
/// An expression that begins with a name is none, whatever follows, as long as no quotes, brackets or comments are
/// in it; none begins with a slash, and none has two dots among digits. Very long texts could exhaust Python's parser.
fn stays_text(text: &str) -> bool {
    const LONG: usize = 250;
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"_./:@+-=~, %".contains(&byte);
    if text.is_empty() || text.len() > LONG || text.ends_with(' ') || !text.bytes().all(harmless) {
        return false;
    }
    if text.starts_with('/') || text.starts_with("~/") {
        return true;
    }
    let word = text
        .trim_start_matches('-')
        .split(|char: char| !char.is_ascii_alphanumeric() && char != '_')
        .next()
        .unwrap_or_default();
    if word.starts_with(|char: char| char.is_ascii_digit()) {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'/'));
        return digits && text.bytes().filter(|byte| *byte == b'.').count() > 1;
    }
    !word.is_empty() && !matches!(word, "True" | "False" | "None")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::print::tests::{assert_lines, origins};

    #[test]
    fn sections_and_origins() {
        let [file, group, host, vars] = origins();
        let mut on_line = Map::new();
        on_line.set("ansible_host", Doc::str("10.0.0.11", host)).set("vmid", Doc::int(111, host));
        on_line.set("zone", Doc::str("007", host)).set("args", Doc::str("-o A=b -o C=d", host));
        let mut below = Map::new();
        below.set("become", Doc::bool(true, vars)).set("text", Doc::str("it's # 1", vars));
        let section = |name: &str, body| Section { group: Some(name.to_owned()), body, origin: group };
        let machine = |name: &str, vars| Host { name: name.to_owned(), vars, origin: host };
        let sections = [
            Section { group: None, body: Body::Hosts(vec![machine("bastion", Map::new())]), origin: file },
            section("masters", Body::Hosts(vec![machine("m-1", on_line)])),
            section("k8s", Body::Children(vec![("masters".to_owned(), file)])),
            section("k8s", Body::Vars(below)),
        ];
        let printed = print(&[Note::new("made by dvgen", file)], &sections, LineTable::Keep);
        let expected = [
            (file, "# made by dvgen"),
            (file, ""),
            (host, "bastion"),
            (group, ""),
            (group, "[masters]"),
            (host, "m-1 ansible_host=10.0.0.11 vmid=111 zone=\"'007'\" args=\"-o A=b -o C=d\""),
            (group, ""),
            (group, "[k8s:children]"),
            (file, "masters"),
            (group, ""),
            (group, "[k8s:vars]"),
            (vars, "become=True"),
            (vars, "text='it\\'s # 1'"),
        ];
        let lines: Vec<_> = printed.lines.iter().copied().zip(printed.text.lines()).collect();
        assert_eq!(lines, expected);
        assert_lines(&printed);
    }

    #[test]
    fn only_what_cannot_be_a_literal_stands_bare() {
        let bare = [
            "ubuntu",
            "10.0.0.11",
            "10.0.0.0/8",
            "~/.ssh/id_rsa",
            "/usr/bin/python3",
            "yes",
            "true",
            "-o A=b",
            "a b",
            "v1.2",
        ];
        for text in bare {
            assert!(stays_text(text), "{text}");
        }
        let long = "x-".repeat(200);
        let quoted = [
            "",
            " a",
            "a ",
            "1",
            "-1",
            "1.5",
            "0x1f",
            "1e3",
            "1j",
            "1,2",
            "True",
            "None",
            "-True",
            "False or x",
            "...",
            "[]",
            "{}",
            "(1)",
            "b'x'",
            "set()",
            "'x'",
            "a#b",
            "a;b",
            "a\nb",
            "a\\b",
            "é",
            &long,
        ];
        for text in quoted {
            assert!(!stays_text(text), "{text}");
        }
    }

    #[test]
    fn shell_words_keep_quotes_and_backslashes() {
        let table =
            [("a", "a"), ("", "\"\""), ("a b", "\"a b\""), ("'a\\n'", "\"'a\\\\n'\""), ("\"\\", "\"\\\"\\\\\"")];
        for (word, expected) in table {
            let mut sink = Sink::default();
            shell_word(&mut sink, word);
            assert_eq!(sink.finish().text, expected);
        }
    }
}
