//! Objects against their table.
//!
//! The walk follows the object and touches only what it holds; near spellings and paths as text are made when something
//! is found.

use super::format::Format;
use super::known::is_built_in;
use super::shape::{Field, Node, Place, Shape, Types};
use super::sound::Need;
use super::table::{KindTables, Scope, Served, Table, group_of};
use crate::diag::nearest;
use crate::doc::{Doc, Key, Map, Value};
use crate::library::place::{self, Step};
use crate::source::OriginId;

/// Deepest nesting that is followed: shapes may contain themselves.
const MAX_DEPTH: usize = 64;

/// Few objects are nested deeper.
const DEEP: usize = 12;

/// So many fields are looked through one by one.
const FEW: usize = 32;

/// Something that is wrong with an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// The kind of the object, with its version.
    pub object: String,
    /// The path in the object, as people write it; empty for the object itself.
    pub path: String,
    /// The key or value at fault.
    pub origin: OriginId,
    /// What is wrong.
    pub flaw: Flaw,
}

/// What can be wrong with an object.
#[derive(Clone, Debug, PartialEq)]
pub enum Flaw {
    /// The field does not exist.
    UnknownField {
        /// The nearest one at the same place.
        near: Option<String>,
        /// One of `spec` that may be meant, for a field that stands beside `spec`.
        below: Option<String>,
        /// The path of a map around it that has a field of this name; empty for the object itself.
        around: Option<String>,
        /// What the table was made from.
        source: String,
        /// The origins of what stands under the nearest one already.
        there: Vec<OriginId>,
    },
    /// The value is of another type.
    WrongType {
        /// The types that fit, for people.
        expected: String,
        /// The type that was given, for people.
        found: &'static str,
        /// Whether it would be right in quotes.
        quotes: bool,
    },
    /// A field is missing.
    Missing,
    /// The word is not one of those that the field takes.
    NotAWord {
        /// What was written.
        given: String,
        /// What can be written.
        words: Vec<String>,
    },
    /// The text has another form than the field takes.
    BadForm {
        /// What was written.
        given: String,
        /// What is probably meant.
        meant: Option<String>,
        /// What can be written, for people.
        expected: &'static str,
    },
    /// An earlier item of the list has the same fields.
    Twice {
        /// The fields that tell items apart.
        fields: String,
        /// The earlier item.
        first: OriginId,
    },
    /// The version is not served.
    Version {
        /// The version to write instead, if there is one.
        instead: Option<String>,
        /// Whether it was served once.
        gone: bool,
    },
    /// The group has no such kind, but one that is spelled nearly so.
    UnknownKind {
        /// That one.
        near: String,
    },
    /// No table has the kind.
    Unchecked,
    /// Objects of this kind have no namespace.
    Namespace,
}

/// Returns the version of a kind of Kubernetes itself that stands in another one of its own groups: `v1` and `app/v1` are
/// no versions of a Deployment.
fn own_group<'t>(kind: &str, group: &str, mut served: impl Iterator<Item = &'t (usize, Served)>) -> Option<String> {
    let own = |group: &str| is_built_in(&[kind, ".", group].concat());
    if !own(group) {
        return None;
    }
    served.find(|(_, served)| own(group_of(&served.version))).map(|(_, served)| served.version.clone())
}

impl KindTables {
    /// Judges an object, or each one of a list of objects.
    pub fn judge(&self, object: &Doc) -> Vec<Fault> {
        let mut found = Vec::new();
        self.object(object, &mut found);
        found
    }

    /// Judges an object; returns what its scalars have to say to be as they should be, or nothing if more than these and its
    /// outline, kind and version decided.
    pub(super) fn object<'d>(&self, object: &'d Doc, found: &mut Vec<Fault>) -> Option<Vec<(&'d Doc, Need)>> {
        let text = |key: &str| Some((object.at(&[key])?, object.at(&[key])?.as_str()?));
        let (Some((kind_doc, kind)), Some((version_doc, version))) = (text("kind"), text("apiVersion")) else {
            return None;
        };
        if let Some(items) = object.at(&["items"]).and_then(Doc::as_list).filter(|_| kind.ends_with("List")) {
            for item in items {
                self.object(item, found);
            }
            return None;
        }
        let fault = |origin, path: &str, flaw| Fault {
            object: format!("{kind} ({version})"),
            path: path.to_owned(),
            origin,
            flaw,
        };
        let group = group_of(version);
        let named = self.named(kind);
        let served = named.into_iter().flat_map(|named| &named.served);
        let mut of_group = served.filter(|(_, served)| group_of(&served.version) == group);
        let Some((table, served)) = of_group.clone().find(|(_, served)| served.version == version) else {
            if let Some(instead) = named.and_then(|named| named.gone.get(version)) {
                let instead = instead.clone();
                found.push(fault(version_doc.origin, "apiVersion", Flaw::Version { instead, gone: true }));
            } else if let Some((_, other)) = of_group.next() {
                let instead = Some(other.version.clone());
                found.push(fault(version_doc.origin, "apiVersion", Flaw::Version { instead, gone: false }));
            } else if let Some(instead) = own_group(kind, group, named.into_iter().flat_map(|named| &named.served)) {
                let instead = Some(instead);
                found.push(fault(version_doc.origin, "apiVersion", Flaw::Version { instead, gone: false }));
            } else if let Some(near) = nearest(kind, self.of_group(group)) {
                found.push(fault(kind_doc.origin, "kind", Flaw::UnknownKind { near: near.to_owned() }));
            } else {
                found.push(fault(kind_doc.origin, "kind", Flaw::Unchecked));
            }
            return None;
        };
        if let Some(namespace) = object.at(&["metadata", "namespace"]).filter(|_| served.scope == Scope::Cluster) {
            found.push(fault(namespace.origin, "metadata.namespace", Flaw::Namespace));
        }
        let mut walk = Walk::new(self);
        let place = served.place.get_or_init(|| self.place(*table, &served.shape));
        walk.shape(*place, object, kind_doc.origin);
        found.extend(walk.found.into_iter().map(|(origin, path, flaw)| fault(origin, &path, flaw)));
        (!walk.undecided).then_some(walk.needs)
    }
}

