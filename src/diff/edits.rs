//! What a person changed: the spec and the user's library, compared as trees.

mod items;
mod policies;

use std::collections::{BTreeMap, BTreeSet};

use super::alike;
use super::entries::Entries;
use super::report::Edit;
use super::risk::{WAIVER, below_policies};
use super::value::{cut, written, written_exact};
use crate::lint::waiver;
use crate::source::{FileId, SourceMap, Span};
use crate::yaml::{Dialect, Entry, Node, NodeKind, load_all};

/// An edit and where it stands on each side.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) edit: Edit,
    pub(super) base: Option<Span>,
    pub(super) head: Option<Span>,
    /// Other places on both sides: files that it names.
    pub(super) also: (Vec<Span>, Vec<Span>),
}

impl Placed {
    const fn new(edit: Edit, base: Option<Span>, head: Option<Span>) -> Self {
        Self { edit, base, head, also: (Vec::new(), Vec::new()) }
    }

    /// Returns whether it is about how rules judge, which changes no output.
    pub(super) fn is_policy(&self) -> bool {
        let path = &self.edit.path;
        path.first().is_some_and(|first| first == WAIVER) || below_policies(&self.edit.file, path).is_some()
    }
}

/// Returns the edits between two sets of sources, by file and line. `specs` are the names of the two specs, which are compared
/// even where they differ.
pub(super) fn between(base: &SourceMap, head: &SourceMap, specs: (&str, &str), unread: &Unread) -> Vec<Placed> {
    let (before, after) = (files(base), files(head));
    let mut finder = Finder { base, head, out: Vec::new() };
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    for (name, old) in &before {
        let same = if *name == specs.0 { specs.1 } else { name };
        match after.get(same) {
            Some(new) => finder.file(*old, *new),
            None => gone.push(*old),
        }
    }
    for (name, new) in &after {
        let same = if *name == specs.1 { specs.0 } else { name };
        if !before.contains_key(same) {
            come.push(*new);
        }
    }
    for old in gone {
        let alike = |new: &&FileId| alike::texts(base.file(old).text(), head.file(**new).text());
        match come.iter().find(alike).copied() {
            Some(new) => {
                come.retain(|other| *other != new);
                finder.moved(old, new);
                finder.file(old, new);
            }
            None if unread.head.contains(base.file(old).name()) => finder.unread(old, true),
            None => finder.whole(Some(old), None),
        }
    }
    for new in come {
        if unread.base.contains(head.file(new).name()) {
            finder.unread(new, false);
        } else {
            finder.whole(None, Some(new));
        }
    }
    let mut out = finder.out;
    out.extend(waivers(&before, &after, (base, head)));
    out.sort_by(|a, b| (&a.edit.file, a.edit.line, &a.edit.path).cmp(&(&b.edit.file, b.edit.line, &b.edit.path)));
    out
}

/// Returns the waivers in comments that only the head has: no tree shows them. Lines move, so that the same words are the same waiver.
fn waivers(before: &Files<'_>, after: &Files<'_>, (base, head): (&SourceMap, &SourceMap)) -> Vec<Placed> {
    fn all<'s>(files: &Files<'_>, sources: &'s SourceMap) -> Vec<(&'s str, usize, String)> {
        let of = |id: &FileId| {
            let name = sources.file(*id).name();
            waiver::written(sources, *id).into_iter().map(move |(at, said)| (name, sources.locate(at).line, said))
        };
        files.values().flat_map(of).collect()
    }
    let mut known: Vec<String> = all(before, base).into_iter().map(|(.., said)| said).collect();
    let mut found = Vec::new();
    for (file, line, said) in all(after, head) {
        if let Some(at) = known.iter().position(|other| *other == said) {
            known.swap_remove(at);
            continue;
        }
        let path = vec![WAIVER.to_owned()];
        let after = Some(cut(said));
        let edit = Edit { file: file.to_owned(), line, path, before: None, after, effects: 0, renamed: false };
        found.push(Placed::new(edit, None, None));
    }
    found
}

