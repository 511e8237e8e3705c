//! All tables, and which of them speaks for a kind.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::BAD_KINDS;
use super::parse::{self, BadTable};
use super::shape::{Piece, Place, Shape};
use crate::diag::Diagnostic;
use crate::library::{LibraryFiles, Loader};
use crate::source::Span;

/// The table of Kubernetes itself; the shapes in it serve all others.
pub(super) const KUBERNETES: &str = "schemas/kinds/kubernetes.kinds";

/// Whether objects of a kind are in a namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// They are in a namespace.
    Namespaced,
    /// There is one for the whole cluster.
    Cluster,
}

/// What the head of a table says.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) source: String,
    pub(super) kinds: Vec<(String, Served)>,
    /// Kind, version, and the version to write instead, or `-`.
    pub(super) gone: Vec<(String, String, String)>,
    /// Where the shapes begin.
    pub(super) body: usize,
    /// How many lines the head has.
    pub(super) lines: usize,
}

/// A version of a kind that is served.
#[derive(Clone, Debug)]
pub(super) struct Served {
    pub(super) scope: Scope,
    pub(super) version: String,
    pub(super) shape: String,
    /// Where the shape is, once somebody asked.
    pub(super) place: OnceLock<Option<Place>>,
}

/// What is known about the kinds of one name.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// Versions that are served, each with its table.
    pub(super) served: Vec<(usize, Served)>,
    /// Versions that are gone, each with the version to write instead.
    pub(super) gone: BTreeMap<String, Option<String>>,
}

/// One table.
#[derive(Debug)]
pub(super) struct Table {
    text: Cow<'static, str>,
    /// What the table was made from.
    pub(super) source: String,
    body: usize,
    shapes: OnceLock<Vec<Indexed>>,
}

#[derive(Debug)]
struct Indexed {
    name: Piece,
    whole: Piece,
    shape: OnceLock<Option<Shape>>,
}

/// All tables: those that are compiled in, with the user's own.
#[derive(Debug, Default)]
pub struct KindTables {
    tables: Vec<Table>,
    kinds: BTreeMap<String, Named>,
    kubernetes: Option<usize>,
}

impl KindTables {
    /// Reads the heads of all tables; the user's own are read as a whole, so that what is wrong in them is said.
    pub fn load(loader: &mut Loader<'_>) -> Self {
        let mut all = Self::default();
        let files: &LibraryFiles = loader.files;
        let tables = || files.below("schemas/kinds/").filter(|path| path.ends_with(".kinds"));
        for (path, text) in tables().filter_map(|path| Some((path, files.built_in(path)?))) {
            let head = parse::head(text).expect("internal error: a built-in table has a bad head");
            all.add(path, Cow::Borrowed(text), head);
        }
        for path in tables().filter(|path| files.built_in(path).is_none()) {
            let Some((file, text)) = files.open(path, loader.world, loader.sources, loader.out) else { continue };
            let read = parse::head(&text).and_then(|head| all.check(&text, &head).map(|()| head));
            match read {
                Ok(head) => all.add(path, Cow::Owned(text.to_string()), head),
                Err(bad) => {
                    let start =
                        text.split_inclusive('\n').take(bad.line.saturating_sub(1)).map(str::len).sum::<usize>();
                    let at = u32::try_from(start).unwrap_or(0);
                    let message = format!("this table of kinds cannot be read: {}", bad.problem);
                    let problem = Diagnostic::error(BAD_KINDS, Span::new(file, at, at), message);
                    loader.out.push(problem.help("docs/components.md says how a table is made"));
                }
            }
        }
        all
    }

    fn add(&mut self, path: &str, text: Cow<'static, str>, head: Head) {
        let at = self.tables.len();
        for (kind, served) in head.kinds {
            self.kinds.entry(kind).or_default().served.push((at, served));
        }
        for (kind, version, now) in head.gone {
            self.kinds.entry(kind).or_default().gone.insert(version, (now != "-").then_some(now));
        }
        if path == KUBERNETES {
            self.kubernetes = Some(at);
        }
        self.tables.push(Table { text, source: head.source, body: head.body, shapes: OnceLock::new() });
    }

