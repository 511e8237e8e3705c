//! What a change of the spec really does: two compilations, compared as data.
//!
//! [`compare`] pairs environments, components, files, objects and values by what they are called, follows the origins
//! of what differs to the lines that were edited, lets the rules of [`risk`] judge it, and says once what happens in
//! several environments. [`render`] shows the [`Report`].

mod alike;
mod blame;
mod broken;
mod cause;
mod conceal;
mod drift;
mod edits;
mod entries;
mod files;
mod fold;
mod identity;
mod join;
mod lines;
mod located;
mod mask;
mod names;
mod noise;
mod owner;
mod rename;
pub mod render;
mod report;
pub mod risk;
mod tfvars;
mod tree;
mod value;
mod versions;
mod view;

pub use broken::renamed_base;
pub use drift::{Committed, Drift};
pub use edits::Unread;
pub use report::{
    Change, ChangeKind, Edit, EnvironmentState, FileChange, LeftOut, Lines, Object, Presence, Report, Section, Set,
    SharedChange, Shown, Side, VersionRow,
};

use std::collections::BTreeSet;
use std::sync::Arc;

use blame::Blame;
use cause::{Causes, Scope};
use files::Sides;
use fold::Changed;
use rename::Renames;
use risk::{Case, Finding, Level};

use crate::diag::Diagnostic;
use crate::emit::TargetName;
use crate::pipeline::Compilation;

