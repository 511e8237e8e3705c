//! Specs as trees of text that tests reorder and damage, and print again.

use std::fmt;

use dvgen::source::SourceMap;
use dvgen::yaml::{Dialect, Node, NodeKind, Style, load};

/// Lists whose order means something: preferences, and sequences that others read as they are.
const ORDERED: &[&str] = &[
    "args",
    "command",
    "disks",
    "dns",
    "features",
    "fires",
    "hosts",
    "include",
    "inhibit",
    "manifests",
    "ntp",
    "purposes",
    "records",
    "routes",
    "series",
    "settings",
    "sourceRanges",
    "tolerations",
];

/// Free YAML, which reaches the outputs as it is written.
const FREE: &[&str] = &["values", "application", "renovate"];

/// A small source of numbers that depends on its seed alone (xorshift).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let high = self.0 >> 33;
        usize::try_from(high).unwrap_or(0) % limit.max(1)
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}

/// A spec without comments and places.
#[derive(Clone, Debug)]
pub(crate) enum Tree {
    /// The text of a scalar as it stands in a file.
    Scalar(String),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

impl Tree {
    /// Reads a spec without errors.
    pub(crate) fn read(text: &str) -> Self {
        let mut sources = SourceMap::new();
        let file = sources.add("platform.yaml", text);
        let mut problems = Vec::new();
        let tree = load(file, text, Dialect::Spec, &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        Self::of(&tree.expect("a tree").0)
    }

    fn of(node: &Node) -> Self {
        match &node.kind {
            NodeKind::Scalar { text, style: Style::Plain } => Self::Scalar(text.to_string()),
            NodeKind::Scalar { text, .. } => Self::Scalar(quoted(text)),
            NodeKind::Sequence(items) => Self::List(items.iter().map(Self::of).collect()),
            NodeKind::Mapping(mapping) => {
                let entries = mapping.entries.iter();
                Self::Map(entries.map(|entry| (entry.key.text.to_string(), Self::of(&entry.value))).collect())
            }
        }
    }

    /// Puts the entries of every map, and the items of every list without an order, into another order.
    pub(crate) fn shuffle(&mut self, random: &mut Random, path: &mut Vec<String>) {
        match self {
            Self::Scalar(_) => {}
            Self::List(items) => {
                for item in items.iter_mut() {
                    item.shuffle(random, path);
                }
                if !path.iter().any(|key| ORDERED.contains(&key.as_str())) {
                    random.shuffle(items);
                }
            }
            Self::Map(entries) => {
                for (key, value) in entries.iter_mut().filter(|(key, _)| !FREE.contains(&key.as_str())) {
                    path.push(key.clone());
                    value.shuffle(random, path);
                    path.pop();
                }
                random.shuffle(entries);
            }
        }
    }

    /// Takes an entry below the first level away.
    pub(crate) fn cut(&mut self, random: &mut Random) {
        self.descend(random, &mut |tree, random| match tree {
            Self::Map(entries) if entries.len() > 1 => drop(entries.remove(random.below(entries.len()))),
            Self::List(items) if items.len() > 1 => drop(items.remove(random.below(items.len()))),
            _ => {}
        });
    }

    /// Takes something away, doubles it, renames it, or puts something of another place or type in its place.
    pub(crate) fn mutate(&mut self, random: &mut Random) {
        let other = self.somewhere(random).clone();
        self.descend(random, &mut |tree, random| {
            let choice = random.below(6);
            match tree {
                Self::Map(entries) if !entries.is_empty() => {
                    let at = random.below(entries.len());
                    let entry = entries[at].clone();
                    match choice {
                        0 => drop(entries.remove(at)),
                        1 => entries.push(entry),
                        2 => entries[at].0.push('x'),
                        3 => entries[at].0.clone_from(&entry.0.replace(|c: char| c.is_numeric(), "")),
                        4 => entries[at].1 = other.clone(),
                        _ => entries[at].1 = Self::Scalar("~".to_owned()),
                    }
                }
                Self::List(items) if !items.is_empty() => {
                    let at = random.below(items.len());
                    match choice {
                        0 | 1 => drop(items.remove(at)),
                        2 | 3 => items.push(items[at].clone()),
                        _ => items[at] = other.clone(),
                    }
                }
                _ => *tree = other.clone(),
            }
        });
    }

    fn children(&mut self) -> Vec<&mut Self> {
        match self {
            Self::Scalar(_) => Vec::new(),
            Self::List(items) => items.iter_mut().collect(),
            Self::Map(entries) => entries.iter_mut().map(|(_, value)| value).collect(),
        }
    }

    /// Applies a change at a place below the root.
    fn descend(&mut self, random: &mut Random, change: &mut dyn FnMut(&mut Self, &mut Random)) {
        let mut children = self.children();
        let count = children.len();
        if count == 0 || random.below(5) == 0 {
            return change(self, random);
        }
        let child = children.swap_remove(random.below(count));
        child.descend(random, change);
    }

    fn somewhere(&mut self, random: &mut Random) -> &mut Self {
        let count = self.children().len();
        if count == 0 || random.below(4) == 0 {
            return self;
        }
        let at = random.below(count);
        self.children().swap_remove(at).somewhere(random)
    }

    fn print(&self, indent: usize, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let margin = " ".repeat(indent);
        match self {
            Self::Scalar(text) => writeln!(out, " {text}"),
            Self::List(items) if items.is_empty() => writeln!(out, " []"),
            Self::Map(entries) if entries.is_empty() => writeln!(out, " {{}}"),
            Self::List(items) => {
                writeln!(out)?;
                items.iter().try_for_each(|item| {
                    write!(out, "{margin}-")?;
                    item.print(indent + 2, out)
                })
            }
            Self::Map(entries) => {
                writeln!(out)?;
                entries.iter().try_for_each(|(key, value)| {
                    write!(out, "{margin}{}:", quoted(key))?;
                    value.print(indent + 2, out)
                })
            }
        }
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.print(0, out)
    }
}

/// Returns a text as a double-quoted scalar; JSON's form is YAML too.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a string")
}
