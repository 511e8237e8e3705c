//! The tree of the `cel` crate to a checked expression: names, fields, functions and types, each problem at its place.

mod calls;
mod operators;
mod scans;

use std::sync::Arc;

use cel::common::ast::{EntryExpr, Expr, IdedExpr, ListExpr, LiteralValue, MapExpr, SelectExpr};

use super::expr::{Ex, ExKind, Root};
use super::parse::{Range, Ranges, parse};
use super::place::Place;
use super::types::Type;
use super::{LIMIT, NAME, TYPE, objects};
use crate::diag::{Diagnostic, Kind, did_you_mean};
use crate::source::Span;

/// How deep a tree may be.
const MAX_DEPTH: usize = 150;

/// The names that an expression may use.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// The thing that is judged, by its name.
    pub(super) subject: Option<(&'static str, Type)>,
    /// The list of the platform that the rule goes through.
    pub(super) walks: Option<Root>,
    /// The item of `forEach`.
    pub(super) each: Option<Type>,
    /// The variables that are declared before.
    pub(super) variables: Vec<(Arc<str>, Type)>,
}

/// A checked expression and its type.
pub(super) struct Checked {
    pub(super) ex: Ex,
    pub(super) kind: Type,
}

/// Reads and checks an expression, reporting every problem.
pub(super) fn expression(text: &str, place: &Place, scope: &Scope, out: &mut Vec<Diagnostic>) -> Option<Checked> {
    let text = text.trim_end();
    let (tree, info) = parse(text, place, out)?;
    let ranges = Ranges { text, info: &info };
    let walks = scope.walks.into_iter().collect();
    let mut check = Check { ranges, place, scope, locals: Vec::new(), walks, depth: 0, failed: false, out };
    let (ex, kind) = check.part(&tree);
    (!check.failed).then_some(Checked { ex, kind })
}

/// Checks one expression.
struct Check<'c> {
    ranges: Ranges<'c>,
    place: &'c Place,
    scope: &'c Scope,
    locals: Vec<(Arc<str>, Type)>,
    /// The lists of the platform that are gone through around this part.
    walks: Vec<Root>,
    depth: usize,
    failed: bool,
    out: &'c mut Vec<Diagnostic>,
}

type Part = (Ex, Type);