    /// Reads every shape of a table, and sees that those it names exist.
    pub(super) fn check(&self, text: &str, head: &Head) -> Result<(), BadTable> {
        let shapes = parse::index(text, head.body);
        let name = |piece: &Piece| slice(text, piece);
        let known = |wanted: &str| {
            shapes.iter().any(|(piece, _)| name(piece) == wanted) || self.place(usize::MAX, wanted).is_some()
        };
        if shapes.is_empty() {
            return Err(BadTable::new(head.lines, "there are no shapes after the head"));
        }
        for (_, served) in &head.kinds {
            if !known(&served.shape) {
                return Err(BadTable::new(1, format!("there is no shape `{}`", served.shape)));
            }
        }
        for (_, whole) in &shapes {
            let shape = parse::shape(text, whole)?;
            let mut others = shape.nodes.iter().filter_map(|node| Some(&node.other.as_ref()?.name));
            if let Some(other) = others.find(|other| !known(name(other))) {
                let line = text.get(..other.start as usize).unwrap_or_default().matches('\n').count() + 1;
                return Err(BadTable::new(line, format!("there is no shape `{}`", name(other))));
            }
        }
        Ok(())
    }

    /// Returns whether objects of a kind are in a namespace, if the kind is known. The core group is empty.
    pub fn scope(&self, group: &str, kind: &str) -> Option<Scope> {
        let of_group = |served: &&(usize, Served)| group_of(&served.1.version) == group;
        let served = self.kinds.get(kind).and_then(|named| named.served.iter().find(of_group));
        served.map(|(_, served)| served.scope).or_else(|| {
            let full = if group.is_empty() { kind.to_owned() } else { format!("{kind}.{group}") };
            super::built_in_scope(&full)
        })
    }

    /// Returns what is known about the kinds of a name.
    pub(super) fn named(&self, kind: &str) -> Option<&Named> {
        self.kinds.get(kind)
    }

    /// Returns the kinds of a group, sorted.
    pub(super) fn of_group<'a>(&'a self, group: &'a str) -> impl Iterator<Item = &'a str> {
        let has = move |named: &Named| named.served.iter().any(|(_, served)| group_of(&served.version) == group);
        self.kinds.iter().filter(move |(_, named)| has(named)).map(|(kind, _)| &**kind)
    }

    /// Returns where a shape is: in a table, or in the one of Kubernetes.
    pub(super) fn place(&self, table: usize, name: &str) -> Option<Place> {
        let own = |table: usize| Some(Place { table, shape: self.tables.get(table)?.number(name)? });
        own(table).or_else(|| own(self.kubernetes?))
    }

    /// Returns a shape and its table.
    pub(super) fn shape(&self, place: Place) -> Option<(&Table, &Shape)> {
        let table = self.tables.get(place.table)?;
        Some((table, table.shape(place.shape)?))
    }
}

impl Table {
    /// Returns a piece of the text.
    pub(super) fn slice(&self, piece: &Piece) -> &str {
        slice(&self.text, piece)
    }

    /// Returns the shapes, sorted by name.
    fn shapes(&self) -> &[Indexed] {
        self.shapes.get_or_init(|| {
            let indexed = |(name, whole)| Indexed { name, whole, shape: OnceLock::new() };
            parse::index(&self.text, self.body).into_iter().map(indexed).collect()
        })
    }

    /// Returns the number of a shape.
    fn number(&self, name: &str) -> Option<usize> {
        self.shapes().binary_search_by(|indexed| self.slice(&indexed.name).cmp(name)).ok()
    }

    fn shape(&self, number: usize) -> Option<&Shape> {
        let indexed = self.shapes().get(number)?;
        indexed.shape.get_or_init(|| parse::shape(&self.text, &indexed.whole).ok()).as_ref()
    }
}

fn slice<'t>(text: &'t str, piece: &Piece) -> &'t str {
    text.get(piece.start as usize..piece.end as usize).unwrap_or_default()
}

/// Returns the group of an `apiVersion`; the core group is empty.
pub(super) fn group_of(version: &str) -> &str {
    version.split_once('/').map_or("", |(group, _)| group)
}
