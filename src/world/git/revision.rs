//! What people write for a commit: `main`, `v1.2`, `HEAD~2`, `3f2a91c`.

use std::collections::BTreeSet;

use super::object::Read;
use super::{Id, Outcome, Repository, UNKNOWN_REVISION};
use crate::diag::{Diagnostic, did_you_mean};

/// Fewer digits name no object, as in git.
const LEAST_DIGITS: usize = 4;

/// Branches that are looked for when nobody says what to compare with, the most certain first.
const DEFAULTS: &[&str] = &[
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
];

impl Repository {
    /// Returns the commit that a person names.
    pub fn resolve(&self, text: &str) -> Outcome<Id> {
        if let Some(problem) = Self::two_revisions(text) {
            return Err(problem);
        }
        let end = text.find(['~', '^']).unwrap_or(text.len());
        let (name, steps) = text.split_at_checked(end).unwrap_or((text, ""));
        if name.trim().is_empty() {
            return Err(nameless(text));
        }
        let Some(id) = self.start(name)? else { return Err(self.unknown(text, name)) };
        let Some(mut id) = self.peel(id)? else {
            let message = format!("`{name}` names no commit");
            return Err(Box::new(Diagnostic::without_span(UNKNOWN_REVISION, message)));
        };
        let mut rest = steps;
        while let Some(mark) = rest.chars().next() {
            rest = rest.get(1..).unwrap_or_default();
            if mark == '^' && rest.starts_with('{') {
                // `^{}` and `^{commit}`: it is a commit already.
                rest = rest.split_once('}').map_or("", |(_, rest)| rest);
                continue;
            }
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (number, after) = rest.split_at_checked(digits).unwrap_or((rest, ""));
            let number: usize = if number.is_empty() { 1 } else { number.parse().unwrap_or(usize::MAX) };
            rest = after;
            let next = match mark {
                '~' => self.back(id, number)?,
                '^' if number == 0 => Some(id),
                '^' => self.parents(id)?.get(number - 1).copied(),
                _ => None,
            };
            let Some(next) = next else { return Err(self.too_far(text, id)) };
            id = next;
        }
        Ok(id)
    }

    /// Returns the branch that changes go to, and its commit: the upstream's default branch, or `main` or `master`.
    pub fn default_branch(&self) -> Outcome<Option<(String, Id)>> {
        for name in DEFAULTS {
            let Some(id) = self.reference(name) else { continue };
            let full = self.target(name).unwrap_or_else(|| (*name).to_owned());
            let short = full.trim_start_matches("refs/").trim_start_matches("remotes/").trim_start_matches("heads/");
            if let Some(id) = self.peel(id)? {
                return Ok(Some((short.to_owned(), id)));
            }
        }
        Ok(None)
    }

    /// Returns the commit that is checked out.
    pub fn head(&self) -> Outcome<Id> {
        match self.reference("HEAD") {
            Some(id) => self.peel(id)?.ok_or_else(|| super::broken("`HEAD` names no commit")),
            None => Err(Box::new(
                Diagnostic::without_span(UNKNOWN_REVISION, "this repository has no commits yet")
                    .help("commit the platform first: `dvgen diff` compares with what was committed"),
            )),
        }
    }

