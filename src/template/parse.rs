//! Text to expression: minijinja's parser, then names and functions are resolved and checked.
//!
//! Every problem of an expression is reported, at the part that has it. Before the text reaches the parser its size
//! and nesting are bounded, because the parser descends without a bound of its own on `not not …` and `- - …`.

use std::sync::Arc;

use minijinja::machinery::{Span as Range, Token, ast, parse_expr, tokenize};
use minijinja::value::ValueKind;

use super::data::DataValue;
use super::expr::{Ex, ExKind, Op};
use super::host::{Role, find, names};
use super::place::Place;
use super::shape::Shape;
use super::{FUNCTION, LIMIT, NAME, SYNTAX, calls};
use crate::diag::{Diagnostic, did_you_mean};
use crate::source::Span;

/// The longest expression, in bytes.
const MAX_TEXT: usize = 8192;
/// The most words and signs of an expression.
const MAX_TOKENS: usize = 1000;
/// The deepest nesting of brackets, and of everything together.
const MAX_BRACKETS: usize = 32;
const MAX_DEPTH: usize = 100;

/// The names that an expression may use.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) root: &'a Shape,
    /// What loops bind, from the outermost on.
    pub(super) locals: &'a [(Arc<str>, Shape)],
}

/// What is wrong with the text itself; the caller knows whether YAML has cut it.
pub(super) struct Broken {
    pub(super) message: String,
    pub(super) span: Span,
    pub(super) limit: bool,
    /// A bracket or a string does not end, as in a text that was cut.
    pub(super) open: bool,
}

impl Broken {
    pub(super) fn into_diagnostic(self) -> Diagnostic {
        Diagnostic::error(if self.limit { LIMIT } else { SYNTAX }, self.span, self.message)
    }
}

/// Reads an expression. `None` inside `Ok` means that problems were reported.
pub(super) fn expression(place: &Place<'_>, scope: Scope<'_>, out: &mut Vec<Diagnostic>) -> Result<Option<Ex>, Broken> {
    let text = place.text;
    let broken = |message: &str, limit| Broken { message: message.to_owned(), span: place.whole, limit, open: false };
    if text.trim().is_empty() {
        return Err(broken("the expression is empty", false));
    }
    if text.len() > MAX_TEXT {
        return Err(broken("the expression is longer than 8192 bytes", true));
    }
    let open = bounded(text).map_err(|message| broken(message, true))?;
    let tree = parse_expr(text).map_err(|error| {
        let range = error.range().unwrap_or(0..0);
        let span = if range.is_empty() { place.whole } else { place.at(range.start, range.end) };
        let detail = error.detail().unwrap_or("it cannot be read");
        Broken { message: format!("this is not an expression: {detail}"), span, limit: false, open }
    })?;
    let mut lower = Lower { place, scope, out, failed: false, depth: 0 };
    let (ex, _) = lower.expr(&tree);
    Ok((!lower.failed).then_some(ex))
}

/// Returns the shape of an expression that was read: a loop binds the shape of its items.
pub(super) fn shape(ex: &Ex, scope: Scope<'_>) -> Shape {
    match &ex.kind {
        ExKind::Root(name) => scope.root.get(name).cloned().unwrap_or(Shape::Any),
        ExKind::Local(slot, _) => scope.locals.get(*slot).map_or(Shape::Any, |local| local.1.clone()),
        ExKind::Attr(base, name) => shape(base, scope).get(name).cloned().unwrap_or(Shape::Any),
        ExKind::Index(base, _) => match shape(base, scope) {
            Shape::List(item) => Shape::clone(&item),
            Shape::Map { rest: Some(rest), .. } => Shape::clone(&rest),
            _ => Shape::Any,
        },
        ExKind::Slice(base, _) | ExKind::If { yes: base, .. } => shape(base, scope),
        // `flows.query or []` and `flows.query + flows.logs` are still lists of flows.
        ExKind::Or(left, right) | ExKind::Binary(Op::Add, left, right) => match shape(left, scope) {
            Shape::Any => shape(right, scope),
            known => known,
        },
        ExKind::Call(host, args) => match (args.first(), host.gives) {
            (Some(Some(first)), super::host::Gives::Same) => shape(first, scope),
            (Some(Some(first)), super::host::Gives::Item) => match shape(first, scope) {
                Shape::List(item) => Shape::clone(&item),
                _ => Shape::Any,
            },
            _ => Shape::Any,
        },
        _ => Shape::Any,
    }
}

