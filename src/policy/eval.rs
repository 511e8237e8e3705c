//! Evaluates expressions. Every step is counted, so that each evaluation ends, and ends alike on every machine.

mod access;
mod blame;
mod compare;
mod operate;
mod scan;

use std::collections::BTreeMap;
use std::rc::Rc;

use regex::Regex;

use super::expr::{Ex, ExKind, Root};
use super::host::Call;
use super::rules::Rule;
use super::value::{Item, Text, Value};
use super::view::{Document, Group, Thing, View};
use crate::source::Span;

/// How much text one step may make or look at.
const STEP_BYTES: usize = 16;

/// Why an expression has no value. Boxed: results pass through many hands and hardly ever are this.
#[derive(Clone, Debug)]
pub(super) struct Fault(pub(super) Box<Details>);

#[derive(Clone, Debug)]
pub(super) struct Details {
    pub(super) span: Span,
    pub(super) message: String,
    pub(super) help: Option<String>,
    /// Whether nothing makes up for it: the steps are used up.
    pub(super) fatal: bool,
}

impl Fault {
    pub(super) fn new(span: Span, message: impl Into<String>) -> Self {
        Self(Box::new(Details { span, message: message.into(), help: None, fatal: false }))
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }
}

/// The result of a step that can fail.
pub(super) type Outcome<T> = Result<T, Fault>;

/// What an index of `where` holds: the places of the items with a value.
pub(super) type Lookup = Rc<BTreeMap<Rc<str>, Vec<usize>>>;

/// Evaluates the expressions of one rule.
pub(super) struct Eval<'a> {
    pub(super) view: &'a View<'a>,
    pub(super) rule: &'a Rule,
    /// The thing that is judged.
    pub(super) subject: Option<Thing<'a>>,
    /// The item of `forEach`.
    pub(super) each: Option<Item<'a>>,
    pub(super) locals: Vec<Item<'a>>,
    /// The variables, each computed when it is read first.
    pub(super) variables: Vec<Option<Outcome<Item<'a>>>>,
    /// The steps that are left.
    pub(super) fuel: u64,
    pub(super) patterns: BTreeMap<Rc<str>, Result<Regex, String>>,
    pub(super) lookups: BTreeMap<(usize, Rc<str>), Lookup>,
}

impl<'a> Eval<'a> {
    pub(super) fn new(view: &'a View<'a>, rule: &'a Rule) -> Self {
        Self {
            view,
            rule,
            subject: None,
            each: None,
            locals: Vec::new(),
            variables: Vec::new(),
            fuel: 0,
            patterns: BTreeMap::new(),
            lookups: BTreeMap::new(),
        }
    }

    /// Turns to another thing or item: variables are computed anew.
    pub(super) fn turn(&mut self, subject: Option<Thing<'a>>, each: Option<Item<'a>>) {
        self.subject = subject;
        self.each = each;
        self.locals.clear();
        self.variables.clear();
        self.variables.resize_with(self.rule.variables.len(), || None);
    }

    /// Takes steps, or reports that there are no more.
    pub(super) fn spend(&mut self, steps: usize, span: Span) -> Outcome<()> {
        if let Some(left) = self.fuel.checked_sub(steps as u64) {
            self.fuel = left;
            return Ok(());
        }
        self.fuel = 0;
        let mut fault = Fault::new(span, "the rule takes too many steps");
        fault.0.fatal = true;
        Err(fault
            .help("use an index (`component(name)`, `where(list, 'field', value)`) instead of going through lists"))
    }

    /// Takes the steps for a text of this length.
    pub(super) fn spend_text(&mut self, bytes: usize, span: Span) -> Outcome<()> {
        self.spend(bytes / STEP_BYTES, span)
    }

