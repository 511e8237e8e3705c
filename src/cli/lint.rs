//! `dvgen lint`.

use std::sync::Arc;
use std::time::Instant;

use super::args::{Args, FailOn, Lint};
use super::fix::{self, Repaired};
use super::place::Place;
use super::show::{self, Found};
use super::{Exit, USAGE, reports, threads, today};
use crate::diag::{Diagnostic, did_you_mean, render};
use crate::lint::{self, Choice};
use crate::pipeline::{Compilation, Options, compile};
use crate::source::SourceMap;

/// Runs the command.
pub(super) fn run(args: &Args, lint: &Lint) -> Exit {
    let start = Instant::now();
    let early = |problems: &[Diagnostic]| {
        show::diagnostics(problems, &SourceMap::new(), "", lint.format, args.color);
        show::err(&format!("dvgen: nothing checked; {}\n", render::summary(problems)));
        Exit::of(problems)
    };
    let mut usage: Vec<Diagnostic> = threads::start(lint.jobs).into_iter().collect();
    let today = today::today(lint.reports.today.as_deref()).unwrap_or_else(|problem| {
        usage.push(*problem);
        None
    });
    if !usage.is_empty() {
        return early(&usage);
    }
    let place = match Place::find(args.directory.as_deref(), lint.spec.as_deref(), None) {
        Ok(place) => place,
        Err(problem) => return early(&[*problem]),
    };
    let options = Options {
        environments: lint.environments.clone(),
        choice: Choice { select: lint.select.clone(), ignore: lint.ignore.clone() },
        today,
        strict: true,
        ..Options::new(place.spec.clone())
    };
    let repairs = lint.fix || lint.unsafe_fixes || lint.diff;
    let (compilation, repaired) = if repairs {
        fix::repair(&place, &options, lint.unsafe_fixes)
    } else {
        (compile(&place.world, &options), Repaired::default())
    };
    // The rules of the platform's own are known now too.
    let own = compilation.own_rules.as_deref();
    let unknown = own.map(|own| unknown_rules(lint, own)).unwrap_or_default();
    if !unknown.is_empty() {
        return early(&unknown);
    }
    let rules = options.choice.count(own.unwrap_or_default());
    if rules == 0 {
        let problem = Diagnostic::without_span(USAGE, "`--select` and `--ignore` leave no rule")
            .why("nothing would be judged, and that is no pass")
            .help("leave one of them out");
        return early(&[problem]);
    }
    finish(args, lint, &place, (compilation, rules), &repaired, start)
}

fn finish(
    args: &Args,
    lint: &Lint,
    place: &Place,
    (compilation, rules): (Compilation, usize),
    repaired: &Repaired,
    start: Instant,
) -> Exit {
    let Compilation { sources, diagnostics: mut problems, waived, .. } = compilation;
    let arrived = !lint.diff || show::out(&repaired.patch(&problems, &sources));
    if !lint.diff {
        problems.extend(repaired.write(place));
    }
    let found = Found { diagnostics: &problems, waived: &waived, sources: &sources };
    let unwritten = reports::write(&lint.reports, place, &found);
    problems.extend(unwritten);
    let found = Found { diagnostics: &problems, waived: &waived, sources: &sources };
    let arrived = show::show(&found, &place.prefix(lint.format), lint.format, args.color) && arrived;
    let waived = match waived.len() {
        0 => String::new(),
        count => format!(", {count} waived"),
    };
    let fixed = repaired.summary(lint.diff);
    let summary = render::summary(&problems);
    let time = start.elapsed().as_millis();
    let of_rules = if rules == 1 { "rule" } else { "rules" };
    show::err(&format!("dvgen: {fixed}{rules} {of_rules}; {summary}{waived}; {time} ms\n"));
    if arrived { exit(lint.fail_on, &problems) } else { Exit::NoVerdict }
}

/// Returns what the problems come to. What kept a rule from judging is never a pass.
fn exit(fail_on: FailOn, problems: &[Diagnostic]) -> Exit {
    match (Exit::of(problems), fail_on) {
        (Exit::Judged, FailOn::Never) => Exit::Clean,
        (Exit::Clean, FailOn::Warning) if !problems.is_empty() => Exit::Judged,
        (exit, _) => exit,
    }
}

fn unknown_rules(lint: &Lint, own: &[Arc<str>]) -> Vec<Diagnostic> {
    let groups = lint::Group::ALL.map(lint::Group::word);
    let own = || own.iter().map(|name| &**name);
    let built_in = |word: &str| word == "all" || groups.contains(&word) || lint::rules::find(word).is_some();
    let known = |word: &str| built_in(word) || own().any(|name| name == word);
    let names = lint::rules::all().map(|rule| rule.kind.name).chain(groups).chain(["all"]);
    let names: Vec<&str> = names.chain(own()).collect();
    let flags = [("select", &lint.select), ("ignore", &lint.ignore)];
    let words = flags.into_iter().flat_map(|(flag, words)| words.iter().map(move |word| (flag, word)));
    let fixed = |word: &str| lint::rules::find(word).is_some_and(|rule| !rule.adjustable);
    let problem = |(flag, word): (&str, &String)| {
        if fixed(word) {
            let message = format!("`--{flag} {word}`: this rule is always asked, and always an error");
            let problem = Diagnostic::without_span(USAGE, message);
            return problem.help("leave it out; `dvgen rules` shows `always` where nothing can be chosen");
        }
        let problem = Diagnostic::without_span(USAGE, format!("`--{flag} {word}`: there is no such rule or group"));
        let problem = did_you_mean(word, names.iter().copied()).into_iter().fold(problem, Diagnostic::help);
        problem.help("`dvgen rules` lists them")
    };
    words.filter(|(_, word)| !known(word) || fixed(word)).map(problem).collect()
}
