//! Files to spec: the root file and its includes.

use std::sync::Arc;

use super::INCLUDE;
use super::base::{environments_in_overlay, include_in_overlay};
use super::pins::Pins;
use super::scalars::is_dns_label;
use super::{dialect, layers, sections};
use crate::diag::Diagnostic;
use crate::source::{SourceMap, Span};
use crate::world::{NOT_FOUND, RelPath, World, read_text};
use crate::yaml::{
    BAD_VALUE, Comment, Decoder, Dialect, Entry, Key, MAX_BYTES, Mapping, Node, NodeKind, WRONG_TYPE, load,
};

/// Deepest chain of files that include each other.
const MAX_INCLUDE_DEPTH: usize = 16;

/// Most files of one spec.
const MAX_FILES: usize = 500;

/// The files of a spec, read and joined, before an environment is chosen.
#[derive(Clone, Debug)]
pub struct SpecFiles {
    pub(super) root: Node,
    /// The comments of all files.
    pub comments: Vec<Comment>,
    /// The files that were read, in the order of reading.
    pub paths: Vec<RelPath>,
    pub(super) environments: Vec<Entry>,
    /// The names of sections that are misspelt, and were read as what they mean.
    pub(super) respelt: Arc<[Span]>,
    /// The versions that the files pin.
    pub pins: Pins,
    /// Whether all included files could be read. Without one, names may be missing that it has.
    pub complete: bool,
}

impl SpecFiles {
    /// Returns the names of the environments besides the base, sorted.
    pub fn environments(&self) -> Vec<Arc<str>> {
        let mut names: Vec<_> = self.environments.iter().map(|entry| entry.key.text.clone()).collect();
        names.sort();
        names
    }

    /// Iterates over what was written, before anything is laid over anything: the sections, and those of each environment.
    pub fn trees(&self) -> impl Iterator<Item = &Node> {
        std::iter::once(&self.root).chain(self.environments.iter().map(|entry| &entry.value))
    }

    /// Returns the name of the base environment, where it can be read.
    pub fn base(&self) -> Option<&Arc<str>> {
        base(&self.root)
    }
}

pub(super) fn base(root: &Node) -> Option<&Arc<str>> {
    root.get("metadata")?.get("environment")?.as_scalar()
}

/// Reads `path` and everything that it includes. `dir` is the platform's directory, which names are relative to.
pub fn read_files(
    world: &dyn World,
    dir: &RelPath,
    path: &RelPath,
    sources: &mut SourceMap,
    out: &mut Vec<Diagnostic>,
) -> Option<SpecFiles> {
    let mut reader = Reader {
        world,
        dir,
        sources,
        out,
        comments: Vec::new(),
        paths: Vec::new(),
        open: Vec::new(),
        pins: Pins::default(),
        respelt: Vec::new(),
        complete: true,
    };
    let mut root = reader.file(path, None)?;
    let respelt = reader.respelt.into();
    let (comments, paths, pins, complete) = (reader.comments, reader.paths, reader.pins, reader.complete);
    let mut removed = None;
    if let NodeKind::Mapping(mapping) = &mut root.kind {
        let at = mapping.entries.iter().position(|entry| &*entry.key.text == "environments");
        if let Some(entry) = at.map(|at| mapping.entries.remove(at)) {
            removed = Some(entry);
        }
    }
    let mut files = SpecFiles { root, comments, paths, environments: Vec::new(), respelt, pins, complete };
    if let Some(entry) = removed {
        let base = files.base().cloned();
        files.environments = overlays(entry, base.as_ref(), out);
        let all = |name| files.environments.iter().filter_map(move |overlay| overlay.value.as_mapping()?.get(name));
        out.extend(all("environments").map(|inner| environments_in_overlay(&inner.key)));
        let problems: Vec<_> = all("include").map(|include| include_in_overlay(&include.key)).collect();
        // What the file would have brought is missing, and is no problem of its own.
        files.complete &= problems.is_empty();
        out.extend(problems);
    }
    Some(files)
}

fn unusable(key: &Key, base: Option<&Arc<str>>) -> Diagnostic {
    let name = &key.text;
    if base == Some(name) {
        let message = format!("`{name}` is the base environment already");
        let problem = Diagnostic::error(BAD_VALUE, key.span, message);
        return problem.help("write what holds in it outside of `environments`");
    }
    let message = format!("`{name}` cannot be the name of an environment");
    Diagnostic::error(BAD_VALUE, key.span, message).help("use lower-case letters, digits and `-`")
}

fn no_overlay(entry: &Entry) -> Diagnostic {
    let message =
        format!("environment `{}` takes sections of the spec, not {}", entry.key.text, entry.value.describe());
    Diagnostic::error(WRONG_TYPE, entry.value.span, message)
        .help("write what differs from the base, section by section; `{}` if nothing does")
}

