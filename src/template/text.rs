//! `!text`: strings with `<< … >>` in them.

use std::sync::Arc;

use super::SYNTAX;
use super::expr::Ex;
use super::parse::{Broken, Scope, expression};
use super::place::Place;
use crate::diag::Diagnostic;

/// A part of a string.
#[derive(Debug)]
pub(super) enum Part {
    Literal(Arc<str>),
    Computed(Ex),
}

/// Reads a string with `<< … >>` in it; every problem is reported.
pub(super) fn parts(
    place: &Place<'_>,
    scope: Scope<'_>,
    out: &mut Vec<Diagnostic>,
    mut broken: impl FnMut(Broken) -> Diagnostic,
) -> Option<Vec<Part>> {
    let text = place.text;
    let (mut parts, mut good, mut at) = (Vec::new(), true, 0);
    while let Some(start) = find(text, "<<", at) {
        let Some(end) = closing(text, start + 2) else {
            let problem = Diagnostic::error(SYNTAX, place.at(start, start + 2), "a `<<` without its `>>`");
            out.push(problem.help("to print `<<` itself, write `<< \"<<\" >>`"));
            return None;
        };
        push(&mut parts, text.get(at..start));
        let inside = text.get(start + 2..end).unwrap_or("");
        match expression(&place.part(start + 2, inside.len()), scope, out) {
            Ok(Some(ex)) => parts.push(Part::Computed(ex)),
            Ok(None) => good = false,
            Err(problem) => {
                out.push(broken(problem));
                good = false;
            }
        }
        at = end + 2;
    }
    push(&mut parts, text.get(at..));
    good.then_some(parts)
}

fn push(parts: &mut Vec<Part>, text: Option<&str>) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        parts.push(Part::Literal(text.into()));
    }
}

fn find(text: &str, what: &str, from: usize) -> Option<usize> {
    text.get(from..)?.find(what).map(|at| from + at)
}

/// Returns where the `>>` stands that ends an expression; one inside a string of the expression does not.
fn closing(text: &str, from: usize) -> Option<usize> {
    let (mut quote, mut escaped, mut before) = (None, false, ' ');
    for (at, letter) in text.get(from..)?.char_indices() {
        match quote {
            Some(open) => {
                if escaped {
                    escaped = false;
                } else if letter == '\\' {
                    escaped = true;
                } else if letter == open {
                    quote = None;
                }
            }
            None if matches!(letter, '"' | '\'') => quote = Some(letter),
            None if letter == '>' && before == '>' => return Some(from + at - 1),
            None => {}
        }
        before = if quote.is_some() { ' ' } else { letter };
    }
    None
}

/// Returns whether a text without a tag looks as if it was meant to be `!text`.
pub(super) fn looks_computed(text: &str, scope: Scope<'_>) -> bool {
    let Some((_, inside)) = text.split_once("<<") else { return false };
    let Some((inside, _)) = inside.split_once(">>") else { return false };
    let name: String = inside.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    scope.locals.iter().any(|local| *local.0 == *name) || scope.root.names().any(|known| known == name)
}

#[cfg(test)]
mod tests {
    use super::closing;

    #[test]
    fn ends() {
        let cases = [
            ("a >> b", Some(2)),
            ("a>>>", Some(1)),
            ("'>>' >>", Some(5)),
            (r#""\">>" >>"#, Some(7)),
            ("> > a", None),
            ("'>>", None),
            ("ä>>", Some(2)),
        ];
        for (text, wanted) in cases {
            assert_eq!(closing(text, 0), wanted, "{text}");
        }
    }
}
