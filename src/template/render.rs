//! Templates to documents.

mod json;
mod lists;
mod values;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::data::{Data, DataValue};
use super::eval::{Eval, FUEL, distinct, once};
use super::expr::{Fault, Outcome};
use super::node::{Choice, Loop, Node, NodeKind};
use super::{LIMIT, ops};
use crate::diag::Diagnostic;
use crate::doc::{Doc, Key, Map, Name, Value};
use crate::source::{OriginId, Origins, Span};

/// The most nodes and loop turns of one rendering.
const MAX_NODES: usize = 1_000_000;
/// The most steps of all expressions of one rendering.
const MAX_STEPS: u64 = 20_000_000;
/// The deepest nesting of what is rendered.
const MAX_DEPTH: usize = 100;
/// After this many problems the rest is more of the same.
const MAX_PROBLEMS: usize = 20;

/// One rendering.
pub(super) struct Render<'a> {
    root: &'a Data,
    locals: Vec<Data>,
    origins: &'a mut Origins,
    out: &'a mut Vec<Diagnostic>,
    about: Option<(&'a str, Span)>,
    problems: usize,
    nodes: usize,
    steps: u64,
    depth: usize,
    /// Empty lists of origins with room: nearly every node needs one, for a moment.
    spare: Vec<Vec<OriginId>>,
}

