//! `dvgen test`.

use std::fmt::Write as _;
use std::time::Instant;

use super::args::{Args, Test};
use super::place::Place;
use super::{Exit, show};
use crate::diag::Diagnostic;
use crate::diag::render::{self, Format};
use crate::pipeline::Options;
use crate::pipeline::test::{Outcome, run as run_tests};
use crate::source::SourceMap;

/// Runs the command.
pub(super) fn run(args: &Args, test: &Test) -> Exit {
    let start = Instant::now();
    let place = match Place::find(args.directory.as_deref(), test.spec.as_deref(), None) {
        Ok(place) => place,
        Err(problem) => {
            let problems: [Diagnostic; 1] = [*problem];
            show::diagnostics(&problems, &SourceMap::new(), "", test.format, args.color);
            show::err(&format!("dvgen: nothing tested; {}; 0 ms\n", render::summary(&problems)));
            return Exit::of(&problems);
        }
    };
    let options = Options::new(place.spec.clone());
    let report = run_tests(&place.world, &options);
    let human = matches!(test.format, Format::Full | Format::Concise);
    let listed = !human || show::out(&list(&report.results));
    let shown = show::diagnostics(&report.diagnostics, &report.sources, &place.prefix, test.format, args.color);
    let failed = report.results.iter().filter(|outcome| !outcome.passed).count();
    let counted = match report.results.len() {
        1 => "1 test".to_owned(),
        count => format!("{count} tests"),
    };
    let summary = render::summary(&report.diagnostics);
    show::err(&format!("dvgen: {counted}, {failed} failed; {summary}; {} ms\n", start.elapsed().as_millis()));
    if listed && shown { Exit::of(&report.diagnostics) } else { Exit::NoVerdict }
}

/// Returns a line for each test, below its rule.
fn list(results: &[Outcome]) -> String {
    let mut text = String::new();
    let mut rule: Option<&str> = None;
    for outcome in results {
        if rule != Some(&*outcome.rule) {
            rule = Some(&*outcome.rule);
            let _ = writeln!(text, "{}", outcome.rule);
        }
        let word = if outcome.passed { "ok    " } else { "FAILED" };
        let _ = writeln!(text, "  {word} {}", crate::yaml::decode::visible(&outcome.test));
    }
    text
}
