//! Values against a contract.
//!
//! The walk follows the values and touches only what they hold; everything dear (other versions, near spellings, paths
//! as text) is done when something is found.

use super::kinds::{doubted, expected, fits, is_read, kind};
use super::tree::{Contract, Mark, NodeId};
use crate::diag::{Severity, is_slip, is_spelled_alike, nearest};
use crate::doc::{Doc, Key, Map, Value};
use crate::library::place::{self, Step};
use crate::source::OriginId;

/// Few values are nested deeper.
const DEEP: usize = 12;

/// Something about the values that the chart does not take as it was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The path in the values, with keys joined by dots.
    pub path: String,
    /// The offending key, or the offending value when its type is wrong.
    pub origin: OriginId,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub problem: Problem,
}

/// What can be wrong with a key or value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The chart does not know the key.
    UnknownKey {
        /// How that is known.
        reason: Reason,
        /// The key that was probably meant: a key at the same place, or a path.
        suggestion: Option<String>,
        /// The origins of what stands under the suggested key already, beside the unknown one.
        there: Vec<OriginId>,
    },
    /// The value is of a kind that the chart does not take.
    WrongType {
        /// The kinds that it takes, for people.
        expected: String,
        /// The kind that was given, for people.
        found: &'static str,
    },
    /// The chart is known to ignore the key.
    IgnoredKey {
        /// The path to use instead.
        instead: Option<String>,
    },
}

/// How it is known that a key is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The keys at this place are all there are.
    Closed,
    /// The key belongs to another major of the chart.
    OtherMajor {
        /// The version that has it.
        version: String,
    },
    /// The key belongs to another version of the same major.
    OtherVersion {
        /// The version that has it.
        version: String,
    },
    /// The key is nearly one that the chart has.
    NearMiss,
    /// The chart's defaults do not show the key.
    Assumed,
}

/// Values that become the number of copies of a workload, which the API server takes as a number only.
const COPIES: [&str; 2] = ["replicaCount", "replicas"];

/// Values by which charts name their objects.
const NAMES: [&str; 2] = ["fullnameOverride", "nameOverride"];

/// Gives the contracts of other versions of the chart, lowest version first.
pub type Siblings<'a> = &'a dyn Fn() -> Vec<&'a Contract>;

/// Judges the values of a release by the contract of its chart.
///
/// `exact` says whether the contract is of the very version in use: else what it does not know may be new.
pub fn check<'a>(contract: &'a Contract, siblings: Siblings<'a>, exact: bool, values: &Doc) -> Vec<Finding> {
    judge(contract, siblings, exact, values).0
}

/// Judges the values of a release; returns also whether more than their outline decided.
pub(super) fn judge<'a>(
    contract: &'a Contract,
    siblings: Siblings<'a>,
    exact: bool,
    values: &Doc,
) -> (Vec<Finding>, bool) {
    let path = Vec::with_capacity(DEEP);
    let mut walk = Walk { contract, siblings, exact, path, found: Vec::new(), by_texts: false };
    walk.value(contract.root(), values);
    (walk.found, walk.by_texts)
}

struct Walk<'a, 'd> {
    contract: &'a Contract,
    siblings: Siblings<'a>,
    exact: bool,
    path: Vec<Step<'d>>,
    found: Vec<Finding>,
    /// Whether it mattered what a scalar says.
    by_texts: bool,
}

