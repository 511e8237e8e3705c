//! What templates read: a tree of values whose every node has an origin.
//!
//! The model fills it once; templates, facts and policies only read. Cloning a value is cheap (strings, lists and
//! maps are shared), so a template can pass a whole map through.

use std::sync::Arc;

pub use super::map::DataMap;
use crate::doc::{Doc, Name, Value, joined};
use crate::source::OriginId;

/// One value that templates can read, and where it comes from.
#[derive(Clone, Debug)]
pub struct Data {
    /// Where the value comes from.
    pub origin: OriginId,
    /// The value.
    pub value: DataValue,
}

/// A value without its origin.
#[derive(Clone, Debug)]
pub enum DataValue {
    /// Nothing: `none` in an expression.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A floating point number; never NaN or infinite.
    Float(f64),
    /// A string.
    Str(Arc<str>),
    /// A list.
    List(Arc<Vec<Data>>),
    /// A map.
    Map(Arc<DataMap>),
}

impl Data {
    /// Returns a value with its origin.
    #[must_use]
    pub const fn new(value: DataValue, origin: OriginId) -> Self {
        Self { origin, value }
    }

    /// Returns nothing, said by `origin`.
    #[must_use]
    pub const fn null(origin: OriginId) -> Self {
        Self::new(DataValue::Null, origin)
    }

    /// Returns a boolean.
    #[must_use]
    pub const fn bool(flag: bool, origin: OriginId) -> Self {
        Self::new(DataValue::Bool(flag), origin)
    }

    /// Returns an integer.
    pub fn int(number: impl Into<i64>, origin: OriginId) -> Self {
        Self::new(DataValue::Int(number.into()), origin)
    }

    /// Returns a string.
    pub fn str(text: impl Into<Arc<str>>, origin: OriginId) -> Self {
        Self::new(DataValue::Str(text.into()), origin)
    }

    /// Returns a list.
    #[must_use]
    pub fn list(items: Vec<Self>, origin: OriginId) -> Self {
        Self::new(DataValue::List(Arc::new(items)), origin)
    }

    /// Returns a map.
    pub fn map<K: Into<Name>>(entries: impl IntoIterator<Item = (K, Self)>, origin: OriginId) -> Self {
        let map = entries.into_iter().map(|(key, value)| (key.into(), value)).collect();
        Self::new(DataValue::Map(Arc::new(map)), origin)
    }

    /// Sets a key, if this is a map.
    pub fn set(&mut self, key: &'static str, data: Self) {
        if let DataValue::Map(map) = &mut self.value {
            Arc::make_mut(map).insert(key, data);
        }
    }

    /// Returns the value of a key, if this is a map that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            DataValue::Map(map) => map.get(key),
            _ => None,
        }
    }

    /// Returns the string, if this is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&Arc<str>> {
        match &self.value {
            DataValue::Str(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the integer, if this is one.
    #[must_use]
    pub const fn as_int(&self) -> Option<i64> {
        match self.value {
            DataValue::Int(number) => Some(number),
            _ => None,
        }
    }

    /// Returns the items, if this is a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        match &self.value {
            DataValue::List(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the map, if this is one.
    #[must_use]
    pub fn as_map(&self) -> Option<&DataMap> {
        match &self.value {
            DataValue::Map(map) => Some(map),
            _ => None,
        }
    }

    /// Returns whether a condition takes the value as true: not for nothing, `false`, zero and what is empty.
    #[must_use]
    pub fn is_true(&self) -> bool {
        self.value.is_true()
    }
}

impl DataValue {
    /// Returns whether a condition takes the value as true.
    #[must_use]
    pub fn is_true(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(flag) => *flag,
            Self::Int(number) => *number != 0,
            Self::Float(number) => *number != 0.0,
            Self::Str(text) => !text.is_empty(),
            Self::List(items) => !items.is_empty(),
            Self::Map(map) => !map.is_empty(),
        }
    }

    /// Returns what the value is, for people: "a list", "the number `3`".
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Null => "none".to_owned(),
            Self::Bool(flag) => format!("the boolean `{flag}`"),
            Self::Int(number) => format!("the number `{number}`"),
            Self::Float(number) => format!("the number `{number:?}`"),
            Self::Str(text) => format!("the string `{}`", text.chars().take(60).collect::<String>()),
            Self::List(_) => "a list".to_owned(),
            Self::Map(_) => "a map".to_owned(),
        }
    }

    /// Returns whether two values are the same; where they come from does not matter.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Str(a), Self::Str(b)) => a == b,
            (Self::List(a), Self::List(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.value.same(&b.value))
            }
            (Self::Map(a), Self::Map(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.0 == b.0 && a.1.value.same(&b.1.value))
            }
            (Self::Int(_) | Self::Float(_), Self::Int(_) | Self::Float(_)) => {
                self.compare(other) == Some(std::cmp::Ordering::Equal)
            }
            _ => false,
        }
    }

    /// Returns the order of two numbers or of two strings; other values have none.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<std::cmp::Ordering> {
        #[expect(clippy::cast_precision_loss, reason = "a float has no more digits to compare with")]
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(b)),
            (Self::Float(a), Self::Float(b)) => a.partial_cmp(b),
            (Self::Int(a), Self::Float(b)) => (*a as f64).partial_cmp(b),
            (Self::Float(a), Self::Int(b)) => a.partial_cmp(&(*b as f64)),
            (Self::Str(a), Self::Str(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

impl From<Doc> for Data {
    /// Makes data of a rendered document: facts are rendered, then read by other templates.
    fn from(doc: Doc) -> Self {
        let value = match doc.value {
            Value::Null => DataValue::Null,
            Value::Bool(flag) => DataValue::Bool(flag),
            Value::Int(number) => DataValue::Int(number),
            Value::Float(number) => DataValue::Float(number),
            Value::Str(text) => DataValue::Str(text.into()),
            Value::Text(lines) => DataValue::Str(joined(&lines).into()),
            Value::List(items) => DataValue::List(Arc::new(items.into_iter().map(Self::from).collect())),
            Value::Map(map) => {
                DataValue::Map(Arc::new(map.into_iter().map(|(key, doc)| (key.text, Self::from(doc))).collect()))
            }
        };
        Self::new(value, doc.origin)
    }
}