pub(super) struct Walk<'a, 'd> {
    tables: &'a KindTables,
    path: Vec<Step<'d>>,
    /// The fields of the maps around the place, with the lengths of their paths.
    around: Vec<(&'a Table, &'a [Field], usize)>,
    pub(super) found: Vec<(OriginId, String, Flaw)>,
    /// Whether it mattered what a scalar says in a way that `needs` does not tell.
    pub(super) undecided: bool,
    /// What scalars have to say, and do.
    pub(super) needs: Vec<(&'d Doc, Need)>,
}

/// A shape with its table.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) number: usize,
    pub(super) table: &'a Table,
    pub(super) shape: &'a Shape,
}

impl<'a, 'd> Walk<'a, 'd> {
    pub(super) fn new(tables: &'a KindTables) -> Self {
        let (path, around) = (Vec::with_capacity(DEEP), Vec::with_capacity(DEEP));
        Self { tables, path, around, found: Vec::new(), undecided: false, needs: Vec::new() }
    }

    /// Judges a value by a shape; `key` is what a missing field is reported at.
    fn shape(&mut self, place: Option<Place>, doc: &'d Doc, key: OriginId) {
        let Some((place, (table, shape))) = place.and_then(|place| Some((place, self.tables.shape(place)?))) else {
            return;
        };
        let at = At { number: place.table, table, shape };
        if let Some(node) = shape.nodes.last().filter(|_| self.path.len() < MAX_DEPTH) {
            self.node(at, node, doc, key);
        }
    }

    pub(super) fn node(&mut self, at: At<'a>, node: &'a Node, doc: &'d Doc, key: OriginId) {
        if let Some(other) = &node.other {
            let place = || self.tables.place(at.number, at.table.slice(&other.name));
            self.shape(*other.place.get_or_init(place), doc, key);
            return;
        }
        self.undecided |= matches!(doc.value, Value::Float(_));
        if !node.types.fit(&doc.value) {
            if let (Some(format), Value::Int(number)) = (node.format, &doc.value) {
                let given = number.to_string();
                return self.report(
                    doc.origin,
                    Flaw::BadForm { meant: self.meant(format, &given), given, expected: format.expected() },
                );
            }
            let quotes = node.types.takes_text() && !matches!(doc.value, Value::Map(_) | Value::List(_));
            let flaw = Flaw::WrongType { expected: node.types.expected(), found: kind_of(&doc.value), quotes };
            self.report(doc.origin, flaw);
            return;
        }
        match &doc.value {
            Value::Map(map) if node.types != Types::default() => self.map(at, node, map, key),
            Value::List(items) => self.list(at, node, items),
            Value::Str(text) => {
                if node.words.is_some() {
                    self.needs.push((doc, Need::Same(doc.value.clone())));
                }
                match node.format {
                    Some(format) if format.takes(text) => self.needs.push((doc, Need::Form(format))),
                    Some(format) => {
                        let (given, meant) = (text.to_string(), self.meant(format, text));
                        self.report(doc.origin, Flaw::BadForm { given, meant, expected: format.expected() });
                    }
                    None => {}
                }
                let words = || node.words.iter().flat_map(|words| at.table.slice(words).split('|'));
                if node.words.is_some() && words().all(|word| word != &**text) {
                    let words = words().filter(|word| !word.is_empty()).map(str::to_owned).collect();
                    self.report(doc.origin, Flaw::NotAWord { given: text.to_string(), words });
                }
            }
            _ => {}
        }
    }

