//! References: branches, tags, `HEAD`.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Id, Repository, small, trimmed};

/// Deepest chain of references that name others; git stops at five too.
const MAX_DEPTH: usize = 5;
/// Most names that are listed, and deepest folder: only for suggestions.
const MAX_NAMES: usize = 20_000;

/// What a reference holds.
enum Content {
    Id(Id),
    Other(String),
}

fn content(text: &str) -> Option<Content> {
    let text = trimmed(text).trim();
    match text.strip_prefix("ref:") {
        Some(other) => Some(Content::Other(other.trim().to_owned())),
        // `FETCH_HEAD` says more behind the id, and has a line for each branch; the first one counts.
        None => Id::parse(text.split_ascii_whitespace().next()?).map(Content::Id),
    }
}

/// Returns whether a name stays below the directory of references.
fn is_safe(name: &str) -> bool {
    !name.is_empty()
        && name.split('/').all(|part| !part.is_empty() && !part.starts_with('.'))
        && !name.contains(['\\', '\0', ':', '~', '^', ' '])
}

impl Repository {
    /// Returns what a reference names, by its full name (`HEAD`, `refs/heads/main`).
    pub(super) fn reference(&self, name: &str) -> Option<Id> {
        let mut name = name.to_owned();
        for _ in 0..MAX_DEPTH {
            match self.content(&name)? {
                Content::Id(id) => return Some(id),
                Content::Other(next) => name = next,
            }
        }
        None
    }

    /// Returns what a reference that names another one names.
    pub(super) fn target(&self, name: &str) -> Option<String> {
        match self.content(name)? {
            Content::Id(_) => None,
            Content::Other(name) => Some(name),
        }
    }

    fn content(&self, name: &str) -> Option<Content> {
        if !is_safe(name) {
            return None;
        }
        let loose = small(&self.own.join(name)).or_else(|| small(&self.common.join(name)));
        if let Some(content) = loose.as_deref().and_then(content) {
            return Some(content);
        }
        let packed = small(&self.common.join("packed-refs"))?;
        let mut lines = packed.lines().filter_map(|line| line.split_once(' '));
        lines.find(|(_, packed)| *packed == name).and_then(|(id, _)| Id::parse(id)).map(Content::Id)
    }

    /// Returns what a short name names, by the rules of gitrevisions, the first of them first: references by their full names.
    pub(super) fn named(&self, name: &str) -> Vec<(String, Id)> {
        let full = ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"];
        let full = full.iter().map(|prefix| format!("{prefix}{name}")).chain([format!("refs/remotes/{name}/HEAD")]);
        // Other files of git's directory are no references.
        let is_reference =
            |full: &String| full.starts_with("refs/") || full.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
        full.filter(is_reference).filter_map(|full| Some((full.clone(), self.reference(&full)?))).collect()
    }

    /// Returns the short names of all branches and tags, sorted.
    pub fn names(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for kind in ["refs/heads", "refs/tags", "refs/remotes"] {
            collect(&self.common.join(kind), "", 0, &mut names);
        }
        for line in small(&self.common.join("packed-refs")).unwrap_or_default().lines() {
            let Some((_, name)) = line.split_once(' ') else { continue };
            let short = ["refs/heads/", "refs/tags/", "refs/remotes/"].iter().find_map(|kind| name.strip_prefix(kind));
            names.extend(short.map(str::to_owned));
        }
        names
    }
}

fn collect(dir: &Path, prefix: &str, depth: usize, names: &mut BTreeSet<String>) {
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    for entry in entries {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let name = format!("{prefix}{name}");
        if entry.path().is_dir() && depth < 8 {
            collect(&entry.path(), &format!("{name}/"), depth + 1, names);
        } else if names.len() < MAX_NAMES {
            names.insert(name);
        }
    }
}
