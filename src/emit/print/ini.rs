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
/// in it; neither is a path, nor anything with two dots among digits. Very long texts could exhaust Python's parser.
fn stays_text(text: &str) -> bool {
    const LONG: usize = 250;
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"_./:@+-=~, %".contains(&byte);
    if text.is_empty() || text.len() > LONG || text.ends_with(' ') || !text.bytes().all(harmless) {
        return false;
    }
    let body = text.strip_prefix("~/").or_else(|| text.strip_prefix('/')).unwrap_or(text);
    let body = body.trim_start_matches('-');
    let word = body.split(|char: char| !char.is_ascii_alphanumeric() && char != '_').next().unwrap_or_default();
    if word.starts_with(|char: char| char.is_ascii_digit()) {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'/'));
        return digits && text.bytes().filter(|byte| *byte == b'.').count() > 1;
    }
    !word.is_empty() && !matches!(word, "True" | "False" | "None")
}
