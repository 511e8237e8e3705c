//! `--fix`: repairs in the texts that people wrote, which keep their comments and their layout.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use similar::TextDiff;

use super::REPORT;
use super::place::Place;
use super::reports::put;
use crate::diag::{self, Diagnostic, Edit, Fix, edit};
use crate::pipeline::{Compilation, Options, compile};
use crate::source::{FileId, SourceMap};
use crate::world::{RelPath, World, WorldError};
use crate::yaml::MAX_BYTES;

/// How often a spec is repaired and judged again: one repair may uncover the next.
const ROUNDS: usize = 10;

/// Shorter lines of a secret of many lines are its words, such as `|`.
const LEAST_LINE: usize = 12;

/// Stands for a secret.
const MASK: &str = "(not shown)";

/// The texts that repairs changed, each before and after.
#[derive(Debug, Default)]
pub(super) struct Repaired {
    texts: BTreeMap<RelPath, (String, String)>,
    count: usize,
}

/// The world with repaired texts in the place of those on disk.
struct Edited<'a> {
    world: &'a dyn World,
    texts: &'a BTreeMap<RelPath, (String, String)>,
}

impl World for Edited<'_> {
    fn read(&self, path: &RelPath, limit: u64) -> Result<Vec<u8>, WorldError> {
        match self.texts.get(path) {
            Some((_, text)) => Ok(text.clone().into_bytes()),
            None => self.world.read(path, limit),
        }
    }

    fn walk(&self, dir: &RelPath) -> Result<Vec<RelPath>, WorldError> {
        self.world.walk(dir)
    }
}

/// Compiles, repairs, and compiles again, until nothing is left that can be repaired. Nothing is written.
pub(super) fn repair(place: &Place, options: &Options, also_unsafe: bool) -> (Compilation, Repaired) {
    let mut repaired = Repaired::default();
    let mut compilation = compile(&place.world, options);
    for _ in 0..ROUNDS {
        let fixes = compilation.diagnostics.iter().filter_map(|problem| problem.fix.as_ref());
        let fixes: Vec<&Fix> = fixes.filter(|fix| fix.safe || also_unsafe).collect();
        if repaired.apply(place, &fixes, &compilation.sources) == 0 {
            break;
        }
        let world = Edited { world: &place.world, texts: &repaired.texts };
        compilation = compile(&world, options);
    }
    (compilation, repaired)
}

impl Repaired {
    /// Applies what does not get into the way of what is applied already. Returns how many fixes that are.
    fn apply(&mut self, place: &Place, fixes: &[&Fix], sources: &SourceMap) -> usize {
        let mut chosen: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
        let mut count = 0;
        for fix in fixes {
            let own = fix.edits.iter().all(|edit| !sources.file(edit.span.file).is_built_in());
            let fits = |edit: &Edit| {
                let mut all = chosen.get(&edit.span.file).cloned().unwrap_or_default();
                all.push(edit);
                edit::apply(sources.file(edit.span.file).text(), &all).is_ok()
            };
            if !own || fix.edits.is_empty() || !fix.edits.iter().all(fits) {
                continue;
            }
            for edit in &fix.edits {
                chosen.entry(edit.span.file).or_default().push(edit);
            }
            count += 1;
        }
        let mut changed = false;
        for (file, edits) in chosen {
            let source = sources.file(file);
            let (Ok(text), Some(path)) = (edit::apply(source.text(), &edits), place.spec.parent().join(source.name()))
            else {
                continue;
            };
            changed |= text != **source.text();
            let first = self.texts.remove(&path).map_or_else(|| source.text().to_string(), |(first, _)| first);
            self.texts.insert(path, (first, text));
        }
        if !changed {
            return 0;
        }
        self.count += count;
        count
    }

    /// Returns the changes as a patch that `git apply` and `patch -p1` take in the root of the repository. Where it comes by a
    /// secret, it does not show it, and only a person can read it: logs are read by many.
    pub(super) fn patch(&self, problems: &[Diagnostic], sources: &SourceMap) -> String {
        let mut patch = String::new();
        for (path, (before, after)) in self.texts.iter().filter(|(_, (before, after))| before != after) {
            let diff = TextDiff::from_lines(before.as_str(), after.as_str());
            let (old, new) = (format!("a/{path}"), format!("b/{path}"));
            let _ = write!(patch, "{}", diff.unified_diff().context_radius(3).header(&old, &new));
        }
        for secret in secrets(problems, sources) {
            patch = patch.replace(&secret, MASK);
        }
        patch
    }

    /// Writes the changed files. Returns what could not be written.
    pub(super) fn write(&self, place: &Place) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        for (path, (before, after)) in self.texts.iter().filter(|(_, (before, after))| before != after) {
            let full = place.root.join(path.as_str());
            let still = place.world.read(path, MAX_BYTES).is_ok_and(|bytes| bytes == before.as_bytes());
            if !still {
                let message = format!("`{path}` was changed while it was judged; it is not repaired");
                problems.push(Diagnostic::without_span(REPORT, message).help("run `dvgen lint --fix` again"));
            } else if let Err(error) = put(&full, after) {
                let message = format!("`{path}` cannot be repaired: {error}");
                problems.push(Diagnostic::without_span(REPORT, message));
            }
        }
        problems
    }

    /// Returns "2 problems repaired in 1 file; ", or nothing.
    pub(super) fn summary(&self, only_shown: bool) -> String {
        if self.count == 0 {
            return String::new();
        }
        let files = self.texts.len();
        let done = if only_shown { "could be repaired" } else { "repaired" };
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        format!("{} problem{} {done} in {files} file{}; ", self.count, plural(self.count), plural(files))
    }
}

/// Returns the texts that no patch may show, the longest first: one may be a part of another. A key of many lines comes in lines.
fn secrets(problems: &[Diagnostic], sources: &SourceMap) -> Vec<String> {
    let spans = problems.iter().filter(|problem| problem.concealed).filter_map(|problem| problem.primary.as_ref());
    let blocks = spans.map(|label| sources.text(label.span)).filter(|text| text.contains('\n'));
    let lines = blocks.flat_map(str::lines).map(str::trim).filter(|line| line.len() >= LEAST_LINE);
    let mut all: Vec<String> = lines.map(str::to_owned).chain(diag::concealed(problems, sources)).collect();
    all.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    all
}
