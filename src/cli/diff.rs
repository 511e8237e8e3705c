//! `dvgen diff`.

use std::io::IsTerminal;

use super::args::{Args, Diff};
use super::compared::{Compared, compiled, misnamed};
use super::place::Place;
use super::revisions::{WORKTREE, sides};
use super::{Exit, ascii, show, today};
use crate::diag::Diagnostic;
use crate::diag::render::Format as Problems;
use crate::diff::render::{Format, Options as Shown, refused, render};
use crate::diff::{Committed, Input, Report, compare};
use crate::output::LOCK_PATH;
use crate::source::SourceMap;
use crate::world::World as _;
use crate::yaml::{Dialect, MAX_BYTES, load_all};

/// The largest lock that is read, in bytes.
const MAX_LOCK: u64 = 64 << 20;

/// Runs the command.
pub(super) fn run(args: &Args, diff: &Diff) -> Exit {
    let fail = |problem: Diagnostic| {
        let problems = [problem];
        show::diagnostics(&problems, &SourceMap::new(), "", Problems::Full, args.color);
        Exit::of(&problems)
    };
    let (place, missing) = match Place::find(args.directory.as_deref(), diff.spec.as_deref(), None) {
        Ok(place) => (place, None),
        Err(problem) => match Place::of_missing(args.directory.as_deref(), diff.spec.as_deref()) {
            Some(place) => (place, Some(problem)),
            None => return fail(*problem),
        },
    };
    let (mut old, mut new) = match sides(&place, diff.base.as_deref(), &diff.head, diff.exact) {
        Ok(sides) => sides,
        Err(problem) => {
            refuse(&place, diff, &problem);
            return fail(*problem);
        }
    };
    if diff.spec.is_some()
        && let Some(problem) = misnamed(&place.spec, [&old, &new], missing.as_deref().cloned())
    {
        return fail(problem);
    }
    (old.side.absent, new.side.absent) = (!old.has_spec(), !new.has_spec());
    if let Some(problem) = missing.filter(|_| old.side.absent && new.side.absent) {
        return fail(*problem);
    }
    let wanted = &diff.environments;
    let today = match today::today(None) {
        Ok(today) => today,
        Err(problem) => return fail(*problem),
    };
    let Compared { base, head, unread, whole, only } = match compiled(&old, &new, wanted, today) {
        Ok(both) => both,
        Err(problem) => {
            refuse(&place, diff, &problem);
            return fail(*problem);
        }
    };
    let specs = (old.spec.name(), new.spec.name());
    let outputs = old.spec.parent();
    let lock = outputs.join(LOCK_PATH).and_then(|path| old.world.read(&path, MAX_LOCK).ok());
    let read = |path: &str| {
        let bytes = old.world.read(&outputs.join(path)?, MAX_LOCK).ok()?;
        String::from_utf8(bytes).ok()
    };
    let committed = lock.as_deref().map(|lock| Committed { lock, read: &read, whole: whole.as_deref() });
    let mut report =
        compare(Input { base: (&base, old.side.clone()), head: (&head, new.side.clone()), specs, committed, unread });
    report.only = only;
    // People know paths from where they are, code hosts from the root of the repository.
    report.below(&if diff.format == Format::Text { place.prefix.clone() } else { place.in_repository() });
    for (side, compilation) in [("base", &base), ("head", &head)] {
        let errors: Vec<Diagnostic> =
            compilation.diagnostics.iter().filter(|problem| problem.is_error()).cloned().collect();
        if !errors.is_empty() {
            show::err(&format!("dvgen: the {side} does not compile:\n"));
            show::diagnostics(&errors, &compilation.sources, &place.prefix, Problems::Full, args.color);
        }
    }
    let text = render(&report, &options(args, diff, &report), diff.format);
    let text = if diff.format == Format::Text { ascii::fitting(&text) } else { text.into() };
    if !show::out(&text) {
        return Exit::NoVerdict;
    }
    exit(diff, &report, &head.diagnostics)
}

/// A comment that a pipeline keeps must not go on saying what an older commit was: it says instead that nothing was compared.
fn refuse(place: &Place, diff: &Diff, problem: &Diagnostic) {
    if diff.format != Format::Markdown {
        return;
    }
    let named = || {
        let text = String::from_utf8(place.world.read(&place.spec, MAX_BYTES).ok()?).ok()?;
        let file = SourceMap::new().add(place.spec.name(), text.as_str());
        let (nodes, _) = load_all(file, &text, Dialect::Spec, &mut Vec::new())?;
        let name = nodes.first()?.get("metadata")?.get("name")?.as_scalar()?.to_string();
        Some(name)
    };
    let name = named().unwrap_or_else(|| "platform".to_owned());
    show::out(&refused(&name, diff.id.as_deref().unwrap_or(&name), problem));
}

fn options(args: &Args, diff: &Diff, report: &Report) -> Shown {
    let is_terminal = std::io::stdout().is_terminal();
    let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)).filter(|_| is_terminal);
    Shown {
        color: diff.format == Format::Text && show::colors(args.color, is_terminal),
        width,
        noise: diff.show_noise,
        id: diff.id.clone().unwrap_or_else(|| report.platform.clone()),
        command: command(args, diff, report),
    }
}

/// Returns the command that shows all of a report at a terminal, with what the caller asked for. The base is the commit that was
/// compared with: where a branch parted may be another place tomorrow.
fn command(args: &Args, diff: &Diff, report: &Report) -> String {
    let base = report.base.commit.clone().unwrap_or_else(|| report.base.label.clone());
    let mut words = vec!["dvgen".to_owned(), "diff".to_owned(), base];
    let mut option = |name: &str, value: Option<&str>| {
        words.push(name.to_owned());
        words.extend(value.map(quoted));
    };
    if diff.head != WORKTREE {
        option("--head", Some(&diff.head));
    }
    if diff.exact {
        option("--exact", None);
    }
    for (name, path) in [("-C", &args.directory), ("--spec", &diff.spec)] {
        if let Some(path) = path {
            option(name, Some(&path.to_string_lossy()));
        }
    }
    report.only.iter().for_each(|name| option("--env", Some(name)));
    if diff.show_noise {
        option("--show-noise", None);
    }
    words.join(" ")
}

/// Returns a word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:@~^+=%,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Differences are no error unless somebody asks. What could not be compared has no verdict, and a head that does not
/// compile is bad.
fn exit(diff: &Diff, report: &Report, head: &[Diagnostic]) -> Exit {
    if report.head.errors > 0 {
        return Exit::of(head);
    }
    let asked = diff.exit_code || diff.fail_on.is_some();
    if asked && !report.is_complete() {
        return Exit::NoVerdict;
    }
    let risky = diff.fail_on.is_some_and(|least| report.level.is_some_and(|level| level >= least));
    if risky || diff.exit_code && !report.is_empty() { Exit::Judged } else { Exit::Clean }
}
