//! Templates to documents.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::data::{Data, DataValue};
use super::eval::{Eval, FUEL, Item, distinct};
use super::expr::{Ex, Fault, Outcome};
use super::node::{Choice, Loop, Node, NodeKind};
use super::text::Part;
use super::{LIMIT, ops};
use crate::diag::Diagnostic;
use crate::doc::{Doc, Key, Map, Value};
use crate::source::{Origin, OriginId, Origins, Span};

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
}

impl<'a> Render<'a> {
    pub(super) const fn new(
        root: &'a Data,
        about: Option<(&'a str, Span)>,
        origins: &'a mut Origins,
        out: &'a mut Vec<Diagnostic>,
    ) -> Self {
        let locals = Vec::new();
        Self { root, locals, origins, out, about, problems: 0, nodes: MAX_NODES, steps: MAX_STEPS, depth: 0 }
    }

    pub(super) const fn failed(&self) -> bool {
        self.problems > 0
    }

    const fn stopped(&self) -> bool {
        self.problems >= MAX_PROBLEMS || self.nodes == 0
    }

    fn fail(&mut self, fault: Box<Fault>) {
        self.problems += 1;
        let mut problem = fault.into_diagnostic();
        if let Some((name, span)) = self.about {
            problem = problem.related(span, format!("rendered for {name}"));
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
                let mut map = Map::new();
                for (key, value) in entries {
                    if let Some(doc) = self.node(value) {
                        let origin =
                            if is_leaf(&value.kind) { doc.origin } else { self.origins.template(key.span, &[]) };
                        map.push_new(Key { text: key.text.clone(), origin }, doc);
                    }
                }
                Value::Map(map)
            }
            NodeKind::Expr(ex) => return self.expr(ex, node.span),
            NodeKind::Text(parts) => return self.text(parts, node.span),
            NodeKind::If(choice) => return self.choice(choice),
            NodeKind::For(repeat) => return self.repeat(repeat, node.span),
            NodeKind::Merge(items) => return self.merge(items, node.span),
            NodeKind::Lines(items) => return self.lines(items, node.span),
        };
        let origin = self.origins.template(node.span, &[]);
        Some(Doc { origin, value })
    }

