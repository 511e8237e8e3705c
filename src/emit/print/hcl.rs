//! The HCL printer: `terraform.tfvars` and `variable` blocks, as `terraform fmt` leaves them.
//!
//! Names of attributes are printed as they are given: HCL has no quotes for them.

use super::block::{self, Dialect, Item};
use super::{LineTable, Note, Printed, Sink, escape};
use crate::doc::Map;

const HCL: Dialect = Dialect {
    indent: "  ",
    comment: "#",
    comma: "",
    empty_block: "{}",
    opening_aligned: false,
    is_bare_key,
    string,
};

/// Prints a file of attributes and blocks.
#[must_use]
pub fn print(items: &[Item], table: LineTable) -> Printed {
    block::print(&HCL, items, table)
}

/// Prints a variables file: the comments of `header`, then one `key = value` for each entry.
#[must_use]
pub fn tfvars(header: &[Note], variables: Map, table: LineTable) -> Printed {
    let notes = header.iter().cloned().map(Item::Comment);
    let items = notes.chain(variables.into_iter().map(|(key, doc)| Item::Attribute(key, doc.into())));
    print(&items.collect::<Vec<_>>(), table)
}

/// Identifiers of HCL's native syntax specification, without the words that mean something in an object.
fn is_bare_key(key: &str) -> bool {
    let rest = key.trim_start_matches(|char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-'));
    let starts = key.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_');
    starts && rest.is_empty() && !matches!(key, "for" | "null" | "true" | "false")
}

/// Writes a quoted template without any interpolation in it: `${` and `%{` are doubled.
fn string(sink: &mut Sink, text: &str) {
    sink.push_char('"');
    let mut rest = text;
    while let Some(at) = rest.find("${").into_iter().chain(rest.find("%{")).min() {
        let (before, from) = rest.split_at(at);
        let (mark, after) = from.split_at(1);
        escape::push(sink, before, '"');
        sink.push(mark);
        sink.push(mark);
        rest = after;
    }
    escape::push(sink, rest, '"');
    sink.push_char('"');
}