/// What is compared: two compilations with provenance, what to call them, and the names of their specs.
#[derive(Debug)]
pub struct Input<'a> {
    /// What is compared with.
    pub base: (&'a Compilation, Side),
    /// What is compared.
    pub head: (&'a Compilation, Side),
    /// The names of the two specs among their sources.
    pub specs: (&'a str, &'a str),
    /// What is committed of the outputs of the base, if there are some.
    pub committed: Option<Committed<'a>>,
    /// The files that only one side reads, and that are there on both.
    pub unread: Unread,
}

/// Compares two compilations.
pub fn compare(input: Input<'_>) -> Report {
    let ((base, mut base_side), (head, mut head_side)) = (input.base, input.head);
    let errors = |side: &Compilation| side.diagnostics.iter().filter(|problem| problem.is_error()).count();
    (base_side.errors, head_side.errors) = (errors(base), errors(head));
    let placed = edits::between(&base.sources, &head.sources, input.specs, &input.unread);
    let causes = Causes::new(&placed, (&base.sources, &head.sources));
    let environments = environments(base, head, (base_side.errors > 0, head_side.errors > 0));
    let mut found = Found::default();
    for state in &environments {
        found.environment(state, base, head, &causes);
    }
    let mut blame = Blame::new(&placed, &head.sources);
    // Where the base has errors not all is judged there, and what the head says may have been as true before.
    let sure = base_side.errors == 0;
    let about = |problem: &Diagnostic| {
        if problem.is_error() || sure {
            Some(blame.of(problem))
        } else {
            Some(blame.at(problem)).filter(|edits| !edits.is_empty())
        }
    };
    let (before, after) = ((&*base.diagnostics, &base.sources), (&*head.diagnostics, &head.sources));
    found.findings.extend(risk::fresh(before, after, renamed_base(base, head).as_ref(), about));
    risk::told(&mut found.findings);
    found.findings.extend(risk::loosened(placed.iter().map(|placed| &placed.edit)));
    let committed = input.committed.filter(|_| base_side.errors == 0);
    let unlike = committed.as_ref().and_then(|committed| drift::unlike(committed, base));
    found.findings.extend(unlike.as_ref().and_then(|(other, all)| risk::of_outputs(other, *all)));
    let loud = found.files().filter(|(_, file)| !file.is_quiet());
    let mut touched: BTreeSet<Arc<str>> = loud.filter_map(|(component, _)| component.clone()).collect();
    touched.extend(found.named());
    let hidden = found.files().flat_map(|(_, file)| &file.changes).filter(|change| change.noise).count();
    let other = committed.zip(unlike).filter(|(_, (other, _))| !other.is_empty());
    let drift = other.map(|(committed, (other, _))| {
        let (drift, findings) = drift::find(&committed, &other, base);
        found.findings.extend(findings);
        drift
    });
    let mut edits: Vec<Edit> = placed.iter().map(|placed| placed.edit.clone()).collect();
    count_effects(&mut edits, &found.all);
    let (sections, shared) = fold::fold(found.all);
    let mut report = Report {
        platform: head.platform.as_deref().or(base.platform.as_deref()).unwrap_or("platform").to_owned(),
        base: base_side,
        head: head_side,
        components: components((base, head), &environments, &touched),
        removed: removed(head, found.gone),
        environments,
        only: Vec::new(),
        left_out: broken::left_out(base, head),
        edits,
        rewritten: edits::rewritten(&base.sources, &head.sources, input.specs, &placed),
        versions: versions::join(found.rows),
        findings: join::join(found.findings),
        sections,
        shared,
        drift,
        hidden,
        level: None,
    };
    report.level = level(&report);
    conceal::apply(&mut report, &placed, base, head);
    report
}

/// Files of the platform that no component has a part in.
const MACHINES: [TargetName; 3] = [TargetName::Terraform, TargetName::Labels, TargetName::Talos];

/// What is found on the way through the environments.
#[derive(Default)]
struct Found {
    all: Vec<Changed>,
    findings: Vec<Finding>,
    rows: Vec<VersionRow>,
    /// The components that an environment has no more.
    gone: BTreeSet<Arc<str>>,
}

impl Found {
    fn files(&self) -> impl Iterator<Item = &(Option<Arc<str>>, FileChange)> {
        self.all.iter().flat_map(|changed| &changed.files)
    }

    /// Returns what versions and findings are about: what machines run has its files in common with others.
    fn named(&self) -> impl Iterator<Item = Arc<str>> {
        let subjects = self.findings.iter().map(|finding| finding.subject.as_str());
        let all = subjects.chain(self.rows.iter().map(|row| row.subject.as_str()));
        all.map(|subject| Arc::from(subject.split_once(", part ").map_or(subject, |(name, _)| name)))
    }

    fn environment(&mut self, state: &EnvironmentState, base: &Compilation, head: &Compilation, causes: &Causes<'_>) {
        let (old, new) = (broken::find(base, state.before()), broken::find(head, &state.name));
        let missing = broken::missing((base, head), state);
        match (state.presence, old, new) {
            (Presence::Both, Some(old), Some(new)) => {
                let (Some(before), Some(after)) = (&old.model, &new.model) else { return };
                let renames = Renames::find(&before.platform, &after.platform, causes.edits);
                let gone = before.platform.components.iter().map(|component| &component.name.value);
                let is_gone = |name: &&Arc<str>| renames.after(name).is_none() && !missing.contains(*name);
                self.gone.extend(gone.filter(is_gone).cloned());
                let scope = Scope::new(&before.platform, &after.platform, &renames);
                let sides = Sides { base: (old, before), head: (new, after), renames: &renames, scope: &scope };
                let mut files = files::compare(sides, causes);
                files.retain(|(component, file)| match component {
                    Some(name) => !missing.contains(name),
                    // What is made of all components lacks what those would say.
                    None => missing.is_empty() || MACHINES.contains(&file.target),
                });
                let files = owner::split(files, (&before.platform, &after.platform));
                let case = Case::new(sides, &files, causes, missing.is_empty());
                let (findings, levels) = risk::settle(&case);
                self.findings.extend(findings.into_iter().filter(|finding| !broken::is_about(finding, &missing)));
                let rows = versions::rows(&case, &state.name);
                self.rows.extend(rows.into_iter().filter(|row| !missing.contains(row.subject.as_str())));
                self.all.push(Changed { environment: state.name.clone(), files: with_levels(files, levels) });
            }
            (Presence::Added, _, Some(new)) => {
                let finding = risk::of_environment(&state.name, true, &new.artifacts);
                self.findings.push(finding.because(causes.of_environment(&state.name)));
            }
            (Presence::Removed, Some(old), _) => {
                self.gone.extend(named(base, &state.name));
                let finding = risk::of_environment(&state.name, false, &old.artifacts);
                self.findings.push(finding.because(causes.of_environment(&state.name)));
            }
            _ => {}
        }
    }
}

type Files = Vec<(Option<Arc<str>>, FileChange)>;

fn with_levels(mut files: Files, levels: Vec<Vec<Level>>) -> Files {
    for ((_, file), levels) in files.iter_mut().zip(levels) {
        for (change, level) in file.changes.iter_mut().zip(levels) {
            change.level = level;
        }
    }
    files
}

/// Returns the environments of both sides: the base first, the others by name. One that is missing on a side with errors
/// may be there.
fn environments(base: &Compilation, head: &Compilation, broken: (bool, bool)) -> Vec<EnvironmentState> {
    let has = |side: &Compilation, name: &str| broken::find(side, name).is_some();
    let renamed = broken::renamed_base(base, head);
    let all = broken::all(head).chain(broken::all(base));
    let mut names: Vec<(bool, Arc<str>)> = all.map(|e| (!e.folder.is_empty(), e.name.clone())).collect();
    names.sort();
    names.dedup_by(|a, b| a.1 == b.1);
    names.retain(|(_, name)| renamed.as_ref().is_none_or(|(before, _)| before != name));
    let state = |name: Arc<str>| {
        let was = renamed.as_ref().filter(|(_, after)| *after == name).map(|(before, _)| before.clone());
        let presence = match (has(base, was.as_ref().unwrap_or(&name)), has(head, &name)) {
            (true, true) => Presence::Both,
            (false, _) if broken.0 || broken::is_lost(base, &name) => Presence::BrokenBase,
            (false, _) => Presence::Added,
            (_, false) if broken.1 || broken::is_lost(head, &name) => Presence::BrokenHead,
            (_, false) => Presence::Removed,
        };
        EnvironmentState { name, was, presence }
    };
    names.into_iter().map(|(_, name)| state(name)).collect()
}

/// Returns how many components the head has, and how many of them did not change. What had nothing to be compared with does not
/// count.
fn components(
    (base, head): (&Compilation, &Compilation),
    states: &[EnvironmentState],
    touched: &BTreeSet<Arc<str>>,
) -> (usize, usize) {
    // With nothing at the base all are new.
    let new = states.iter().all(|state| state.presence == Presence::Added);
    let mut names: BTreeSet<Arc<str>> = BTreeSet::new();
    for state in states.iter().filter(|state| state.presence != Presence::BrokenBase) {
        let missing = broken::missing((base, head), state);
        names.extend(named(head, &state.name).filter(|name| !missing.contains(name)));
    }
    (names.len(), names.iter().filter(|name| !new && !touched.contains(*name)).count())
}

/// Returns how many components no environment has any more. Of one that could not be compiled nobody knows.
fn removed(head: &Compilation, gone: BTreeSet<Arc<str>>) -> usize {
    let known: BTreeSet<Arc<str>> =
        broken::all(head).flat_map(|environment| named(head, &environment.name)).chain(broken::unread(head)).collect();
    gone.into_iter().filter(|name| !known.contains(name)).count()
}

/// Iterates over the names of the components of an environment.
fn named(side: &Compilation, environment: &str) -> impl Iterator<Item = Arc<str>> {
    let model = broken::find(side, environment).and_then(|found| found.model.as_ref());
    model.into_iter().flat_map(|model| &model.platform.components).map(|component| component.name.value.clone())
}

fn count_effects(edits: &mut [Edit], all: &[Changed]) {
    for change in all.iter().flat_map(|changed| &changed.files).flat_map(|(_, file)| &file.changes) {
        for cause in &change.causes {
            if let Some(edit) = edits.get_mut(*cause) {
                edit.effects += 1;
            }
        }
    }
}

/// Returns the risk of all of it. What could not be compared may hold anything: it is never routine.
fn level(report: &Report) -> Option<Level> {
    let worst = report.findings.iter().map(|finding| finding.level).max();
    let sections = report.sections.iter().flat_map(|section| &section.files).flat_map(|file| &file.changes);
    let changes =
        sections.chain(report.shared.iter().flat_map(|shared| &shared.changes)).map(|change| change.level).max();
    let moved = report.sections.iter().flat_map(|section| &section.files).any(|file| file.was.is_some());
    let unknown = report.environments.iter().any(|state| state.presence == Presence::BrokenBase);
    let base = match report.head.errors {
        0 => (moved || unknown || !report.left_out.is_empty() || !report.compares()).then_some(Level::Caution),
        _ => Some(Level::Danger),
    };
    worst.max(changes).max(base)
}