    /// Evaluates something, and returns it with the origins that were read.
    fn eval<T>(&mut self, span: Span, what: impl FnOnce(&mut Eval<'_>) -> Outcome<T>) -> Option<(T, Vec<OriginId>)> {
        let fuel = FUEL.min(self.steps);
        let mut eval =
            Eval { root: self.root, locals: &self.locals, origins: self.origins, span, reads: Vec::new(), fuel };
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

    fn expr(&mut self, ex: &Ex, span: Span) -> Option<Doc> {
        let (item, mut reads) = self.eval(span, |eval| eval.value(ex))?;
        if matches!(item.value, DataValue::Null) {
            return None;
        }
        if reads.len() > 1 {
            reads = distinct(&reads);
            // Every leaf repeats what the whole expression read; many readings are kept once.
            if reads.len() > 4 && matches!(item.value, DataValue::List(_) | DataValue::Map(_)) {
                reads = vec![self.origins.template(span, &reads)];
            }
        }
        self.doc(&item.value, item.origin, span, &reads)
    }

    /// Makes a document of a value that passes through; its leaves keep where they come from.
    fn doc(&mut self, value: &DataValue, own: Option<OriginId>, span: Span, reads: &[OriginId]) -> Option<Doc> {
        if !self.step(span) {
            return None;
        }
        if self.depth >= MAX_DEPTH {
            self.fail(Fault::new(span, format!("the result is nested deeper than {MAX_DEPTH} levels")).of(LIMIT));
            return None;
        }
        let origin = self.wrap(own, span, reads);
        self.depth += 1;
        let value = match value {
            DataValue::Null => Value::Null,
            DataValue::Bool(flag) => Value::Bool(*flag),
            DataValue::Int(number) => Value::Int(*number),
            DataValue::Float(number) => Value::Float(*number),
            DataValue::Str(text) => Value::Str(text.clone()),
            DataValue::List(items) => {
                let docs = items.iter().filter_map(|item| self.doc(&item.value, Some(item.origin), span, reads));
                Value::List(docs.collect())
            }
            DataValue::Map(entries) => {
                let mut map = Map::new();
                for (key, item) in entries.iter() {
                    if let Some(doc) = self.doc(&item.value, Some(item.origin), span, reads) {
                        map.push_new(Key { text: key.clone(), origin: doc.origin }, doc);
                    }
                }
                Value::Map(map)
            }
        };
        self.depth -= 1;
        Some(Doc { origin, value })
    }

    fn wrap(&mut self, own: Option<OriginId>, span: Span, reads: &[OriginId]) -> OriginId {
        match own {
            None => self.origins.template(span, reads),
            Some(own) if reads.is_empty() => match self.origins.get(own) {
                Origin::Template { span: made, .. } if made == span => own,
                _ => self.origins.template(span, &[own]),
            },
            Some(own) => {
                let all: Vec<OriginId> = std::iter::once(own).chain(reads.iter().copied()).collect();
                self.origins.template(span, &distinct(&all))
            }
        }
    }

    /// Evaluates the parts of a `!text`.
    fn string(&mut self, parts: &[Part], span: Span) -> Option<(String, Vec<OriginId>)> {
        self.eval(span, |eval| {
            let mut text = String::new();
            for part in parts {
                match part {
                    Part::Literal(literal) => text.push_str(literal),
                    Part::Computed(ex) => {
                        let item = eval.value(ex)?;
                        eval.touch(&item);
                        let part = piece(&item, ex)?;
                        eval.spend_text(part.len())?;
                        text.push_str(&part);
                    }
                }
            }
            Ok(text)
        })
    }

    fn text(&mut self, parts: &[Part], span: Span) -> Option<Doc> {
        let (text, reads) = self.string(parts, span)?;
        let origin = self.origins.template(span, &distinct(&reads));
        Some(Doc::str(text, origin))
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
        let all: Vec<OriginId> = std::iter::once(doc.origin).chain(reads.iter().copied()).collect();
        doc.origin = self.origins.template(choice.when.span, &distinct(&all));
    }

    fn choice(&mut self, choice: &Choice) -> Option<Doc> {
        let (branch, reads) = self.branch(choice)?;
        let mut doc = self.node(branch?)?;
        self.because(&mut doc, choice, &reads);
        Some(doc)
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
                if let Some((Some(branch), reads)) = self.branch(choice) {
                    let start = list.len();
                    self.items(branch, list);
                    for doc in list.iter_mut().skip(start) {
                        self.because(doc, choice, &reads);
                    }
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
                let pair = |(key, value): (&Arc<str>, &Data)| {
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
            map.push_new(Key { text, origin: name.origin }, doc);
        })?;
        Some(Doc::map(map, self.origins.template(span, &reads)))
    }

    /// Renders items of a list one by one, keeping which node each came from.
    fn each(&mut self, items: &[Node], take: &mut dyn FnMut(&mut Self, &Node, Doc)) {
        for item in items {
            let mut docs = Vec::new();
            self.items(item, &mut docs);
            for doc in docs {
                take(self, item, doc);
            }
        }
    }

    fn merge(&mut self, items: &[Node], span: Span) -> Option<Doc> {
        let mut merged = Doc::map(Map::new(), self.origins.template(span, &[]));
        self.each(items, &mut |render, item, doc| match doc.value {
            Value::Map(_) => merged.merge(doc),
            Value::Null => {}
            _ => render.fail(Fault::new(item.span, "`!merge` takes maps, and this gives something else")),
        });
        Some(merged)
    }

    fn lines(&mut self, items: &[Node], span: Span) -> Option<Doc> {
        let mut lines = Vec::new();
        self.each(items, &mut |render, item, doc| match (doc.value, doc.origin) {
            (Value::Text(more), _) => lines.extend(more),
            (Value::Str(text), origin) if text.contains('\n') => {
                lines.extend(text.lines().map(|line| (line.into(), origin)));
            }
            (value, origin) => match scalar(&Doc { value, origin }) {
                Some(text) => lines.push((text, origin)),
                None => render.fail(Fault::new(item.span, "a line has to be a string, and this gives something else")),
            },
        });
        Some(Doc { origin: self.origins.template(span, &[]), value: Value::Text(lines) })
    }
}

/// Returns the text of a value inside a `!text`.
fn piece(item: &Item, ex: &Ex) -> Outcome<Arc<str>> {
    ops::text(&item.value).ok_or_else(|| {
        let fault = Fault::new(ex.span, format!("{} is {}, which is no text", ex.shown(), item.value.describe()));
        match item.value {
            DataValue::Null => fault.help("write `x or \"…\"`, or put the text into an `!if`"),
            _ => fault.help("take a part of it, or use `|join` or `|json`"),
        }
    })
}

/// Returns a scalar document as text.
fn scalar(doc: &Doc) -> Option<Arc<str>> {
    match &doc.value {
        Value::Str(text) => Some(text.clone()),
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
