//! The types that the checker of expressions knows.

use std::fmt;
use std::sync::Arc;

/// What is known about a value before there is one.
#[derive(Clone, Debug)]
pub enum Type {
    /// Nothing.
    Any,
    /// `null`.
    Null,
    /// A boolean.
    Bool,
    /// A whole number.
    Int,
    /// A floating point number.
    Double,
    /// A string.
    Str,
    /// A list of such items.
    List(Arc<Type>),
    /// A map of names to such values.
    Map(Arc<Type>),
    /// A thing with fields.
    Object(&'static Object),
    /// A value that may be missing.
    Optional(Arc<Type>),
}

/// A kind of thing that expressions read.
#[derive(Debug)]
pub struct Object {
    /// What it is, for people: "a component".
    pub what: &'static str,
    /// Its fields, sorted by name.
    pub fields: &'static [Field],
}

/// A field of a thing.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: fn() -> Type,
    /// Whether it may be absent.
    pub optional: bool,
    /// What it is.
    pub doc: &'static str,
}

impl Object {
    /// Returns a field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl Type {
    /// Returns a list of such items.
    #[must_use]
    pub fn list(self) -> Self {
        Self::List(Arc::new(self))
    }

    /// Returns a map of such values.
    #[must_use]
    pub fn map(self) -> Self {
        Self::Map(Arc::new(self))
    }

    /// Returns a value of this type that may be missing.
    #[must_use]
    pub fn optional(self) -> Self {
        Self::Optional(Arc::new(self))
    }

    /// Returns whether nothing is known.
    #[must_use]
    pub const fn is_any(&self) -> bool {
        matches!(self, Self::Any)
    }

    /// Returns whether a value of this type can be a number.
    #[must_use]
    pub const fn is_number(&self) -> bool {
        matches!(self, Self::Any | Self::Int | Self::Double)
    }

    /// Returns whether two values of these types can be equal. A thing that is looked up may be null.
    #[must_use]
    pub fn comparable(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any | Self::Null, _)
            | (_, Self::Any | Self::Null)
            | (Self::Int | Self::Double, Self::Int | Self::Double)
            | (Self::Bool, Self::Bool)
            | (Self::Str, Self::Str)
            | (Self::Object(_), Self::Map(_))
            | (Self::Map(_), Self::Object(_)) => true,
            (Self::List(a), Self::List(b)) | (Self::Map(a), Self::Map(b)) | (Self::Optional(a), Self::Optional(b)) => {
                a.comparable(b)
            }
            (Self::Object(a), Self::Object(b)) => std::ptr::eq(*a, *b),
            _ => false,
        }
    }

    /// Returns what both types have in common.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::Int, Self::Int) => Self::Int,
            (Self::Double, Self::Double) => Self::Double,
            (Self::Bool, Self::Bool) => Self::Bool,
            (Self::Str, Self::Str) => Self::Str,
            (Self::List(a), Self::List(b)) => Type::clone(&a).join(Type::clone(&b)).list(),
            (Self::Map(a), Self::Map(b)) => Type::clone(&a).join(Type::clone(&b)).map(),
            (Self::Optional(a), Self::Optional(b)) => Type::clone(&a).join(Type::clone(&b)).optional(),
            (Self::Object(a), Self::Object(b)) if std::ptr::eq(a, b) => Self::Object(a),
            _ => Self::Any,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => out.write_str("anything"),
            Self::Null => out.write_str("null"),
            Self::Bool => out.write_str("a boolean"),
            Self::Int => out.write_str("a whole number"),
            Self::Double => out.write_str("a number"),
            Self::Str => out.write_str("a string"),
            Self::List(_) => out.write_str("a list"),
            Self::Map(_) => out.write_str("a map"),
            Self::Object(object) => out.write_str(object.what),
            Self::Optional(_) => out.write_str("an optional value"),
        }
    }
}