/// Returns the files whose text is another one and that no edit is in: what they say is the same.
pub(super) fn rewritten(base: &SourceMap, head: &SourceMap, specs: (&str, &str), edits: &[Placed]) -> Vec<String> {
    let (before, after) = (files(base), files(head));
    let differs = |name: &str, new: FileId| {
        let was = if name == specs.1 { specs.0 } else { name };
        before.get(was).is_some_and(|old| base.file(*old).text() != head.file(new).text())
    };
    let edited = |name: &str| edits.iter().any(|placed| placed.edit.file == name);
    let found = after.iter().filter(|(name, new)| differs(name, **new) && !edited(name));
    found.map(|(name, _)| (*name).to_owned()).collect()
}

/// Files by their names.
type Files<'s> = BTreeMap<&'s str, FileId>;

/// Returns the files of the user, by name.
fn files(sources: &SourceMap) -> Files<'_> {
    let own = sources.ids().filter(|id| !sources.file(*id).is_built_in());
    own.map(|id| (sources.file(id).name(), id)).collect()
}

struct Finder<'a> {
    base: &'a SourceMap,
    head: &'a SourceMap,
    out: Vec<Placed>,
}

/// Files that are read on one side only, and are there on both.
#[derive(Debug, Default)]
pub struct Unread {
    /// Those that only the base reads, and that the head has.
    pub head: BTreeSet<String>,
    /// Those that only the head reads, and that the base has.
    pub base: BTreeSet<String>,
}

