//! Calls in expressions: filters, tests and functions, with their arguments put into the places of the parameters.

use minijinja::machinery::ast::{self, CallArg, CallType};

use super::data::DataValue;
use super::expr::{Ex, ExKind};
use super::host::{Host, Role, find, plural};
use super::parse::Lower;
use super::{FUNCTION, SYNTAX};
use crate::diag::{Diagnostic, did_you_mean};
use crate::source::Span;

const NOTHING: ExKind = ExKind::Const(DataValue::Null);

/// Lowers a call; problems are reported and the call replaced by none.
pub(super) fn lower(cx: &mut Lower<'_>, tree: &ast::Expr<'_>, span: Span) -> ExKind {
    match tree {
        ast::Expr::Filter(filter) => {
            let subject = filter.expr.as_ref().map(|subject| cx.expr(subject).0);
            named(cx, Role::Filter, filter.name, subject, &filter.args, span)
        }
        ast::Expr::Test(test) => {
            let subject = cx.expr(&test.expr).0;
            if matches!(test.name, "defined" | "undefined") && test.args.is_empty() {
                let defined = ExKind::Defined(Box::new(subject));
                return if test.name == "defined" {
                    defined
                } else {
                    ExKind::Not(Box::new(Ex { span, kind: defined }))
                };
            }
            named(cx, Role::Test, test.name, Some(subject), &test.args, span)
        }
        ast::Expr::Call(call) => match call.identify_call() {
            CallType::Function(name) => named(cx, Role::Function, name, None, &call.args, span),
            CallType::Method(subject, name) => {
                cx.expr(subject);
                let problem =
                    Diagnostic::error(FUNCTION, span, format!("values have no methods, so `.{name}(…)` does nothing"));
                let filter = find(Role::Filter, name).map(|host| format!("use the filter: `…|{}`", host.name));
                cx.report(problem.help(filter.unwrap_or_else(|| "use a filter: `…|name`".to_owned())));
                NOTHING
            }
            _ => {
                cx.report(Diagnostic::error(FUNCTION, span, "only functions can be called"));
                NOTHING
            }
        },
        _ => {
            cx.report(Diagnostic::error(SYNTAX, span, "this has no meaning in an expression"));
            NOTHING
        }
    }
}

fn named(cx: &mut Lower<'_>, role: Role, name: &str, subject: Option<Ex>, args: &[CallArg<'_>], span: Span) -> ExKind {
    let Some(host) = find(role, name) else {
        cx.unknown(role, name, span);
        return NOTHING;
    };
    let mut places: Vec<Option<Ex>> = Vec::new();
    places.resize_with(host.params.len(), || None);
    let start = usize::from(subject.is_some());
    if let Some(first) = places.first_mut() {
        *first = subject;
    }
    for (at, arg) in args.iter().enumerate() {
        place(cx, host, &mut places, start + at, arg, span);
    }
    let missing = host.params.iter().zip(&places).take(host.needed).find(|(_, given)| given.is_none());
    if let Some((param, _)) = missing {
        cx.report(Diagnostic::error(FUNCTION, span, format!("`{}` needs `{param}`", host.name)).help(usage(host)));
    }
    inner(cx, host, &places);
    ExKind::Call(host, places)
}

fn place(cx: &mut Lower<'_>, host: &Host, places: &mut [Option<Ex>], at: usize, arg: &CallArg<'_>, span: Span) {
    let (slot, value) = match arg {
        CallArg::Pos(value) => (Some(at), value),
        CallArg::Kwarg(name, value) => {
            let slot = host.params.iter().position(|param| param == name);
            if slot.is_none() {
                let mut problem =
                    Diagnostic::error(FUNCTION, span, format!("`{}` has no parameter `{name}`", host.name));
                if let Some(help) = did_you_mean(name, host.params.iter().copied()) {
                    problem = problem.help(help);
                }
                cx.report(problem);
                return;
            }
            (slot, value)
        }
        CallArg::PosSplat(_) | CallArg::KwargSplat(_) => {
            cx.report(
                Diagnostic::error(FUNCTION, span, "arguments cannot be unpacked with `*`")
                    .help("write them one by one"),
            );
            return;
        }
    };
    let value = cx.expr(value).0;
    match slot.and_then(|slot| places.get_mut(slot)) {
        Some(place) if place.is_none() => *place = Some(value),
        Some(_) => cx.report(Diagnostic::error(FUNCTION, span, format!("`{}` gets an argument twice", host.name))),
        None => {
            let limit = plural(host.params.len(), "value");
            let problem = Diagnostic::error(FUNCTION, span, format!("`{}` takes at most {limit}", host.name));
            cx.report(problem.help(usage(host)));
        }
    }
}

fn usage(host: &Host) -> String {
    let (first, rest) = host.params.split_first().unwrap_or((&"value", &[]));
    match host.role {
        Role::Function => format!("it is used as `{}({})`", host.name, host.params.join(", ")),
        Role::Filter if rest.is_empty() => format!("it is used as `{first}|{}`", host.name),
        Role::Filter => format!("it is used as `{first}|{}({})`", host.name, rest.join(", ")),
        Role::Test => format!("it is used as `{first} is {}({})`", host.name, rest.join(", ")),
    }
}

/// Checks the filters and tests that a filter is told by name: `map("upper")`, `selectattr("kind", "eq", …)`.
fn inner(cx: &mut Lower<'_>, host: &Host, places: &[Option<Ex>]) {
    let role = if host.name == "map" { Role::Filter } else { Role::Test };
    let Some(at) = host.params.iter().position(|param| matches!((host.name, *param), ("map", "filter") | (_, "test")))
    else {
        return;
    };
    if let Some(Some(Ex { span, kind: ExKind::Const(DataValue::Str(name)) })) = places.get(at)
        && find(role, name).is_none()
    {
        cx.unknown(role, name, *span);
    }
}