    fn map(&mut self, at: At<'a>, node: &'a Node, map: &'d Map, here: OriginId) {
        let fields = at.shape.fields(node);
        let name = |field: &Field| at.table.slice(&field.name);
        self.around.push((at.table, fields, self.path.len()));
        // Fields that unknown ones are probably meant as: these are not missing besides.
        let mut meant = Vec::new();
        for (key, doc) in map.iter() {
            self.path.push(Step::Key(&key.text));
            // Most fields are told apart by the length of their names.
            let field = match fields.len() {
                ..=FEW => fields.iter().find(|field| field.name.len() == key.text.len() && name(field) == &*key.text),
                _ => fields.binary_search_by(|field| name(field).cmp(&key.text)).ok().and_then(|at| fields.get(at)),
            };
            match field.map(|field| field.node).or(node.rest).and_then(|child| at.shape.node(child)) {
                Some(child) => self.node(at, child, doc, key.origin),
                None if node.open => {}
                None => meant.extend(self.unknown(at, fields, key, map)),
            }
            self.path.pop();
        }
        self.around.pop();
        for field in fields.iter().filter(|field| field.required) {
            let missing = map.get(name(field)).is_none_or(|doc| doc.value == Value::Null);
            if missing && !meant.contains(&name(field)) {
                let mut path = place::text(&self.path);
                path.push_str(if path.is_empty() { "" } else { "." });
                path.push_str(name(field));
                self.found.push((here, path, Flaw::Missing));
            }
        }
    }

    fn list(&mut self, at: At<'a>, node: &'a Node, items: &'d [Doc]) {
        let Some(item) = node.item.and_then(|item| at.shape.node(item)) else { return };
        let mut seen = std::collections::BTreeMap::<Vec<String>, OriginId>::new();
        for (index, doc) in items.iter().enumerate() {
            self.path.push(Step::Item(index));
            self.node(at, item, doc, doc.origin);
            if let Some(fields) = &node.alike {
                let fields = at.table.slice(fields);
                let told = fields.split(',').filter_map(|field| doc.at(&[field]));
                self.needs.extend(told.map(|doc| (doc, Need::Same(doc.value.clone()))));
                // The server fills in the protocol before it compares.
                let default = |field| (field == "protocol").then(|| word(&Value::Str("TCP".into())));
                let value = |field| doc.at(&[field]).map(|doc| word(&doc.value)).or_else(|| default(field));
                let values = fields.split(',').map(value);
                if let Some(values) = values.collect::<Option<Vec<String>>>()
                    && let Some(first) = seen.insert(values, doc.origin)
                {
                    self.report(doc.origin, Flaw::Twice { fields: fields.replace(',', "`, `"), first });
                }
            }
            self.path.pop();
        }
    }

    /// Reports a field that a map does not have, and returns the one that it is probably meant as.
    fn unknown(&mut self, at: At<'a>, fields: &[Field], key: &Key, map: &Map) -> Option<&'a str> {
        let names = fields.iter().map(|field| at.table.slice(&field.name));
        let meant = nearest(&key.text, names);
        let near = meant.map(str::to_owned);
        let has = |(table, fields, _): &&(&Table, &[Field], usize)| {
            fields.binary_search_by(|field| table.slice(&field.name).cmp(&key.text)).is_ok()
        };
        let around = self.around.iter().rev().find(has).and_then(|(_, _, length)| self.path.get(..*length));
        let around = around.map(place::text);
        let below = if near.is_none() && self.path.len() == 1 { self.of_spec(at, fields, &key.text) } else { None };
        let there = meant.and_then(|near| map.get(near)).map(Doc::origins).unwrap_or_default();
        self.report(key.origin, Flaw::UnknownField { near, below, around, source: at.table.source.clone(), there });
        meant
    }

    /// Returns the field of `spec` that a field beside it may be.
    fn of_spec(&self, at: At<'a>, fields: &[Field], name: &str) -> Option<String> {
        let spec = fields.iter().find(|field| at.table.slice(&field.name) == "spec")?;
        let node = at.shape.node(spec.node)?;
        let (table, shape, node) = match &node.other {
            None => (at.table, at.shape, node),
            Some(other) => {
                let place = self.tables.place(at.number, at.table.slice(&other.name))?;
                let (table, shape) = self.tables.shape(place)?;
                (table, shape, shape.nodes.last()?)
            }
        };
        let names = || shape.fields(node).iter().map(|field| table.slice(&field.name));
        let found = names().find(|other| *other == name).or_else(|| nearest(name, names()))?;
        Some(format!("spec.{found}"))
    }

    /// Returns what a text of another form than its field takes is probably meant as.
    fn meant(&self, format: Format, text: &str) -> Option<String> {
        let keys = self.path.iter().rev();
        let key = keys.into_iter().find_map(|step| if let Step::Key(key) = step { Some(*key) } else { None });
        format.meant(text, key.unwrap_or_default())
    }

    fn report(&mut self, origin: OriginId, flaw: Flaw) {
        self.found.push((origin, place::text(&self.path), flaw));
    }
}

/// Returns a scalar as text, to compare it.
fn word(value: &Value) -> String {
    match value {
        Value::Str(text) => text.to_string(),
        other => format!("{other:?}"),
    }
}

/// Returns the type of a value for people.
const fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Int(_) => "an integer",
        Value::Float(_) => "a number",
        Value::Str(_) | Value::Text(_) => "a string",
        Value::List(_) => "a list",
        Value::Map(_) => "a map",
    }
}