impl Check<'_> {
    fn span(&self, range: Range) -> Span {
        self.place.at(range.0, range.1)
    }

    fn whole(&self, part: &IdedExpr) -> Span {
        self.span(self.ranges.of(part))
    }

    /// Reports a problem; the expression is not used.
    fn error(&mut self, kind: Kind, span: Span, message: impl Into<String>, help: Option<String>) -> ExKind {
        self.failed = true;
        let problem = Diagnostic::error(kind, span, message);
        self.out.push(help.into_iter().fold(problem, Diagnostic::help));
        ExKind::Null
    }

    fn part(&mut self, part: &IdedExpr) -> Part {
        let span = self.whole(part);
        if self.depth > MAX_DEPTH {
            let help = Some("give parts of it names under `variables`".to_owned());
            let kind =
                if self.failed { ExKind::Null } else { self.error(LIMIT, span, "the expression is too deep", help) };
            return (Ex { span, kind }, Type::Any);
        }
        self.depth += 1;
        let (kind, of) = match &part.expr {
            Expr::Literal(literal) => self.literal(literal, span),
            Expr::Ident(name) => self.name(name.strip_prefix('.').unwrap_or(name), span),
            Expr::Select(select) => self.select(select),
            Expr::Call(call) => self.call(part, call, span),
            Expr::Comprehension(written) => self.scan(written, span),
            Expr::List(list) => self.list(list),
            Expr::Map(map) => self.map(map),
            Expr::Struct(message) => {
                let help = Some("a map is written `{'key': value}`".to_owned());
                let told = format!("there are no messages such as `{}` here", message.type_name);
                (self.error(TYPE, span, told, help), Type::Any)
            }
            Expr::Unspecified => (self.error(TYPE, span, "this has no meaning here", None), Type::Any),
        };
        self.depth -= 1;
        (Ex { span, kind }, of)
    }

    fn literal(&mut self, literal: &LiteralValue, span: Span) -> (ExKind, Type) {
        match literal {
            LiteralValue::Null => (ExKind::Null, Type::Null),
            LiteralValue::Boolean(flag) => (ExKind::Bool(*flag.inner()), Type::Bool),
            LiteralValue::Int(number) => (ExKind::Int(*number.inner()), Type::Int),
            LiteralValue::Double(number) => (ExKind::Double(*number.inner()), Type::Double),
            LiteralValue::String(text) => (ExKind::Str(text.inner().into()), Type::Str),
            LiteralValue::UInt(_) => {
                let help = Some("write it without `u`".to_owned());
                (self.error(TYPE, span, "numbers of a platform are not unsigned", help), Type::Int)
            }
            LiteralValue::Bytes(_) => {
                let help = Some("write a string, without `b`".to_owned());
                (self.error(TYPE, span, "a platform has no bytes", help), Type::Str)
            }
        }
    }

    fn roots(&self) -> Vec<(&'static str, Root, Type)> {
        let mut roots = objects::roots();
        if let Some((name, kind)) = &self.scope.subject {
            roots.push((name, Root::Subject, kind.clone()));
            if *name == "document" {
                roots.push(("object", Root::Object, Type::Any.map()));
            }
        }
        if let Some(kind) = &self.scope.each {
            roots.push(("each", Root::Each, kind.clone()));
        }
        roots
    }

    fn name(&mut self, name: &str, span: Span) -> (ExKind, Type) {
        if let Some(at) = self.locals.iter().rposition(|(local, _)| &**local == name) {
            let kind = self.locals.get(at).map_or(Type::Any, |(_, kind)| kind.clone());
            return (ExKind::Local(at), kind);
        }
        let roots = self.roots();
        if let Some((_, root, kind)) = roots.iter().find(|(root, ..)| *root == name) {
            return (ExKind::Root(*root), kind.clone());
        }
        let known: Vec<&str> = roots.iter().map(|(root, ..)| *root).chain(["variables"]).collect();
        let locals: Vec<Arc<str>> = self.locals.iter().map(|(local, _)| local.clone()).collect();
        let known = known.into_iter().chain(locals.iter().map(|local| &**local));
        let variable = self.scope.variables.iter().any(|(variable, _)| &**variable == name);
        let (message, help) = match name {
            "variables" => ("a variable is named as `variables.x`".to_owned(), None),
            _ if variable => (format!("there is no name `{name}`"), Some(format!("write `variables.{name}`"))),
            "component" | "node" | "flow" | "address" | "plugin" | "composition" | "document" | "object" => {
                let what = if name == "object" { "document" } else { name };
                let help = format!("write `match: {{ each: {what} }}` in the rule");
                (format!("the rule does not go through {what}s, so there is no `{name}`"), Some(help))
            }
            "each" => ("the rule has no `forEach`, so there is no `each`".to_owned(), None),
            _ => (format!("there is no name `{name}`"), did_you_mean(name, known)),
        };
        (self.error(NAME, span, message, help), Type::Any)
    }

    fn select(&mut self, select: &SelectExpr) -> (ExKind, Type) {
        let name: Arc<str> = select.field.as_str().into();
        let operand = self.ranges.of(&select.operand);
        let place = self.span(self.ranges.field(operand.1, &name));
        if let Expr::Ident(base) = &select.operand.expr
            && base == "variables"
            && !self.locals.iter().any(|(local, _)| &**local == "variables")
        {
            return self.variable(&name, place, select.test);
        }
        let (base, of) = self.part(&select.operand);
        let of = self.field(&of, &name, place);
        if select.test {
            return (ExKind::Has(Box::new(base), name), Type::Bool);
        }
        (ExKind::Select(Box::new(base), name), of)
    }

    fn variable(&mut self, name: &str, place: Span, test: bool) -> (ExKind, Type) {
        match self.scope.variables.iter().position(|(variable, _)| &**variable == name) {
            Some(_) if test => (ExKind::Bool(true), Type::Bool),
            Some(at) => {
                let kind = self.scope.variables.get(at).map_or(Type::Any, |(_, kind)| kind.clone());
                (ExKind::Variable(at), kind)
            }
            None => {
                let help = did_you_mean(name, self.scope.variables.iter().map(|(variable, _)| &**variable));
                let help = help.or_else(|| Some("a variable is declared before it is used".to_owned()));
                (self.error(NAME, place, format!("there is no variable `{name}`"), help), Type::Any)
            }
        }
    }

    /// Returns the type of a field, or reports that there is none.
    fn field(&mut self, of: &Type, name: &str, place: Span) -> Type {
        match of {
            Type::Any => Type::Any,
            Type::Map(value) => Type::clone(value),
            Type::Optional(inner) => self.field(&Type::clone(inner), name, place).optional(),
            Type::Object(object) => {
                if let Some(field) = object.field(name) {
                    (field.kind)()
                } else {
                    let help = did_you_mean(name, object.fields.iter().map(|field| field.name));
                    let help = help.or_else(|| Some("docs/policies.md lists the fields".to_owned()));
                    self.error(NAME, place, format!("{} has no field `{name}`", object.what), help);
                    Type::Any
                }
            }
            Type::List(_) => {
                let help = Some("take an item with `[0]`, or go through them with `.exists(x, …)`".to_owned());
                self.error(TYPE, place, format!("a list has no field `{name}`"), help);
                Type::Any
            }
            other => {
                self.error(TYPE, place, format!("{other} has no field `{name}`"), None);
                Type::Any
            }
        }
    }

    fn list(&mut self, list: &ListExpr) -> (ExKind, Type) {
        let mut items = Vec::with_capacity(list.elements.len());
        let mut kind: Option<Type> = None;
        for (at, element) in list.elements.iter().enumerate() {
            let (ex, of) = self.part(element);
            kind = Some(match kind {
                Some(kind) => kind.join(of),
                None => of,
            });
            items.push((ex, list.optional_indices.contains(&at)));
        }
        (ExKind::List(items), kind.unwrap_or(Type::Any).list())
    }

    fn map(&mut self, map: &MapExpr) -> (ExKind, Type) {
        let mut entries = Vec::with_capacity(map.entries.len());
        for entry in &map.entries {
            let EntryExpr::MapEntry(entry) = &entry.expr else { continue };
            let (key, of) = self.part(&entry.key);
            if !matches!(of, Type::Any | Type::Str) {
                self.error(TYPE, key.span, format!("the keys of a map are strings, not {of}"), None);
            }
            let (value, _) = self.part(&entry.value);
            entries.push((key, value, entry.optional));
        }
        (ExKind::Map(entries), Type::Any.map())
    }
}