impl<'d> Walk<'_, 'd> {
    fn value(&mut self, id: NodeId, doc: &'d Doc) {
        let node = self.contract.node(id);
        self.by_texts |= is_read(node.types, &doc.value);
        if !fits(node.types, &doc.value) {
            let problem = Problem::WrongType { expected: expected(node.types), found: kind(&doc.value) };
            self.report(doc.origin, Severity::Error, problem);
            return;
        }
        if let Some(likely) = doubted(node.types, &doc.value) {
            let problem = Problem::WrongType { expected: likely.to_owned(), found: kind(&doc.value) };
            let counts = matches!(self.path.last(), Some(Step::Key(key)) if COPIES.contains(key));
            self.report(doc.origin, if counts { Severity::Error } else { Severity::Warning }, problem);
        }
        match &doc.value {
            Value::Map(map) => self.map(id, map),
            Value::List(items) => {
                let Some(item) = node.item else { return };
                for (at, doc) in items.iter().enumerate() {
                    self.path.push(Step::Item(at));
                    self.value(item, doc);
                    self.path.pop();
                }
            }
            _ => {}
        }
    }

    fn map(&mut self, id: NodeId, map: &'d Map) {
        let contract = self.contract;
        let node = contract.node(id);
        for (key, doc) in map.iter() {
            self.path.push(Step::Key(&key.text));
            match contract.child(id, &key.text) {
                Some(child) => match contract.ignored(child) {
                    Some(instead) => self.ignored(key, instead),
                    None => self.value(child, doc),
                },
                None if node.rest.is_some() => {
                    if let Some(rest) = node.rest {
                        self.value(rest, doc);
                    }
                }
                None if node.mark == Mark::Open => {}
                // Most charts read them without showing them (Helm's own starter chart names its objects by them).
                None if self.path.len() == 1 && NAMES.contains(&&*key.text) && node.mark != Mark::Closed => {}
                None => self.unknown(id, key, map),
            }
            self.path.pop();
        }
    }

    fn ignored(&mut self, key: &Key, instead: &str) {
        let instead = (!instead.is_empty()).then(|| instead.to_owned());
        let ours = self.contract.number();
        let other = self.other_version().filter(|other| other.number().major != ours.major && other.number() < ours);
        let problem = match other {
            Some(other) => {
                let reason = Reason::OtherMajor { version: other.version().to_owned() };
                Problem::UnknownKey { reason, suggestion: instead, there: Vec::new() }
            }
            None => Problem::IgnoredKey { instead },
        };
        self.report(key.origin, Severity::Error, problem);
    }

    fn unknown(&mut self, id: NodeId, key: &Key, map: &Map) {
        let (contract, text) = (self.contract, &*key.text);
        let known: Vec<&str> =
            contract.keys(id).filter(|(_, child)| contract.ignored(*child).is_none()).map(|(key, _)| key).collect();
        let near = nearest(text, known.iter().copied());
        let misses = || known.iter().copied().filter(|known| is_near_miss(contract, text, known));
        let miss = nearest(text, misses()).or_else(|| misses().min());
        let other = self.other_version();
        let (reason, certain) = match other {
            Some(other) if other.number().major != contract.number().major => {
                // A key of a later major may have come in the minor that is in use.
                let certain = self.exact || other.number() < contract.number();
                (Reason::OtherMajor { version: other.version().to_owned() }, certain)
            }
            _ if contract.node(id).mark == Mark::Closed => (Reason::Closed, self.exact),
            _ if miss.is_some() => (Reason::NearMiss, self.exact),
            Some(other) => (Reason::OtherVersion { version: other.version().to_owned() }, false),
            None => (Reason::Assumed, false),
        };
        let severity = if certain { Severity::Error } else { Severity::Warning };
        let near = near.filter(|_| !matches!(reason, Reason::OtherMajor { .. }));
        let suggestion = miss.or(near).map(str::to_owned);
        let there = suggestion.as_ref().and_then(|near| map.get(near)).map(Doc::origins).unwrap_or_default();
        self.report(key.origin, severity, Problem::UnknownKey { reason, suggestion, there });
    }

    /// Returns the contract of another version that has the key at the end of the path: of another major before the
    /// same, the nearest below ours before one above.
    fn other_version(&self) -> Option<&Contract> {
        let ours = self.contract.number();
        let siblings = (self.siblings)();
        let having = siblings.into_iter().filter(|sibling| knows(sibling, &self.path));
        having.max_by_key(|sibling| {
            let (number, below) = (sibling.number(), sibling.number() < ours);
            let distance = number.major.abs_diff(ours.major);
            (distance != 0, below, std::cmp::Reverse(distance), below.then(|| number.clone()))
        })
    }

    fn report(&mut self, origin: OriginId, severity: Severity, problem: Problem) {
        let path = place::text(&self.path);
        self.found.push(Finding { path, origin, severity, problem });
    }
}

/// Returns whether a contract has a key of its own for every step of a path.
fn knows(contract: &Contract, path: &[Step<'_>]) -> bool {
    let end = path.iter().try_fold(contract.root(), |id, step| match step {
        Step::Key(key) => contract.child(id, key).filter(|child| contract.ignored(*child).is_none()),
        Step::Item(_) => contract.node(id).item,
    });
    end.is_some()
}

/// Returns whether `given` is so near to `known` that it is a slip and no key of its own, which it is if the chart uses it
/// elsewhere.
fn is_near_miss(contract: &Contract, given: &str, known: &str) -> bool {
    is_slip(given, known) && (is_spelled_alike(given, known) || !contract.mentions(given))
}
