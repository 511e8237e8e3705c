//! `dvgen build`.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use super::args::{Args, Build};
use super::place::{Place, caller, normal, prefix as shown};
use super::show::Found;
use super::{Exit, USAGE, checked, reports, show, threads, today};
use crate::diag::render::Format;
use crate::diag::{Diagnostic, did_you_mean, render};
use crate::lint::Choice;
use crate::output::{self, File, RealFs, Request, Scope, Tag};
use crate::pipeline::{Compilation, Options, TARGETS, compile};
use crate::source::SourceMap;

/// Runs the command.
pub(super) fn run(args: &Args, build: &Build) -> Exit {
    let start = Instant::now();
    let early = |problems: &[Diagnostic]| {
        show::diagnostics(problems, &SourceMap::new(), "", build.format, args.color);
        show::err(&format!("dvgen: nothing written; {}; 0 ms\n", render::summary(problems)));
        Exit::of(problems)
    };
    let mut usage = unknown_targets(build);
    usage.extend(threads::start(build.jobs));
    let today = today::today(build.reports.today.as_deref()).unwrap_or_else(|problem| {
        usage.push(*problem);
        None
    });
    if !usage.is_empty() {
        return early(&usage);
    }
    let place = match Place::find(args.directory.as_deref(), build.spec.as_deref(), build.out.as_deref()) {
        Ok(place) => place,
        Err(problem) => return early(&[*problem]),
    };
    let ignore = build.no_rules.then(|| "all".to_owned()).into_iter().collect();
    let choice = Choice { ignore, ..Choice::default() };
    let environments = build.environments.clone();
    let options = Options { environments, choice, today, ..Options::new(place.spec.clone()) };
    let mut compilation = compile(&place.world, &options);
    let outcome = if compilation.has_errors() { Ok(None) } else { write(&place, build, &mut compilation) };
    let mut problems = std::mem::take(&mut compilation.diagnostics);
    let mut written = outcome.unwrap_or_else(|mut found| {
        problems.append(&mut found);
        None
    });
    let drift = written.as_ref().is_some_and(|written| !written.drift.is_empty());
    let human = matches!(build.format, Format::Full | Format::Concise);
    if let Some(written) = written.as_mut().filter(|_| !human) {
        problems.append(&mut written.drift);
    }
    let waived = std::mem::take(&mut compilation.waived);
    let found = Found { diagnostics: &problems, waived: &waived, sources: &compilation.sources };
    let unwritten = reports::write(&build.reports, &place, &found);
    problems.extend(unwritten);
    let found = Found { diagnostics: &problems, waived: &waived, sources: &compilation.sources };
    let shown = show::show(&found, &place.prefix(build.format), build.format, args.color);
    let arrived = shown && written.as_ref().is_none_or(|written| show_report(written, human));
    let exit = if arrived { Exit::of(&problems) } else { Exit::NoVerdict };
    let text = written.map_or_else(|| "nothing written".to_owned(), |written| written.text);
    let summary = render::summary(&problems);
    show::err(&format!("dvgen: {text}; {summary}; {} ms\n", start.elapsed().as_millis()));
    if exit == Exit::Clean && drift { Exit::Judged } else { exit }
}

/// What became of the outputs.
struct Written {
    text: String,
    /// What differs, one problem a file, for programs.
    drift: Vec<Diagnostic>,
    /// What differs, for people.
    report: String,
}

/// Shows what differs to a person. Returns whether it arrived.
fn show_report(written: &Written, human: bool) -> bool {
    !human || written.report.is_empty() || show::out(&written.report)
}

fn write(place: &Place, build: &Build, compilation: &mut Compilation) -> Result<Option<Written>, Vec<Diagnostic>> {
    let Some(platform) = compilation.platform.clone() else { return Ok(None) };
    let root = place.output_root();
    let shown = shown(&caller().map_err(|problem| vec![*problem])?, &root);
    let adopt = adopted(build, &root, &shown)?;
    let files = files(compilation);
    let chosen = |names: &[String]| (!names.is_empty()).then(|| names.iter().cloned().collect());
    let scope = Scope { environments: chosen(&build.environments), targets: chosen(&build.targets) };
    let request =
        Request { root: &root, platform: &platform, scope: &scope, adopt: &adopt, check: build.check, shown: &shown };
    let plan = output::inspect(&RealFs, files, &request)?;
    if build.check {
        let report = output::report(&plan)?;
        let drift: Vec<Diagnostic> =
            report.differences.iter().map(|one| checked::drifted(place, one, &shown, compilation)).collect();
        let told = if drift.is_empty() { String::new() } else { report.to_string() };
        let text = checked::summary(&report.differences);
        return Ok(Some(Written { text, drift, report: told }));
    }
    let summary = output::apply(plan)?;
    Ok(Some(Written { text: summary.to_string(), drift: Vec::new(), report: String::new() }))
}

/// Moves the texts out of the compilation: they are not needed twice in memory.
fn files(compilation: &mut Compilation) -> Vec<File> {
    let mut files = Vec::new();
    for environment in &mut compilation.environments {
        let mut tags = BTreeMap::new();
        for artifact in std::mem::take(&mut environment.artifacts) {
            let target = artifact.target.word();
            if let Some(tag) = tags.entry(target).or_insert_with(|| Tag::new(&environment.name, target)).clone() {
                files.push(File { path: artifact.path, text: artifact.text, executable: artifact.executable, tag });
            }
        }
    }
    files
}

fn unknown_targets(build: &Build) -> Vec<Diagnostic> {
    let unknown = build.targets.iter().filter(|target| !TARGETS.contains(&target.as_str()));
    let problem = |target: &String| {
        let problem = Diagnostic::without_span(USAGE, format!("there is no target `{target}`"));
        let all = || TARGETS.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        problem.help(did_you_mean(target, TARGETS.iter().copied()).unwrap_or_else(|| format!("known here: {}", all())))
    };
    unknown.map(problem).collect()
}

/// Returns the paths of `--adopt`, which the caller writes from where it stands, relative to the output root.
fn adopted(build: &Build, root: &Path, shown: &str) -> Result<Vec<String>, Vec<Diagnostic>> {
    let here = caller().map_err(|problem| vec![*problem])?;
    let mut paths = Vec::new();
    let mut problems = Vec::new();
    for path in &build.adopt {
        let full = normal(&here.join(path));
        match full.strip_prefix(root).ok().and_then(Path::to_str) {
            Some("") => paths.push(".".to_owned()),
            Some(below) => paths.push(below.to_owned()),
            None => {
                let message = format!("`--adopt {}` does not lie below the output root", path.display());
                let shown = if shown.is_empty() { ".".to_owned() } else { shown.to_string() };
                let help = format!("paths are relative to where you are, and outputs begin with `{shown}`");
                problems.push(Diagnostic::without_span(USAGE, message).help(help));
            }
        }
    }
    if problems.is_empty() { Ok(paths) } else { Err(problems) }
}
