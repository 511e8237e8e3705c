//! `dvgen rules` and `dvgen explain`.

use std::fmt::Write as _;

use serde_json::json;

use super::args::{Explain, ListFormat, Rules};
use super::{Exit, USAGE, show};
use crate::diag::render::summary;
use crate::diag::{Diagnostic, did_you_mean};
use crate::lint::rule::Setting;
use crate::lint::{Group, Rule, rules};

/// Lists the rules.
pub(super) fn list(args: &Rules) -> Exit {
    let text = match args.format {
        ListFormat::Full => table(),
        ListFormat::Json => machine(),
    };
    if show::out(&text) { Exit::Clean } else { Exit::NoVerdict }
}

/// Returns the word for what a rule does unless a platform says otherwise.
fn level(rule: &Rule) -> &'static str {
    if rule.adjustable { rule.level.word() } else { "always" }
}

fn table() -> String {
    let mut text = String::new();
    let width = rules::all().map(|rule| rule.kind.name.len()).max().unwrap_or(0);
    for group in Group::ALL.into_iter().filter(|group| !rules::of(*group).is_empty()) {
        let _ = writeln!(text, "{}", group.word());
        for rule in rules::of(group) {
            let fix = match rule.fix {
                crate::lint::rule::FixClass::None => "     ",
                _ => "[fix]",
            };
            let (name, code) = (rule.kind.name, rule.kind.code);
            let _ = writeln!(text, "  {code}  {name:width$}  {:6}  {fix}  {}", level(rule), rule.summary());
        }
    }
    text
}

fn machine() -> String {
    let parameter = |parameter: &crate::lint::rule::Parameter| {
        let default = match parameter.default {
            Setting::Number(number) => json!(number),
            Setting::Words(words) => json!(words),
        };
        json!({ "name": parameter.name, "about": parameter.about, "default": default })
    };
    let rule = |rule: &'static Rule| {
        json!({
            "name": rule.kind.name,
            "code": rule.kind.code,
            "group": rule.group.word(),
            "level": rule.level.word(),
            "adjustable": rule.adjustable,
            "fix": rule.fix.word(),
            "summary": rule.summary(),
            "parameters": rule.parameters.iter().map(parameter).collect::<Vec<_>>(),
            "page": rule.page(),
        })
    };
    let all: Vec<_> = rules::all().map(rule).collect();
    serde_json::to_string_pretty(&all).unwrap_or_default() + "\n"
}

/// Shows the page of a rule.
pub(super) fn explain(args: &Explain) -> Exit {
    let Some(rule) = rules::find(&args.rule) else {
        let problem = Diagnostic::without_span(USAGE, format!("there is no rule `{}`", args.rule));
        let names = rules::all().flat_map(|rule| [rule.kind.name, rule.kind.code]);
        let problem = did_you_mean(&args.rule, names).into_iter().fold(problem, Diagnostic::help);
        let problem = problem.help("`dvgen rules` lists them");
        let sources = crate::source::SourceMap::new();
        let format = crate::diag::render::Format::Full;
        show::diagnostics(std::slice::from_ref(&problem), &sources, "", format, clap::ColorChoice::Auto);
        show::err(&format!("dvgen: {}\n", summary(&[problem])));
        return Exit::NoVerdict;
    };
    if show::out(&rule.whole_page()) { Exit::Clean } else { Exit::NoVerdict }
}