/// Refuses what the parser would follow too deeply; returns whether a bracket or string stays open.
fn bounded(text: &str) -> Result<bool, &'static str> {
    let (mut count, mut brackets, mut run, mut branches) = (0_usize, 0_usize, 0_usize, 0_usize);
    for token in tokenize(text, true, minijinja::syntax::SyntaxConfig::default()) {
        let Ok((token, _)) = token else { return Ok(true) };
        count += 1;
        run = if matches!(token, Token::Minus | Token::Ident("not")) { run + 1 } else { 0 };
        match token {
            Token::ParenOpen | Token::BracketOpen | Token::BraceOpen => brackets += 1,
            Token::ParenClose | Token::BracketClose | Token::BraceClose => brackets = brackets.saturating_sub(1),
            Token::Ident("if" | "else") => branches += 1,
            _ => {}
        }
        if count > MAX_TOKENS || brackets > MAX_BRACKETS || run > MAX_BRACKETS || branches > MAX_BRACKETS {
            return Err("the expression is too long or nested too deeply");
        }
    }
    Ok(brackets > 0)
}

/// Turns minijinja's tree into ours.
pub(super) struct Lower<'a> {
    pub(super) place: &'a Place<'a>,
    pub(super) scope: Scope<'a>,
    pub(super) out: &'a mut Vec<Diagnostic>,
    pub(super) failed: bool,
    depth: usize,
}

