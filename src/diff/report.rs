//! What a comparison comes to: data for every format.

mod change;

use std::sync::Arc;

pub use change::{Change, ChangeKind, FileChange, Lines, Object, Shown};

use super::drift::Drift;
use super::risk::{Finding, Level};

/// The comparison of two compilations.
#[derive(Debug)]
pub struct Report {
    /// The name of the platform.
    pub platform: String,
    /// What is compared with.
    pub base: Side,
    /// What is compared.
    pub head: Side,
    /// The environments of both sides, by name.
    pub environments: Vec<EnvironmentState>,
    /// The environments that were asked for, so that no other one was looked at; empty for all.
    pub only: Vec<String>,
    /// What could not be compiled, and so was not compared.
    pub left_out: Vec<LeftOut>,
    /// What was changed in the spec and in the user's library.
    pub edits: Vec<Edit>,
    /// Files of the spec that are only written in another way: their comments, their layout, the order of their keys.
    pub rewritten: Vec<String>,
    /// Versions that changed, each once for all environments that it changed in alike.
    pub versions: Vec<VersionRow>,
    /// What is to be judged, the worst first.
    pub findings: Vec<Finding>,
    /// What changed, by the environments that it changed in alike and by component: the widest set of environments first.
    pub sections: Vec<Section>,
    /// Changes that many components have in common, the widest set of environments first.
    pub shared: Vec<SharedChange>,
    /// What this dvgen makes otherwise than it is committed at the base, if something.
    pub drift: Option<Drift>,
    /// How many components there are at the head, and how many of them are not changed.
    pub components: (usize, usize),
    /// How many components no environment has any more.
    pub removed: usize,
    /// How many changes of labels and checksums are not shown.
    pub hidden: usize,
    /// The risk of all of it; none if nothing changed. Where something could not be compared, it is at least a caution.
    pub level: Option<Level>,
}

/// One side of a comparison.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// What the caller calls it: `main`, `worktree`.
    pub label: String,
    /// The commit, shortened; none for the work tree.
    pub commit: Option<String>,
    /// The path of the spec, where the two sides have different ones.
    pub spec: Option<String>,
    /// How many errors it has.
    pub errors: usize,
    /// Whether it has no spec at all.
    pub absent: bool,
}

/// What became of an environment.
#[derive(Clone, Debug)]
pub struct EnvironmentState {
    /// Its name.
    pub name: Arc<str>,
    /// The name that it had at the base, if it had another one.
    pub was: Option<Arc<str>>,
    /// What can be said of it.
    pub presence: Presence,
}

impl EnvironmentState {
    /// Returns its name at the base.
    pub fn before(&self) -> &Arc<str> {
        self.was.as_ref().unwrap_or(&self.name)
    }
}

/// On which sides something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// On both, so it is compared.
    Both,
    /// Only at the head.
    Added,
    /// Only at the base.
    Removed,
    /// It could not be compiled at the base.
    BrokenBase,
    /// It could not be compiled at the head.
    BrokenHead,
}

/// Something that could not be compiled on a side, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Whether it is the head; else it is the base.
    pub head: bool,
    /// The environments.
    pub environments: Vec<Arc<str>>,
    /// The component; none for a line of flows, or for all of the environments.
    pub component: Option<Arc<str>>,
    /// The part of the spec, as `backups.jobs.nightly`, where it is no component.
    pub part: Option<String>,
    /// Whether the rest of the environments was compared.
    pub rest: bool,
    /// The place and the words of the problem.
    pub why: String,
}

/// Longest value of an edit in a phrase, in characters.
const EDIT: usize = 56;

/// A change of the spec: what a person did, and the cause of all else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The file.
    pub file: String,
    /// The line; at the head, or at the base for what was removed.
    pub line: usize,
    /// The path of keys in the file.
    pub path: Vec<String>,
    /// What was there.
    pub before: Option<String>,
    /// What is there.
    pub after: Option<String>,
    /// How many changes of outputs it caused.
    pub effects: usize,
    /// Whether the entry has another name: `before` and `after` are the names.
    pub renamed: bool,
}

/// A version that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRow {
    /// The component, or the tool or image.
    pub subject: String,
    /// The chart, or what else has the version.
    pub what: String,
    /// Before; empty where there was none.
    pub from: String,
    /// After; empty where there is none.
    pub to: String,
    /// `major`, `minor`, `patch`, `downgrade`, or another word.
    pub step: &'static str,
    /// The environments.
    pub environments: Vec<Arc<str>>,
    /// The edits that caused it, as indices of [`Report::edits`].
    pub causes: Vec<usize>,
}

