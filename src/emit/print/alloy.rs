//! The Alloy printer: Grafana Alloy's configuration syntax, as `alloy fmt` leaves it.
//!
//! Names of blocks and attributes are printed as they are given: Alloy has no quotes for them.

use super::block::{self, Dialect, Item};
use super::{LineTable, Printed, Sink, escape};

const ALLOY: Dialect = Dialect {
    indent: "\t",
    comment: "//",
    comma: ",",
    empty_block: "{ }",
    opening_aligned: true,
    is_bare_key,
    string,
};

/// Prints a configuration.
#[must_use]
pub fn print(items: &[Item], table: LineTable) -> Printed {
    block::print(&ALLOY, items, table)
}

/// Identifiers of the Alloy syntax, without its three literal words.
fn is_bare_key(key: &str) -> bool {
    let rest = key.trim_start_matches(|char: char| char.is_ascii_alphanumeric() || char == '_');
    let starts = key.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_');
    starts && rest.is_empty() && !matches!(key, "null" | "true" | "false")
}

fn string(sink: &mut Sink, text: &str) {
    sink.push_char('"');
    escape::push(sink, text, '"');
    sink.push_char('"');
}
