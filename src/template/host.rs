//! The functions that templates and facts may call: one table for the checker, the evaluator and the documentation.
//!
//! Rules of the platform's own have another one ([`crate::policy`]), as their language is another: CEL has types, methods and
//! overloads where minijinja has filters and tests. What both can do (`quantity_bytes`, `cidrOverlap`, `cidrContains`,
//! `versionIn`) is one implementation, [`plain`]. Functions over the whole platform (`component`, `service`, `node`, `waveOf`,
//! `reaches`) are for rules only: the facts of a component decide the order and who needs whom, so a template that read
//! another component would make an edge that nobody sees. What it needs of others it gets by flows.
//!
//! Everything in it is deterministic (no clock, no random, no environment) and pays for its work with the steps of
//! the expression. Names and meaning are those of minijinja where it has them; `json`, `helm_escape`, `for_pods`,
//! `required`, `quantity_bytes` and what [`plain`] has are ours.

mod lists;
mod numbers;
mod pods;
mod strings;
mod verdicts;

use std::sync::Arc;

use super::data::{Data, DataValue};
use super::eval::{Eval, Item};
use super::expr::{Fault, Outcome};
use super::{ops, plain};
use crate::source::Span;

/// How a function is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// `x|f`
    Filter,
    /// `x is f`
    Test,
    /// `f(x)`
    Function,
}

/// What is known about the names below a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gives {
    /// The same as of the first argument.
    Same,
    /// An item of the first argument.
    Item,
    /// Nothing.
    Any,
}

/// A function that expressions may call.
#[derive(Debug)]
pub(super) struct Host {
    pub(super) name: &'static str,
    pub(super) role: Role,
    /// The parameters by name; for filters and tests the first is the value before `|` or `is`.
    pub(super) params: &'static [&'static str],
    /// How many of them have to be given.
    pub(super) needed: usize,
    pub(super) gives: Gives,
    pub(super) run: fn(&mut Call<'_, '_>) -> Outcome<Option<Item>>,
}

/// One call: `args` has one place for each parameter.
pub(super) struct Call<'c, 'a> {
    pub(super) eval: &'c mut Eval<'a>,
    pub(super) host: &'static Host,
    pub(super) span: Span,
    pub(super) args: Vec<Option<Item>>,
}

const fn filter(
    name: &'static str,
    params: &'static [&'static str],
    needed: usize,
    run: fn(&mut Call<'_, '_>) -> Outcome<Option<Item>>,
) -> Host {
    Host { name, role: Role::Filter, params, needed, gives: Gives::Any, run }
}

const fn test(
    name: &'static str,
    params: &'static [&'static str],
    run: fn(&mut Call<'_, '_>) -> Outcome<Option<Item>>,
) -> Host {
    Host { name, role: Role::Test, params, needed: params.len(), gives: Gives::Any, run }
}

const fn function(
    name: &'static str,
    params: &'static [&'static str],
    needed: usize,
    run: fn(&mut Call<'_, '_>) -> Outcome<Option<Item>>,
) -> Host {
    Host { name, role: Role::Function, params, needed, gives: Gives::Any, run }
}

impl Host {
    const fn gives(self, gives: Gives) -> Self {
        Self { gives, ..self }
    }
}

/// Evaluated by the evaluator itself: its first argument may be missing.
fn special(call: &mut Call<'_, '_>) -> Outcome<Option<Item>> {
    Err(call.fault("it cannot be used by name"))
}

static TABLE: &[&[Host]] = &[OWN, strings::TABLE, numbers::TABLE, lists::TABLE, pods::TABLE, verdicts::TABLE];

static OWN: &[Host] = &[
    filter("default", &["value", "fallback", "boolean"], 1, special),
    filter("json", &["value"], 1, json),
    function("required", &["value", "message"], 2, special),
    function("cidrOverlap", &["a", "b"], 2, |call| pair(call, plain::cidr_overlap)),
    function("cidrContains", &["whole", "part"], 2, |call| pair(call, plain::cidr_contains)),
    function("versionIn", &["version", "range"], 2, |call| pair(call, plain::version_in)),
];

/// Answers a question about two texts.
fn pair(call: &mut Call<'_, '_>, ask: fn(&str, &str) -> Result<bool, String>) -> Outcome<Option<Item>> {
    let (a, b) = (call.text(0)?, call.text(1)?);
    let answer = ask(&a, &b).map_err(|message| call.fault(message))?;
    Ok(Some(Item::made(DataValue::Bool(answer))))
}

/// Other spellings of filters and tests that minijinja has.
const ALIASES: &[(Role, &str, &str)] = &[
    (Role::Filter, "d", "default"),
    (Role::Filter, "count", "length"),
    (Role::Filter, "tojson", "json"),
    (Role::Test, "equalto", "eq"),
    (Role::Test, "==", "eq"),
    (Role::Test, "!=", "ne"),
    (Role::Test, "lessthan", "lt"),
    (Role::Test, "<", "lt"),
    (Role::Test, "<=", "le"),
    (Role::Test, "greaterthan", "gt"),
    (Role::Test, ">", "gt"),
    (Role::Test, ">=", "ge"),
    (Role::Test, "int", "integer"),
];

/// Returns the function of a name.
pub(super) fn find(role: Role, name: &str) -> Option<&'static Host> {
    let alias = ALIASES.iter().find(|alias| alias.0 == role && alias.1 == name);
    let name = alias.map_or(name, |alias| alias.2);
    TABLE.iter().flat_map(|part| part.iter()).find(|host| host.role == role && host.name == name)
}

