//! `dvgen rules` and `dvgen explain`.

use std::fmt::Write as _;

use serde_json::json;

use super::args::{Args, Explain, ListFormat, Rules};
use super::own_rules::{OWN, Own};
use super::{Exit, USAGE, show};
use crate::diag::render::summary;
use crate::diag::{Diagnostic, did_you_mean};
use crate::diff::risk::{self, RiskRule};
use crate::lint::rule::Setting;
use crate::lint::{Group, Rule, rules};

/// The heading of the rules that judge changes.
const REVIEW: &str = "review";

/// Lists the rules, those of the platform's own too.
pub(super) fn list(all: &Args, args: &Rules) -> Exit {
    let own = match Own::read(all.directory.as_deref()) {
        Ok(own) => own,
        Err(problem) => return refuse(*problem),
    };
    let text = match args.format {
        ListFormat::Full => table(&own),
        ListFormat::Json => machine(&own),
    };
    if show::out(&text) { own.complain(all.color) } else { Exit::NoVerdict }
}

fn refuse(problem: Diagnostic) -> Exit {
    let (problems, sources) = ([problem], crate::source::SourceMap::new());
    let format = crate::diag::render::Format::Full;
    show::diagnostics(&problems, &sources, "", format, clap::ColorChoice::Auto);
    show::err(&format!("dvgen: {}\n", summary(&problems)));
    Exit::NoVerdict
}

/// Returns the word for what a rule does unless a platform says otherwise.
fn level(rule: &Rule) -> &'static str {
    if rule.adjustable { rule.level.word() } else { "always" }
}

fn table(own: &Own) -> String {
    let mut text = String::new();
    let names = rules::all().map(|rule| rule.kind.name).chain(risk::RULES.iter().map(|rule| rule.name));
    let width = names.chain(own.names()).map(str::len).max().unwrap_or(0);
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
    if !own.is_empty() {
        let _ = writeln!(text, "{OWN}");
        own.list(width, &mut text);
    }
    text
}

fn machine(own: &Own) -> String {
    let parameter = |parameter: &crate::lint::rule::Parameter| {
        let default = match parameter.default {
            Setting::Number(number) => json!(number),
            list => json!(list.words()),
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
    let all = rules::all().map(rule).chain(risk::sorted().into_iter().map(review));
    let all: Vec<_> = all.chain(own.machine()).collect();
    serde_json::to_string_pretty(&all).unwrap_or_default() + "\n"
}

/// Shows the page of a rule.
pub(super) fn explain(all: &Args, args: &Explain) -> Exit {
    let page = rules::find(&args.rule).map(Rule::whole_page);
    if let Some(page) = page.or_else(|| risk::rule(&args.rule).map(RiskRule::whole_page)) {
        return if show::out(&page) { Exit::Clean } else { Exit::NoVerdict };
    }
    let own = match Own::read(all.directory.as_deref()) {
        Ok(own) => own,
        Err(problem) => return refuse(*problem),
    };
    if let Some(page) = own.page(&args.rule) {
        return if show::out(&page) { Exit::Clean } else { Exit::NoVerdict };
    }
    // A rule that is broken is no unknown one.
    let exit = own.complain(all.color);
    if exit != Exit::Clean {
        return exit;
    }
    let problem = Diagnostic::without_span(USAGE, format!("there is no rule `{}`", args.rule));
    let of_changes = risk::RULES.iter().flat_map(|rule| [rule.name, rule.code]);
    let names = rules::all().flat_map(|rule| [rule.kind.name, rule.kind.code]).chain(of_changes);
    let problem = did_you_mean(&args.rule, names.chain(own.names())).into_iter().fold(problem, Diagnostic::help);
    refuse(problem.help("`dvgen rules` lists them"))
}
