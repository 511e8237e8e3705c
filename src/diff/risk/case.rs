//! What rules look at: one environment, before and after.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::docs::Docs;
use super::{Finding, Level, RULES, follow, other};
use crate::diff::cause::{Causes, Context};
use crate::diff::files::Sides;
use crate::diff::report::{Change, ChangeKind, FileChange};
use crate::diff::tree::Raw;
use crate::doc::Doc;
use crate::emit::TargetName;
use crate::model::{Component, Platform};
use crate::source::OriginId;

/// The place of a change: a file, and a change in it.
pub(in crate::diff) type At = (usize, usize);

/// One environment, before and after.
pub struct Case<'a> {
    pub(in crate::diff) sides: Sides<'a>,
    pub(in crate::diff) files: &'a [(Option<Arc<str>>, FileChange)],
    pub(in crate::diff) causes: &'a Causes<'a>,
    /// Whether `files` has all that differs: nothing was left out.
    pub(in crate::diff) whole: bool,
    docs: (Docs<'a>, Docs<'a>),
}

impl<'a> Case<'a> {
    /// Reads an environment on both sides.
    pub(in crate::diff) fn new(
        sides: Sides<'a>,
        files: &'a [(Option<Arc<str>>, FileChange)],
        causes: &'a Causes<'a>,
        whole: bool,
    ) -> Self {
        Self { sides, files, causes, whole, docs: Docs::both((sides.base.0, sides.head.0), files) }
    }

    /// Returns the platform before.
    pub(in crate::diff) fn base(&self) -> &'a Platform {
        &self.sides.base.1.platform
    }

    /// Returns the platform after.
    pub(in crate::diff) fn head(&self) -> &'a Platform {
        &self.sides.head.1.platform
    }

    /// Iterates over the components that are on both sides, also under another name.
    pub(super) fn components(&self) -> impl Iterator<Item = (&'a Component, &'a Component)> {
        let (base, head, renames) = (self.base(), self.head(), self.sides.renames);
        base.components.iter().filter_map(move |old| {
            let name = renames.after(&old.name.value).unwrap_or(&old.name.value);
            Some((old, head.component(name)?))
        })
    }

    /// Returns the object that a change is in, as it was.
    pub(super) fn object(&self, file: &FileChange, change: &Change) -> Option<&'a Doc> {
        let path = file.was.as_ref().unwrap_or(&file.path);
        self.docs.0.find(path, change.object.as_ref()?)
    }

    /// Returns the object that a change is in, as it is.
    pub(super) fn new_object(&self, file: &FileChange, change: &Change) -> Option<&'a Doc> {
        self.docs.1.find(&file.path, change.object.as_ref()?)
    }

    /// Returns the object that a change is in, before and after.
    pub(super) fn objects(&self, file: &FileChange, change: &Change) -> Option<(&'a Doc, &'a Doc)> {
        let before = self.object(file, change)?;
        Some((before, self.new_object(file, change)?))
    }

    /// Returns what a change of a file is in, before and after: the object, or all of a file that is one document.
    pub(super) fn wholes(&self, file: &FileChange, change: &Change) -> Option<(&'a Doc, &'a Doc)> {
        if change.object.is_some() {
            return self.objects(file, change);
        }
        let before = self.docs.0.only(file.was.as_ref().unwrap_or(&file.path))?;
        Some((before, self.docs.1.only(&file.path)?))
    }

    /// Returns the text of a file before, by the end of its path.
    pub(super) fn base_artifact(&self, end: &str) -> Option<&'a str> {
        let file = self.sides.base.0.artifacts.iter().find(|artifact| artifact.path.ends_with(end))?;
        Some(&file.text)
    }

    /// Iterates over all changes, with the component and the file.
    pub(in crate::diff) fn changes(&self) -> impl Iterator<Item = (At, Option<&'a str>, &'a FileChange, &'a Change)> {
        let files = self.files;
        files.iter().enumerate().flat_map(|(file, (component, change))| {
            let changes = change.changes.iter().enumerate();
            changes.map(move |(at, one)| ((file, at), component.as_deref(), change, one))
        })
    }

    /// Iterates over the changes of one component.
    pub(super) fn changes_of(&self, component: Option<&str>) -> impl Iterator<Item = (At, &'a FileChange, &'a Change)> {
        let start = self.start_of(component);
        self.files_of(component).iter().enumerate().flat_map(move |(file, (_, change))| {
            change.changes.iter().enumerate().map(move |(at, one)| ((start + file, at), change, one))
        })
    }

    /// Returns the files of one component: files come by component.
    pub(super) fn files_of(&self, component: Option<&str>) -> &'a [(Option<Arc<str>>, FileChange)] {
        let rest = self.files.get(self.start_of(component)..).unwrap_or_default();
        let end = rest.partition_point(|(of, _)| of.as_deref() <= component);
        rest.get(..end).unwrap_or_default()
    }

    fn start_of(&self, component: Option<&str>) -> usize {
        self.files.partition_point(|(of, _)| of.as_deref() < component)
    }

    /// Returns the edits that caused the difference of two values of the model.
    pub(in crate::diff) fn because(
        &self,
        base: Option<OriginId>,
        head: Option<OriginId>,
        component: Option<&str>,
    ) -> Vec<usize> {
        self.because_all(base.into_iter().collect(), head.into_iter().collect(), component)
    }

    /// As [`Case::because`], of several values on each side.
    pub(super) fn because_all(&self, base: Vec<OriginId>, head: Vec<OriginId>, component: Option<&str>) -> Vec<usize> {
        let (old, new) = (self.base(), self.head());
        let origins = (Some(&*old.origins), Some(&*new.origins));
        let context = Context { origins, scope: self.sides.scope, component, file: "" };
        let change = Change::new(String::new(), ChangeKind::Changed, None, None);
        let raw = Raw { change, base, head };
        self.causes.of(&raw, &context)
    }

    /// Returns whether the root Application deletes what is gone from Git.
    pub(super) fn root_prunes(&self) -> bool {
        let root =
            self.sides.head.0.artifacts.iter().find(|artifact| artifact.path.ends_with("gitops/app-of-apps.yaml"));
        root.is_some_and(|root| root.text.contains("prune: true"))
    }
}

