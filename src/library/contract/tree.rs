//! The tree of a contract.
//!
//! Keys are slices of the contract's text, nodes lie in one vector and equal subtrees are shared, so that a contract of
//! two thousand lines costs little to hold.

use std::borrow::Cow;
use std::ops::Range;

use semver::Version;

use super::parse;

/// What a chart version accepts.
#[derive(Debug)]
pub struct Contract {
    text: Cow<'static, str>,
    head: Head,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    root: NodeId,
}

/// What the head of a contract says about its chart.
#[derive(Clone, Debug)]
pub(super) struct Head {
    /// The name of the chart.
    pub(super) name: String,
    /// The version as it is spelled.
    pub(super) version: String,
    /// The version as a number.
    pub(super) number: Version,
    /// Where the chart is published.
    pub(super) repositories: Vec<String>,
    /// What the contract was made from.
    pub(super) source: String,
    /// Why a misspelt setting matters, in the contract of a configuration.
    pub(super) why: String,
    /// Where the trees begin.
    pub(super) body: usize,
}

/// Whether a map takes keys that its contract does not list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// No: the keys are confirmed to be all there are.
    Closed,
    /// Yes: the map is passed through.
    Open,
    /// Probably not: the keys are those of the chart's defaults.
    Assumed,
}

/// A contract that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadContract {
    /// The line, counted from one.
    pub line: usize,
    /// What is wrong there.
    pub problem: String,
}

/// Names one node of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NodeId(pub(super) u32);

/// What may stand at one path.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// The kinds of value.
    pub(super) types: Types,
    /// What happens to unknown keys.
    pub(super) mark: Mark,
    /// The type of a list's items.
    pub(super) item: Option<NodeId>,
    /// The type of keys without a line of their own.
    pub(super) rest: Option<NodeId>,
    /// Set for a key that the chart ignores: the path to use instead, empty if there is none.
    pub(super) ignored: Option<Range<u32>>,
    /// Its keys, as a range of edges.
    pub(super) keys: Range<u32>,
}

/// A set of kinds of value; empty is anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Types {
    bits: u8,
    /// Whether the kinds were stated, and are not just the shape of a default.
    pub(super) exact: bool,
}

/// A key and what may stand under it.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    /// The key, as a range of the text.
    pub(super) key: Range<u32>,
    /// What may stand there.
    pub(super) node: NodeId,
}

/// The parsed body of a contract.
pub(super) struct Trees {
    /// Every node, children before parents.
    pub(super) nodes: Vec<Node>,
    /// The keys of every node, side by side and sorted.
    pub(super) edges: Vec<Edge>,
    /// The node of all values.
    pub(super) root: NodeId,
}

impl Types {
    /// Anything.
    pub(super) const ANY: Self = Self { bits: 0, exact: false };

    /// Returns whether the set holds a letter of the format.
    pub(super) fn has(self, letter: char) -> bool {
        bit(letter).is_some_and(|bit| self.bits & bit != 0)
    }

    /// Adds a letter of the format; returns whether it is one.
    pub(super) fn add(&mut self, letter: char) -> bool {
        self.bits |= bit(letter).unwrap_or(0);
        self.exact = letter.is_ascii_uppercase();
        bit(letter).is_some()
    }

    /// Returns whether the set holds this letter and no other.
    pub(super) fn is_only(self, letter: char) -> bool {
        bit(letter) == Some(self.bits)
    }

    /// Returns whether anything is allowed.
    pub(super) const fn is_any(self) -> bool {
        self.bits == 0
    }
}

/// Returns the bit of a type letter.
const fn bit(letter: char) -> Option<u8> {
    Some(match letter.to_ascii_lowercase() {
        'm' => 1,
        'l' => 2,
        's' => 4,
        'n' => 8,
        'i' => 16,
        'b' => 32,
        'w' => 64,
        _ => return None,
    })
}

impl Contract {
    /// Reads a contract.
    pub fn parse(text: impl Into<Cow<'static, str>>) -> Result<Self, BadContract> {
        let text = text.into();
        let head = parse::head(&text)?;
        let Trees { nodes, edges, root } = parse::body(&text, &head)?;
        Ok(Self { text, head, nodes, edges, root })
    }

    /// Returns the name of the chart.
    pub fn name(&self) -> &str {
        &self.head.name
    }

    /// Returns the version of the chart, as it was published.
    pub fn version(&self) -> &str {
        &self.head.version
    }

    /// Returns why a misspelt setting matters: contracts of configurations say it.
    pub fn why(&self) -> &str {
        &self.head.why
    }

    /// Returns the repositories that publish the chart, the current one first.
    pub fn repositories(&self) -> &[String] {
        &self.head.repositories
    }

    /// Returns what the contract was made from, in words of its generator.
    pub fn source(&self) -> &str {
        &self.head.source
    }

    /// Returns the version as a number.
    pub(super) const fn number(&self) -> &Version {
        &self.head.number
    }

    /// Returns the node of all values.
    pub(super) const fn root(&self) -> NodeId {
        self.root
    }

    /// Returns a node.
    pub(super) fn node(&self, id: NodeId) -> &Node {
        self.nodes.get(id.0 as usize).expect("internal error: a NodeId of another contract")
    }

    /// Returns the child of a node under a key of its own, not under the rule for other keys.
    pub(super) fn child(&self, id: NodeId, key: &str) -> Option<NodeId> {
        const FEW: usize = 12;
        let edges = self.edges_of(id);
        let at = |edge: &Edge| self.slice(&edge.key).cmp(key);
        let edge = match edges.len() {
            // Most keys of a short list are told apart by their length.
            ..=FEW => edges.iter().find(|edge| edge.key.len() == key.len() && at(edge).is_eq()),
            _ => edges.binary_search_by(at).ok().and_then(|at| edges.get(at)),
        };
        edge.map(|edge| edge.node)
    }

    /// Iterates over the keys of a node with their nodes, in byte order.
    pub(super) fn keys(&self, id: NodeId) -> impl Iterator<Item = (&str, NodeId)> {
        self.edges_of(id).iter().map(|edge| (self.slice(&edge.key), edge.node))
    }

    /// Returns whether any map of the contract has this key.
    pub(super) fn mentions(&self, key: &str) -> bool {
        self.edges.iter().any(|edge| self.slice(&edge.key) == key)
    }

    /// Returns the path to use instead of an ignored key, empty if there is none; `None` for other keys.
    pub(super) fn ignored(&self, id: NodeId) -> Option<&str> {
        self.node(id).ignored.as_ref().map(|range| self.slice(range))
    }

    fn edges_of(&self, id: NodeId) -> &[Edge] {
        let range = &self.node(id).keys;
        self.edges.get(range.start as usize..range.end as usize).unwrap_or(&[])
    }

    fn slice(&self, range: &Range<u32>) -> &str {
        self.text.get(range.start as usize..range.end as usize).unwrap_or("")
    }
}
