//! Macros: the parser has written them out as loops, and here they become what they were.

use std::sync::Arc;

use cel::common::ast::{CallExpr, ComprehensionExpr, Expr, IdedExpr, LiteralValue};

use super::Check;
use crate::diag::{Diagnostic, Label};
use crate::policy::expr::{Ex, ExKind, Root, Scan, ScanKind};
use crate::policy::types::Type;
use crate::policy::{NESTED, TYPE};
use crate::source::Span;

/// The parts of a macro, as they were before it was written out.
struct Parts<'t> {
    kind: ScanKind,
    filter: Option<&'t IdedExpr>,
    body: &'t IdedExpr,
}

/// Returns the macro that a loop was written out of. The parser knows no others.
fn parts(scan: &ComprehensionExpr) -> Option<Parts<'_>> {
    let Expr::Call(CallExpr { func_name, args, .. }) = &scan.loop_step.expr else { return None };
    let start = match &scan.accu_init.expr {
        Expr::Literal(LiteralValue::Boolean(flag)) => Some(*flag.inner()),
        _ => None,
    };
    match (func_name.as_str(), args.as_slice()) {
        ("_&&_", [_, body]) if start == Some(true) => Some(Parts { kind: ScanKind::All, filter: None, body }),
        ("_||_", [_, body]) if start == Some(false) => Some(Parts { kind: ScanKind::Exists, filter: None, body }),
        ("_+_", [_, made]) => Some(Parts { kind: ScanKind::Map, filter: None, body: only(made)? }),
        ("_?_:_", [test, step, _]) => {
            let Expr::Call(CallExpr { args, .. }) = &step.expr else { return None };
            let made = args.get(1)?;
            match only(made) {
                // `filter(x, p)` gives the item itself.
                Some(item) if matches!(&item.expr, Expr::Ident(name) if *name == scan.iter_var) => {
                    Some(Parts { kind: ScanKind::Filter, filter: None, body: test })
                }
                Some(item) => Some(Parts { kind: ScanKind::Map, filter: Some(test), body: item }),
                None => Some(Parts { kind: ScanKind::ExistsOne, filter: None, body: test }),
            }
        }
        _ => None,
    }
}

/// Returns the one item of a list that adds it to the result.
fn only(made: &IdedExpr) -> Option<&IdedExpr> {
    match &made.expr {
        Expr::List(list) => list.elements.first(),
        _ => None,
    }
}

impl Check<'_> {
    pub(super) fn scan(&mut self, written: &ComprehensionExpr, span: Span) -> (ExKind, Type) {
        let Some(Parts { kind, filter, body }) = parts(written) else {
            return (self.error(TYPE, span, "this macro is not known", None), Type::Any);
        };
        let (over, of) = self.part(&written.iter_range);
        let item = match &of {
            Type::Any => Type::Any,
            Type::List(item) => Type::clone(item),
            // Going through a map is going through its keys.
            Type::Map(_) | Type::Object(_) => Type::Str,
            other => {
                let message = format!("{other} has no items to go through");
                self.error(TYPE, over.span, message, None);
                Type::Any
            }
        };
        let walked = whole(&over);
        if let Some(root) = walked {
            // What was made of the list by `map` and `filter` has been said by then.
            if !matches!(over.kind, ExKind::Scan(_) | ExKind::Call(..)) {
                self.nested(root, span);
            }
            self.walks.push(root);
        }
        self.locals.push((Arc::from(written.iter_var.as_str()), item.clone()));
        let filter = filter.map(|filter| self.truth(filter, "map"));
        let (body, made) = match kind {
            ScanKind::Map => self.part(body),
            ScanKind::All => (self.truth(body, "all"), Type::Bool),
            ScanKind::Exists => (self.truth(body, "exists"), Type::Bool),
            ScanKind::ExistsOne => (self.truth(body, "exists_one"), Type::Bool),
            ScanKind::Filter => (self.truth(body, "filter"), item.list()),
        };
        self.locals.pop();
        if walked.is_some() {
            self.walks.pop();
        }
        let made = if kind == ScanKind::Map { made.list() } else { made };
        (ExKind::Scan(Box::new(Scan { kind, over, filter, body })), made)
    }

    /// Warns about a list of the platform that is gone through for each of its own items: once for an expression, with its
    /// first place.
    fn nested(&mut self, root: Root, span: Span) {
        let documents = self.scope.subject.as_ref().is_some_and(|(name, _)| *name == "document");
        let each = documents && root == Root::Documents;
        if !(self.walks.contains(&root) || each) {
            return;
        }
        if let Some((_, known)) = self.nested.iter_mut().find(|(known, _)| *known == root) {
            let inside = |label: &Label| label.span.start <= span.start && span.end <= label.span.end;
            if !known.primary.iter().chain(&known.secondary).any(inside) {
                known.secondary.push(Label { span, text: "and here".to_owned() });
            }
            return;
        }
        let (what, help) = match root {
            Root::Components => ("components", "`component(name)`, `service(namespace, name)`"),
            Root::Nodes => ("nodes", "`node(name)`"),
            Root::Flows => ("flows", "`component.flows`, `component.served`"),
            Root::Documents => ("documents", "`match` with `kinds`"),
            _ => ("addresses", "`cidrOverlap(a, b)` on single ones"),
        };
        let each = if documents && self.walks.len() == 1 { "documents" } else { what };
        let message = format!("all {what} are gone through once for each of the {each}");
        let problem = Diagnostic::warning(NESTED, span, message)
            .why("the time that the rule takes grows with the square of the platform, until it has no steps left")
            .help(format!("use an index: {help}, or `where({what}, 'field', value)`, which has all with a value"));
        self.nested.push((root, problem));
    }
}

/// Returns the list of the whole platform that an expression goes through.
fn whole(ex: &Ex) -> Option<Root> {
    match &ex.kind {
        ExKind::Root(root @ (Root::Components | Root::Nodes | Root::Flows | Root::Addresses | Root::Documents)) => {
            Some(*root)
        }
        ExKind::Select(base, name) if matches!(base.kind, ExKind::Root(Root::Platform)) => match &**name {
            "components" => Some(Root::Components),
            "nodes" => Some(Root::Nodes),
            "flows" => Some(Root::Flows),
            "addresses" => Some(Root::Addresses),
            _ => None,
        },
        ExKind::Scan(scan) if matches!(scan.kind, ScanKind::Map | ScanKind::Filter) => whole(&scan.over),
        ExKind::Call(host, args) if matches!(host.name, "distinct" | "flatten") => whole(args.first()?),
        _ => None,
    }
}