fn overlays(entry: Entry, base: Option<&Arc<str>>, out: &mut Vec<Diagnostic>) -> Vec<Entry> {
    let mut cx = Decoder::default();
    let named = cx.field::<crate::yaml::Names<Node>>(&entry);
    let named = named.value().cloned();
    out.append(&mut cx.diagnostics);
    let NodeKind::Mapping(mapping) = entry.value.kind else { return Vec::new() };
    let known = |key: &Key| named.as_ref().is_some_and(|named| named.contains_key(&key.text));
    let mut all: Vec<Entry> = mapping.entries.into_iter().filter(|entry| known(&entry.key)).collect();
    // The name becomes a folder, and a part of the names of Applications.
    all.retain(|entry| {
        let usable = is_dns_label(&entry.key.text) && base != Some(&entry.key.text);
        if !usable {
            out.push(unusable(&entry.key, base));
            return false;
        }
        if entry.value.as_mapping().is_none() && !entry.value.is_refused() {
            out.push(no_overlay(entry));
            return false;
        }
        true
    });
    all
}

struct Reader<'a> {
    world: &'a dyn World,
    dir: &'a RelPath,
    sources: &'a mut SourceMap,
    out: &'a mut Vec<Diagnostic>,
    comments: Vec<Comment>,
    paths: Vec<RelPath>,
    open: Vec<RelPath>,
    pins: Pins,
    respelt: Vec<Span>,
    complete: bool,
}

impl Reader<'_> {
    /// Reads a file with its includes; `named_at` is where an include names it.
    fn file(&mut self, path: &RelPath, named_at: Option<Span>) -> Option<Node> {
        let text = match read_text(self.world, path, MAX_BYTES) {
            Ok(text) => text,
            Err(problem) => {
                self.out.push(match named_at {
                    Some(span) => {
                        let place = Diagnostic::error(INCLUDE, span, problem.message.clone());
                        let place = Diagnostic { why: problem.why, ..place };
                        let folder = "paths are relative to the file that names them".to_owned();
                        let missing = (problem.kind == NOT_FOUND).then_some(folder);
                        problem.help.into_iter().chain(missing).fold(place, Diagnostic::help)
                    }
                    None => *problem,
                });
                return None;
            }
        };
        let name = path.seen_from(self.dir);
        let file = self.sources.add(name, text);
        let text = self.sources.file(file).text().clone();
        let (mut root, mut comments) = load(file, &text, Dialect::Spec, self.out)?;
        self.comments.append(&mut comments);
        self.paths.push(path.clone());
        self.pins.add_file(&root);
        let NodeKind::Mapping(mapping) = &mut root.kind else {
            let mut cx = Decoder::default();
            cx.wrong_type(&root, "a map of sections, such as `components:`");
            self.out.append(&mut cx.diagnostics);
            return None;
        };
        dialect::normalise(mapping, named_at.is_some(), self.out);
        let said = self.out.len();
        sections::respell(mapping, self.out);
        let respelt = self.out.iter().skip(said).filter_map(|problem| problem.primary.as_ref());
        self.respelt.extend(respelt.map(|label| label.span));
        self.open.push(path.clone());
        self.includes(path, mapping);
        self.open.pop();
        Some(root)
    }

    /// Reads the files that a file includes.
    fn includes(&mut self, path: &RelPath, mapping: &mut Mapping) {
        let written = mapping.get("include").map(|entry| &entry.value);
        let listed = written.and_then(Node::as_sequence).map(<[Node]>::to_vec);
        self.complete &= written.is_some() == listed.is_some();
        for item in listed.unwrap_or_default() {
            let Some(text) = item.as_scalar().filter(|_| !item.is_null()) else {
                self.complete = false;
                continue;
            };
            let target = match path.parent().inside(text) {
                Ok(target) => target,
                Err(problem) => {
                    let help = "include files of this repository, with a path relative to this file";
                    self.out.push(Diagnostic::error(INCLUDE, item.span, problem).help(help));
                    self.complete = false;
                    continue;
                }
            };
            if let Some(problem) = self.repeated(&target, item.span) {
                self.out.push(problem);
                self.complete = false;
                continue;
            }
            match self.file(&target, Some(item.span)).map(|node| node.kind) {
                Some(NodeKind::Mapping(mut other)) => {
                    // An included file may say what it is, so that editors know its schema.
                    let header = |name: &str| matches!(name, "include" | "apiVersion" | "kind");
                    other.entries.retain(|entry| !header(&entry.key.text));
                    layers::include(mapping, other, self.out);
                }
                _ => self.complete = false,
            }
        }
    }

    fn repeated(&self, target: &RelPath, span: Span) -> Option<Diagnostic> {
        if self.open.len() >= MAX_INCLUDE_DEPTH || self.paths.len() >= MAX_FILES {
            let message = format!("more than {MAX_FILES} files, or includes deeper than {MAX_INCLUDE_DEPTH}");
            return Some(
                Diagnostic::error(INCLUDE, span, message).help("name the files in the root, and join small ones"),
            );
        }
        if let Some(at) = self.open.iter().position(|open| open == target) {
            let circle = self.open.get(at..).unwrap_or(&[]).iter().chain([target]);
            let circle = circle.map(|path| format!("`{path}`")).collect::<Vec<_>>().join(" → ");
            let problem = Diagnostic::error(INCLUDE, span, format!("files include each other: {circle}"));
            return Some(problem.help("remove this line, or the one that leads here"));
        }
        let again = self.paths.contains(target);
        again.then(|| {
            Diagnostic::error(INCLUDE, span, format!("`{target}` is included twice")).help("remove one of the lines")
        })
    }
}
