//! How the tree becomes lines: blank lines, alignment, what fits on a line.

use super::{Block, Dialect, Expr, ExprKind, Item};
use crate::doc::{Key, Value};
use crate::emit::print::{LineTable, Printed, Sink};
use crate::source::OriginId;

/// Lists of scalars wider than this are printed with one item a line.
const WIDE: usize = 100;

/// Prints items in a dialect.
pub(in crate::emit::print) fn print(dialect: &Dialect, items: &[Item], table: LineTable) -> Printed {
    let mut printer = Printer { dialect, sink: Sink::new(table), depth: 0 };
    printer.items(items);
    printer.sink.finish()
}

struct Printer<'a> {
    dialect: &'a Dialect,
    sink: Sink,
    depth: usize,
}

/// Some fields or attributes that follow each other, and how their lines end.
struct Row<'a> {
    key: &'a Key,
    bare: bool,
    value: &'a Expr,
    comma: &'static str,
}

impl Printer<'_> {
    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.sink.push(self.dialect.indent);
        }
    }

    fn items(&mut self, items: &[Item]) {
        let mut rest = items;
        let mut before: Option<&Item> = None;
        while let Some((item, after)) = rest.split_first() {
            // A blank line around blocks; a comment belongs to what stands below it.
            let apart = match before {
                Some(Item::Block(_)) => !matches!(item, Item::Blank(_)),
                Some(Item::Attribute(..)) => opens_block(rest),
                _ => false,
            };
            if apart {
                self.sink.end_line(origin_of(item));
            }
            before = Some(item);
            rest = after;
            match item {
                Item::Block(block) => self.block(block),
                Item::Blank(origin) => self.sink.end_line(*origin),
                Item::Comment(note) => {
                    let indent = self.dialect.indent.repeat(self.depth);
                    self.sink.comment(&indent, self.dialect.comment, note);
                }
                Item::Attribute(key, value) => {
                    let more = after.iter().map_while(attribute);
                    let rows = std::iter::once((key, value)).chain(more);
                    let rows: Vec<_> = rows.map(|(key, value)| Row { key, bare: true, value, comma: "" }).collect();
                    self.rows(&rows);
                    rest = after.get(rows.len() - 1..).unwrap_or_default();
                }
            }
        }
    }

    fn block(&mut self, block: &Block) {
        self.indent();
        self.sink.push(&block.name);
        for label in &block.labels {
            self.sink.push_char(' ');
            (self.dialect.string)(&mut self.sink, label);
        }
        self.sink.push_char(' ');
        if block.body.is_empty() {
            self.sink.push(self.dialect.empty_block);
        } else {
            self.sink.push_char('{');
            self.sink.end_line(block.origin);
            self.depth += 1;
            self.items(&block.body);
            self.depth -= 1;
            self.indent();
            self.sink.push_char('}');
        }
        self.sink.end_line(block.origin);
    }

    /// Writes lines of `key = value`, aligned as far as the formatter of the language aligns them.
    fn rows(&mut self, rows: &[Row<'_>]) {
        let mut rest = rows;
        while !rest.is_empty() {
            let short = rest.iter().take_while(|row| fits_line(row.value)).count();
            // Past the last short row stands one of several lines: in the run or a run of its own.
            let length = if short == 0 || self.dialect.opening_aligned { short + 1 } else { short };
            let (run, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
            let width = run.iter().map(|row| self.key_width(row)).max().unwrap_or_default();
            for row in run {
                self.row(row, width);
            }
            rest = after;
        }
    }

    fn row(&mut self, row: &Row<'_>, width: usize) {
        self.indent();
        self.key(row);
        let pad = width - self.key_width(row);
        self.sink.spaces(pad);
        self.sink.push(" = ");
        let end = if fits_line(row.value) { row.value.origin } else { row.key.origin };
        self.value(row.value, row.key.origin);
        self.sink.push(row.comma);
        self.sink.end_line(end);
    }

    fn key(&mut self, row: &Row<'_>) {
        if row.bare || (self.dialect.is_bare_key)(&row.key.text) {
            self.sink.push(&row.key.text);
        } else {
            (self.dialect.string)(&mut self.sink, &row.key.text);
        }
    }

    fn key_width(&self, row: &Row<'_>) -> usize {
        if row.bare || (self.dialect.is_bare_key)(&row.key.text) {
            return row.key.text.chars().count();
        }
        let mut scratch = Sink::default();
        (self.dialect.string)(&mut scratch, &row.key.text);
        scratch.text.chars().count()
    }

    /// Writes an expression; the caller ends its last line. `opener` is the origin of the line that it opens.
    fn value(&mut self, value: &Expr, opener: OriginId) {
        match &value.kind {
            ExprKind::Scalar(scalar) => self.scalar(scalar),
            ExprKind::Raw(text) => {
                for (number, line) in text.split('\n').enumerate() {
                    if number > 0 {
                        self.sink.end_line(value.origin);
                        self.indent();
                    }
                    self.sink.push(line);
                }
            }
            ExprKind::Object(fields) if !fields.is_empty() => {
                self.sink.push_char('{');
                self.sink.end_line(opener);
                self.depth += 1;
                let comma = self.dialect.comma;
                let rows = fields.iter().map(|(key, value)| Row { key, bare: false, value, comma });
                self.rows(&rows.collect::<Vec<_>>());
                self.depth -= 1;
                self.indent();
                self.sink.push_char('}');
            }
            ExprKind::Object(_) => self.sink.push("{}"),
            ExprKind::List(items) if fits_line(value) => {
                self.sink.push_char('[');
                for (number, item) in items.iter().enumerate() {
                    self.sink.push(if number > 0 { ", " } else { "" });
                    self.value(item, opener);
                }
                self.sink.push_char(']');
            }
            ExprKind::List(items) => self.long_list(items, opener),
        }
    }

    fn long_list(&mut self, items: &[Expr], opener: OriginId) {
        self.sink.push_char('[');
        self.sink.end_line(opener);
        self.depth += 1;
        for item in items {
            self.indent();
            self.value(item, item.origin);
            self.sink.push_char(',');
            self.sink.end_line(item.origin);
        }
        self.depth -= 1;
        self.indent();
        self.sink.push_char(']');
    }

    fn scalar(&mut self, scalar: &Value) {
        match scalar {
            Value::Null => self.sink.push("null"),
            Value::Bool(true) => self.sink.push("true"),
            Value::Bool(false) => self.sink.push("false"),
            Value::Int(number) => self.sink.int(*number),
            Value::Float(number) => self.sink.float(*number),
            Value::Str(text) => (self.dialect.string)(&mut self.sink, text),
            Value::Text(lines) => (self.dialect.string)(&mut self.sink, &crate::doc::joined(lines)),
            Value::List(_) => self.sink.push("[]"),
            Value::Map(_) => self.sink.push("{}"),
        }
    }
}

/// Returns whether an expression is printed on one line.
fn fits_line(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Scalar(_) => true,
        ExprKind::Raw(text) => !text.contains('\n'),
        ExprKind::Object(fields) => fields.is_empty(),
        ExprKind::List(items) => {
            let mut width = 0;
            items.iter().all(|item| {
                width += item_width(item);
                width <= WIDE && is_flat(item)
            })
        }
    }
}

const fn attribute(item: &Item) -> Option<(&Key, &Expr)> {
    match item {
        Item::Attribute(key, value) => Some((key, value)),
        _ => None,
    }
}

const fn origin_of(item: &Item) -> OriginId {
    match item {
        Item::Attribute(key, _) => key.origin,
        Item::Block(block) => block.origin,
        Item::Comment(note) => note.origin,
        Item::Blank(origin) => *origin,
    }
}

/// Returns whether a block comes next, with or without comments above it.
fn opens_block(items: &[Item]) -> bool {
    let below = items.iter().find(|item| !matches!(item, Item::Comment(_)));
    matches!(below, Some(Item::Block(_)))
}

fn is_flat(item: &Expr) -> bool {
    match &item.kind {
        ExprKind::Scalar(_) => true,
        ExprKind::Raw(text) => !text.contains('\n'),
        ExprKind::List(items) => items.is_empty(),
        ExprKind::Object(fields) => fields.is_empty(),
    }
}

/// Returns about how many columns an item of a list takes.
fn item_width(item: &Expr) -> usize {
    match &item.kind {
        ExprKind::Scalar(Value::Str(text)) => text.len() + 4,
        ExprKind::Raw(text) => text.len() + 2,
        _ => 7,
    }
}
