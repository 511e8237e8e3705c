//! `dvgen rules` and `dvgen explain`.

use std::fmt::Write as _;

use serde_json::json;

use super::args::{Explain, ListFormat, Rules};
use super::{Exit, USAGE, show};
use crate::diag::render::summary;
use crate::diag::{Diagnostic, did_you_mean};
use crate::diff::risk::{self, RiskRule};
use crate::lint::rule::Setting;
use crate::lint::{Group, Rule, rules};

/// The heading of the rules that judge changes.
const REVIEW: &str = "review";

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
    let names = rules::all().map(|rule| rule.kind.name).chain(risk::RULES.iter().map(|rule| rule.name));
    let width = names.map(str::len).max().unwrap_or(0);
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
    let _ = writeln!(text, "{REVIEW}");
    for rule in risk::sorted() {
        let (name, code) = (rule.name, rule.code);
        let _ = writeln!(text, "  {code}  {name:width$}  {:6}  {:5}  {}", "diff", "", rule.summary);
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
    let review = |rule: &RiskRule| {
        json!({
            "name": rule.name,
            "code": rule.code,
            "group": REVIEW,
            "level": "diff",
            "adjustable": false,
            "fix": "none",
            "summary": rule.summary,
            "parameters": [],
            "page": rule.documentation,
        })
    };
    let all: Vec<_> = rules::all().map(rule).chain(risk::sorted().into_iter().map(review)).collect();
    serde_json::to_string_pretty(&all).unwrap_or_default() + "\n"
}

/// Shows the page of a rule.
pub(super) fn explain(args: &Explain) -> Exit {
    let page = rules::find(&args.rule).map(Rule::whole_page);
    let Some(page) = page.or_else(|| risk::rule(&args.rule).map(RiskRule::whole_page)) else {
        let problem = Diagnostic::without_span(USAGE, format!("there is no rule `{}`", args.rule));
        let of_changes = risk::RULES.iter().flat_map(|rule| [rule.name, rule.code]);
        let names = rules::all().flat_map(|rule| [rule.kind.name, rule.kind.code]).chain(of_changes);
        let problem = did_you_mean(&args.rule, names).into_iter().fold(problem, Diagnostic::help);
        let problem = problem.help("`dvgen rules` lists them");
        let sources = crate::source::SourceMap::new();
        let format = crate::diag::render::Format::Full;
        show::diagnostics(std::slice::from_ref(&problem), &sources, "", format, clap::ColorChoice::Auto);
        show::err(&format!("dvgen: {}\n", summary(&[problem])));
        return Exit::NoVerdict;
    };
    if show::out(&page) { Exit::Clean } else { Exit::NoVerdict }
}