/// Iterates over the names of all functions of a role.
pub(super) fn names(role: Role) -> impl Iterator<Item = &'static str> {
    let special = (role == Role::Test).then_some(["defined", "undefined"]);
    let table = TABLE.iter().flat_map(|part| part.iter()).filter(move |host| host.role == role);
    table.map(|host| host.name).chain(special.into_iter().flatten())
}

impl Call<'_, '_> {
    /// Returns an error about this call.
    pub(super) fn fault(&self, message: impl std::fmt::Display) -> Fault {
        Fault::new(self.span, format!("`{}`: {message}", self.host.name))
    }

    /// Takes an argument and notes that it was looked at.
    pub(super) fn take(&mut self, at: usize) -> Option<Item> {
        let item = self.args.get_mut(at)?.take()?;
        self.eval.touch(&item);
        Some(item)
    }

    fn wrong(&self, at: usize, wanted: &str, item: &DataValue) -> Fault {
        let param = self.host.params.get(at).copied().unwrap_or("value");
        let fault = self.fault(format!("`{param}` has to be {wanted}, this is {}", item.describe()));
        if matches!(item, DataValue::Null) { fault.help("test it first, or write `x or …`") } else { fault }
    }

    /// Takes a scalar as text.
    pub(super) fn text(&mut self, at: usize) -> Outcome<Arc<str>> {
        let item = self.take(at).unwrap_or(Item::made(DataValue::Null));
        let text = ops::text(&item.value).ok_or_else(|| self.wrong(at, "a string", &item.value))?;
        self.eval.spend_text(text.len())?;
        Ok(text)
    }

    /// Takes a scalar as text, if it was given.
    pub(super) fn text_if(&mut self, at: usize) -> Outcome<Option<Arc<str>>> {
        if matches!(self.args.get(at), Some(Some(_))) { self.text(at).map(Some) } else { Ok(None) }
    }

    /// Takes an integer, if it was given.
    pub(super) fn int_if(&mut self, at: usize) -> Outcome<Option<i64>> {
        match self.take(at) {
            None => Ok(None),
            Some(Item { value: DataValue::Int(number), .. }) => Ok(Some(number)),
            Some(other) => Err(self.wrong(at, "a whole number", &other.value)),
        }
    }

    /// Takes a flag; one that was not given is false.
    pub(super) fn flag(&mut self, at: usize) -> bool {
        self.take(at).is_some_and(|item| item.value.is_true())
    }

    /// Takes the items of a list (or the keys of a map); what is done with them is up to the caller.
    pub(super) fn items(&mut self, at: usize) -> Outcome<Arc<Vec<Data>>> {
        let Some(item) = self.args.get_mut(at).and_then(Option::take) else {
            return Err(self.wrong(at, "a list", &DataValue::Null));
        };
        let items = match &item.value {
            DataValue::List(items) => items.clone(),
            DataValue::Map(map) => {
                Arc::new(map.iter().map(|(key, data)| Data::str(key.clone(), data.origin)).collect())
            }
            other => return Err(self.wrong(at, "a list", other)),
        };
        if items.is_empty() {
            self.eval.touch(&item);
        }
        self.eval.spend(items.len())?;
        Ok(items)
    }

    /// Returns a text as the result, paying for its length.
    pub(super) fn give(&mut self, text: String) -> Outcome<Option<Item>> {
        self.eval.spend_text(text.len())?;
        Ok(Some(Item::text(text)))
    }

    /// Calls another function on one value, with arguments of its own.
    pub(super) fn apply(&mut self, host: &'static Host, subject: Item, rest: &[Item]) -> Outcome<Option<Item>> {
        let mut args: Vec<Option<Item>> = std::iter::once(subject).chain(rest.iter().cloned()).map(Some).collect();
        if args.len() < host.needed || args.len() > host.params.len() {
            return Err(self.fault(format!("`{}` takes {}", host.name, plural(host.needed - 1, "more argument"))));
        }
        args.resize_with(host.params.len(), || None);
        self.eval.spend(1)?;
        (host.run)(&mut Call { eval: self.eval, host, span: self.span, args })
    }
}

/// Returns "one thing" or "3 things".
pub(super) fn plural(count: usize, thing: &str) -> String {
    if count == 1 { format!("one {thing}") } else { format!("{count} {thing}s") }
}

/// Compact JSON, for the places where a chart takes JSON in a string.
fn json(call: &mut Call<'_, '_>) -> Outcome<Option<Item>> {
    let Some(item) = call.args.first_mut().and_then(Option::take) else { return Ok(None) };
    call.eval.touch_leaves(&item)?;
    let text = to_json(&item.value).to_string();
    call.give(text)
}

fn to_json(value: &DataValue) -> serde_json::Value {
    match value {
        DataValue::Null => serde_json::Value::Null,
        DataValue::Bool(flag) => (*flag).into(),
        DataValue::Int(number) => (*number).into(),
        DataValue::Float(number) => (*number).into(),
        DataValue::Str(text) => (**text).into(),
        DataValue::List(items) => items.iter().map(|item| to_json(&item.value)).collect(),
        DataValue::Map(map) => map.iter().map(|(key, item)| (key.to_string(), to_json(&item.value))).collect(),
    }
}
