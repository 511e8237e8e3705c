//! Which commits come from which.

use std::collections::{BTreeMap, BinaryHeap};

use super::{Id, NO_MERGE_BASE, Outcome, Repository};
use crate::diag::Diagnostic;

/// Reached from the one side, from the other, and below a commit that is reached from both.
const ONE: u8 = 1;
const OTHER: u8 = 2;
const STALE: u8 = 4;

impl Repository {
    /// Returns the parents of a commit that are in this clone.
    pub(super) fn parents(&self, id: Id) -> Outcome<Vec<Id>> {
        if self.shallow.contains(&id) {
            return Ok(Vec::new());
        }
        Ok(self.commit(id)?.parents)
    }

    /// Goes back over first parents.
    pub(super) fn back(&self, mut id: Id, steps: usize) -> Outcome<Option<Id>> {
        for _ in 0..steps {
            match self.parents(id)?.first() {
                Some(parent) => id = *parent,
                None => return Ok(None),
            }
        }
        Ok(Some(id))
    }

    /// Returns the newest commit that both come from; `None` if there is none in this clone.
    ///
    /// Commits are visited from the newest to the oldest, and each passes to its parents which sides reach it. What is
    /// below a common commit is of no interest, so the walk ends when only such commits are left.
    pub fn merge_base(&self, one: Id, other: Id) -> Outcome<Option<Id>> {
        if one == other {
            return Ok(Some(one));
        }
        let mut flags: BTreeMap<Id, u8> = BTreeMap::new();
        let mut queue = BinaryHeap::new();
        for (id, flag) in [(one, ONE), (other, OTHER)] {
            *flags.entry(id).or_default() |= flag;
            queue.push((self.commit(id)?.time, id));
        }
        let mut common: Vec<(i64, Id)> = Vec::new();
        while queue.iter().any(|(_, id)| flags.get(id).is_none_or(|flag| flag & STALE == 0)) {
            let Some((time, id)) = queue.pop() else { break };
            let mut flag = flags.get(&id).copied().unwrap_or_default();
            if flag & (ONE | OTHER) == ONE | OTHER {
                if flag & STALE == 0 {
                    common.push((time, id));
                }
                flag |= STALE;
            }
            for parent in self.parents(id)? {
                let seen = flags.entry(parent).or_default();
                if *seen | flag != *seen {
                    *seen |= flag;
                    queue.push((self.commit(parent)?.time, parent));
                }
            }
        }
        // One that turned out to lie below another is not the newest: clocks differ.
        common.retain(|(_, id)| flags.get(id).is_some_and(|flag| flag & STALE == 0));
        Ok(common.into_iter().max().map(|(_, id)| id))
    }

    /// Returns the problem of two revisions without a common ancestor.
    pub fn no_merge_base(&self, base: &str, head: &str) -> Box<Diagnostic> {
        let message = format!("`{base}` and `{head}` have no common ancestor in this clone");
        let problem = Diagnostic::without_span(NO_MERGE_BASE, message)
            .why("the report would mix what this change does with what others changed meanwhile");
        Box::new(if self.is_shallow() {
            problem
                .help("this is a shallow clone: `git fetch --deepen=100 origin`, or `--unshallow`, brings more of the history")
                .help("in GitHub Actions set `fetch-depth: 0` at actions/checkout, in GitLab `GIT_DEPTH: 0`")
        } else {
            problem.help(format!("`--exact` compares with `{base}` itself"))
        })
    }
}
