//! Trees to types, reporting every problem.
//!
//! A type implements [`Decode`]. A record keeps each field as a [`Field`], so a field that could not be read is
//! [`Field::Broken`]: whatever depends on it stays silent, and it never becomes its default.

use std::sync::Arc;

mod collections;
mod scalars;

pub use collections::OneOrMany;
pub use scalars::{text, word};

pub use super::names::{DEVICE_RULE, NAME_PATTERN, NAME_RULE, Named, Names, is_device, is_name, is_secretive};
use super::schema::Schema;
use super::{BAD_VALUE, Entry, MISSING_FIELD, Mapping, Node, NodeKind, UNKNOWN_FIELD, WRONG_TYPE};
use crate::diag::{Diagnostic, Kind, Spelling, did_you_mean, nearest};
use crate::source::{Span, Spanned};

/// What people call a record, and the names of its fields.
pub type Record = (&'static str, &'static [&'static str]);

/// A field that a record has, and where its value stands, where that could be read.
pub type WrittenField = (&'static str, Option<Span>);

/// Collects the problems of decoding.
#[derive(Debug, Default)]
pub struct Decoder {
    /// The problems so far.
    pub diagnostics: Vec<Diagnostic>,
    /// The key whose value is being read.
    key: Option<Arc<str>>,
    /// The records of the format that is read: a field that is written in one may belong to another.
    records: &'static [Record],
}

/// A type that can be read from a tree.
pub trait Decode: Sized {
    /// Builds a value from a tree, or reports why not and returns `None`.
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self>;

    /// Builds the same value out of a tree that is not needed any more: what can be kept is not copied, and the rest is given
    /// back bit by bit, so that a large spec is never there twice.
    fn take(node: Node, cx: &mut Decoder) -> Option<Self> {
        Self::decode(&node, cx)
    }

    /// Returns the JSON Schema of the values that [`Decode::decode`] takes.
    fn schema(schema: &mut Schema) -> serde_json::Value;
}

/// A field of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field<T> {
    /// Not written.
    Absent,
    /// Written, but not readable; that has been reported.
    Broken,
    /// Written.
    Given(Spanned<T>),
}

impl<T> Field<T> {
    /// Returns the value, if it was written and readable.
    pub const fn get(&self) -> Option<&Spanned<T>> {
        match self {
            Self::Given(value) => Some(value),
            _ => None,
        }
    }

    /// Returns the bare value, if it was written and readable.
    pub fn value(&self) -> Option<&T> {
        self.get().map(|given| &given.value)
    }

    /// Returns where the value was written.
    pub fn span(&self) -> Option<Span> {
        self.get().map(|given| given.span)
    }

    /// Returns whether the field was written but could not be read.
    pub const fn is_broken(&self) -> bool {
        matches!(self, Self::Broken)
    }
}

impl Decoder {
    /// Returns a decoder of a format with these records.
    #[must_use]
    pub fn of(records: &'static [Record]) -> Self {
        Self { records, ..Self::default() }
    }

    /// Reports a problem. What was written stands in messages, and may have line breaks.
    pub fn report(&mut self, mut diagnostic: Diagnostic) {
        if diagnostic.message.contains(char::is_control) {
            diagnostic.message = visible(&diagnostic.message);
        }
        self.diagnostics.push(diagnostic);
    }

    /// Reports that a node is not what its place asks for ("expected a list of addresses").
    ///
    /// A node that stands for something refused (an alias) has been reported.
    pub fn wrong_type(&mut self, node: &Node, expected: &str) {
        self.wrong_type_with(node, expected, None);
    }

    fn wrong_type_with(&mut self, node: &Node, expected: &str, help: Option<String>) {
        if node.is_refused() {
            return;
        }
        let message = match &self.key {
            Some(key) if node.is_null() => format!("`{key}` takes {expected}, but nothing is written"),
            Some(key) => format!("`{key}` takes {expected}, not {}", node.describe()),
            None => format!("expected {expected}, found {}", node.describe()),
        };
        let problem = Diagnostic::error(WRONG_TYPE, node.span, message);
        let help = if node.is_null() { Some("write a value, or remove the key".to_owned()) } else { help };
        self.report(help.into_iter().fold(problem, Diagnostic::help));
    }

    /// Returns where a value belongs, to end a message with: " in `cores`".
    pub fn place(&self) -> String {
        self.key.as_ref().map_or_else(String::new, |key| format!(" in `{key}`"))
    }

    /// Returns a message about a value that a key cannot have.
    pub fn cannot_be(&self, text: &str, otherwise: &str) -> String {
        let shown = visible(text);
        match &self.key {
            Some(key) => format!("`{key}` cannot be `{shown}`"),
            None => format!("`{shown}` cannot be {otherwise}"),
        }
    }

    /// Returns the same, or another end where there is no key.
    pub fn place_or(&self, other: &str) -> String {
        if self.key.is_some() { self.place() } else { other.to_owned() }
    }

    /// Reads the value of a key; problems name the key.
    fn below<T: Decode>(&mut self, entry: &Entry) -> Option<T> {
        let outer = self.key.replace(entry.key.text.clone());
        let value = T::decode(&entry.value, self);
        self.key = outer;
        value
    }

    /// Does something with the value of a key; problems name the key.
    pub fn within<R>(&mut self, key: &Arc<str>, read: impl FnOnce(&mut Self) -> R) -> R {
        let outer = self.key.replace(key.clone());
        let result = read(self);
        self.key = outer;
        result
    }

    /// Takes the value of a key; problems name the key.
    fn take_below<T: Decode>(&mut self, key: &Arc<str>, value: Node) -> Option<T> {
        let outer = self.key.replace(key.clone());
        let value = T::take(value, self);
        self.key = outer;
        value
    }

    /// Reports a scalar that is not of the form that its place asks for.
    pub fn bad_value(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.report(Diagnostic::error(BAD_VALUE, span, message).help(help));
    }

    /// Returns the mapping of a node, or reports that it is none.
    pub fn mapping<'a>(&mut self, node: &'a Node, what: &str) -> Option<&'a Mapping> {
        let mapping = node.as_mapping();
        if mapping.is_none() {
            self.wrong_type(node, what);
        }
        mapping
    }

    /// Reads the value of an entry.
    pub fn field<T: Decode>(&mut self, entry: &Entry) -> Field<T> {
        match self.below(entry) {
            Some(value) => Field::Given(Spanned::new(value, entry.value.span)),
            None => Field::Broken,
        }
    }

    /// Takes the value of an entry.
    pub fn take_field<T: Decode>(&mut self, entry: Entry) -> Field<T> {
        let span = entry.value.span;
        match self.take_below(&entry.key.text, entry.value) {
            Some(value) => Field::Given(Spanned::new(value, span)),
            None => Field::Broken,
        }
    }

    /// Takes the mapping of a record, or reports that it is none.
    pub fn take_record(&mut self, node: Node, what: &str, fields: &[&str]) -> Option<Mapping> {
        self.record(&node, what, fields)?;
        match node.kind {
            NodeKind::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// Returns the mapping of a record, or reports that it is none.
    pub fn record<'a>(&mut self, node: &'a Node, what: &str, fields: &[&str]) -> Option<&'a Mapping> {
        const SHOWN: usize = 10;
        let mapping = node.as_mapping();
        if mapping.is_none() {
            let names: Vec<_> = fields.iter().take(SHOWN).map(|field| format!("`{field}`")).collect();
            let more = if fields.len() > SHOWN { " …" } else { "" };
            let help = format!("the fields are {}{more}", names.join(", "));
            self.wrong_type_with(node, &format!("the fields of {what}"), Some(help));
        }
        mapping
    }

    /// Reports the fields that a record does not have, and returns those that they probably mean: each is meant once, and
    /// none that is written beside them. What an overlay or a group has of a record stands outside of its `place`, and
    /// may mean a field that is written inside. A merge key, which has been reported, may bring all that are missing. Where
    /// one field is unknown and one is `lacking` that has to be there, the one is meant as the other.
    pub fn unknown_fields(
        &mut self,
        unknown: &[Entry],
        place: Span,
        (what, fields): Record,
        written: &[WrittenField],
        lacking: &[&'static str],
    ) -> Vec<&'static str> {
        let inside = |span: Span| span.file == place.file && place.start <= span.start && span.end <= place.end;
        let beside = |field: &str, here: bool| {
            let same = |span: &Option<Span>| span.is_none_or(|span| inside(span) == here);
            written.iter().any(|(name, span)| *name == field && same(span))
        };
        let mut meant: Vec<&'static str> = Vec::new();
        let (merged, unknown): (Vec<_>, Vec<_>) = unknown.iter().partition(|entry| entry.is_merge());
        let alone = unknown.len() == 1;
        for entry in unknown {
            let here = inside(entry.key.span);
            let free = fields.iter().copied().filter(|field| !beside(field, here) && !meant.contains(field));
            let near = nearest(&entry.key.text, free.clone()).or_else(|| longer(&entry.key.text, free));
            let lacks = match (near, lacking) {
                (None, [only]) if alone => Some(*only),
                _ => None,
            };
            self.unknown_field(entry, (what, fields), near, lacks);
            meant.extend(near.or(lacks));
        }
        if !merged.is_empty() {
            meant.extend(fields.iter().filter(|field| written.iter().all(|(name, _)| name != *field)));
        }
        meant
    }

    /// Reports a field that a record does not have; `near` is one that is not written, and probably meant; `lacks` is the only
    /// one that is missing.
    fn unknown_field(&mut self, entry: &Entry, (what, fields): Record, near: Option<&str>, lacks: Option<&str>) {
        let name = &*entry.key.text;
        let message = format!("`{name}` is not a field of {what}");
        let mut problem = Diagnostic::error(UNKNOWN_FIELD, entry.key.span, message);
        // Another spelling may be put right; a longer form only may be meant.
        let short = near.filter(|near| nearest(name, [*near]).is_none());
        let owners = self.owners(name).filter(|_| short.is_none());
        if let Some(owners) = &owners {
            problem = problem.help(format!("`{name}` belongs to {owners}, not to {what}"));
        }
        if let Some(short) = short {
            problem = problem.help(format!("did you mean `{short}`?"));
        } else if let Some(lacks) = lacks {
            let title = format!("rename to `{lacks}`");
            let help = format!("`{lacks}` is missing: is it meant? It has to be there");
            problem = problem.help(help).fix(false, title, entry.key.span, lacks);
        } else if let Some(near) = near {
            problem = problem.help(format!("did you mean `{near}`?")).fix(
                owners.is_none(),
                format!("rename to `{near}`"),
                entry.key.span,
                near,
            );
        } else if let Some(written) = nearest(name, fields.iter().copied()) {
            problem = problem.help(format!("`{written}` is written here already: keep one of the two"));
        } else if let Some(help) = did_you_mean(name, fields.iter().copied()) {
            problem = problem.help(help);
        }
        if is_secretive(name) {
            problem = problem.conceal();
        }
        self.report(problem);
    }

    /// Returns the records that have a field, unless they are many.
    fn owners(&self, name: &str) -> Option<String> {
        let all: Vec<&str> =
            self.records.iter().filter(|(_, fields)| fields.contains(&name)).map(|(what, _)| *what).collect();
        match all.as_slice() {
            [one] => Some((*one).to_owned()),
            [one, two] => Some(format!("{one} or {two}")),
            [one, two, three] => Some(format!("{one}, {two} or {three}")),
            _ => None,
        }
    }

    /// Reports a field that is missing in a record.
    pub fn missing_field(&mut self, place: Span, what: &str, field: &str) {
        let problem = Diagnostic::error(MISSING_FIELD, place.at_start(), format!("`{field}` is missing in {what}"));
        self.report(problem.help(format!("add `{field}: …`")));
    }

    /// Reports an unknown name among names that exist, with the nearest one while there is time to look for it.
    pub fn unknown_among<'a>(
        spelling: &mut Spelling,
        kind: Kind,
        span: Span,
        what: &str,
        name: &str,
        known: impl Iterator<Item = &'a str>,
    ) -> Diagnostic {
        match spelling.look(known) {
            Some(known) => Self::unknown_name(kind, span, what, name, known.into_iter()),
            None => not_found(kind, span, what, name),
        }
    }

    /// Reports an unknown name among names that exist.
    pub fn unknown_name<'a>(
        kind: Kind,
        span: Span,
        what: &str,
        name: &str,
        known: impl Iterator<Item = &'a str>,
    ) -> Diagnostic {
        let known: Vec<&str> = known.collect();
        let mut problem = not_found(kind, span, what, name);
        if known.is_empty() {
            problem = problem.help(format!("there is no {what} at all yet"));
        }
        if let Some(help) = did_you_mean(name, known.iter().copied()) {
            problem = problem.help(help);
        }
        if let Some(near) = nearest(name, known.iter().copied()) {
            problem = problem.fix(false, format!("change to `{near}`"), span, near);
        }
        problem
    }
}

fn not_found(kind: Kind, span: Span, what: &str, name: &str) -> Diagnostic {
    Diagnostic::error(kind, span, format!("there is no {what} `{}`", visible(name)))
}

/// Returns a text for a message: without line breaks and other control characters.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        if char.is_control() {
            shown.extend(char.escape_default());
        } else {
            shown.push(char);
        }
    }
    shown
}

/// Returns the only field of which a name is a longer form: `repository` of `repo`.
fn longer<'a>(name: &str, fields: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const LEAST: usize = 3;
    let mut fitting = fields.filter(|field| field.len() >= LEAST && name.starts_with(*field));
    let only = fitting.next()?;
    fitting.next().is_none().then_some(only)
}
