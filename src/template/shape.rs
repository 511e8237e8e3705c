//! Which names data will have, so that a template can be checked before there is any.

use std::collections::BTreeMap;
use std::sync::Arc;

/// What can be read at a place of the data. A value may always be missing or none; a shape only says which names exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Anything: nothing is checked below.
    Any,
    /// A string, number or boolean: nothing lies below.
    Scalar,
    /// A list of such items.
    List(Arc<Shape>),
    /// A map.
    Map {
        /// The keys that exist.
        fields: BTreeMap<Arc<str>, Shape>,
        /// The shape of all other keys; without it, no other key exists.
        rest: Option<Arc<Shape>>,
    },
}

impl Shape {
    /// Returns a map that has these keys and no others.
    pub fn map<K: Into<Arc<str>>>(fields: impl IntoIterator<Item = (K, Self)>) -> Self {
        let fields = fields.into_iter().map(|(key, shape)| (key.into(), shape)).collect();
        Self::Map { fields, rest: None }
    }

    /// Returns a map of free keys that all have values of one shape.
    #[must_use]
    pub fn each(shape: Self) -> Self {
        Self::Map { fields: BTreeMap::new(), rest: Some(Arc::new(shape)) }
    }

    /// Returns a list.
    #[must_use]
    pub fn list(item: Self) -> Self {
        Self::List(Arc::new(item))
    }

    /// Returns the shape of the value of a key; `None` when there cannot be one.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Any => Some(&Self::Any),
            Self::Map { fields, rest } => fields.get(key).or(rest.as_deref()),
            Self::Scalar | Self::List(_) => None,
        }
    }

    /// Returns the shape of what a loop over it binds.
    #[must_use]
    pub fn item(&self) -> Self {
        match self {
            Self::List(item) => Self::clone(item),
            Self::Map { rest, .. } => {
                let value = rest.as_deref().cloned().unwrap_or(Self::Any);
                Self::map([("key", Self::Scalar), ("value", value)])
            }
            Self::Any | Self::Scalar => Self::Any,
        }
    }

    /// Iterates over the keys that are known.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let fields = match self {
            Self::Map { fields, .. } => Some(fields),
            _ => None,
        };
        fields.into_iter().flat_map(|fields| fields.keys().map(|key| &**key))
    }
}