    fn start(&self, name: &str) -> Outcome<Option<Id>> {
        let name = if name == "@" { "HEAD" } else { name };
        if let Some(upstream) = self.upstream(name) {
            return Ok(self.reference(&upstream));
        }
        if name == "HEAD" {
            return self.head().map(Some);
        }
        if let Some(id) = Id::parse(name).filter(|id| matches!(self.object(*id, u64::MAX), Read::Found(..))) {
            return Ok(Some(id));
        }
        if let Some(id) = self.one_of(name, &self.named(name))? {
            return Ok(Some(id));
        }
        let is_prefix = name.len() >= LEAST_DIGITS && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        // `git describe` writes `v1.2-3-gABCDEF`.
        let described = name.rsplit_once("-g").map(|(_, hex)| hex);
        match described.filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit())).or(is_prefix.then_some(name)) {
            Some(prefix) => self.by_prefix(&prefix.to_ascii_lowercase()),
            None => Ok(None),
        }
    }

    /// Returns what a name names. Git takes the tag where a branch and a tag have one name, and says so in passing; whoever
    /// compares with the wrong one of two commits reads a report about something else.
    fn one_of(&self, name: &str, found: &[(String, Id)]) -> Outcome<Option<Id>> {
        let Some((first, id)) = found.first() else { return Ok(None) };
        let commit = self.peel(*id)?;
        for (other, at) in found.iter().skip(1) {
            let Some(second) = self.peel(*at)?.filter(|second| Some(*second) != commit) else { continue };
            let short = |id: Option<Id>| id.map(|id| id.short()).unwrap_or_default();
            let message = format!(
                "`{name}` is {} ({}) and {} ({}), which are not the same",
                noun(first),
                short(commit),
                noun(other),
                second.short()
            );
            let problem = Diagnostic::without_span(UNKNOWN_REVISION, message);
            return Err(Box::new(problem.help(format!("write which one is meant: `{first}` or `{other}`"))));
        }
        Ok(Some(*id))
    }

    fn by_prefix(&self, prefix: &str) -> Outcome<Option<Id>> {
        let even = prefix.len() - prefix.len() % 2;
        let bytes = prefix.as_bytes().get(..even).unwrap_or_default().chunks(2);
        let hex = |byte: &u8| u8::try_from(char::from(*byte).to_digit(16).unwrap_or(0)).unwrap_or(0);
        let bytes: Vec<u8> = bytes.map(|pair| pair.iter().fold(0, |all, byte| (all << 4) | hex(byte))).collect();
        let mut found = BTreeSet::new();
        for pack in &self.packs {
            pack.starting(&bytes, |id| {
                found.insert(id);
            });
        }
        let (folder, _) = prefix.split_at_checked(2).unwrap_or((prefix, ""));
        for store in &self.stores {
            #[expect(clippy::disallowed_methods, reason = "this is the door")]
            let entries = std::fs::read_dir(store.join(folder)).into_iter().flatten().flatten();
            found.extend(entries.filter_map(|entry| Id::parse(&format!("{folder}{}", entry.file_name().to_str()?))));
        }
        found.retain(|id| id.to_string().starts_with(prefix));
        let mut commits = Vec::new();
        for id in found {
            commits.extend(self.peel(id)?.map(|_| id));
        }
        match commits.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(*one)),
            several => {
                let message = format!("`{prefix}` is the start of {} commits", several.len());
                let problem = Diagnostic::without_span(UNKNOWN_REVISION, message);
                let ids = several.iter().take(5).map(|id| format!("`{}`", id.short())).collect::<Vec<_>>().join(", ");
                Err(Box::new(problem.help(format!("write more digits: {ids}"))))
            }
        }
    }

    fn unknown(&self, text: &str, name: &str) -> Box<Diagnostic> {
        let problem = Diagnostic::without_span(UNKNOWN_REVISION, format!("there is no revision `{text}`"));
        let names = self.names();
        let problem = did_you_mean(name, names.iter().map(String::as_str)).into_iter().fold(problem, Diagnostic::help);
        let problem = if text.contains("@{") {
            problem.help("dvgen does not read the reflog: name the branch, or the commit that `git rev-parse` says")
        } else if text.contains(":/") || text.contains("^{/") {
            problem.help("dvgen does not search messages: name the commit that `git rev-parse` says")
        } else {
            problem
        };
        let remote = name.strip_prefix("origin/").unwrap_or(name);
        Box::new(if self.is_shallow() || name.starts_with("origin/") {
            problem.help(format!("it may not have been fetched: `git fetch origin {remote}`"))
        } else {
            problem
        })
    }

    fn too_far(&self, text: &str, at: Id) -> Box<Diagnostic> {
        let message = format!("`{text}` goes back further than the history: commit {} has no such parent", at.short());
        let problem = Diagnostic::without_span(UNKNOWN_REVISION, message);
        Box::new(if self.is_shallow() {
            problem.help("this is a shallow clone: `git fetch --deepen=50` brings more of the history")
        } else {
            problem
        })
    }
}

/// Returns what a reference is, by its full name.
fn noun(full: &str) -> &'static str {
    let kinds =
        [("refs/tags/", "a tag"), ("refs/heads/", "a branch"), ("refs/remotes/", "a branch of another repository")];
    kinds.into_iter().find(|(prefix, _)| full.starts_with(prefix)).map_or("another reference", |(_, noun)| noun)
}

/// A script whose variable is not set gives no name at all, and means no revision by it.
fn nameless(text: &str) -> Box<Diagnostic> {
    let message = if text.trim().is_empty() {
        "the name of a revision is empty".to_owned()
    } else {
        format!("there is no revision `{text}`: it has no name before `{}`", text.trim())
    };
    let problem = Diagnostic::without_span(UNKNOWN_REVISION, message);
    Box::new(problem.help("is the variable set that it comes from? For the commit that is checked out, write `HEAD`"))
}
