//! `dvgen why`: the tree of origins of an output line.

use std::fmt::Write as _;
use std::path::Path;

use super::args::{Args, Why};
use super::place::{Place, caller, normal};
use super::{Exit, NOT_AN_OUTPUT, ascii, show};
use crate::diag::render::Format;
use crate::diag::{Diagnostic, did_you_mean};
use crate::emit::Artifact;
use crate::output::LOCK_PATH;
use crate::pipeline::{Compilation, Options, compile};
use crate::source::{Origin, OriginId, Origins, SourceMap, SourceMap as Sources, Span};

/// Longest excerpt of a source line, in characters.
const EXCERPT: usize = 100;

/// Deepest level of the tree that is shown.
const DEPTH: usize = 8;

/// Runs the command.
pub(super) fn run(args: &Args, why: &Why) -> Exit {
    let fail = |problems: &[Diagnostic], sources: &SourceMap, prefix: &str| {
        show::diagnostics(problems, sources, prefix, Format::Full, args.color);
        Exit::of(problems)
    };
    let place = match Place::find(args.directory.as_deref(), why.spec.as_deref(), why.out.as_deref()) {
        Ok(place) => place,
        Err(problem) => return fail(&[*problem], &SourceMap::new(), ""),
    };
    let options = Options { provenance: true, ..Options::new(place.spec.clone()) };
    let compilation = compile(&place.world, &options);
    if compilation.has_errors() {
        return fail(&compilation.diagnostics, &compilation.sources, &place.prefix);
    }
    let (path, line) = split(&why.place);
    match find(&compilation, &place, path) {
        Err(problem) => fail(&[*problem], &compilation.sources, &place.prefix),
        Ok(artifact) => match explain(&compilation.sources, artifact, line) {
            Ok(text) => {
                if show::out(&ascii::fitting(&text)) {
                    Exit::Clean
                } else {
                    Exit::NoVerdict
                }
            }
            Err(problem) => fail(&[*problem], &compilation.sources, &place.prefix),
        },
    }
}

/// Splits `FILE:LINE`; a file whose name ends in a colon and digits can be written with `./` and a line.
fn split(place: &str) -> (&str, Option<usize>) {
    match place.rsplit_once(':').and_then(|(path, line)| Some((path, line_number(line)?))) {
        Some((path, line)) => (path, Some(line)),
        None => (place, None),
    }
}

/// Reads the number of a line; one that is too large for a number is a line that no file has.
fn line_number(text: &str) -> Option<usize> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(usize::MAX))
}

/// Finds an output by its path below the output root, or by its path from the caller.
fn find<'a>(compilation: &'a Compilation, place: &Place, path: &str) -> Result<&'a Artifact, Box<Diagnostic>> {
    let here = caller()?;
    let root = place.output_root();
    let full = normal(&here.join(path));
    let below = full.strip_prefix(&root).ok().and_then(Path::to_str).map(str::to_owned);
    let plain = path.trim_start_matches("./");
    let wanted = |artifact: &Artifact| Some(artifact.path.as_str()) == below.as_deref() || artifact.path == plain;
    if let Some((_, artifact)) = compilation.artifacts().find(|(_, artifact)| wanted(artifact)) {
        return Ok(artifact);
    }
    // The outputs may be written somewhere else than is said here: below a lock of dvgen it is one of them.
    let elsewhere = |artifact: &&Artifact| {
        full.to_str()
            .and_then(|full| full.strip_suffix(&artifact.path))
            .is_some_and(|root| root.ends_with('/') && Path::new(root).join(LOCK_PATH).is_file())
    };
    if let Some(artifact) = compilation.artifacts().map(|(_, artifact)| artifact).find(elsewhere) {
        return Ok(artifact);
    }
    let problem = Diagnostic::without_span(NOT_AN_OUTPUT, format!("`{path}` is not an output of this platform"));
    let known = compilation.artifacts().map(|(_, artifact)| artifact.path.as_str());
    Err(Box::new(did_you_mean(plain, known).into_iter().fold(problem, Diagnostic::help)))
}

/// Returns what `dvgen why` prints: the tree of origins of one line (counted from 1), or of the whole file.
pub fn explain(sources: &Sources, artifact: &Artifact, line: Option<usize>) -> Result<String, Box<Diagnostic>> {
    let Some(origins) = &artifact.origins else { return Ok(String::new()) };
    let (id, head) = match line {
        None => (artifact.origin, artifact.path.clone()),
        Some(number) => {
            let found =
                number.checked_sub(1).and_then(|at| Some((*artifact.lines.get(at)?, artifact.text.lines().nth(at)?)));
            let Some((id, text)) = found else {
                let message = format!("`{}` has the lines 1 to {}", artifact.path, artifact.lines.len());
                return Err(Box::new(Diagnostic::without_span(NOT_AN_OUTPUT, message)));
            };
            (id, format!("{number} │ {text}"))
        }
    };
    let mut tree = Tree { sources, origins, text: format!("{head}\n") };
    tree.branch(&[id], &mut String::from("   "), 0);
    Ok(tree.text)
}

struct Tree<'a> {
    sources: &'a Sources,
    origins: &'a Origins,
    text: String,
}

impl Tree<'_> {
    fn branch(&mut self, ids: &[OriginId], indent: &mut String, depth: usize) {
        for (number, id) in ids.iter().enumerate() {
            let last = number + 1 == ids.len();
            let (mark, below) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            self.text.push_str(indent);
            self.text.push_str(mark);
            let reads: &[OriginId] = match self.origins.get(*id) {
                Origin::Written { what, span } => {
                    self.leaf(what, span);
                    &[]
                }
                Origin::Template { span, reads } => {
                    self.leaf("template", span);
                    reads
                }
                Origin::Default { by, near } => {
                    let near = near.map_or_else(String::new, |span| {
                        format!(" (could be said at {})", self.sources.describe(span))
                    });
                    let _ = writeln!(self.text, "default   {by}{near}");
                    &[]
                }
                Origin::Derived { by, reads } => {
                    let _ = writeln!(self.text, "derived   {by}");
                    reads
                }
            };
            if depth < DEPTH && !reads.is_empty() {
                let mut unique: Vec<OriginId> = Vec::new();
                for read in reads {
                    if !unique.contains(read) {
                        unique.push(*read);
                    }
                }
                let length = indent.len();
                indent.push_str(below);
                self.branch(&unique, indent, depth + 1);
                indent.truncate(length);
            }
        }
    }

    fn leaf(&mut self, what: &str, span: Span) {
        let file = self.sources.file(span.file);
        let line = file.line_column(span.start).line;
        let excerpt: String = file.line(line).trim().chars().filter(|c| !c.is_control()).take(EXCERPT).collect();
        let place = format!("{}:{line}", file.name());
        let _ = writeln!(self.text, "{what:<9} {place:<24} {excerpt}");
    }
}
