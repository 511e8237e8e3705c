//! Parameters of rules, as a platform gives them.

use std::sync::Arc;

use crate::diag::{Diagnostic, Kind, did_you_mean};
use crate::lint::rule::{Parameter, Rule, Setting};
use crate::spec::scalars::is_dns_name;
use crate::yaml::{BAD_VALUE, Core, Node, NodeKind, Style, WRONG_TYPE, core};

/// A parameter as it was given.
#[derive(Clone, Debug)]
pub(super) enum Given {
    Number(u32),
    Words(Vec<Arc<str>>),
}

/// Reads a parameter, or says what is wrong with it.
pub(super) fn read(rule: &Rule, known: &Parameter, value: &Node) -> Result<Given, Box<Diagnostic>> {
    let what = format!("`{}` of rule `{}`", known.name, rule.kind.name);
    let refuse = |kind: Kind, node: &Node, message: String| {
        Box::new(Diagnostic::error(kind, node.span, message).help(known.about.trim_end_matches('.')))
    };
    if let Setting::Number(_) = known.default {
        return number(value).map(Given::Number).ok_or_else(|| {
            let whole = value.as_scalar().is_some_and(|text| text.parse::<i128>().is_ok());
            let range = if whole { format!(" from 0 to {}", u32::MAX) } else { String::new() };
            refuse(WRONG_TYPE, value, format!("{what} takes a whole number{range}, not {}", value.describe()))
        });
    }
    let list = value.as_sequence();
    let items = list.unwrap_or_else(|| std::slice::from_ref(value));
    let mut words = Vec::new();
    for item in items {
        let Some(word) = word(item) else {
            let message = match list {
                Some(_) => format!("{what} takes a list of words, and this is {}", item.describe()),
                None => format!("{what} takes a list of words, not {}", item.describe()),
            };
            return Err(refuse(WRONG_TYPE, item, message));
        };
        if let Setting::Some(_, all) = known.default
            && !all.contains(&&**word)
        {
            let hint = did_you_mean(word, all.iter().copied());
            let problem = refuse(BAD_VALUE, item, format!("{what} has no choice `{word}`"));
            return Err(hint.into_iter().fold(problem, |problem, hint| Box::new(problem.help(hint))));
        }
        if matches!(known.default, Setting::Domains(_)) && !word.split('.').all(is_dns_name) {
            return Err(refuse(BAD_VALUE, item, format!("{what} takes domains, and `{word}` is none")));
        }
        words.push(word.clone());
    }
    Ok(Given::Words(words))
}

fn number(node: &Node) -> Option<u32> {
    match &node.kind {
        NodeKind::Scalar { text, style: Style::Plain } => text.parse().ok(),
        _ => None,
    }
}

/// Returns a scalar that is a text.
fn word(node: &Node) -> Option<&Arc<str>> {
    let NodeKind::Scalar { text, style } = &node.kind else { return None };
    (*style != Style::Plain || matches!(core(text), Core::Str)).then_some(text)
}
