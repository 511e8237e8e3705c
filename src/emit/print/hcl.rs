//! The HCL printer: `terraform.tfvars` and `variable` blocks, as `terraform fmt` leaves them.
//!
//! Names of attributes are printed as they are given: HCL has no quotes for them. Keys are aligned by code points, so a
//! key with combined characters stands otherwise than the formatter, which counts clusters, would put it. Terraform
//! itself reads every string in Unicode's normal form C.

use super::block::{self, Dialect, Item};
use super::{LineTable, Note, Printed, Sink, escape};
use crate::doc::Map;

const HCL: Dialect =
    Dialect { indent: "  ", comment: "#", comma: "", empty_block: "{}", opening_aligned: false, is_bare_key, string };

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doc::{Doc, Key, Value};
    use crate::emit::print::block::{Block, Expr};
    use crate::emit::print::tests::{assert_lines, origins};

    #[test]
    fn variables_are_aligned_and_every_line_has_its_origin() {
        let [file, list, node, name, ip, dns] = origins();
        let mut master = Map::new();
        master.set("name", Doc::str("m-1", name)).set("ip address", Doc::str("10.0.0.11", ip));
        master.insert(Key { text: "empty".into(), origin: node }, Doc::map(Map::new(), dns));
        let mut top = Map::new();
        top.set("cluster", Doc::str("${x} %{y} $", name)).set("on", Doc::bool(true, ip));
        let nodes = Doc::list(vec![Doc::map(master, node)], file);
        top.insert(Key { text: "nodes".into(), origin: list }, nodes);
        top.set("dns", Doc::list(vec![Doc::str("1.1.1.1", dns), Doc::new(Value::Float(1.0), dns)], dns));
        let printed = tfvars(&[Note::new("made by dvgen", file)], top, LineTable::Keep);
        let expected = [
            (file, "# made by dvgen"),
            (name, "cluster = \"$${x} %%{y} $\""),
            (ip, "on      = true"),
            (list, "nodes = ["),
            (node, "  {"),
            (name, "    name         = \"m-1\""),
            (ip, "    \"ip address\" = \"10.0.0.11\""),
            (dns, "    empty        = {}"),
            (node, "  },"),
            (list, "]"),
            (dns, "dns = [\"1.1.1.1\", 1.0]"),
        ];
        let lines: Vec<_> = printed.lines.iter().copied().zip(printed.text.lines()).collect();
        assert_eq!(lines, expected);
        assert_lines(&printed);
    }

    #[test]
    fn blocks_stand_apart_and_their_braces_come_from_them() {
        let [file, block, kind, rule] = origins();
        let condition = Block::new("validation", rule).set("condition", Expr::raw("var.x > 0", rule));
        let variable = Block::new("variable", block)
            .label("x")
            .set("type", Expr::raw("object({\n  a = string\n})", kind))
            .set("nullable", Doc::bool(false, kind))
            .with(condition);
        let items = [
            Item::Comment(Note::new("first", file)),
            Item::Block(variable),
            Item::Comment(Note::new("second", file)),
            Item::Block(Block::new("locals", block)),
        ];
        let printed = print(&items, LineTable::Keep);
        let expected = [
            (file, "# first"),
            (block, "variable \"x\" {"),
            (kind, "  type = object({"),
            (kind, "    a = string"),
            (kind, "  })"),
            (kind, "  nullable = false"),
            (rule, ""),
            (rule, "  validation {"),
            (rule, "    condition = var.x > 0"),
            (rule, "  }"),
            (block, "}"),
            (file, ""),
            (file, "# second"),
            (block, "locals {}"),
        ];
        let lines: Vec<_> = printed.lines.iter().copied().zip(printed.text.lines()).collect();
        assert_eq!(lines, expected);
        assert_lines(&printed);
    }

    #[test]
    fn strings_hold_no_template() {
        let table = [
            ("$${x}", "\"$$${x}\""),
            ("%{if}", "\"%%{if}\""),
            ("$", "\"$\""),
            ("a\n\"b\\\u{7f}", "\"a\\n\\\"b\\\\\\u007f\""),
            ("{}", "\"{}\""),
            ("${%{", "\"$${%%{\""),
        ];
        for (text, expected) in table {
            let mut sink = Sink::default();
            string(&mut sink, text);
            assert_eq!(sink.finish().text, expected);
        }
    }
}