impl<'a> Render<'a> {
    pub(super) const fn new(
        root: &'a Data,
        about: Option<(&'a str, Span)>,
        origins: &'a mut Origins,
        out: &'a mut Vec<Diagnostic>,
    ) -> Self {
        let (nodes, steps) = (MAX_NODES, MAX_STEPS);
        Self { root, locals: Vec::new(), origins, out, about, problems: 0, nodes, steps, depth: 0, spare: Vec::new() }
    }

    pub(super) const fn failed(&self) -> bool {
        self.problems > 0
    }

    const fn stopped(&self) -> bool {
        self.problems >= MAX_PROBLEMS || self.nodes == 0
    }

    fn fail(&mut self, fault: Fault) {
        self.problems += 1;
        let about = self.about.map(|(_, span)| span);
        let (asked, owner) = fault.asked();
        let owner = owner.and_then(|owner| self.origins.written_span(owner)).or(about).filter(|_| asked);
        let mut problem = fault.into_diagnostic(owner);
        if let Some((name, span)) = self.about.filter(|(_, span)| owner != Some(*span)) {
            problem = problem.related(span, format!("rendered for `{name}`"));
        }
        if !self.out.contains(&problem) {
            self.out.push(problem);
        }
    }

    /// Takes one node of the budget.
    fn step(&mut self, span: Span) -> bool {
        if self.stopped() {
            return false;
        }
        self.nodes -= 1;
        if self.nodes == 0 {
            self.fail(Fault::new(span, format!("the template makes more than {MAX_NODES} nodes")).of(LIMIT));
        }
        self.nodes > 0
    }

    /// Renders a node; `None` if it is left out or failed.
    pub(super) fn node(&mut self, node: &Node) -> Option<Doc> {
        if !self.step(node.span) {
            return None;
        }
        if self.depth >= MAX_DEPTH {
            self.fail(Fault::new(node.span, format!("the result is nested deeper than {MAX_DEPTH} levels")).of(LIMIT));
            return None;
        }
        self.depth += 1;
        let doc = self.inner(node);
        self.depth -= 1;
        doc
    }

    fn inner(&mut self, node: &Node) -> Option<Doc> {
        let value = match &node.kind {
            NodeKind::Null => Value::Null,
            NodeKind::Bool(flag) => Value::Bool(*flag),
            NodeKind::Int(number) => Value::Int(*number),
            NodeKind::Float(number) => Value::Float(*number),
            NodeKind::Str(text) => Value::Str(text.clone()),
            NodeKind::List(items) => {
                let mut list = Vec::with_capacity(items.len());
                for item in items {
                    self.items(item, &mut list);
                }
                Value::List(list)
            }
            NodeKind::Map(entries) => {
                let mut map = Map::with_capacity(entries.len());
                for (key, value) in entries {
                    if let Some(doc) = self.node(value) {
                        let origin = self.key(key, value, &doc);
                        map.push_new(Key { text: key.text.clone(), origin }, doc);
                    }
                }
                Value::Map(map)
            }
            NodeKind::Expr(ex) => return self.expr(ex, node.span),
            NodeKind::Text(parts) => return self.text(parts, node.span),
            NodeKind::If(choice) => return self.choice(choice),
            NodeKind::For(repeat) => return self.repeat(repeat, node.span),
            NodeKind::Merge(items) => return Some(self.merge(items, node.span)),
            NodeKind::Lines(items) => return Some(self.lines(items, node.span)),
            NodeKind::Json(inner) => return self.json(inner, node.span),
        };
        let origin = self.origins.template(node.span, &[]);
        Some(Doc { origin, value })
    }

    /// Returns the origin of a key: of its value if that stands on the same line, and why a choice is there.
    fn key(&mut self, key: &super::node::Key, value: &Node, doc: &Doc) -> OriginId {
        match &value.kind {
            kind if is_leaf(kind) => doc.origin,
            NodeKind::If(_) => self.origins.template(key.span, &[doc.origin]),
            _ => self.origins.template(key.span, &[]),
        }
    }

    /// Evaluates something, and returns it with the origins that were read.
    fn eval<T>(&mut self, span: Span, what: impl FnOnce(&mut Eval<'_>) -> Outcome<T>) -> Option<(T, Vec<OriginId>)> {
        let fuel = FUEL.min(self.steps);
        let reads = self.spare.pop().unwrap_or_default();
        let mut eval = Eval { root: self.root, locals: &self.locals, origins: self.origins, span, reads, fuel };
        let result = what(&mut eval);
        let (left, reads) = (eval.fuel, eval.reads);
        self.steps -= fuel - left;
        match result {
            Ok(value) => Some((value, reads)),
            Err(fault) => {
                self.fail(fault);
                None
            }
        }
    }

    /// Takes back a list of origins that is not needed any more.
    fn give_back(&mut self, mut reads: Vec<OriginId>) {
        reads.clear();
        self.spare.push(reads);
    }

    /// Evaluates a condition; returns the branch to take and what the condition read.
    fn branch<'n>(&mut self, choice: &'n Choice) -> Option<(Option<&'n Node>, Vec<OriginId>)> {
        let (is, reads) = match &choice.when.kind {
            NodeKind::Text(parts) => {
                let (text, reads) = self.string(parts, choice.when.span)?;
                (!text.is_empty(), reads)
            }
            NodeKind::Expr(ex) => self.eval(choice.when.span, |eval| eval.truth(ex))?,
            _ => return None,
        };
        Some((if is { Some(&choice.then) } else { choice.otherwise.as_ref() }, reads))
    }

    /// Notes on a document that it is there because of a condition.
    fn because(&mut self, doc: &mut Doc, choice: &Choice, reads: &[OriginId]) {
        let mut all = self.spare.pop().unwrap_or_default();
        all.push(doc.origin);
        all.extend_from_slice(reads);
        let all = once(all);
        doc.origin = self.origins.template(choice.when.span, &all);
        self.give_back(all);
    }

    fn choice(&mut self, choice: &Choice) -> Option<Doc> {
        let (branch, reads) = self.branch(choice)?;
        let mut doc = branch.and_then(|branch| self.node(branch));
        if let Some(doc) = &mut doc {
            self.because(doc, choice, &reads);
        }
        self.give_back(reads);
        doc
    }

    /// Renders an item of a list: loops put their items in place, a left-out item is not there.
    fn items(&mut self, node: &Node, list: &mut Vec<Doc>) {
        if self.depth >= MAX_DEPTH || !self.step(node.span) {
            list.extend(self.node(node));
            return;
        }
        self.depth += 1;
        match &node.kind {
            NodeKind::If(choice) => {
                if let Some((branch, reads)) = self.branch(choice) {
                    let start = list.len();
                    if let Some(branch) = branch {
                        self.items(branch, list);
                    }
                    for doc in list.iter_mut().skip(start) {
                        self.because(doc, choice, &reads);
                    }
                    self.give_back(reads);
                }
            }
            NodeKind::For(repeat) if repeat.key.is_none() => {
                self.turns(repeat, node.span, &mut |render| render.items(&repeat.body, list));
            }
            _ => {
                self.depth -= 1;
                list.extend(self.node(node));
                return;
            }
        }
        self.depth -= 1;
    }

    /// Does something for each item of a loop, with the item bound; returns what the list's expression read.
    fn turns(&mut self, repeat: &Loop, span: Span, turn: &mut dyn FnMut(&mut Self)) -> Option<Vec<OriginId>> {
        let (over, mut reads) = self.eval(span, |eval| eval.value(&repeat.over))?;
        reads.extend(over.origin);
        let items = match over.value {
            DataValue::List(items) => items,
            DataValue::Map(map) => {
                let pair = |(key, value): (&Name, &Data)| {
                    let name = Data::str(key.clone(), value.origin);
                    Data::map([("key", name), ("value", value.clone())], value.origin)
                };
                Arc::new(map.iter().map(pair).collect())
            }
            other => {
                let message =
                    format!("{} is {}, and a loop needs a list or a map", repeat.over.shown(), other.describe());
                let fault = Fault::new(repeat.over.span, message);
                self.fail(if matches!(other, DataValue::Null) { fault.help("write `… or []`") } else { fault });
                return None;
            }
        };
        for item in items.iter() {
            if !self.step(span) {
                break;
            }
            self.locals.push(item.clone());
            let take = match &repeat.only {
                Some(only) => self.eval(only.span, |eval| eval.truth(only)).is_some_and(|(is, _)| is),
                None => true,
            };
            if take {
                turn(self);
            }
            self.locals.pop();
        }
        Some(distinct(&reads))
    }

    fn repeat(&mut self, repeat: &Loop, span: Span) -> Option<Doc> {
        let Some(key) = &repeat.key else {
            let mut list = Vec::new();
            let reads = self.turns(repeat, span, &mut |render| render.items(&repeat.body, &mut list))?;
            return Some(Doc::list(list, self.origins.template(span, &reads)));
        };
        let (mut map, mut seen) = (Map::new(), BTreeSet::new());
        let reads = self.turns(repeat, span, &mut |render| {
            let Some(name) = render.node(key) else { return };
            let Some(text) = scalar(&name) else {
                return render.fail(Fault::new(key.span, "the key of an entry has to be a string"));
            };
            let Some(doc) = render.node(&repeat.body) else { return };
            if !seen.insert(text.clone()) {
                return render.fail(Fault::new(key.span, format!("two items of the loop have the key `{text}`")));
            }
            map.push_new(Key { text: text.into(), origin: name.origin }, doc);
        })?;
        Some(Doc::map(map, self.origins.template(span, &reads)))
    }
}

/// Returns a scalar document as text.
fn scalar(doc: &Doc) -> Option<Arc<str>> {
    match &doc.value {
        Value::Str(text) => Some(text.clone().into()),
        Value::Bool(flag) => ops::text(&DataValue::Bool(*flag)),
        Value::Int(number) => ops::text(&DataValue::Int(*number)),
        Value::Float(number) => ops::text(&DataValue::Float(*number)),
        Value::Null | Value::Text(_) | Value::List(_) | Value::Map(_) => None,
    }
}

/// Returns whether a node stands on the line of its key.
const fn is_leaf(kind: &NodeKind) -> bool {
    matches!(
        kind,
        NodeKind::Null
            | NodeKind::Bool(_)
            | NodeKind::Int(_)
            | NodeKind::Float(_)
            | NodeKind::Str(_)
            | NodeKind::Expr(_)
            | NodeKind::Text(_)
    )
}