impl Lower<'_> {
    pub(super) fn span(&self, range: Range) -> Span {
        self.place.at(range.start_offset as usize, range.end_offset as usize)
    }

    pub(super) fn report(&mut self, problem: Diagnostic) {
        self.failed = true;
        self.out.push(problem);
    }

    pub(super) fn boxed(&mut self, tree: &ast::Expr<'_>) -> Box<Ex> {
        Box::new(self.expr(tree).0)
    }

    fn all(&mut self, trees: &[ast::Expr<'_>]) -> Vec<Ex> {
        trees.iter().map(|tree| self.expr(tree).0).collect()
    }

    /// Lowers one part; what cannot be lowered is reported and replaced by none.
    pub(super) fn expr(&mut self, tree: &ast::Expr<'_>) -> (Ex, Shape) {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.depth -= 1;
            if !self.failed {
                self.report(Diagnostic::error(LIMIT, self.place.whole, "the expression is nested too deeply"));
            }
            return (Ex { span: self.place.whole, kind: ExKind::Const(DataValue::Null) }, Shape::Any);
        }
        let found = match tree {
            ast::Expr::Var(var) => self.name(var.id, self.span(var.span())),
            ast::Expr::GetAttr(attr) => self.attr(attr),
            ast::Expr::GetItem(item) => self.item(item),
            _ => {
                let ex = self.other(tree);
                let shape = shape(&ex, self.scope);
                (ex, shape)
            }
        };
        self.depth -= 1;
        found
    }

    fn name(&mut self, name: &str, span: Span) -> (Ex, Shape) {
        let local = self.scope.locals.iter().rposition(|(local, _)| &**local == name);
        if let Some(slot) = local {
            let shape = self.scope.locals.get(slot).map_or(Shape::Any, |local| local.1.clone());
            return (Ex { span, kind: ExKind::Local(slot, name.into()) }, shape);
        }
        let shape = self.scope.root.get(name).cloned();
        if shape.is_none() {
            self.unknown_root(name, span);
        }
        (Ex { span, kind: ExKind::Root(name.into()) }, shape.unwrap_or(Shape::Any))
    }

    fn unknown_root(&mut self, name: &str, span: Span) {
        let mut problem = Diagnostic::error(NAME, span, format!("there is no `{name}` here"));
        let locals = self.scope.locals.iter().map(|local| &*local.0);
        let known = locals.chain(self.scope.root.names());
        if find(Role::Function, name).is_some() {
            problem = problem.help(format!("`{name}` is a function: write `{name}(…)`"));
        } else if let Some(help) = did_you_mean(name, known) {
            problem = problem.help(help);
        } else {
            problem = problem.help("to write a string, quote it: `\"…\"`");
        }
        self.report(problem);
    }

    fn attr(&mut self, attr: &ast::Spanned<ast::GetAttr<'_>>) -> (Ex, Shape) {
        let (base, shape) = self.expr(&attr.expr);
        let end = self.span(attr.span()).end;
        self.below(base, &shape, attr.name, end)
    }

    /// A constant string in brackets is the same as a name after a dot.
    fn item(&mut self, item: &ast::Spanned<ast::GetItem<'_>>) -> (Ex, Shape) {
        let (base, shape) = self.expr(&item.expr);
        let end = self.span(item.span()).end;
        let key = match &item.subscript_expr {
            ast::Expr::Const(key) => key.value.as_str().map(str::to_owned),
            _ => None,
        };
        if let Some(key) = key {
            return self.below(base, &shape, &key, end);
        }
        let index = self.boxed(&item.subscript_expr);
        let span = Span { end: end.max(base.span.end), ..base.span };
        let ex = Ex { span, kind: ExKind::Index(Box::new(base), index) };
        let shape = self::shape(&ex, self.scope);
        (ex, shape)
    }

    fn below(&mut self, base: Ex, shape: &Shape, name: &str, end: u32) -> (Ex, Shape) {
        let span = Span { end: end.max(base.span.end), ..base.span };
        let below = shape.get(name).cloned();
        if below.is_none() {
            let owner = base.shown();
            let mut problem = Diagnostic::error(NAME, span, format!("{owner} has no `{name}`"));
            problem = match shape {
                Shape::List(_) => problem.label("this is a list").help(format!(
                    "loop over it with `!for`, or take one item: `({}|first).{name}`",
                    base.name().unwrap_or_default()
                )),
                Shape::Scalar => problem.label("this is a single value"),
                _ => problem,
            };
            if let Some(help) = did_you_mean(name, shape.names()) {
                problem = problem.help(help);
            }
            self.report(problem);
        }
        (Ex { span, kind: ExKind::Attr(Box::new(base), name.into()) }, below.unwrap_or(Shape::Any))
    }

    fn other(&mut self, tree: &ast::Expr<'_>) -> Ex {
        let range = self.span(tree.span());
        let kind = match tree {
            ast::Expr::Const(value) => self.constant(&value.value, range),
            ast::Expr::UnaryOp(op) => {
                let inner = self.boxed(&op.expr);
                match (&op.op, inner.kind) {
                    // `not in` is one operator.
                    (ast::UnaryOpKind::Not, ExKind::Binary(Op::In, a, b)) => ExKind::Binary(Op::NotIn, a, b),
                    (ast::UnaryOpKind::Not, kind) => ExKind::Not(Box::new(Ex { span: inner.span, kind })),
                    (ast::UnaryOpKind::Neg, kind) => ExKind::Neg(Box::new(Ex { span: inner.span, kind })),
                }
            }
            ast::Expr::BinOp(op) => {
                let (left, right) = (self.boxed(&op.left), self.boxed(&op.right));
                let span = left.span.to(right.span);
                return Ex { span, kind: binary(op.op, left, right) };
            }
            ast::Expr::Compare(chain) => {
                let first = self.boxed(&chain.expr);
                let rest = chain.ops.iter().map(|op| (comparison(op.op), self.expr(&op.expr).0)).collect();
                ExKind::Chain(first, rest)
            }
            ast::Expr::IfExpr(choice) => ExKind::If {
                test: self.boxed(&choice.test_expr),
                yes: self.boxed(&choice.true_expr),
                no: choice.false_expr.as_ref().map(|no| self.boxed(no)),
            },
            ast::Expr::Slice(slice) => {
                let bounds = [&slice.start, &slice.stop, &slice.step];
                let base = self.boxed(&slice.expr);
                ExKind::Slice(base, bounds.map(|bound| bound.as_ref().map(|bound| self.boxed(bound))))
            }
            ast::Expr::List(list) => ExKind::List(self.all(&list.items)),
            ast::Expr::Tuple(tuple) => ExKind::List(self.all(&tuple.items)),
            ast::Expr::Map(map) => {
                let keys = self.all(&map.keys);
                ExKind::Map(keys.into_iter().zip(self.all(&map.values)).collect())
            }
            _ => calls::lower(self, tree, range),
        };
        Ex { span: range, kind }
    }

    fn constant(&mut self, value: &minijinja::Value, span: Span) -> ExKind {
        let plain = match value.kind() {
            ValueKind::Bool => Some(DataValue::Bool(value.is_true())),
            ValueKind::None => Some(DataValue::Null),
            ValueKind::String => value.as_str().map(|text| DataValue::Str(text.into())),
            ValueKind::Number if value.is_integer() => value.as_i64().map(DataValue::Int),
            ValueKind::Number => f64::try_from(value.clone()).ok().filter(|n| n.is_finite()).map(DataValue::Float),
            _ => None,
        };
        if plain.is_none() {
            self.report(Diagnostic::error(SYNTAX, span, "this number does not fit into 64 bits"));
        }
        ExKind::Const(plain.unwrap_or(DataValue::Null))
    }

    /// Reports a filter, test or function that does not exist.
    pub(super) fn unknown(&mut self, role: Role, name: &str, span: Span) {
        let what = match role {
            Role::Filter => "filter",
            Role::Test => "test",
            Role::Function => "function",
        };
        let mut problem = Diagnostic::error(FUNCTION, span, format!("there is no {what} `{name}`"));
        let filter = role == Role::Function && find(Role::Filter, name).is_some();
        if filter {
            problem = problem.help(format!("`{name}` is a filter: write `…|{name}`"));
        } else if let Some(help) = did_you_mean(name, names(role)) {
            problem = problem.help(help);
        }
        self.report(problem);
    }
}

