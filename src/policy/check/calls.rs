//! Calls of functions: that they exist, and take what they are given.

use cel::common::ast::{CallExpr, IdedExpr};

use super::Check;
use crate::diag::did_you_mean;
use crate::policy::expr::{Ex, ExKind};
use crate::policy::host::{self, Host};
use crate::policy::types::Type;
use crate::policy::{FUNCTION, PATTERN, TYPE};
use crate::source::Span;

/// The macros: the parser writes them out when they have their arguments.
const MACROS: [(&str, &str); 7] = [
    ("all", "list.all(x, condition)"),
    ("exists", "list.exists(x, condition)"),
    ("exists_one", "list.exists_one(x, condition)"),
    ("map", "list.map(x, value)"),
    ("filter", "list.filter(x, condition)"),
    ("has", "has(a.b)"),
    ("existsOne", "list.existsOne(x, condition)"),
];

impl Check<'_> {
    pub(super) fn call(&mut self, part: &IdedExpr, call: &CallExpr, span: Span) -> (ExKind, Type) {
        if call.target.is_none()
            && let Some(found) = self.operator(&call.func_name, &call.args, span)
        {
            return found;
        }
        let name = call.func_name.as_str();
        let place = self.span(self.ranges.name(part.id, name));
        let method = call.target.is_some();
        if let Some((_, usage)) = MACROS.iter().find(|(known, _)| *known == name) {
            let help = Some(format!("it is used as `{usage}`"));
            return (self.error(FUNCTION, place, format!("`{name}` is used wrongly"), help), Type::Any);
        }
        let parts = call.target.iter().map(|target| &**target).chain(&call.args);
        let args: Vec<(Ex, Type)> = parts.map(|arg| self.part(arg)).collect();
        let Some(host) = host::find(name) else {
            return (self.unknown(name, place), Type::Any);
        };
        if !self.fits(host, method, args.len(), place) {
            return (ExKind::Null, Type::Any);
        }
        for ((ex, of), param) in args.iter().zip(host.params) {
            if !param.takes.accepts(of) {
                let message = format!("`{}` of `{name}` takes {}, not {of}", param.name, param.takes.words());
                self.error(TYPE, ex.span, message, Some(format!("it is used as `{}`", host.usage())));
            }
        }
        self.constants(host, &args);
        let types: Vec<Type> = args.iter().map(|(_, of)| of.clone()).collect();
        let of = (host.gives)(&types);
        let of = self.path(host, &args).unwrap_or(of);
        (ExKind::Call(host, args.into_iter().map(|(ex, _)| ex).collect()), of)
    }

    /// Checks how a function is called, and with how many values.
    fn fits(&mut self, host: &'static Host, method: bool, given: usize, place: Span) -> bool {
        let help = Some(format!("it is used as `{}`", host.usage()));
        if !host.style.takes(method) {
            self.error(FUNCTION, place, format!("`{}` is not called like this", host.name), help);
            return false;
        }
        if given < host.needed || given > host.params.len() {
            let before = usize::from(method);
            let needed = match host.params.len().saturating_sub(before) {
                0 => "no value".to_owned(),
                1 => "one value".to_owned(),
                count => format!("{count} values"),
            };
            let message = format!("`{}` takes {needed}, not {}", host.name, given.saturating_sub(before));
            self.error(FUNCTION, place, message, help);
            return false;
        }
        true
    }

    fn unknown(&mut self, name: &str, place: Span) -> ExKind {
        let known = host::all().map(|host| host.name).chain(MACROS.iter().map(|(known, _)| *known));
        let help = match name {
            "type" | "timestamp" | "duration" | "bytes" | "uint" => Some("policies have no such values".to_owned()),
            _ => did_you_mean(name, known).or_else(|| Some("docs/policies.md lists the functions".to_owned())),
        };
        self.error(FUNCTION, place, format!("there is no function `{name}`"), help)
    }

    /// Checks what is written out, such as patterns and ranges of versions, now and not when it is used.
    fn constants(&mut self, host: &'static Host, args: &[(Ex, Type)]) {
        for ((ex, _), param) in args.iter().zip(host.params) {
            if let (ExKind::Str(text), Some(check)) = (&ex.kind, param.check)
                && let Err(message) = check(text)
            {
                self.error(PATTERN, ex.span, message, None);
            }
        }
    }

    /// Checks the path of `where`, field by field.
    fn path(&mut self, host: &'static Host, args: &[(Ex, Type)]) -> Option<Type> {
        let [(_, list), (path, _), ..] = args else { return None };
        if host.name != "where" {
            return None;
        }
        let (Type::List(item), ExKind::Str(text)) = (list, &path.kind) else { return None };
        let mut of = Type::clone(item);
        for name in text.split('.') {
            of = self.field(&of, name, path.span);
        }
        Some(list.clone())
    }
}
