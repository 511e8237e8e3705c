//! Causes by names: what only follows from another name is caused by the edit that gives it.

use std::collections::BTreeSet;

use super::{Causes, Context};
use crate::diff::report::{Change, ChangeKind};
use crate::diff::tree::Raw;
use crate::model::Service;
use crate::source::OriginId;

/// A Service that has another name.
pub(in crate::diff) struct Called<'a> {
    component: &'a str,
    before: &'a str,
    after: &'a str,
    origins: (OriginId, OriginId),
}

impl<'a> Called<'a> {
    pub(super) fn new(component: &'a str, old: &'a Service, new: &'a Service) -> Option<Self> {
        let (before, after) = (&*old.name.value, &*new.name.value);
        (before != after).then_some(Self { component, before, after, origins: (old.name.origin, new.name.origin) })
    }

    /// Returns whether a value only has the new name where it had the old one.
    fn is_all_of(&self, change: &Change) -> bool {
        let (before, after) = change.values();
        let called = change.kind == ChangeKind::Changed && before.contains(self.before);
        called && before.replace(self.before, self.after) == after
    }
}

impl<'a> Causes<'a> {
    /// Returns whether there are edits, and each only gives something another name.
    pub(in crate::diff) fn are_renames(&self, edits: &[usize]) -> bool {
        let is = |at: &usize| self.edits.get(*at).is_some_and(|placed| placed.edit.renamed);
        !edits.is_empty() && edits.iter().all(is)
    }

    /// Where something is called by its new name, the edit that gives it is the cause.
    pub(super) fn after_names(&self, found: BTreeSet<usize>, context: &Context<'a>) -> BTreeSet<usize> {
        if self.index.renames.is_empty() {
            return found;
        }
        found.into_iter().flat_map(|at| self.naming(at, context).unwrap_or_else(|| vec![at])).collect()
    }

    /// Returns the edits that give a machine or a component the name that an edit calls it by.
    fn naming(&self, at: usize, context: &Context<'a>) -> Option<Vec<usize>> {
        let edit = self.edits.get(at).map(|placed| &placed.edit).filter(|edit| !edit.renamed)?;
        let (before, after) = (edit.before.as_ref()?, edit.after.as_ref()?);
        let gives = |at: &usize| {
            let Some(other) = self.edits.get(*at).map(|placed| &placed.edit) else { return false };
            let path = other.path.as_slice();
            let named = matches!(path, [.., section, _] if section == "nodes" || section == "components");
            named && other.before.as_ref() == Some(before) && other.after.as_ref() == Some(after)
        };
        let all: Vec<usize> = self.within(context, self.index.renamed_in(before)).into_iter().filter(gives).collect();
        (!all.is_empty()).then_some(all)
    }

    /// Where a value only has the new name of a Service, the edits behind that name are the cause.
    pub(super) fn of_service(
        &self,
        raw: &Raw,
        found: &BTreeSet<usize>,
        context: &Context<'a>,
    ) -> Option<BTreeSet<usize>> {
        let called = context.scope.services().iter().find(|called| called.is_all_of(&raw.change))?;
        let context =
            Context { origins: context.scope.origins(), component: Some(called.component), file: "", ..*context };
        let change = Change::new(String::new(), ChangeKind::Changed, None, None);
        let raw = Raw { change, base: vec![called.origins.0], head: vec![called.origins.1] };
        let both: BTreeSet<usize> = self.of(&raw, &context).into_iter().filter(|at| found.contains(at)).collect();
        (!both.is_empty()).then_some(both)
    }
}