fn binary(op: ast::BinOpKind, left: Box<Ex>, right: Box<Ex>) -> ExKind {
    use ast::BinOpKind as B;
    let op = match op {
        B::ScAnd => return ExKind::And(left, right),
        B::ScOr => return ExKind::Or(left, right),
        B::Eq => Op::Eq,
        B::Ne => Op::Ne,
        B::Lt => Op::Lt,
        B::Lte => Op::Le,
        B::Gt => Op::Gt,
        B::Gte => Op::Ge,
        B::Add => Op::Add,
        B::Sub => Op::Sub,
        B::Mul => Op::Mul,
        B::Div => Op::Div,
        B::FloorDiv => Op::FloorDiv,
        B::Rem => Op::Rem,
        B::Pow => Op::Pow,
        B::Concat => Op::Concat,
        B::In => Op::In,
    };
    ExKind::Binary(op, left, right)
}

const fn comparison(op: ast::CompareOpKind) -> Op {
    use ast::CompareOpKind as C;
    match op {
        C::Eq => Op::Eq,
        C::Ne => Op::Ne,
        C::Lt => Op::Lt,
        C::Lte => Op::Le,
        C::Gt => Op::Gt,
        C::Gte => Op::Ge,
        C::In => Op::In,
        C::NotIn => Op::NotIn,
    }
}