    /// Returns a made text, paying for it.
    pub(super) fn text(&mut self, text: String, span: Span) -> Outcome<Item<'a>> {
        self.spend_text(text.len(), span)?;
        Ok(Item::text(text))
    }

    /// Evaluates a part.
    pub(super) fn eval(&mut self, ex: &'a Ex) -> Outcome<Item<'a>> {
        self.spend(1, ex.span)?;
        match &ex.kind {
            ExKind::Null => Ok(Item::made(Value::Null)),
            ExKind::Bool(flag) => Ok(Item::bool(*flag)),
            ExKind::Int(number) => Ok(Item::int(*number)),
            ExKind::Double(number) => Ok(Item::made(Value::Double(*number))),
            ExKind::Str(text) => Ok(Item::made(Value::Str(Text::from(text)))),
            ExKind::Root(root) => self.root(*root, ex.span),
            ExKind::Variable(at) => self.variable(*at, ex.span),
            ExKind::Local(at) => {
                self.locals.get(*at).cloned().ok_or_else(|| Fault::new(ex.span, "internal error: an unbound name"))
            }
            ExKind::Select(base, name) => self.select(base, name, ex.span),
            ExKind::Has(base, name) => self.has(base, name),
            ExKind::MaybeSelect(base, name) => self.maybe_select(base, name, ex.span),
            ExKind::Index(base, at) => self.index(base, at, ex.span),
            ExKind::MaybeIndex(base, at) => self.maybe_index(base, at, ex.span),
            ExKind::Not(inner) => Ok(Item::bool(!self.truth(inner)?)),
            ExKind::Negate(inner) => self.negate(inner),
            ExKind::And(a, b) => self.both(a, b, false),
            ExKind::Or(a, b) => self.both(a, b, true),
            ExKind::Binary(op, a, b) => self.binary(*op, a, b, ex.span),
            ExKind::If(parts) => {
                let [test, yes, no] = &**parts;
                if self.truth(test)? { self.eval(yes) } else { self.eval(no) }
            }
            ExKind::List(items) => self.list(items),
            ExKind::Map(entries) => self.map(entries),
            ExKind::Call(host, args) => {
                let mut values = Vec::with_capacity(args.len());
                for arg in args {
                    values.push(self.eval(arg)?);
                }
                (host.run)(&mut Call { eval: self, host, span: ex.span, exs: args, args: values })
            }
            ExKind::Scan(scan) => self.scan(scan, ex.span),
        }
    }

    /// Evaluates a part that has to be true or false.
    pub(super) fn truth(&mut self, ex: &'a Ex) -> Outcome<bool> {
        match self.eval(ex)?.value {
            Value::Bool(flag) => Ok(flag),
            other => Err(Fault::new(ex.span, format!("a boolean is needed here, this is {}", other.describe()))),
        }
    }

    /// Evaluates `a && b` (`a || b` for `unless`): one side that decides makes up for an error on the other.
    fn both(&mut self, a: &'a Ex, b: &'a Ex, unless: bool) -> Outcome<Item<'a>> {
        let first = self.truth(a);
        match &first {
            Ok(flag) if *flag == unless => return Ok(Item::bool(unless)),
            Err(fault) if fault.0.fatal => return Err(fault.clone()),
            _ => {}
        }
        match (self.truth(b), first) {
            (Ok(flag), _) if flag == unless => Ok(Item::bool(unless)),
            (Err(fault), _) if fault.0.fatal => Err(fault),
            (_, Err(fault)) | (Err(fault), _) => Err(fault),
            (Ok(_), Ok(_)) => Ok(Item::bool(!unless)),
        }
    }

    fn variable(&mut self, at: usize, span: Span) -> Outcome<Item<'a>> {
        if let Some(Some(known)) = self.variables.get(at) {
            return known.clone();
        }
        let rule = self.rule;
        let Some(variable) = rule.variables.get(at) else {
            return Err(Fault::new(span, "internal error: an unknown variable"));
        };
        let locals = std::mem::take(&mut self.locals);
        let outcome = self.eval(&variable.ex);
        self.locals = locals;
        if let Some(slot) = self.variables.get_mut(at) {
            *slot = Some(outcome.clone());
        }
        outcome
    }

    fn root(&self, root: Root, span: Span) -> Outcome<Item<'a>> {
        let view = self.view;
        Ok(match root {
            Root::Platform => view.item(Thing::Platform),
            Root::Environment => view.field(Thing::Platform, "environment").unwrap_or(Item::made(Value::Null)),
            Root::Components => view.all(Group::Components),
            Root::Nodes => view.all(Group::Nodes),
            Root::Flows => view.all(Group::Flows),
            Root::Addresses => view.all(Group::Addresses),
            Root::Networks => view.all(Group::Networks),
            Root::Plugins => view.all(Group::Plugins),
            Root::Compositions => view.all(Group::Compositions),
            Root::Subject => match self.subject {
                Some(thing) => view.item(thing),
                None => return Err(Fault::new(span, "internal error: nothing is judged")),
            },
            Root::Object => match self.document() {
                Some(document) => View::object(document),
                None => return Err(Fault::new(span, "internal error: no document is judged")),
            },
            Root::Each => match &self.each {
                Some(item) => item.clone(),
                None => return Err(Fault::new(span, "internal error: `each` without `forEach`")),
            },
        })
    }

    /// Returns the document that is judged, if one is.
    pub(super) fn document(&self) -> Option<&'a Document<'a>> {
        match self.subject {
            Some(Thing::Document(document)) => Some(document),
            _ => None,
        }
    }

    /// Returns a pattern, compiled once.
    pub(super) fn pattern(&mut self, text: &str) -> Result<Regex, String> {
        if let Some(known) = self.patterns.get(text) {
            return known.clone();
        }
        let made = super::pattern::compile(text);
        self.patterns.insert(Rc::from(text), made.clone());
        made
    }

    /// Follows a path of fields below an item.
    pub(super) fn follow(item: &Item<'a>, path: &str) -> Option<Item<'a>> {
        let mut here = item.clone();
        for name in path.split('.') {
            here = match &here.value {
                Value::Map(map) => map.get(name)?,
                _ => return None,
            };
        }
        Some(here)
    }
}
