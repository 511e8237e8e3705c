//! What changed in files: as data, without saying how it is shown.

use super::Presence;
use crate::diff::risk::Level;
use crate::emit::TargetName;

/// What changed in a file.
#[derive(Clone, Debug)]
pub struct FileChange {
    /// Its path below the folder of its environment.
    pub path: String,
    /// The path that it had, if it had another one.
    pub was: Option<String>,
    /// The kind of output.
    pub target: TargetName,
    /// Whether it is new, gone, or on both sides.
    pub presence: Presence,
    /// How many lines it has, where it is new or gone.
    pub lines: usize,
    /// What changed in it.
    pub changes: Vec<Change>,
}

/// One change.
#[derive(Clone, Debug)]
pub struct Change {
    /// The Kubernetes object that it is in.
    pub object: Option<Object>,
    /// The path in the document; empty for the whole.
    pub path: String,
    /// What happened.
    pub kind: ChangeKind,
    /// What was there.
    pub before: Option<Shown>,
    /// What is there.
    pub after: Option<Shown>,
    /// Values inside of a map that is new, by their paths below it: those by which rules judge. They are not shown.
    pub(in crate::diff) inside: Vec<(String, String)>,
    /// The edits that caused it, as indices of [`Report::edits`](super::Report::edits).
    pub causes: Vec<usize>,
    /// The risk.
    pub level: Level,
    /// Whether it says nothing: a label that repeats a version, a checksum.
    pub noise: bool,
}

/// What happened to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is another one.
    Changed,
    /// The items of a list stand in another order.
    Reordered,
    /// Something has another place in a list whose places mean something.
    Moved,
    /// Lines of a text.
    Text(Lines),
}

/// What changed in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// What is shown of it: a mark (`+`, `-`, a space, `@`) and the line.
    pub shown: Vec<(char, String)>,
    /// How many lines are new, shown or not.
    pub added: usize,
    /// How many lines are gone, shown or not.
    pub removed: usize,
}

/// A Kubernetes object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    /// Its kind.
    pub kind: String,
    /// Its API group; empty for the core.
    pub group: String,
    /// Its namespace, where it says one.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

/// A value as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// In one line, cut if it is long.
    pub text: String,
    /// How many scalars it has.
    pub count: usize,
}

impl FileChange {
    /// Returns whether nothing in it says anything.
    pub fn is_quiet(&self) -> bool {
        self.was.is_none() && self.changes.iter().all(|change| change.noise)
    }
}

impl Change {
    /// Returns a change without causes.
    pub(in crate::diff) fn new(path: String, kind: ChangeKind, before: Option<Shown>, after: Option<Shown>) -> Self {
        let (inside, causes) = (Vec::new(), Vec::new());
        Self { object: None, path, kind, before, after, inside, causes, level: Level::Caution, noise: false }
    }

    /// Returns a value that became another one, for tests.
    #[cfg(test)]
    pub(in crate::diff) fn changed(path: &str, before: &str, after: &str) -> Self {
        let words = |text: &str| Some(crate::diff::value::words(text));
        Self::new(path.to_owned(), ChangeKind::Changed, words(before), words(after))
    }

    /// Returns the last key of the path, without quotes; a place in a list is none.
    pub(in crate::diff) fn key(&self) -> &str {
        let path = self.path.trim_end_matches(|c: char| c == '"' || c == '[' || c == ']' || c.is_ascii_digit());
        // A key with dots stands in quotes.
        let quoted = self.path.ends_with('"').then(|| path.rsplit('"').next()).flatten();
        quoted.unwrap_or_else(|| path.rsplit('.').next().unwrap_or_default())
    }

    /// Returns the text before and after, empty where there is none.
    pub fn values(&self) -> (&str, &str) {
        let before = self.before.as_ref().map_or("", |shown| shown.text.as_str());
        (before, self.after.as_ref().map_or("", |shown| shown.text.as_str()))
    }

    /// Returns whether this is about an object of a kind.
    pub fn is_of(&self, kind: &str) -> bool {
        self.object.as_ref().is_some_and(|object| object.kind == kind)
    }

    /// Returns whether a whole object came or went.
    pub fn is_whole_object(&self) -> bool {
        self.object.is_some() && self.path.is_empty() && matches!(self.kind, ChangeKind::Added | ChangeKind::Removed)
    }
}

impl Object {
    /// Returns the object as people name it.
    pub fn words(&self) -> String {
        match &self.namespace {
            Some(namespace) => format!("{} {namespace}/{}", self.kind, self.name),
            None => format!("{} {}", self.kind, self.name),
        }
    }
}