impl Finder<'_> {
    fn file(&mut self, old: FileId, new: FileId) {
        let (before, after) = (self.base.file(old).text(), self.head.file(new).text());
        if before == after {
            return;
        }
        let dialect = if self.head.file(new).name().starts_with("dvgen/") { Dialect::Template } else { Dialect::Spec };
        let trees = |id, text| load_all(id, text, dialect, &mut Vec::new()).map(|(nodes, _)| nodes);
        match (trees(old, before), trees(new, after)) {
            (Some(before), Some(after)) => self.documents(&before, &after),
            _ => self.texts(old, new),
        }
    }

    /// Files that are not YAML are compared by lines: the first one that differs stands for all.
    fn texts(&mut self, old: FileId, new: FileId) {
        let (before, after) = (self.base.file(old), self.head.file(new));
        let lines = before.text().lines().zip(after.text().lines());
        let line = lines.take_while(|(a, b)| a.trim_end() == b.trim_end()).count() + 1;
        if before.text().replace('\r', "") == after.text().replace('\r', "") {
            return;
        }
        let text = |line: &str| Some(cut(line.trim().to_owned())).filter(|line| !line.is_empty());
        let edit = Edit {
            file: after.name().to_owned(),
            line,
            path: Vec::new(),
            before: text(before.line(line)),
            after: text(after.line(line)),
            effects: 0,
            renamed: false,
        };
        let whole = |id, text: &str| Some(Span::new(id, 0, u32::try_from(text.len()).unwrap_or(u32::MAX)));
        self.out.push(Placed::new(edit, whole(old, before.text()), whole(new, after.text())));
    }

    fn whole(&mut self, old: Option<FileId>, new: Option<FileId>) {
        let file = old.map(|id| self.base.file(id)).or(new.map(|id| self.head.file(id)));
        let Some(file) = file else { return };
        let lines = format!("{} lines", file.text().lines().count());
        let edit = Edit {
            file: file.name().to_owned(),
            line: 1,
            path: vec!["file".to_owned()],
            before: old.map(|_| lines.clone()),
            after: new.map(|_| lines),
            effects: 0,
            renamed: false,
        };
        let end = u32::try_from(file.text().len()).unwrap_or(u32::MAX);
        let span = |id: FileId| Span::new(id, 0, end);
        self.out.push(Placed::new(edit, old.map(span), new.map(span)));
        if let (None, Some(new)) = (old, new) {
            self.policies_of(new);
        }
    }

    /// A file that is read no longer, or was not, is no edit: it stands at the place of what named it.
    fn unread(&mut self, file: FileId, gone: bool) {
        let source = if gone { self.base.file(file) } else { self.head.file(file) };
        let end = u32::try_from(source.text().len()).unwrap_or(u32::MAX);
        let span = Span::new(file, 0, end);
        let (folder, name) = source.name().rsplit_once('/').unwrap_or(("", source.name()));
        let says = |placed: &&mut Placed| {
            let text = if gone { &placed.edit.before } else { &placed.edit.after };
            let text = text.as_deref().unwrap_or_default();
            text.contains(name) || !folder.is_empty() && text.contains(folder)
        };
        let Some(placed) = self.out.iter_mut().find(says) else { return };
        (if gone { &mut placed.also.0 } else { &mut placed.also.1 }).push(span);
    }

    /// A file with another name. It has no place: what changed inside is an edit of its own.
    fn moved(&mut self, old: FileId, new: FileId) {
        let name = |sources: &SourceMap, id| Some(sources.file(id).name().to_owned());
        let (before, after) = (name(self.base, old), name(self.head, new));
        let file = after.clone().unwrap_or_default();
        let edit = Edit { file, line: 1, path: vec!["file".to_owned()], before, after, effects: 0, renamed: true };
        self.out.push(Placed::new(edit, None, None));
    }

    fn nodes(&mut self, old: &Node, new: &Node, path: &mut Vec<String>) {
        match (&old.kind, &new.kind) {
            (NodeKind::Mapping(before), NodeKind::Mapping(after)) if tag(old) == tag(new) => {
                let renamed = alike::pairs(before, after);
                let (old_keys, new_keys) = (Entries::of(before), Entries::of(after));
                for entry in &before.entries {
                    if let Some((_, new)) = renamed.iter().find(|(old, _)| old.key.text == entry.key.text) {
                        path.push(new.key.text.to_string());
                        self.renamed(entry, new, path);
                        self.nodes(&entry.value, &new.value, path);
                        path.pop();
                        continue;
                    }
                    path.push(entry.key.text.to_string());
                    match new_keys.get(&entry.key.text) {
                        Some(other) => self.nodes(&entry.value, &other.value, path),
                        None => self.push(path, Some((&entry.value, entry.key.span.to(entry.value.span))), None),
                    }
                    path.pop();
                }
                let is_new = |entry: &&Entry| {
                    let name = &entry.key.text;
                    old_keys.get(name).is_none() && renamed.iter().all(|(_, new)| new.key.text != *name)
                };
                for entry in after.entries.iter().filter(is_new) {
                    path.push(entry.key.text.to_string());
                    self.added(path, &entry.value, entry.key.span.to(entry.value.span));
                    path.pop();
                }
            }
            (NodeKind::Sequence(before), NodeKind::Sequence(after)) => self.lists((old, before), (new, after), path),
            _ if written_exact(old) == written_exact(new) => {}
            _ if old.is_null() && self.levels(path, new) => {}
            _ => self.push(path, Some((old, old.span)), Some((new, new.span))),
        }
    }

    /// An entry with another name. Only the two names are its places: what changed inside is an edit of its own.
    fn renamed(&mut self, old: &Entry, new: &Entry, path: &[String]) {
        let (file, line) = place(self.head, new.key.span);
        let name = |entry: &Entry| Some(entry.key.text.to_string());
        let (before, after) = (name(old), name(new));
        let edit = Edit { file, line, path: path.to_vec(), before, after, effects: 0, renamed: true };
        self.out.push(Placed::new(edit, Some(old.key.span), Some(new.key.span)));
    }

    fn push(&mut self, path: &[String], old: Option<(&Node, Span)>, new: Option<(&Node, Span)>) {
        let at = new.map(|(_, span)| place(self.head, span)).or(old.map(|(_, span)| place(self.base, span)));
        let Some((file, line)) = at else { return };
        let value = |side: Option<(&Node, Span)>| side.map(|(node, _)| written(node));
        let edit =
            Edit { file, line, path: path.to_vec(), before: value(old), after: value(new), effects: 0, renamed: false };
        let span = |side: Option<(&Node, Span)>| side.map(|(_, span)| span);
        self.out.push(Placed::new(edit, span(old), span(new)));
    }
}

/// Returns the name of a tag, wherever it stands.
fn tag(node: &Node) -> Option<&str> {
    node.tag.as_ref().map(|tag| &*tag.name)
}

fn place(sources: &SourceMap, span: Span) -> (String, usize) {
    (sources.file(span.file).name().to_owned(), sources.locate(span).line)
}