/// What changed of one component in the same way in some environments.
#[derive(Clone, Debug)]
pub struct Section {
    /// The component; none for what speaks of the platform.
    pub component: Option<Arc<str>>,
    /// The environments.
    pub environments: Vec<Arc<str>>,
    /// The files, by path.
    pub files: Vec<FileChange>,
}

/// What changed alike in a set of environments.
#[derive(Clone, Debug)]
pub struct Set<'a> {
    /// The environments.
    pub environments: &'a [Arc<str>],
    /// What many components have in common.
    pub shared: Vec<&'a SharedChange>,
    /// What is left, by component.
    pub sections: Vec<&'a Section>,
}

/// Changes that many components have in common.
#[derive(Clone, Debug)]
pub struct SharedChange {
    /// The changes. A name that is another one in each component is `…`.
    pub changes: Vec<Change>,
    /// The components.
    pub components: Vec<Arc<str>>,
    /// The environments.
    pub environments: Vec<Arc<str>>,
}

/// A part of a report with its environments.
type Placed<'a> = (&'a [Arc<str>], Result<&'a SharedChange, &'a Section>);

impl Report {
    /// Returns whether no output changed in a way that says something.
    pub fn is_empty(&self) -> bool {
        let files = self.sections.iter().flat_map(|section| &section.files);
        self.shared.is_empty() && self.findings.is_empty() && files.into_iter().all(FileChange::is_quiet)
    }

    /// Returns whether both sides could be compiled in whole.
    pub fn is_complete(&self) -> bool {
        self.base.errors == 0 && self.head.errors == 0
    }

    /// Returns what changed by sets of environments, the widest first. Sections that `is_shown` refuses are left out.
    pub fn sets(&self, is_shown: impl Fn(&Section) -> bool) -> Vec<Set<'_>> {
        sets(&self.shared, &self.sections, is_shown)
    }

    /// Returns whether anything can be said of outputs: an environment is on both sides, or came or went.
    pub fn compares(&self) -> bool {
        self.environments.iter().any(|s| !matches!(s.presence, Presence::BrokenBase | Presence::BrokenHead))
    }

    /// Iterates over the environments that were compared.
    pub fn compared(&self) -> impl Iterator<Item = &EnvironmentState> {
        self.environments.iter().filter(|state| state.presence == Presence::Both)
    }
}

/// Returns parts of a report by sets of environments, the widest first.
pub(super) fn sets<'r>(
    shared: &'r [SharedChange],
    sections: &'r [Section],
    is_shown: impl Fn(&Section) -> bool,
) -> Vec<Set<'r>> {
    let shared = shared.iter().map(|shared| (&*shared.environments, Ok(shared)));
    let sections = sections.iter().filter(|section| is_shown(section));
    let sections = sections.map(|section| (&*section.environments, Err(section)));
    let mut all: Vec<Placed<'_>> = shared.chain(sections).collect();
    // Stable: what many components have in common stays before what one of them has.
    all.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(b.0)));
    let mut sets: Vec<Set<'_>> = Vec::new();
    for (environments, part) in all {
        if sets.last().is_none_or(|set| set.environments != environments) {
            sets.push(Set { environments, shared: Vec::new(), sections: Vec::new() });
        }
        let Some(set) = sets.last_mut() else { continue };
        match part {
            Ok(shared) => set.shared.push(shared),
            Err(section) => set.sections.push(section),
        }
    }
    sets
}

impl Edit {
    /// Returns `platform.yaml:77`.
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }

    /// Returns what was done, without the place: `components.mimir.version 5.6.0 → 6.2.0`.
    pub fn words(&self) -> String {
        let path = self.path.iter().fold(String::new(), |path, key| match key.strip_prefix('[') {
            Some(_) => format!("{path}{key}"),
            None => super::tree::below(&path, key),
        });
        let cut = |text: &Option<String>| text.as_ref().map(|text| super::value::cut_at(text, EDIT));
        if let (true, Some(before), Some(after)) = (self.renamed, &self.before, &self.after) {
            let above = path.strip_suffix(after.as_str()).unwrap_or_default();
            return format!("{above}{before} renamed to {after}");
        }
        match (cut(&self.before), cut(&self.after)) {
            (Some(before), Some(after)) => format!("{path} {before} → {after}").trim_start().to_owned(),
            (None, Some(after)) => format!("{path} added: {after}"),
            (Some(before), None) => format!("{path} removed: {before}"),
            (None, None) => path,
        }
    }
}
