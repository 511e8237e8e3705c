//! Operators: what they take, and what they give.

use cel::common::ast::IdedExpr;

use super::{Check, Part};
use crate::policy::TYPE;
use crate::policy::expr::{Ex, ExKind, Op};
use crate::policy::types::Type;
use crate::source::Span;

impl Check<'_> {
    /// Returns the operator of a name in the tree with its operands, or `None` when it is a function.
    pub(super) fn operator(&mut self, name: &str, args: &[IdedExpr], span: Span) -> Option<(ExKind, Type)> {
        let found = match (name, args) {
            ("_&&_", [a, b]) => {
                let (a, b) = (self.truth(a, "&&"), self.truth(b, "&&"));
                (ExKind::And(Box::new(a), Box::new(b)), Type::Bool)
            }
            ("_||_", [a, b]) => {
                let (a, b) = (self.truth(a, "||"), self.truth(b, "||"));
                (ExKind::Or(Box::new(a), Box::new(b)), Type::Bool)
            }
            ("!_", [a]) => (ExKind::Not(Box::new(self.truth(a, "!"))), Type::Bool),
            ("-_", [a]) => {
                let (a, of) = self.part(a);
                if !of.is_number() {
                    self.error(TYPE, a.span, format!("`-` needs a number, this is {of}"), None);
                }
                (ExKind::Negate(Box::new(a)), of)
            }
            ("_?_:_", [test, yes, no]) => {
                let test = self.truth(test, "?");
                let ((yes, a), (no, b)) = (self.part(yes), self.part(no));
                (ExKind::If(Box::new([test, yes, no])), a.join(b))
            }
            ("_[_]", [base, index]) => {
                let (base, index) = (self.part(base), self.part(index));
                let of = self.item(&base, &index);
                (ExKind::Index(Box::new(base.0), Box::new(index.0)), of)
            }
            ("_[?_]", [base, index]) => {
                let (base, index) = (self.part(base), self.part(index));
                let of = self.item(&base, &index);
                (ExKind::MaybeIndex(Box::new(base.0), Box::new(index.0)), optional(of))
            }
            ("_?._", [base, field]) => {
                let (base, of) = self.part(base);
                let name = match self.part(field).0.kind {
                    ExKind::Str(name) => name,
                    _ => "".into(),
                };
                let place = Span { start: span.end.saturating_sub(u32::try_from(name.len()).unwrap_or(0)), ..span };
                let of = self.field(&of, &name, place);
                (ExKind::MaybeSelect(Box::new(base), name), optional(of))
            }
            (name, [a, b]) => {
                let op = Op::of(name)?;
                let (a, b) = (self.part(a), self.part(b));
                let of = self.binary(op, &a, &b, span);
                (ExKind::Binary(op, Box::new(a.0), Box::new(b.0)), of)
            }
            _ => return None,
        };
        Some(found)
    }

    /// Checks a part that has to be true or false.
    pub(super) fn truth(&mut self, part: &IdedExpr, sign: &str) -> Ex {
        let (ex, of) = self.part(part);
        if !matches!(of, Type::Any | Type::Bool) {
            let help = "compare it with something, for example `… == 1` or `has(…)`".to_owned();
            self.error(TYPE, ex.span, format!("`{sign}` needs a boolean, this is {of}"), Some(help));
        }
        ex
    }

    fn item(&mut self, base: &Part, index: &Part) -> Type {
        let (whole, at) = (&base.1, &index.1);
        let fits = match whole {
            Type::Any => return Type::Any,
            Type::Optional(inner) => {
                let inner = Type::clone(inner);
                return optional(self.item_of(&inner, index));
            }
            Type::List(_) => matches!(at, Type::Any | Type::Int),
            Type::Map(_) | Type::Object(_) => matches!(at, Type::Any | Type::Str),
            _ => false,
        };
        if fits {
            return self.item_of(whole, index);
        }
        self.error(TYPE, index.0.span, format!("{at} is no place in {whole}"), None);
        Type::Any
    }

    fn item_of(&mut self, whole: &Type, index: &Part) -> Type {
        match (whole, &index.0.kind) {
            (Type::List(item) | Type::Map(item), _) => Type::clone(item),
            (Type::Object(_), ExKind::Str(name)) => self.field(whole, &name.clone(), index.0.span),
            _ => Type::Any,
        }
    }

    fn binary(&mut self, op: Op, a: &Part, b: &Part, span: Span) -> Type {
        let (x, y) = (&a.1, &b.1);
        let sign = op.sign();
        match op {
            Op::Eq | Op::Ne => {
                if !x.comparable(y) {
                    let message = format!("{x} and {y} are never equal");
                    self.error(TYPE, span, message, Some(conversion(x, y)));
                }
                Type::Bool
            }
            Op::Lt | Op::Le | Op::Gt | Op::Ge => {
                let ordered = (x.is_number() && y.is_number())
                    || matches!((x, y), (Type::Str | Type::Any, Type::Str | Type::Any))
                    || matches!((x, y), (Type::Bool | Type::Any, Type::Bool | Type::Any));
                if !ordered {
                    self.error(TYPE, span, format!("`{sign}` has no order for {x} and {y}"), Some(conversion(x, y)));
                }
                Type::Bool
            }
            Op::In => {
                let found = match y {
                    Type::Any => true,
                    Type::List(item) => item.comparable(x),
                    Type::Map(_) | Type::Object(_) => matches!(x, Type::Any | Type::Str),
                    _ => false,
                };
                if !found {
                    self.error(TYPE, span, format!("{x} cannot be in {y}{}", items(y)), Some(conversion(x, y)));
                }
                Type::Bool
            }
            _ => self.arithmetic(op, x, y, span),
        }
    }

    fn arithmetic(&mut self, op: Op, x: &Type, y: &Type, span: Span) -> Type {
        let of = match (x, y) {
            (Type::Any, Type::Any) => Some(Type::Any),
            (Type::Int, Type::Int | Type::Any) | (Type::Any, Type::Int) => Some(Type::Int),
            (Type::Double, Type::Double | Type::Any) | (Type::Any, Type::Double) => {
                (op != Op::Rem).then_some(Type::Double)
            }
            (Type::Str, Type::Str | Type::Any) | (Type::Any, Type::Str) => (op == Op::Add).then_some(Type::Str),
            (Type::List(_), Type::List(_) | Type::Any) | (Type::Any, Type::List(_)) => {
                (op == Op::Add).then(|| x.clone().join(y.clone()))
            }
            _ => None,
        };
        if let Some(of) = of {
            return of;
        }
        let message = format!("`{}` does not work on {x} and {y}", op.sign());
        self.error(TYPE, span, message, Some(conversion(x, y)));
        Type::Any
    }
}

/// An optional of an optional is one.
fn optional(of: Type) -> Type {
    if matches!(of, Type::Optional(_)) { of } else { of.optional() }
}

fn items(of: &Type) -> String {
    match of {
        Type::List(item) if !item.is_any() => format!(" of {item} each"),
        _ => String::new(),
    }
}

fn conversion(a: &Type, b: &Type) -> String {
    match (a, b) {
        (Type::Optional(_), _) | (_, Type::Optional(_)) => "take the value out with `.orValue(…)`".to_owned(),
        (Type::Str, Type::Int | Type::Double) | (Type::Int | Type::Double, Type::Str) => {
            "convert one side: `string(x)`, `int(x)`, `double(x)`, `quantity_bytes(x)`".to_owned()
        }
        (Type::Int, Type::Double) | (Type::Double, Type::Int) => "convert one side: `double(x)` or `int(x)`".to_owned(),
        _ => "compare things of one type".to_owned(),
    }
}
