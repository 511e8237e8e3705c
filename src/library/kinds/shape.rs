//! The shape of objects: a tree of fields. Names are pieces of the table's text.

use std::ops::Range;
use std::sync::OnceLock;

use super::format::Format;
use crate::doc::Value;

/// A piece of the table's text.
pub(super) type Piece = Range<u32>;

/// One shape, parsed.
#[derive(Debug)]
pub(super) struct Shape {
    /// Every node, children before parents; the last one is the whole.
    pub(super) nodes: Vec<Node>,
    /// The fields of every node, side by side and sorted.
    pub(super) fields: Vec<Field>,
}

/// Another shape, by its name.
#[derive(Clone, Debug)]
pub(super) struct Other {
    /// The name.
    pub(super) name: Piece,
    /// Where the shape is, once somebody looked for it.
    pub(super) place: OnceLock<Option<Place>>,
}

/// Where a shape is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The number of its table.
    pub(super) table: usize,
    /// Its number there.
    pub(super) shape: usize,
}

/// What may stand in one place.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// The kinds of value.
    pub(super) types: Types,
    /// Whether unknown fields pass.
    pub(super) open: bool,
    /// Another shape that stands here.
    pub(super) other: Option<Other>,
    /// The only words, between `|`.
    pub(super) words: Option<Piece>,
    /// The form that a text has.
    pub(super) format: Option<Format>,
    /// The fields that tell two items of the list apart, between commas.
    pub(super) alike: Option<Piece>,
    /// The items of a list.
    pub(super) item: Option<u32>,
    /// The fields without a line of their own.
    pub(super) rest: Option<u32>,
    /// The fields.
    pub(super) fields: Range<u32>,
}

/// A field of a map.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// Its name.
    pub(super) name: Piece,
    /// What may stand there.
    pub(super) node: u32,
    /// Whether it has to be there.
    pub(super) required: bool,
}

/// A set of kinds of value; empty is anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Types(u16);

/// Returns the bit of a letter of the format.
const fn bit(letter: char) -> u16 {
    match letter {
        'm' => 1,
        'l' => 1 << 1,
        's' => 1 << 2,
        'i' => 1 << 3,
        'n' => 1 << 4,
        'b' => 1 << 5,
        'v' => 1 << 6,
        'q' => 1 << 7,
        _ => 0,
    }
}

impl Types {
    /// Adds a letter of the format; returns whether it is one.
    pub(super) fn add(&mut self, letter: char) -> bool {
        self.0 |= bit(letter);
        bit(letter) != 0 || letter == '?'
    }

    /// Returns whether a value is of one of the kinds. Null is no value: the server fills in a default.
    pub(super) fn fit(self, value: &Value) -> bool {
        const TEXT: u16 = bit('s') | bit('v') | bit('q');
        const NUMBER: u16 = bit('n') | bit('q');
        const WHOLE: u16 = bit('i') | bit('v');
        let any_of = |bits: u16| self.0 & bits != 0;
        self.0 == 0
            || match value {
                Value::Null => true,
                Value::Map(_) => any_of(const { bit('m') }),
                Value::List(_) => any_of(const { bit('l') }),
                Value::Str(_) | Value::Text(_) => any_of(TEXT),
                Value::Bool(_) => any_of(const { bit('b') }),
                Value::Int(_) => any_of(WHOLE | NUMBER),
                Value::Float(number) => any_of(NUMBER) || (number.fract() == 0.0 && any_of(WHOLE)),
            }
    }

    /// Returns the kinds for people: "a map or a string".
    pub(super) fn expected(self) -> String {
        const NAMES: [(char, &str); 8] = [
            ('m', "a map"),
            ('l', "a list"),
            ('s', "a string"),
            ('i', "an integer"),
            ('n', "a number"),
            ('b', "a boolean"),
            ('v', "an integer or a string"),
            ('q', "a quantity such as `500m` or `2Gi`"),
        ];
        let names: Vec<&str> = NAMES.iter().filter(|(letter, _)| self.has(*letter)).map(|(_, name)| *name).collect();
        names.join(" or ")
    }

    /// Returns whether text fits.
    pub(super) fn takes_text(self) -> bool {
        self.has('s')
    }

    /// Returns whether this is a quantity, and nothing else.
    pub(super) const fn is_quantity(self) -> bool {
        self.0 == bit('q')
    }

    const fn has(self, letter: char) -> bool {
        self.0 & bit(letter) != 0
    }
}

impl Shape {
    /// Returns a node.
    pub(super) fn node(&self, at: u32) -> Option<&Node> {
        self.nodes.get(at as usize)
    }

    /// Returns the fields of a node.
    pub(super) fn fields(&self, node: &Node) -> &[Field] {
        self.fields.get(node.fields.start as usize..node.fields.end as usize).unwrap_or(&[])
    }
}
