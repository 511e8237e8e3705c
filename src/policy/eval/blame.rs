//! Which part of a false expression is to blame, and which values of the platform it read.

use super::Eval;
use crate::policy::expr::{Ex, ExKind, Scan, ScanKind};
use crate::policy::host::{Host, Takes};
use crate::policy::judge::Blame;
use crate::policy::value::Value;

/// How many values of a part are looked at; the first that was written is pointed at.
const MOST: usize = 16;

impl<'a> Eval<'a> {
    /// Finds the false part of an expression that is false as a whole, and what it read. Nothing that is evaluated here
    /// can fail the rule: what has no value is no place.
    pub(in crate::policy) fn blame(&mut self, ex: &'a Ex) -> Blame<'a> {
        // Bindings that are made on the way down stay for the reading, and go afterwards.
        let depth = self.locals.len();
        let guilty = self.guilty(ex, false);
        let mut blame = Blame { clause: guilty.span, places: Vec::new() };
        self.places(guilty, &mut blame);
        self.locals.truncate(depth);
        blame
    }

    /// Returns the part that makes an expression what it is: `false`, or `true` under a `!`.
    fn guilty(&mut self, ex: &'a Ex, is: bool) -> &'a Ex {
        match &ex.kind {
            ExKind::Not(inner) => self.guilty(inner, !is),
            // The side that decided: of a false `&&` the false one, of a true `||` the true one.
            ExKind::And(a, b) if !is => {
                let first = matches!(self.truth(a), Ok(false));
                self.guilty(if first { a } else { b }, is)
            }
            ExKind::Or(a, b) if is => {
                let first = matches!(self.truth(a), Ok(true));
                self.guilty(if first { a } else { b }, is)
            }
            // Of `unless || must` the second is what the rule asks for.
            ExKind::Or(_, b) if !is => self.guilty(b, is),
            ExKind::If(parts) => {
                let [test, yes, no] = &**parts;
                let chosen = if matches!(self.truth(test), Ok(true)) { yes } else { no };
                self.guilty(chosen, is)
            }
            ExKind::Variable(at) => match self.rule.variables.get(*at) {
                Some(variable) => {
                    self.locals.clear();
                    self.guilty(&variable.ex, is)
                }
                None => ex,
            },
            ExKind::Scan(scan) => self.item_of(scan, is).unwrap_or(ex),
            _ => ex,
        }
    }

    /// Finds the item that decided a macro, and leaves it bound.
    fn item_of(&mut self, scan: &'a Scan, is: bool) -> Option<&'a Ex> {
        let decides = match (scan.kind, is) {
            (ScanKind::All, false) => false,
            (ScanKind::Exists, true) => true,
            _ => return None,
        };
        let over = self.eval(&scan.over).ok()?;
        let items = self.items(&over, scan.over.span).ok()?;
        for item in items.iter() {
            self.locals.push(item);
            if matches!(self.truth(&scan.body), Ok(flag) if flag == decides) {
                return Some(self.guilty(&scan.body, decides));
            }
            self.locals.pop();
        }
        None
    }

    /// Collects the places of the values that a part read, from left to right.
    fn places(&mut self, ex: &'a Ex, blame: &mut Blame<'a>) {
        if blame.places.len() >= MOST {
            return;
        }
        match &ex.kind {
            ExKind::Select(base, _) | ExKind::MaybeSelect(base, _) | ExKind::Has(base, _) => {
                let found = if matches!(ex.kind, ExKind::Has(..)) { None } else { self.eval(ex).ok() };
                match found {
                    Some(item) if item.from.written().is_some() => blame.push(&item),
                    // What is not there was looked for in what is.
                    found => {
                        self.places(base, blame);
                        if let Some(item) = found {
                            blame.push(&item);
                        }
                    }
                }
                if let ExKind::Has(base, name) = &ex.kind
                    && let Ok(item) = self.eval(base)
                    && let Value::Map(map) = &item.value
                    && let Some(item) = map.get(name)
                {
                    blame.places.insert(0, item.from);
                }
            }
            ExKind::Index(base, at) | ExKind::MaybeIndex(base, at) => {
                match self.eval(ex) {
                    Ok(item) if item.from.written().is_some() => blame.push(&item),
                    _ => self.places(base, blame),
                }
                self.places(at, blame);
            }
            ExKind::Root(_) | ExKind::Local(_) => {
                if let Ok(item) = self.eval(ex) {
                    blame.push(&item);
                }
            }
            ExKind::Variable(at) => {
                if let Some(variable) = self.rule.variables.get(*at) {
                    let locals = std::mem::take(&mut self.locals);
                    self.places(&variable.ex, blame);
                    self.locals = locals;
                }
            }
            ExKind::Not(inner) | ExKind::Negate(inner) => self.places(inner, blame),
            ExKind::And(a, b) | ExKind::Or(a, b) | ExKind::Binary(_, a, b) => {
                self.places(a, blame);
                self.places(b, blame);
            }
            ExKind::If(parts) => parts.iter().for_each(|part| self.places(part, blame)),
            ExKind::List(items) => items.iter().for_each(|(item, _)| self.places(item, blame)),
            ExKind::Map(entries) => entries.iter().for_each(|(_, value, _)| self.places(value, blame)),
            ExKind::Call(host, args) => self.read_by(host, ex, args, blame),
            ExKind::Scan(scan) => {
                self.items_of(ex, blame);
                self.places(&scan.over, blame);
            }
            ExKind::Null | ExKind::Bool(_) | ExKind::Int(_) | ExKind::Double(_) | ExKind::Str(_) => {}
        }
    }

    /// Collects the places of the items of a list that was made: they say more than the list that they are of.
    fn items_of(&mut self, ex: &'a Ex, blame: &mut Blame<'a>) {
        let Ok(Value::List(list)) = self.eval(ex).map(|item| item.value) else { return };
        let left = MOST.saturating_sub(blame.places.len());
        list.iter().filter(|item| item.from.written().is_some()).take(left).for_each(|item| blame.push(&item));
    }

    /// Collects what a call read: what it found in an index, what it was asked about, and its arguments.
    fn read_by(&mut self, host: &Host, ex: &'a Ex, args: &'a [Ex], blame: &mut Blame<'a>) {
        if matches!(host.name, "component" | "node" | "service")
            && let Ok(item) = self.eval(ex)
        {
            blame.push(&item);
        }
        for (arg, param) in args.iter().zip(host.params) {
            if param.takes == Takes::Component
                && let Ok(Value::Str(name)) = self.eval(arg).map(|item| item.value)
                && let Some(item) = self.view.component_id(&name).and_then(|id| self.view.component(id))
            {
                blame.push(&item);
            }
        }
        if host.name == "where" {
            self.items_of(ex, blame);
        }
        // What is looked for is to blame before where it is looked for.
        if matches!(host.name, "where" | "cidrContains") {
            for arg in args.iter().rev() {
                self.places(arg, blame);
            }
        } else {
            for arg in args {
                self.places(arg, blame);
            }
        }
    }
}
