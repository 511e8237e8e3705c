//! The Alloy printer: Grafana Alloy's configuration syntax, as `alloy fmt` leaves it.
//!
//! Names of blocks and attributes are printed as they are given: Alloy has no quotes for them.

use super::block::{self, Dialect, Item};
use super::{LineTable, Printed, Sink, escape};

const ALLOY: Dialect =
    Dialect { indent: "\t", comment: "//", comma: ",", empty_block: "{ }", opening_aligned: true, is_bare_key, string };

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doc::{Doc, Key};
    use crate::emit::print::block::{Block, Expr};
    use crate::emit::print::tests::{assert_lines, origins};

    #[test]
    fn attributes_are_aligned_and_every_line_has_its_origin() {
        let [block, receiver, targets, path, host] = origins();
        let field = |text: &'static str, origin| Key { text: text.into(), origin };
        let target = Expr::object(
            vec![
                (field("__path__", path), Expr::str("/var/log/\"*\"", path)),
                (field("host name", host), Expr::raw("sys.env(\"HOSTNAME\")", host)),
            ],
            targets,
        );
        let endpoint = Block::new("endpoint", host).set("url", Expr::str("http://loki", path));
        let source = Block::new("local.file_match", block)
            .label("logs")
            .set("a", Doc::int(1, path))
            .set("forward_to", Expr::list(vec![Expr::raw("loki.write.default.receiver", receiver)], receiver))
            .set("path_targets", Expr::list(vec![target], targets))
            .set("b", Doc::bool(true, host))
            .with(endpoint)
            .with(Block::new("empty", host));
        let printed = print(&[Item::Block(source)], LineTable::Keep);
        let expected = [
            (block, "local.file_match \"logs\" {"),
            (path, "\ta            = 1"),
            (receiver, "\tforward_to   = [loki.write.default.receiver]"),
            (targets, "\tpath_targets = ["),
            (targets, "\t\t{"),
            (path, "\t\t\t__path__    = \"/var/log/\\\"*\\\"\","),
            (host, "\t\t\t\"host name\" = sys.env(\"HOSTNAME\"),"),
            (targets, "\t\t},"),
            (targets, "\t]"),
            (host, "\tb = true"),
            (host, ""),
            (host, "\tendpoint {"),
            (path, "\t\turl = \"http://loki\""),
            (host, "\t}"),
            (host, ""),
            (host, "\tempty { }"),
            (block, "}"),
        ];
        let lines: Vec<_> = printed.lines.iter().copied().zip(printed.text.lines()).collect();
        assert_eq!(lines, expected);
        assert_lines(&printed);
    }
}