/// Leaves out what only the model says: an edit that changes no output does nothing.
fn with_effect(case: &Case<'_>, findings: &mut Vec<Finding>) {
    if !case.whole {
        return;
    }
    let effects: BTreeSet<usize> = case.changes().flat_map(|(.., change)| change.causes.iter().copied()).collect();
    findings.retain(|finding| {
        let told = finding.covers.is_empty() && !finding.causes.is_empty();
        !told || finding.causes.iter().any(|cause| effects.contains(cause))
    });
}

/// Returns whether only the order of something changed that means the same in any order.
fn is_set(change: &Change) -> bool {
    let sets = ["NetworkPolicy", "CiliumNetworkPolicy", "AppProject", "Role", "ClusterRole"];
    change.kind == ChangeKind::Reordered
        && (sets.iter().any(|kind| change.is_of(kind)) || change.path.ends_with("certSANs"))
}

/// Lets all rules judge an environment, and gives every change its level. What no rule speaks of needs a look.
pub(in crate::diff) fn settle(case: &Case<'_>) -> (Vec<Finding>, Vec<Vec<Level>>) {
    let mut findings = Vec::new();
    for rule in RULES {
        (rule.judge)(case, &mut findings);
    }
    with_effect(case, &mut findings);
    let mut findings = follow::once(findings);
    let mut levels: Vec<Vec<Option<Level>>> =
        case.files.iter().map(|(_, file)| vec![None; file.changes.len()]).collect();
    let mut raise = |at: At, level: Level| {
        if let Some(old) = levels.get_mut(at.0).and_then(|file| file.get_mut(at.1)) {
            *old = (*old).max(Some(level));
        }
    };
    let mut covered = BTreeSet::new();
    for finding in &findings {
        finding.covers.iter().for_each(|at| raise(*at, finding.level));
        if finding.by_cause {
            covered.extend(finding.causes.iter().copied());
        }
    }
    for (at, _, file, change) in case.changes() {
        let follows = change.noise || file.target == TargetName::Pages || is_set(change);
        let explained = !change.causes.is_empty() && change.causes.iter().all(|cause| covered.contains(cause));
        if follows {
            raise(at, Level::Routine);
        } else if explained {
            raise(at, Level::Caution);
        }
    }
    let left = case.changes().filter(|(at, ..)| levels.get(at.0).and_then(|file| file.get(at.1)) == Some(&None));
    findings.extend(other::judge_rest(left));
    for finding in &mut findings {
        if finding.parts.is_empty() {
            finding.causes.sort_unstable();
        }
        finding.environments = vec![case.sides.head.0.name.clone()];
    }
    let levels = levels.into_iter().map(|file| file.into_iter().map(|level| level.unwrap_or(Level::Caution)).collect());
    (findings, levels.collect())
}
