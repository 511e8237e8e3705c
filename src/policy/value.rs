//! Values of expressions. What comes out of the platform is borrowed and knows where it was written; nothing of the
//! platform is copied to be read.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use super::view::{Group, Thing, View};
use crate::doc::{self, Doc, joined};
use crate::source::{OriginId, Origins, Span};
use crate::template::{Data, DataMap, DataValue};
use crate::yaml::{Core, Mapping, Node, NodeKind, Style, core};

/// A value and where it comes from.
#[derive(Clone, Debug)]
pub(super) struct Item<'a> {
    pub(super) value: Value<'a>,
    pub(super) from: From<'a>,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum From<'a> {
    /// It was computed.
    Nowhere,
    /// It has an origin.
    Origin(&'a Origins, OriginId),
    /// It was read in a file.
    Span(Span),
}

/// A value without its origin.
#[derive(Clone, Debug)]
pub(super) enum Value<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Double(f64),
    Str(Text<'a>),
    List(List<'a>),
    Map(Map<'a>),
    Optional(Option<Rc<Item<'a>>>),
}

/// A string, of the platform or made.
#[derive(Clone, Debug)]
pub(super) enum Text<'a> {
    Of(&'a str),
    Made(Rc<str>),
}

/// A list, of the platform or made.
#[derive(Clone, Debug)]
pub(super) enum List<'a> {
    Made(Rc<Vec<Item<'a>>>),
    Docs(&'a [Doc], &'a Origins),
    Nodes(&'a [Node]),
    Data(&'a [Data], &'a Origins),
    Things(&'a View<'a>, Group<'a>),
}

/// A map, of the platform or made.
#[derive(Clone, Debug)]
pub(super) enum Map<'a> {
    Made(Rc<BTreeMap<Rc<str>, Item<'a>>>),
    Doc(&'a doc::Map, &'a Origins),
    Node(&'a Mapping),
    Data(&'a DataMap, &'a Origins),
    Thing(&'a View<'a>, Thing<'a>),
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Of(text) => text,
            Self::Made(text) => text,
        }
    }
}

impl From<'_> {
    /// Returns the line of the spec that a person would change, if there is one.
    pub(super) fn written(self) -> Option<Span> {
        match self {
            Self::Nowhere => None,
            Self::Span(span) => Some(span),
            Self::Origin(origins, id) => origins.written_span(id),
        }
    }

    /// Returns the line that made the value, of the spec or of the library.
    pub(super) fn place(self) -> Option<Span> {
        match self {
            Self::Origin(origins, id) => origins.place(id),
            other => other.written(),
        }
    }
}

impl<'a> Item<'a> {
    pub(super) const fn made(value: Value<'a>) -> Self {
        Self { value, from: From::Nowhere }
    }

    pub(super) const fn bool(flag: bool) -> Self {
        Self::made(Value::Bool(flag))
    }

    pub(super) const fn int(number: i64) -> Self {
        Self::made(Value::Int(number))
    }

    pub(super) fn text(text: impl Into<Rc<str>>) -> Self {
        Self::made(Value::Str(Text::Made(text.into())))
    }

    pub(super) fn list(items: Vec<Self>) -> Self {
        Self::made(Value::List(List::Made(Rc::new(items))))
    }

    /// Returns a node of a document.
    pub(super) fn doc(doc: &'a Doc, origins: &'a Origins) -> Self {
        let value = match &doc.value {
            doc::Value::Null => Value::Null,
            doc::Value::Bool(flag) => Value::Bool(*flag),
            doc::Value::Int(number) => Value::Int(*number),
            doc::Value::Float(number) => Value::Double(*number),
            doc::Value::Str(text) => Value::Str(Text::Of(text)),
            doc::Value::Text(lines) => Value::Str(Text::Made(joined(lines).into())),
            doc::Value::List(items) => Value::List(List::Docs(items, origins)),
            doc::Value::Map(map) => Value::Map(Map::Doc(map, origins)),
        };
        Self { value, from: From::Origin(origins, doc.origin) }
    }

    /// Returns a node of a YAML file.
    pub(super) fn node(node: &'a Node) -> Self {
        let value = match &node.kind {
            NodeKind::Scalar { text, style: Style::Plain } => match core(text) {
                Core::Null => Value::Null,
                Core::Bool(flag) => Value::Bool(flag),
                Core::Int(number) => Value::Int(number),
                Core::Float(number) => Value::Double(number),
                Core::Str => Value::Str(Text::Of(text)),
            },
            NodeKind::Scalar { text, .. } => Value::Str(Text::Of(text)),
            NodeKind::Sequence(items) => Value::List(List::Nodes(items)),
            NodeKind::Mapping(mapping) => Value::Map(Map::Node(mapping)),
        };
        Self { value, from: From::Span(node.span) }
    }

    /// Returns data that templates read too.
    pub(super) fn data(data: &'a Data, origins: &'a Origins) -> Self {
        let value = match &data.value {
            DataValue::Null => Value::Null,
            DataValue::Bool(flag) => Value::Bool(*flag),
            DataValue::Int(number) => Value::Int(*number),
            DataValue::Float(number) => Value::Double(*number),
            DataValue::Str(text) => Value::Str(Text::Of(text)),
            DataValue::List(items) => Value::List(List::Data(items, origins)),
            DataValue::Map(map) => Value::Map(Map::Data(map, origins)),
        };
        Self { value, from: From::Origin(origins, data.origin) }
    }
}

impl<'a> List<'a> {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Made(items) => items.len(),
            Self::Docs(items, _) => items.len(),
            Self::Nodes(items) => items.len(),
            Self::Data(items, _) => items.len(),
            Self::Things(view, group) => view.count(*group),
        }
    }

    pub(super) fn get(&self, at: usize) -> Option<Item<'a>> {
        match self {
            Self::Made(items) => items.get(at).cloned(),
            Self::Docs(items, origins) => items.get(at).map(|doc| Item::doc(doc, origins)),
            Self::Nodes(items) => items.get(at).map(Item::node),
            Self::Data(items, origins) => items.get(at).map(|data| Item::data(data, origins)),
            Self::Things(view, group) => view.member(*group, at).map(|thing| view.item(thing)),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Item<'a>> + '_ {
        (0..self.len()).filter_map(|at| self.get(at))
    }
}

impl<'a> Map<'a> {
    pub(super) fn get(&self, key: &str) -> Option<Item<'a>> {
        match self {
            Self::Made(entries) => entries.get(key).cloned(),
            Self::Doc(map, origins) => map.get(key).map(|doc| Item::doc(doc, origins)),
            Self::Node(mapping) => mapping.get(key).map(|entry| Item::node(&entry.value)),
            Self::Data(map, origins) => map.get(key).map(|data| Item::data(data, origins)),
            Self::Thing(view, thing) => view.field(*thing, key),
        }
    }

    pub(super) fn keys(&self) -> Vec<Text<'a>> {
        match self {
            Self::Made(entries) => entries.keys().cloned().map(Text::Made).collect(),
            Self::Doc(map, _) => {
                let map: &'a doc::Map = map;
                map.iter().map(|(key, _)| Text::Of(&key.text)).collect()
            }
            Self::Node(mapping) => mapping.entries.iter().map(|entry| Text::Of(&entry.key.text)).collect(),
            Self::Data(map, _) => {
                let map: &'a DataMap = map;
                map.keys().map(|key| Text::Of(key)).collect()
            }
            Self::Thing(view, thing) => {
                let fields = thing.object().fields.iter().map(|field| field.name);
                fields.filter(|name| view.field(*thing, name).is_some()).map(Text::Of).collect()
            }
        }
    }

    /// Returns where a key is written, if a person wrote the map.
    pub(super) fn place_of(&self, key: &str) -> Option<From<'a>> {
        let found = match self {
            Self::Doc(map, origins) => {
                let (key, _) = map.iter().find(|(known, _)| *known.text == *key)?;
                From::Origin(origins, key.origin)
            }
            Self::Node(mapping) => From::Span(mapping.get(key)?.key.span),
            Self::Data(map, origins) => From::Origin(origins, map.get(key)?.origin),
            Self::Made(_) | Self::Thing(..) => return None,
        };
        found.written().is_some().then_some(found)
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Made(entries) => entries.len(),
            Self::Doc(map, _) => map.len(),
            Self::Node(mapping) => mapping.entries.len(),
            Self::Data(map, _) => map.len(),
            Self::Thing(..) => self.keys().len(),
        }
    }
}

impl Value<'_> {
    /// Returns what the value is, for people: "a list", "the number `3`".
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(flag) => format!("the boolean `{flag}`"),
            Self::Int(number) => format!("the number `{number}`"),
            Self::Double(number) => format!("the number `{number:?}`"),
            Self::Str(text) => format!("the string `{}`", text.chars().take(60).collect::<String>().escape_debug()),
            Self::List(_) => "a list".to_owned(),
            Self::Map(Map::Thing(_, thing)) => thing.object().what.to_owned(),
            Self::Map(_) => "a map".to_owned(),
            Self::Optional(Some(_)) => "an optional value".to_owned(),
            Self::Optional(None) => "an optional value that is missing".to_owned(),
        }
    }

    /// Returns the order of two numbers, two strings or two booleans; other values have none.
    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(b)),
            (Self::Double(a), Self::Double(b)) => a.partial_cmp(b),
            (Self::Int(a), Self::Double(b)) => mixed(*a, *b),
            (Self::Double(a), Self::Int(b)) => mixed(*b, *a).map(Ordering::reverse),
            (Self::Str(a), Self::Str(b)) => Some((**a).cmp(&**b)),
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

/// Compares a whole number with a floating point number, without losing digits.
#[expect(clippy::cast_precision_loss, reason = "2^63 is exact")]
#[expect(clippy::cast_possible_truncation, reason = "the range is tested first")]
fn mixed(a: i64, b: f64) -> Option<Ordering> {
    if b.is_nan() {
        return None;
    }
    if b >= -(i64::MIN as f64) {
        return Some(Ordering::Less);
    }
    if b < i64::MIN as f64 {
        return Some(Ordering::Greater);
    }
    let whole = b.trunc() as i64;
    Some(a.cmp(&whole).then_with(|| 0.0_f64.partial_cmp(&b.fract()).unwrap_or(Ordering::Equal)))
}

impl<'a> std::convert::From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self::Of(text)
    }
}

impl<'a> std::convert::From<&'a Arc<str>> for Text<'a> {
    fn from(text: &'a Arc<str>) -> Self {
        Self::Of(text)
    }
}
